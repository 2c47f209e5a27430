//! Segments: rules over what is known of users, and who they hold for.

mod answer;
mod ask;
mod clock;
mod evaluate;
mod rule;
mod seen;

pub use answer::Answer;
pub use ask::World;
pub use clock::{Clock, Zone};
pub use evaluate::Found;
pub use rule::*;
pub use seen::Patterns;
