//! Taking a profile: who it is, and what becomes of the ids known before. The same for all that
//! keep users, whatever they keep of them.

use super::record::Tag;
use super::{Full, Hit, Space, UserId, UserIx};
use crate::hash::Table;
use crate::identity::profile_ids::Part;
use crate::identity::{ProfileIdKind, ProfileIds};
use crate::problem::Code;
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
}

/// Why a profile was not taken; nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No id by which anything could match it.
    NoId,
    /// Its ids lead to two users.
    IdsDisagree,
    /// More than [`crate::limits::MAX_PROFILE_IDS`].
    TooManyIds,
    /// Memory ran out.
    Memory,
}

impl Refusal {
    /// Its problem.
    pub const fn code(self) -> Code {
        match self {
            Refusal::NoId => Code::ProfileNoId,
            Refusal::IdsDisagree => Code::ProfileIdsDisagree,
            Refusal::TooManyIds => Code::ProfileIdCount,
            Refusal::Memory => Code::LimitMemory,
        }
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
    /// Takes the ids of a known user or of a new one, and answers the user.
    fn write(
        &mut self,
        known: Option<UserIx>,
        profile: &ProfileIds,
        coming: &[Coming],
    ) -> Result<UserIx, Full>;
}

/// What has to succeed once it is known who a profile is, `None` for somebody new, and before
/// anything is written.
pub(in crate::identity) type Ready<'a> = dyn FnMut(Option<UserIx>) -> Result<(), Full> + 'a;

/// See [`super::Directory::put`].
pub(in crate::identity) fn put(
    users: &mut dyn Users,
    profile: &mut ProfileIds,
    ready: &mut Ready<'_>,
) -> Result<Put, Refusal> {
    if profile.is_full {
        return Err(Refusal::Memory);
    }
    if profile.is_over {
        return Err(Refusal::TooManyIds);
    }
    if profile.is_empty() {
        return Err(Refusal::NoId);
    }
    let mut coming = coming(users, profile)?;
    let known = who(users, profile, &coming)?;
    let is_mine = |hit: Hit| Some(hit.user) == known;
    let before = coming.len();
    coming.retain(|id| id.part.kind != ProfileIdKind::Alias || id.hit.is_none_or(is_mine));
    let taken_aliases = (before - coming.len()) as u32;
    // INVARIANT: an id is left, since aliases alone, of whomever, say who a profile is.
    if let Some(user) = known {
        keep(users, user, profile, &mut coming)?;
    }
    ready(known)?;
    Ok(Put {
        user: users.write(known, profile, &coming)?,
        is_new: known.is_none(),
        taken_aliases,
    })
}

/// The profile's ids, each once, and who has them now.
pub(in crate::identity) fn coming(
    users: &dyn Users,
    profile: &ProfileIds,
) -> Result<Vec<Coming>, Full> {
    let mut coming: Vec<Coming> = Vec::new();
    coming.try_reserve(profile.parts.len() + 4)?;
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

/// The known user that the profile is of.
fn who(
    users: &dyn Users,
    profile: &ProfileIds,
    coming: &[Coming],
) -> Result<Option<UserIx>, Refusal> {
    let is_identified = profile.has(ProfileIdKind::External);
    let strong = coming
        .iter()
        .filter(|id| !matches!(id.part.kind, ProfileIdKind::Alias | ProfileIdKind::Device));
    let known = one_user(strong.filter_map(|id| Some(id.hit?.user)))?;
    if known.is_some() || is_identified || profile.has(ProfileIdKind::Deprecated) {
        return Ok(known);
    }
    let has_braze_id = profile.has(ProfileIdKind::Braze);
    let hits = coming.iter().filter_map(|id| Some((id.part.kind, id.hit?)));
    if has_braze_id || profile.has(ProfileIdKind::Alias) {
        return one_user(hits.filter_map(|(kind, hit)| {
            let is_same = kind == ProfileIdKind::Alias
                && !(has_braze_id && has_kind(users, hit.user, &[ProfileIdKind::Braze]));
            is_same.then_some(hit.user)
        }));
    }
    one_user(hits.filter_map(|(_, hit)| {
        let user = users.device_user(hit);
        user.filter(|&user| !has_kind(users, user, &[ProfileIdKind::Braze, ProfileIdKind::Alias]))
    }))
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
    let keeps = [
        (
            ProfileIdKind::External,
            is_old || !profile.has(ProfileIdKind::External),
        ),
        (ProfileIdKind::Deprecated, !profile.says_deprecated),
        (ProfileIdKind::Braze, !profile.has(ProfileIdKind::Braze)),
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

/// The only user among these, if there is any.
fn one_user(mut users: impl Iterator<Item = UserIx>) -> Result<Option<UserIx>, Refusal> {
    let Some(first) = users.next() else {
        return Ok(None);
    };
    if users.any(|user| user != first) {
        return Err(Refusal::IdsDisagree);
    }
    Ok(Some(first))
}
