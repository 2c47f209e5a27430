//! Who is meant: ids, and the known users that they lead to.

mod compact;
pub mod directory;
mod id;
mod profile_ids;
mod stored;

pub use compact::{Compact, CompactBuilder};
pub use directory::{Directory, Found, TakeProfile, UserIx};
pub use id::{Bare, Id, IdKind, alias_hash, hash_ids, id_hash};
pub use profile_ids::{ProfileIdKind, ProfileIds};
pub use stored::{Restoring, Stored, Storing};
