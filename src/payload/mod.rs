//! Adapters between wire formats and the domain, a folder a vendor.

mod body;
pub mod body_kind;
pub mod braze;
pub mod heap;
mod numbers;
pub mod timestamp;
#[cfg(any(feature = "std", feature = "vendors"))]
pub mod vendors;
