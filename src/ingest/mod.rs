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
mod intake;
mod members;
mod newcomers;
mod quick;
mod source;
mod template;
mod track;
mod tree;
mod value;
mod written;

pub use crate::profile::{iana, moment};
pub use as_of::AsOf;
pub use export::Coordinates;
pub(crate) use fields::is_default_field;
pub use format::Format;
pub use intake::Intake;
pub use quick::Quick;
pub use source::SourceReader;
