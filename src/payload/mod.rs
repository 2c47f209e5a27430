//! Adapters between wire formats and the domain, a folder a vendor.

mod body;
pub mod body_kind;
pub mod braze;
pub mod heap;
pub mod timestamp;
