//! What a change to a profile leaves as it is: the ids that its user has.
//!
//! A directory takes a profile whole, so a change is put with the ids it does not name.

use crate::identity::directory::UserId;
use crate::identity::{Directory, ProfileIdKind, ProfileIds, UserIx};

/// Whom a change with these ids is of, as a directory decides it: who has the external id or the
/// `braze_id`; without an external id also who has the alias, unless both have a `braze_id`.
pub(super) fn known_user(directory: &Directory, ids: &ProfileIds) -> Option<UserIx> {
    let has = |kind| ids.iter().any(|id| id.kind == kind);
    let of = |kind| ids.iter().filter(move |id| id.kind == kind);
    let find = |kind| of(kind).find_map(|id| directory.user(&id));
    let has_braze_id = |user| {
        directory
            .ids(user)
            .any(|id| id.kind == ProfileIdKind::Braze)
    };
    find(ProfileIdKind::External)
        .or_else(|| find(ProfileIdKind::Braze))
        .or_else(|| {
            let alias = find(ProfileIdKind::Alias).filter(|_| !has(ProfileIdKind::External));
            alias.filter(|&user| !(has(ProfileIdKind::Braze) && has_braze_id(user)))
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
