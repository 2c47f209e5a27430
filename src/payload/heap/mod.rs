//! Heap's webhook: its signature, and what it says.
//!
//! **Source**: the public repository heap/heap-api-reference (an OpenAPI file, sample bodies and a
//! sample receiver). What is INFERRED from the samples says so.

mod customer_config;
mod shape;
pub mod signature;
pub mod webhook;
