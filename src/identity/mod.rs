//! Who is meant: ids, and the known users that they lead to.

mod compact;
pub mod directory;
mod id;
mod profile_ids;
mod stored;

pub use compact::Compact;
pub use directory::{Directory, Found, UserIx};
pub use id::{Bare, Id, IdKind, alias_hash, hash_ids, id_hash};
pub use profile_ids::{ProfileIdKind, ProfileIds};
pub use stored::Stored;
