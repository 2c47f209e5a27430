//! Wire formats on their way into the store of profiles: Braze's exports, bodies of `/users/track`, and
//! CSV as Braze's user import takes it.
//!
//! Readers write straight into a draft; no record stands in between. Another format is another
//! file here.

mod as_of;
mod change;
mod csv;
mod export;
mod fields;
mod format;
mod moment;
mod quick;
mod rails_zones;
mod source;
mod template;
mod track;
mod track_attributes;
mod track_body;
mod track_change;
mod track_happening;
mod track_object;
mod track_pieces;
mod tree;
mod value;

pub use as_of::AsOf;
pub use export::{Coordinates, Intake};
pub use format::Format;
pub use moment::moment;
pub use quick::Quick;
pub use rails_zones::iana;
pub use source::SourceReader;
