//! What becomes of each id of a request: exactly one outcome, and what it changes.

use super::Direction;
use super::changes::Changes;
use crate::identity::{Directory, Found, Id, IdKind, UserIx};
use crate::limits::MAX_ID_BYTES;
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

/// The ids of one checked request. The hashes must be of the directory's seed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The ids.
    pub changes: &'a Changes,
    /// The text that holds them.
    pub body: &'a [u8],
    /// The hash of each.
    pub hashes: &'a [u64],
}

/// Stands where an id has no user.
pub const NO_USER: UserIx = UserIx::MAX;

/// The outcomes of one request, or of several that count as one. To be used again and again.
///
/// `outcomes`, `users` and `removes` are as long as ids were received.
#[derive(Default)]
pub struct Matching {
    found: Vec<Found>,
    outcomes: Vec<Outcome>,
    users: Vec<UserIx>,
    removes: Vec<bool>,
    states: Vec<State>,
    /// Of the request at hand: could the id match anybody at all?
    valid: Vec<bool>,
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
    /// of the requests, as (first, index) counted over all of them, with rising indices.
    ///
    /// With `identified_only` an alias of an anonymous user matches nobody.
    ///
    /// **Cost**: constant an id.
    pub fn run(
        &mut self,
        directory: &Directory,
        requests: &[Request<'_>],
        repeats: &[(u32, u32)],
        identified_only: bool,
    ) {
        self.found.clear();
        self.outcomes.clear();
        self.users.clear();
        self.removes.clear();
        for request in requests {
            self.valid.clear();
            let valid = &mut self.valid;
            let ids = request.changes.ids(request.body).inspect(|id| {
                valid.push(id.as_ref().is_some_and(is_valid));
            });
            directory.look_up(request.hashes, ids, identified_only, &mut self.found);
            self.describe(request);
        }
        if !repeats.is_empty() {
            self.settle_repeats(repeats);
        }
    }

    /// Outcome, user and direction of the last request's ids.
    fn describe(&mut self, request: &Request<'_>) {
        let from = self.outcomes.len();
        let mut found = self.found.get(from..).unwrap_or(&[]).iter();
        for (run, count) in request.changes.runs() {
            let removes = request.changes.direction(run.change) == Direction::Remove;
            for &found in found.by_ref().take(count as usize) {
                self.users.push(match found {
                    Found::User(user) => user,
                    _ => NO_USER,
                });
                self.outcomes.push(Outcome::of(run.kind, found));
                self.removes.push(removes);
            }
        }
        let outcomes = self.outcomes.get_mut(from..).unwrap_or(&mut []);
        for (outcome, _) in outcomes
            .iter_mut()
            .zip(&self.valid)
            .filter(|(_, valid)| !**valid)
        {
            *outcome = Outcome::Invalid;
        }
    }

    /// Of each id that came more than once, the occurrences in the last direction stay: the first
    /// of them with the look-up's result, the others as duplicates.
    #[cold]
    #[inline(never)]
    fn settle_repeats(&mut self, repeats: &[(u32, u32)]) {
        self.states.clear();
        self.states.resize(self.outcomes.len(), State::New);
        for &(first, index) in repeats.iter().rev() {
            self.settle(first, index);
        }
        for &(first, _) in repeats {
            if !matches!(self.state(first), State::Done) {
                self.settle(first, first);
                self.set_state(first, State::Done);
            }
        }
    }

    fn settle(&mut self, first: u32, index: u32) {
        match self.state(first) {
            State::New => self.set_state(first, State::Run(index)),
            State::Run(earliest) if self.removes(earliest) == self.removes(index) => {
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

    /// Each id's outcome.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Each id's user, also where the outcome is not the look-up's; [`NO_USER`] for none.
    pub fn users(&self) -> &[UserIx] {
        &self.users
    }

    /// Outcomes and users, for keeping them.
    pub fn into_columns(self) -> (Vec<Outcome>, Vec<UserIx>) {
        (self.outcomes, self.users)
    }

    /// Is the id with this index to be removed?
    pub fn removes(&self, index: u32) -> bool {
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

fn is_valid(id: &Id<'_>) -> bool {
    let good = 1..=MAX_ID_BYTES;
    good.contains(&id.name.len()) && (id.kind != IdKind::Alias || good.contains(&id.label.len()))
}
