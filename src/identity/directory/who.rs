//! Taking a profile: who it is, and what becomes of the ids known before. The same for all that
//! keep users, whatever they keep of them.

use super::record::Tag;
use super::{Full, Hit, Space, UserId, UserIx};
use crate::hash::Table;
use crate::identity::profile_ids::Part;
use crate::identity::{ProfileIdKind, ProfileIds};
use crate::limits::MAX_PROFILE_IDS;
use crate::problem::{Code, Finding};
use alloc::vec::Vec;
use core::ops::ControlFlow;

/// Ids of a profile up to which each is compared with those before it.
const FEW: usize = 16;

/// What a profile became.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Put {
    /// Its user.
    pub user: UserIx,
    /// Was the user unknown before?
    pub is_new: bool,
    /// Aliases that were left out, since they belong to another user.
    pub taken_aliases: u32,
    /// Deprecated external ids and `braze_id`s that were left out for the same reason.
    pub taken_ids: u32,
}

/// Why a profile was not taken; nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No id by which anything could match it.
    NoId,
    /// More than [`crate::limits::MAX_PROFILE_IDS`].
    TooManyIds,
    /// It has names of attributes for which there is no number left of so many.
    TooManyAttributes(u32),
    /// Memory ran out.
    Memory,
}

impl Refusal {
    /// The code of its problem.
    pub const fn code(self) -> Code {
        match self {
            Refusal::NoId => Code::ProfileNoId,
            Refusal::TooManyIds => Code::ProfileIdCount,
            Refusal::TooManyAttributes(_) => Code::ProfileAttributeCount,
            Refusal::Memory => Code::LimitMemory,
        }
    }

    /// Its problem, with the number that its words have.
    pub fn finding(self) -> Finding {
        let most = match self {
            Refusal::TooManyAttributes(most) => most,
            _ => MAX_PROFILE_IDS as u32,
        };
        Finding::error(self.code()).numbers(most, 0)
    }
}

impl From<Full> for Refusal {
    fn from(_: Full) -> Refusal {
        Refusal::Memory
    }
}

/// Where profiles go: all that keeps users.
pub trait TakeProfile {
    /// Takes a profile; see [`super::Directory::put`].
    fn take_profile(&mut self, profile: &mut ProfileIds) -> Result<Put, Refusal>;
}

/// An id of the profile on its way in.
pub(in crate::identity) struct Coming {
    pub(in crate::identity) part: Part,
    pub(in crate::identity) hash: u64,
    pub(in crate::identity) hit: Option<Hit>,
}

/// Known users, whatever is kept of their ids: what [`put`] asks and tells.
pub(in crate::identity) trait Users {
    /// The hash of an id.
    fn hash(&self, kind: ProfileIdKind, label: &[u8], name: &[u8]) -> u64;
    /// Brings near what finding these will read.
    fn touch(&self, coming: &[Coming]);
    /// Who has an id.
    fn find(&self, space: Space, hash: u64, label: &[u8], name: &[u8]) -> Option<Hit>;
    /// The only user that a device would match.
    fn device_user(&self, hit: Hit) -> Option<UserIx>;
    /// Goes through the ids of a user, until `each` has enough.
    fn each_id(
        &self,
        user: UserIx,
        each: &mut dyn FnMut(UserId<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()>;
    /// Takes the ids of a known user or of a new one, and answers the user. There are so many bytes
    /// fewer to take than were allowed.
    fn write(
        &mut self,
        known: Option<UserIx>,
        profile: &ProfileIds,
        coming: &[Coming],
        taken: usize,
    ) -> Result<UserIx, Full>;
}

/// What has to succeed once it is known who a profile is, `None` for somebody new, and before
/// anything is written. Answers how many bytes it has taken of those that both share.
pub(in crate::identity) type Ready<'a> = dyn FnMut(Option<UserIx>) -> Result<usize, Full> + 'a;

/// See [`super::Directory::put`].
pub(in crate::identity) fn put(
    users: &mut dyn Users,
    profile: &mut ProfileIds,
    ready: &mut Ready<'_>,
) -> Result<Put, Refusal> {
    put_of(users, None, profile, ready)
}

/// Whom a profile with these ids is of, `None` for somebody new.
#[cfg(feature = "std")]
pub(super) fn whose(users: &dyn Users, profile: &ProfileIds) -> Result<Option<UserIx>, Full> {
    Ok(who(users, &coming(users, profile, MAX_PROFILE_IDS)?))
}

/// As [`put`], but where it is `given` whose the profile is.
pub(super) fn put_of(
    users: &mut dyn Users,
    given: Option<Option<UserIx>>,
    profile: &mut ProfileIds,
    ready: &mut Ready<'_>,
) -> Result<Put, Refusal> {
    if profile.is_full {
        return Err(Refusal::Memory);
    }
    if profile.is_empty() {
        return Err(Refusal::NoId);
    }
    let length = profile.length();
    let put = put_known(users, given, profile, ready);
    // So that it can be tried again.
    if put.is_err() {
        profile.truncate(length);
    }
    put
}

fn put_known(
    users: &mut dyn Users,
    given: Option<Option<UserIx>>,
    profile: &mut ProfileIds,
    ready: &mut Ready<'_>,
) -> Result<Put, Refusal> {
    let mut coming = coming(users, profile, MAX_PROFILE_IDS)?;
    if coming.len() > MAX_PROFILE_IDS {
        return Err(Refusal::TooManyIds);
    }
    let known = match given {
        Some(given) => given,
        None => who(users, &coming),
    };
    // WHY what somebody else has stays there: else that user may be left without any id, and a
    // file loaded again would move ids to and fro.
    let (mut taken_aliases, mut taken_ids) = (0, 0);
    coming.retain(|id| {
        let is_mine = id.hit.is_none_or(|hit| Some(hit.user) == known);
        match id.part.kind {
            ProfileIdKind::Device => return true,
            ProfileIdKind::Alias => taken_aliases += u32::from(!is_mine),
            _ => taken_ids += u32::from(!is_mine),
        }
        is_mine
    });
    // INVARIANT: an id is left. Whose user it is keeps one that led there; of somebody new those
    // are left out that belong to others, and they were passed over for an external id, which is
    // nobody's, or for a `braze_id`, which is nobody's either or was passed over itself.
    if let Some(user) = known {
        keep(users, user, profile, &mut coming)?;
    }
    let taken = ready(known)?;
    Ok(Put {
        user: users.write(known, profile, &coming, taken)?,
        is_new: known.is_none(),
        taken_aliases,
        taken_ids,
    })
}

/// The profile's ids, each once, and who has them now: one more than `most` if there are more.
pub(in crate::identity) fn coming(
    users: &dyn Users,
    profile: &ProfileIds,
    most: usize,
) -> Result<Vec<Coming>, Full> {
    let mut coming: Vec<Coming> = Vec::new();
    coming.try_reserve(profile.parts.len().min(most) + 4)?;
    let mut seen = None;
    if profile.parts.len() > FEW {
        seen = Some(Table::default());
    }
    if let Some(seen) = &mut seen {
        seen.try_reset(profile.parts.len()).ok_or(Full)?;
    }
    // External ids first: a deprecated one that says the same again is left out.
    let is_external = |part: &&Part| part.kind == ProfileIdKind::External;
    let external = profile.parts.iter().filter(is_external);
    let others = profile.parts.iter().filter(|part| !is_external(part));
    for &part in external.chain(others) {
        let (label, name) = (profile.label(part), profile.name(part));
        let hash = users.hash(part.kind, label, name);
        let space = Space::of(part.kind);
        let is_same = |other: &Coming| {
            other.hash == hash
                && Space::of(other.part.kind) == space
                && profile.name(other.part) == name
                && profile.label(other.part) == label
        };
        let is_known = match &mut seen {
            None => coming.iter().any(is_same),
            Some(seen) => {
                let same = |other: u32| coming.get(other as usize).is_some_and(is_same);
                seen.insert(hash, coming.len() as u32, same).is_some()
            }
        };
        if coming.len() > most {
            return Ok(coming);
        }
        if !is_known {
            coming.push(Coming {
                part,
                hash,
                hit: None,
            });
        }
    }
    users.touch(&coming);
    for id in &mut coming {
        let (label, name) = (profile.label(id.part), profile.name(id.part));
        id.hit = users.find(Space::of(id.part.kind), id.hash, label, name);
    }
    Ok(coming)
}

/// The known user that the profile is of: the strongest id decides, of those of one kind the first.
fn who(users: &dyn Users, coming: &[Coming]) -> Option<UserIx> {
    let has = |kind| coming.iter().any(|id| id.part.kind == kind);
    let hits = |kind| {
        let of_kind = coming.iter().filter(move |id| id.part.kind == kind);
        of_kind.filter_map(|id| id.hit)
    };
    let named = hits(ProfileIdKind::External).chain(hits(ProfileIdKind::Deprecated));
    // Who has another external id is somebody else.
    let is_named = has(ProfileIdKind::External);
    let may_be = |hit: &Hit| !(is_named && hit.identified);
    let braze = hits(ProfileIdKind::Braze).filter(may_be);
    if let Some(hit) = named.chain(braze).next() {
        return Some(hit.user);
    }
    let has_braze_id = has(ProfileIdKind::Braze);
    let mut refused = None;
    let mut is_refused = |user: UserIx, kinds: &[ProfileIdKind]| {
        // One user may be met by thousands of ids.
        if refused != Some(user) && has_kind(users, user, kinds) {
            refused = Some(user);
        }
        refused == Some(user)
    };
    let same_alias = hits(ProfileIdKind::Alias).filter(may_be).find(|hit| {
        // Another `braze_id` is another user.
        !(has_braze_id && is_refused(hit.user, &[ProfileIdKind::Braze]))
    });
    if let Some(hit) = same_alias {
        return Some(hit.user);
    }
    if coming
        .iter()
        .any(|id| id.part.kind != ProfileIdKind::Device)
    {
        return None;
    }
    hits(ProfileIdKind::Device)
        .filter_map(|hit| users.device_user(hit))
        .find(|&user| !is_refused(user, &[ProfileIdKind::Braze, ProfileIdKind::Alias]))
}

fn has_kind(users: &dyn Users, user: UserIx, kinds: &[ProfileIdKind]) -> bool {
    let met = users.each_id(user, &mut |id| {
        if kinds.contains(&id.kind) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    met.is_break()
}

/// Adds to the profile what its user keeps.
fn keep(
    users: &dyn Users,
    user: UserIx,
    profile: &mut ProfileIds,
    coming: &mut Vec<Coming>,
) -> Result<(), Refusal> {
    // An external id that the user has as a deprecated one already is that still: the profile
    // is older than the rename.
    let mut is_old = false;
    for id in coming.iter_mut() {
        if id.part.kind == ProfileIdKind::External
            && id.hit.is_some_and(|hit| hit.tag == Tag::DEPRECATED)
            && !profile.says_deprecated
        {
            id.part.kind = ProfileIdKind::Deprecated;
            is_old = true;
        }
    }
    // What was left out the profile does not have.
    let has = |kind| coming.iter().any(|id| id.part.kind == kind);
    let keeps = [
        (
            ProfileIdKind::External,
            is_old || !has(ProfileIdKind::External),
        ),
        (ProfileIdKind::Deprecated, !profile.says_deprecated),
        (ProfileIdKind::Braze, !has(ProfileIdKind::Braze)),
    ];
    let kept = users.each_id(user, &mut |id| {
        if !keeps.contains(&(id.kind, true)) {
            return ControlFlow::Continue(());
        }
        let hash = users.hash(id.kind, id.label, id.name);
        let hit = users.find(Space::of(id.kind), hash, id.label, id.name);
        let there = coming.iter_mut().find(|other| {
            other.hash == hash
                && Space::of(other.part.kind) == Space::of(id.kind)
                && profile.name(other.part) == id.name
        });
        if let Some(there) = there {
            // Also if the profile calls it deprecated: it has no other.
            if id.kind == ProfileIdKind::External {
                there.part.kind = id.kind;
            }
            return ControlFlow::Continue(());
        }
        let added = profile.append(id.kind, id.label, id.name).is_ok();
        if !added || coming.try_reserve(1).is_err() {
            return ControlFlow::Break(());
        }
        if let Some(&part) = profile.parts.last() {
            coming.push(Coming { part, hash, hit });
        }
        ControlFlow::Continue(())
    });
    if kept.is_break() {
        return Err(Refusal::Memory);
    }
    Ok(())
}
