//! Adapters between wire formats and the domain, a folder a vendor.

pub mod braze;
pub mod timestamp;
