//! The fields of profiles that members are asked for by name.

use super::Workspace;
use crate::ingest::each_default_field;
use crate::path::Path;
use crate::problem::Problems;
use crate::profile::Namespace;
use crate::segment::{Lookup, NameKind, Near};
use alloc::vec::Vec;

/// Fields that are ids, beside those of devices.
const IDS: [&str; 4] = [
    "external_id",
    "braze_id",
    "deprecated_external_ids",
    "user_aliases",
];

impl Workspace {
    /// Warns of a field that no profile here has and Braze does not document, or of the name of a custom attribute that
    /// nobody has, at its place in the list of fields; answers which may be meant.
    ///
    /// **Cost**: a look at the names of all attributes for one that is not known.
    pub fn look_up_field(
        &self,
        name: &[u8],
        is_custom: bool,
        index: u32,
        problems: &mut Problems,
    ) -> Vec<Near> {
        let (namespace, kind) = match is_custom {
            true => (Namespace::Custom, NameKind::Attribute),
            false => (Namespace::Default, NameKind::Default),
        };
        let documented = |each: &mut dyn FnMut(&[u8]) -> bool| {
            is_custom || IDS.iter().all(|id| each(id.as_bytes())) && each_default_field(each)
        };
        if self.profiles.attribute_of(namespace, name).is_some()
            || !documented(&mut |field| field != name)
        {
            return Vec::new();
        }
        let names = self.segment_names(&[]);
        let mut lookup = Lookup::new(&names);
        let path = &Path::Index(&Path::Key(&Path::Root, "fields"), index);
        lookup.field(kind, name, path, &documented, problems);
        lookup.into_near()
    }
}
