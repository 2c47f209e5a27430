//! The fields of profiles that members are asked for by name.

use super::Workspace;
use crate::ingest::default_fields;
use crate::path::Path;
use crate::problem::Problems;
use crate::profile::Namespace;
use crate::segment::{Lookup, NameKind, Near, Text};
use alloc::string::String;

/// What stands before the name of a custom attribute.
const CUSTOM: &[u8] = b"custom_attributes.";

/// Fields that are ids, beside those of devices.
const IDS: [&str; 4] = [
    "external_id",
    "braze_id",
    "deprecated_external_ids",
    "user_aliases",
];

impl Workspace {
    /// Warns of a field that no profile here has and Braze does not document, at its place in the list of fields, and
    /// answers which may be meant.
    ///
    /// **Cost**: a look at the names of all attributes for one that is not known.
    pub fn look_up_field(&self, name: &[u8], index: u32, problems: &mut Problems) -> Option<Near> {
        let path = &Path::Index(&Path::Key(&Path::Root, "fields"), index);
        let is_known = |namespace, name| self.profiles.attribute_of(namespace, name).is_some();
        let names = self.segment_names(&[]);
        let mut lookup = Lookup::new(&names);
        let own = name.strip_prefix(CUSTOM);
        let documented = || IDS.into_iter().chain(default_fields());
        match own {
            Some(own) if is_known(Namespace::Custom, own) => return None,
            Some(own) => lookup.field(NameKind::Attribute, own, path, [].into_iter(), problems),
            None if documented().any(|field| field.as_bytes() == name)
                || is_known(Namespace::Default, name) =>
            {
                return None;
            }
            None => lookup.field(NameKind::Default, name, path, documented(), problems),
        }
        let near = lookup.into_near().into_iter().next();
        let with_prefix = |name: &[u8]| Text::from([CUSTOM, name].concat());
        match (near, own) {
            // The name of a custom attribute by itself.
            (_, None) if is_known(Namespace::Custom, name) => {
                let mut pointer = String::new();
                path.write(&mut pointer);
                Some(Near {
                    path: pointer,
                    name: with_prefix(name),
                })
            }
            (Some(near), Some(_)) => Some(Near {
                name: with_prefix(&near.name),
                ..near
            }),
            (near, _) => near,
        }
    }
}
