//! Segments: rules over what is known of users, and who they hold for.

mod rule;

pub use rule::*;
