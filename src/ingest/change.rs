//! What a change to a profile leaves as it is: the ids that its user has.
//!
//! A directory takes a profile whole, so a change is put with the ids it does not name.

use crate::identity::directory::UserId;
use crate::identity::{Directory, ProfileIdKind, ProfileIds, UserIx};

/// Whom a change with these ids is of: who has the external id, else the `braze_id`, else the alias.
pub(super) fn known_user(directory: &Directory, ids: &ProfileIds) -> Option<UserIx> {
    [
        ProfileIdKind::External,
        ProfileIdKind::Braze,
        ProfileIdKind::Alias,
    ]
    .into_iter()
    .find_map(|kind| {
        let of_kind = ids.iter().filter(|id| id.kind == kind);
        of_kind.filter_map(|id| directory.user(&id)).next()
    })
}

/// Adds the aliases and devices of the user, so that they stay. All other ids stay by themselves.
// INVARIANT: a user's devices come in their order, so values that name them by number stay right.
pub(super) fn keep_ids(directory: &Directory, user: UserIx, ids: &mut ProfileIds) {
    for UserId { kind, name, label } in directory.ids(user) {
        match kind {
            ProfileIdKind::Alias => ids.push_alias(name, label),
            ProfileIdKind::Device => ids.push(kind, name),
            _ => {}
        }
    }
}
