//! Who is meant: ids, and the known users that they lead to.

mod compact;
pub mod directory;
mod id;
mod profile_ids;
mod stored;
mod user_name;

pub use compact::{Compact, CompactBuilder};
pub use directory::{Directory, Found, TakeProfile, UserIx};
pub use id::{Bare, Id, IdKind, alias_hash, hash_ids, id_hash, is_valid_id};
pub use profile_ids::{ProfileIdKind, ProfileIds};
pub use stored::{Restoring, Stored, Storing};
pub use user_name::UserName;
