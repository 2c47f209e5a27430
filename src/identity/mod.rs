//! Who is meant: ids, and the known users that they lead to.

mod id;

pub use id::{Id, IdKind, alias_hash, id_hash};
