//! Who is meant: ids, and the known users that they lead to.

pub mod directory;
mod id;
mod profile_ids;

pub use directory::{Directory, Found, UserIx};
pub use id::{Id, IdKind, alias_hash, id_hash};
pub use profile_ids::{ProfileIdKind, ProfileIds};
