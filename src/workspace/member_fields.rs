//! The fields of profiles that members are asked for by name.

use super::Workspace;
use crate::ingest::is_default_field;
use crate::path::Path;
use crate::problem::{Problems, Span};
use crate::profile::Namespace;
use crate::segment::{Lookup, NameKind, Near};
use alloc::vec::Vec;

impl Workspace {
    /// Warns of a field that no profile here has and Braze does not document, or of the name of a custom attribute that
    /// nobody has, at its place in the list of fields; answers which may be meant. Ids are no fields.
    ///
    /// **Cost**: a look at the names of all attributes for one that is not known.
    pub fn look_up_field(
        &self,
        name: &[u8],
        is_custom: bool,
        index: u32,
        problems: &mut Problems,
    ) -> Vec<Near> {
        let kind = match is_custom {
            true => NameKind::Attribute,
            false => NameKind::Default,
        };
        let is_known = !is_custom
            && (is_default_field(name)
                || self
                    .profiles
                    .attribute_of(Namespace::Default, name)
                    .is_some());
        let names = self.segment_names(&[]);
        let mut lookup = Lookup::new(&names);
        if !is_known {
            let path = &Path::Index(&Path::Key(&Path::Root, "fields"), index);
            lookup.name(kind, name, (path, Span::default()), problems);
        }
        lookup.into_near()
    }
}
