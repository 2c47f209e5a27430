//! Braze's cohort endpoints: what they take, and what they answer.
//!
//! **Source**: Braze, "Cohort import", and what other clients send. Nothing here was tested
//! against a live Braze; what is INFERRED says so.

pub(super) mod alias;
mod auth;
pub mod clusters;
mod idempotency;
pub mod import;
pub(crate) mod lints;
pub mod name_request;
mod options;
mod profile;
pub mod profiles;
pub mod response;
mod root;
mod users_fast;
pub mod users_request;
pub mod write;

pub use auth::{Key, Keys};
pub use options::Options;
