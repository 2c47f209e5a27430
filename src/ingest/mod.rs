//! Wire formats on their way into the store of profiles: Braze's exports.
//!
//! Readers write straight into a draft; no record stands in between. Another format is another
//! file here.

mod export;
mod fields;
mod quick;
mod rails_zones;
mod template;
mod value;

pub use export::{Coordinates, Intake};
pub use quick::Quick;
pub use rails_zones::iana;
