//! What becomes of each id of a request: exactly one outcome, and what it changes.

use super::Direction;
use super::changes::Changes;
use crate::hash::Table;
use crate::identity::directory::BATCH;
use crate::identity::{Bare, Directory, Found, IdKind, UserIx, hash_ids, is_valid_id};
use crate::json::Text;
use crate::problem::Code;
use alloc::vec::Vec;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each variant is its wire word")]
        pub enum $name { $($variant),* }

        impl $name {
            /// All, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The wire word.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    };
}

words! {
    /// What became of an id. Of several that apply, `invalid` comes before `superseded`, that
    /// before `duplicate`, and that before the look-up's result.
    Outcome {
        MatchedExternalId "matched_external_id"
        MatchedAlias "matched_alias"
        MatchedDeviceId "matched_device_id"
        UnknownExternalId "unknown_external_id"
        UnknownAlias "unknown_alias"
        UnknownDeviceId "unknown_device_id"
        DeviceOfIdentifiedUser "device_of_identified_user"
        AmbiguousDeviceId "ambiguous_device_id"
        Duplicate "duplicate"
        Superseded "superseded"
        Invalid "invalid"
    }
}

words! {
    /// What an id changes in the cohort.
    Effect {
        None "none"
        Adds "adds"
        Removes "removes"
        AlreadyMember "already_member"
        NotAMember "not_a_member"
    }
}

impl Outcome {
    /// How many there are.
    pub const COUNT: usize = Outcome::ALL.len();

    /// Was a user found?
    pub const fn is_matched(self) -> bool {
        matches!(
            self,
            Outcome::MatchedExternalId | Outcome::MatchedAlias | Outcome::MatchedDeviceId
        )
    }

    /// What a look-up comes to for an id of this kind.
    pub fn of(kind: IdKind, found: Found) -> Outcome {
        match (found, kind) {
            (Found::User(_), IdKind::External) => Outcome::MatchedExternalId,
            (Found::User(_), IdKind::Alias) => Outcome::MatchedAlias,
            (Found::User(_), IdKind::Device) => Outcome::MatchedDeviceId,
            (Found::DeviceOfIdentified, _) => Outcome::DeviceOfIdentifiedUser,
            (Found::DeviceAmbiguous, _) => Outcome::AmbiguousDeviceId,
            (Found::Unknown | Found::Probable, IdKind::External) => Outcome::UnknownExternalId,
            (Found::Unknown | Found::Probable, IdKind::Alias) => Outcome::UnknownAlias,
            (Found::Unknown | Found::Probable, IdKind::Device) => Outcome::UnknownDeviceId,
        }
    }
}

/// The ids of one checked request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The ids.
    pub changes: &'a Changes,
    /// The text that holds them.
    pub body: &'a [u8],
}

/// Stands where an id has no user.
pub const NO_USER: UserIx = UserIx::MAX;

/// The outcomes of one request, or of several that count as one. To be used again and again.
///
/// `outcomes`, `users` and `removes` are as long as ids were received.
#[derive(Default)]
pub struct Matching {
    hashes: Vec<u64>,
    outcomes: Vec<Outcome>,
    users: Vec<UserIx>,
    removes: Vec<bool>,
    states: Vec<State>,
    repeats: Vec<(u32, u32)>,
    table: Table,
}

/// What is known of a repeated id, walking from its last occurrence to its first.
#[derive(Clone, Copy)]
enum State {
    /// Not met yet.
    New,
    /// So far all went in one direction; this is the earliest of them.
    Run(u32),
    /// An occurrence went in the other direction: all before it are superseded.
    Broken,
    /// The first occurrence is done.
    Done,
}

impl Matching {
    /// Looks up every id and gives it its outcome. `repeats` are the ids that came before in any
    /// of the requests, as (first, index) counted over all of them, with rising indices: of a
    /// single request its check knows them. `None` has them found by the hashes of the look-ups.
    ///
    /// With `identified_only` an alias of an anonymous user matches nobody.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: constant an id.
    pub fn run(
        &mut self,
        directory: &Directory,
        requests: &[Request<'_>],
        repeats: Option<&[(u32, u32)]>,
        identified_only: bool,
    ) -> Result<(), Code> {
        self.clear(requests)?;
        for request in requests {
            for (run, texts) in request.changes.lists() {
                let removes = request.changes.direction(run.change) == Direction::Remove;
                if run.kind == IdKind::Alias {
                    for texts in texts.as_chunks::<2>().0.chunks(BATCH) {
                        self.look_up(directory, run.kind, texts, request.body, identified_only);
                    }
                } else {
                    for texts in texts.as_chunks::<1>().0.chunks(BATCH) {
                        self.look_up(directory, run.kind, texts, request.body, identified_only);
                    }
                }
                self.removes.resize(self.outcomes.len(), removes);
            }
        }
        match repeats {
            Some(repeats) => self.repeats.extend_from_slice(repeats),
            None => self.find_repeats(requests)?,
        }
        if !self.repeats.is_empty() {
            self.settle_repeats();
        }
        Ok(())
    }

    /// Forgets what came before, and makes room for all ids.
    fn clear(&mut self, requests: &[Request<'_>]) -> Result<(), Code> {
        let count = requests.iter().map(|request| request.changes.kept()).sum();
        let memory = |_| Code::LimitMemory;
        self.hashes.clear();
        self.outcomes.clear();
        self.users.clear();
        self.removes.clear();
        self.repeats.clear();
        self.hashes.try_reserve(count).map_err(memory)?;
        self.outcomes.try_reserve(count).map_err(memory)?;
        self.users.try_reserve(count).map_err(memory)?;
        self.removes.try_reserve(count).map_err(memory)?;
        // No id repeats more often than there are ids.
        self.repeats.try_reserve(count.min(BATCH)).map_err(memory)
    }

    /// Hash, outcome and user of at most [`BATCH`] ids of one list, each of one text or, an alias,
    /// of two.
    // WHY out of line: V8 keeps what a loop needs in registers where the function is small.
    #[inline(never)]
    fn look_up<const PARTS: usize>(
        &mut self,
        directory: &Directory,
        kind: IdKind,
        texts: &[[Text; PARTS]],
        body: &[u8],
        identified_only: bool,
    ) {
        let decoded = decode_odd(texts, body);
        let mut ids: [Bare<'_>; BATCH] = [[&[]; 2]; BATCH];
        for (id, texts) in ids.iter_mut().zip(texts) {
            for (part, text) in id.iter_mut().zip(texts) {
                *part = text.raw(body);
            }
        }
        for (id, texts) in ids.iter_mut().zip(decoded.chunks_exact(PARTS)) {
            for (part, text) in id.iter_mut().zip(texts) {
                *part = text;
            }
        }
        let ids = ids.get(..texts.len()).unwrap_or(&[]);
        let from = self.hashes.len();
        self.hashes.resize(from + ids.len(), 0);
        let hashes = self.hashes.get_mut(from..).unwrap_or(&mut []);
        hash_ids(directory.seed(), kind, ids, hashes);
        let mut each = ids.iter();
        directory.look_up(kind, ids, hashes, identified_only, |found| {
            let is_valid = each.next().is_some_and(|id| is_valid_id(kind, id));
            self.outcomes.push(if is_valid {
                Outcome::of(kind, found)
            } else {
                Outcome::Invalid
            });
            self.users.push(match found {
                Found::User(user) => user,
                _ => NO_USER,
            });
        });
    }

    /// The ids that came before in any of the requests, counted over all of them.
    #[cold]
    fn find_repeats(&mut self, requests: &[Request<'_>]) -> Result<(), Code> {
        let memory = |_| Code::LimitMemory;
        let Self {
            hashes,
            table,
            repeats,
            ..
        } = self;
        table.try_reset(hashes.len()).ok_or(Code::LimitMemory)?;
        let mut firsts = Vec::new();
        firsts.try_reserve_exact(requests.len()).map_err(memory)?;
        let mut next = 0;
        for request in requests {
            firsts.push(next);
            next += request.changes.kept() as u32;
        }
        let id = |index: u32| {
            let at = firsts.partition_point(|&first| first <= index);
            let at = at.checked_sub(1)?;
            let request: &Request<'_> = requests.get(at)?;
            request.changes.id(index - firsts.get(at)?, request.body)
        };
        for (index, &hash) in hashes.iter().enumerate() {
            let index = index as u32;
            let same = |first| id(first) == id(index);
            if let Some(first) = table.insert(hash, index, same) {
                repeats.try_reserve(1).map_err(memory)?;
                repeats.push((first, index));
            }
        }
        Ok(())
    }

    /// The ids that came before, as (first, index).
    pub fn repeats(&self) -> &[(u32, u32)] {
        &self.repeats
    }

    /// Of each id that came more than once, the occurrences in the last direction stay: the first
    /// of them with the look-up's result, the others as duplicates.
    #[cold]
    #[inline(never)]
    fn settle_repeats(&mut self) {
        let repeats = core::mem::take(&mut self.repeats);
        self.states.clear();
        self.states.resize(self.outcomes.len(), State::New);
        for &(first, index) in repeats.iter().rev() {
            self.settle(first, index);
        }
        for &(first, _) in &repeats {
            if !matches!(self.state(first), State::Done) {
                self.settle(first, first);
                self.set_state(first, State::Done);
            }
        }
        self.repeats = repeats;
    }

    fn settle(&mut self, first: u32, index: u32) {
        match self.state(first) {
            State::New => self.set_state(first, State::Run(index)),
            State::Run(earliest) if self.removes_at(earliest) == self.removes_at(index) => {
                self.set_outcome(earliest, Outcome::Duplicate);
                self.set_state(first, State::Run(index));
            }
            State::Run(_) | State::Broken => {
                self.set_outcome(index, Outcome::Superseded);
                self.set_state(first, State::Broken);
            }
            State::Done => {}
        }
    }

    fn state(&self, first: u32) -> State {
        self.states
            .get(first as usize)
            .copied()
            .unwrap_or(State::Done)
    }

    fn set_state(&mut self, first: u32, state: State) {
        if let Some(there) = self.states.get_mut(first as usize) {
            *there = state;
        }
    }

    /// Sets a repeat's outcome; an invalid id stays invalid.
    fn set_outcome(&mut self, index: u32, outcome: Outcome) {
        if let Some(there) = self.outcomes.get_mut(index as usize)
            && *there != Outcome::Invalid
        {
            *there = outcome;
        }
    }

    /// How many ids there were.
    pub fn received(&self) -> usize {
        self.removes.len()
    }

    /// Each id's outcome.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Each id's user, also where the outcome is not the look-up's; [`NO_USER`] for none.
    pub fn users(&self) -> &[UserIx] {
        &self.users
    }

    /// Outcomes and users, for keeping them; none are left here.
    pub fn take_columns(&mut self) -> (Vec<Outcome>, Vec<UserIx>) {
        let outcomes = core::mem::take(&mut self.outcomes);
        (outcomes, core::mem::take(&mut self.users))
    }

    /// Which ids are to be removed, in order.
    pub fn removes(&self) -> impl Iterator<Item = bool> + '_ {
        self.removes.iter().copied()
    }

    fn removes_at(&self, index: u32) -> bool {
        self.removes.get(index as usize).copied().unwrap_or(false)
    }

    /// How often each outcome occurs, in the order of [`Outcome::ALL`]. They add up to the ids
    /// received.
    pub fn counts(&self) -> [u32; Outcome::COUNT] {
        let mut counts = [0; Outcome::COUNT];
        for &outcome in &self.outcomes {
            if let Some(count) = counts.get_mut(outcome as usize) {
                *count += 1;
            }
        }
        counts
    }
}

/// What the texts read as, if one of them does not read as it is written; else nothing.
#[inline(always)]
fn decode_odd<const PARTS: usize>(texts: &[[Text; PARTS]], body: &[u8]) -> Vec<Vec<u8>> {
    // Nothing is allocated for the empty list.
    if texts.as_flattened().iter().any(|text| text.is_escaped()) {
        decode_all(texts.as_flattened(), body)
    } else {
        Vec::new()
    }
}

#[cold]
#[inline(never)]
fn decode_all(texts: &[Text], body: &[u8]) -> Vec<Vec<u8>> {
    let decoded = texts.iter().map(|text| text.decode(body).into_owned());
    decoded.collect()
}
