//! A user by the id that names them best.

use super::{Directory, ProfileIdKind, UserIx};

/// What a known user is called in answers.
///
/// `Debug` is not offered, since ids are people.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum UserName<'a> {
    /// An external id, or a deprecated one where there is no other.
    External(&'a str),
    /// An alias, as a pair.
    Alias {
        /// Its name.
        name: &'a str,
        /// Its label.
        label: &'a str,
    },
    /// Braze's own id.
    Braze(&'a str),
    /// A device, which others may share.
    Device(&'a str),
}

impl<'a> UserName<'a> {
    /// An external id, else an alias, else Braze's own id, else a device, else a deprecated external
    /// id; of several of one kind the profile's first. `None` for a user that is not known.
    ///
    /// **Cost**: one pass over the user's ids.
    pub fn of(directory: &'a Directory, user: UserIx) -> Option<UserName<'a>> {
        let text = |bytes| core::str::from_utf8(bytes).unwrap_or("");
        let rank = |kind| match kind {
            ProfileIdKind::External => 0,
            ProfileIdKind::Alias => 1,
            ProfileIdKind::Braze => 2,
            ProfileIdKind::Device => 3,
            ProfileIdKind::Deprecated => 4,
        };
        let best = directory.ids(user).min_by_key(|id| rank(id.kind))?;
        let name = text(best.name);
        Some(match best.kind {
            ProfileIdKind::External | ProfileIdKind::Deprecated => UserName::External(name),
            ProfileIdKind::Alias => UserName::Alias {
                name,
                label: text(best.label),
            },
            ProfileIdKind::Braze => UserName::Braze(name),
            ProfileIdKind::Device => UserName::Device(name),
        })
    }
}
