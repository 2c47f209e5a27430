//! Wire formats on their way into the store of profiles: Braze's exports, and CSV as its user import
//! takes it.
//!
//! Readers write straight into a draft; no record stands in between. Another format is another
//! file here.

mod change;
mod csv;
mod export;
mod fields;
mod rails_zones;
mod source;
mod value;

pub use export::{Coordinates, Intake};
pub use rails_zones::iana;
pub use source::{Format, SourceReader};
