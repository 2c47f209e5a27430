//! Who is in which cohort.

use super::matching::{Effect, Matching, NO_USER, Outcome};
use crate::identity::UserIx;
use crate::problem::Code;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Rows whose users are looked up together.
const TOGETHER: usize = 128;

/// The members of a cohort, a bit each: what changes one by one. What is computed of several is a `user_set::UserSet`.
///
/// **Cost**: an eighth of a byte for every user up to the greatest.
#[derive(Clone, Default)]
pub struct Members {
    words: Vec<u64>,
    count: u32,
    /// What number the cohort has among all that there ever were.
    cohort: u64,
    /// How often anybody came or went.
    changes: u64,
}

impl PartialEq for Members {
    fn eq(&self, other: &Members) -> bool {
        self.words == other.words
    }
}

impl Eq for Members {}

impl Members {
    /// Makes room for the users below `count`, so that adding them cannot fail.
    ///
    /// **Errors**: `limit.memory`.
    pub fn reserve(&mut self, count: usize) -> Result<(), Code> {
        let words = count.div_ceil(64);
        if let Some(more) = words.checked_sub(self.words.len()) {
            self.words
                .try_reserve(more)
                .map_err(|_| Code::LimitMemory)?;
            self.words.resize(words, 0);
        }
        Ok(())
    }

    /// Adds a user there is room for; true if it was not there.
    pub fn insert(&mut self, user: UserIx) -> bool {
        self.put(user, true)
    }

    /// Removes a user; true if it was there.
    pub fn remove(&mut self, user: UserIx) -> bool {
        self.put(user, false)
    }

    fn put(&mut self, user: UserIx, is_in: bool) -> bool {
        let Some(word) = self.words.get_mut(user as usize / 64) else {
            return false;
        };
        let bit = 1 << (user % 64);
        let changes = (*word & bit != 0) != is_in;
        if changes {
            *word ^= bit;
            self.changes += 1;
            self.count = if is_in {
                self.count + 1
            } else {
                self.count - 1
            };
        }
        changes
    }

    /// Reads where these users stand, so that it is near when each is looked at: reads that wait
    /// for memory wait together.
    fn touch(&self, users: &[UserIx]) {
        let sum = users.iter().fold(0, |sum, &user| {
            sum ^ self.words.get(user as usize / 64).copied().unwrap_or(0)
        });
        core::hint::black_box(sum);
    }

    /// Is the user there?
    pub fn contains(&self, user: UserIx) -> bool {
        let word = self.words.get(user as usize / 64).copied().unwrap_or(0);
        word >> (user % 64) & 1 != 0
    }

    /// The users' bits, the first user in the lowest bit of the first word; as many words as there was room made for.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// What tells these members from those of other cohorts and of other times, once they are in [`Cohorts`].
    pub fn version(&self) -> [u64; 2] {
        [self.cohort, self.changes]
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The users, rising.
    pub fn iter(&self) -> impl Iterator<Item = UserIx> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let mut left = word;
            core::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros();
                left &= left - 1;
                Some(index as u32 * 64 + bit)
            })
        })
    }
}

/// A list of members that a partner sends.
#[derive(Clone)]
pub struct Cohort {
    /// The display name; the cohort's id until a name request gives another.
    pub name: String,
    /// When it was made, as the name request wrote it.
    pub created_at: Option<String>,
    /// Who is in it.
    pub members: Members,
}

impl Cohort {
    /// A cohort that nobody has named yet.
    ///
    /// **Source**: that its id stands for its name is our decision, as in Treasure Data's export.
    pub fn unnamed(id: &str) -> Cohort {
        Cohort {
            name: id.into(),
            created_at: None,
            members: Members::default(),
        }
    }
}

/// All cohorts, by partner and by the partner's own id.
#[derive(Default)]
pub struct Cohorts {
    partners: BTreeMap<String, BTreeMap<String, Cohort>>,
    /// How many there ever were.
    born: u64,
}

impl Cohorts {
    /// The cohort, if it is known.
    pub fn get(&self, partner: &str, id: &str) -> Option<&Cohort> {
        self.partners.get(partner)?.get(id)
    }

    /// The ids of a partner's cohorts; `None` if it has none.
    pub fn ids(&self, partner: &str) -> Option<impl Iterator<Item = &str>> {
        let cohorts = self.partners.get(partner)?;
        Some(cohorts.keys().map(String::as_str))
    }

    /// The partners who have cohorts.
    pub fn partners(&self) -> impl Iterator<Item = &str> {
        self.partners.keys().map(String::as_str)
    }

    /// The cohort, if it is known.
    pub fn get_mut(&mut self, partner: &str, id: &str) -> Option<&mut Cohort> {
        self.partners.get_mut(partner)?.get_mut(id)
    }

    /// Takes in a cohort, in the place of one that is known.
    pub fn insert(&mut self, partner: &str, id: &str, mut cohort: Cohort) {
        self.born += 1;
        cohort.members.cohort = self.born;
        let cohorts = self.partners.entry(partner.into()).or_default();
        cohorts.insert(id.into(), cohort);
    }

    /// Takes a user out of all cohorts.
    ///
    /// **Cost**: in the cohorts.
    pub fn remove_user(&mut self, user: UserIx) {
        for cohort in self.partners.values_mut().flat_map(BTreeMap::values_mut) {
            cohort.members.remove(user);
        }
    }

    /// All cohorts, each with its partner and its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Cohort)> {
        self.partners.iter().flat_map(|(partner, cohorts)| {
            cohorts
                .iter()
                .map(move |(id, cohort)| (partner.as_str(), id.as_str(), cohort))
        })
    }
}

/// What a request changes in a cohort.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Net {
    /// People who were not in it and are now.
    pub added: u32,
    /// People who were in it and are no more.
    pub removed: u32,
    /// People who were matched and are as before.
    pub unchanged: u32,
}

/// A change of a cohort that can be taken back. To be used again and again.
#[derive(Default)]
pub struct Undo {
    /// The users whose bit was turned, in order.
    turned: Vec<UserIx>,
    /// The people met, each once, and whether they were members before.
    people: Vec<(UserIx, bool)>,
    /// The same people, a bit each; empty between two calls.
    met: Members,
    /// What has changed for the people met.
    net: Net,
    /// Was anybody turned who had been met before?
    turned_again: bool,
}

impl Undo {
    /// Makes room for a request of this many ids of users below `users`, so that applying it
    /// cannot fail.
    ///
    /// **Errors**: `limit.memory`.
    pub fn reserve(&mut self, ids: usize, users: usize) -> Result<(), Code> {
        let memory = |_| Code::LimitMemory;
        self.turned.try_reserve(ids).map_err(memory)?;
        self.people.try_reserve(ids).map_err(memory)?;
        self.met.reserve(users)
    }

    /// Applies every id in order, so that the last one that means a person wins, and writes down
    /// what each changes.
    ///
    /// A superseded id changes nothing, since a later one of the same text does. A duplicate
    /// matters only where another id of the same person came in between.
    ///
    /// **Cost**: constant an id.
    // WHY out of line: V8 keeps what a loop needs in registers where the function is small.
    // WHY a bit for each person met: sorting the people of 1,000 ids took a tenth of a preview,
    // and whoever numbers the users could make a table of numbers collide.
    #[inline(never)]
    pub fn apply(&mut self, members: &mut Members, matching: &Matching, effects: &mut Vec<Effect>) {
        effects.clear();
        self.people.clear();
        self.net = Net::default();
        self.turned_again = false;
        let outcomes = matching.outcomes().chunks(TOGETHER);
        let mut removes = matching.removes();
        for (outcomes, users) in outcomes.zip(matching.users().chunks(TOGETHER)) {
            members.touch(users);
            self.met.touch(users);
            for ((&outcome, &user), removes) in outcomes.iter().zip(users).zip(&mut removes) {
                effects.push(self.meet(members, outcome, user, removes));
            }
        }
        for &(user, _) in &self.people {
            self.met.remove(user);
        }
        if self.turned_again {
            self.net = self.count_net(members);
        }
    }

    #[inline(always)]
    fn meet(
        &mut self,
        members: &mut Members,
        outcome: Outcome,
        user: UserIx,
        removes: bool,
    ) -> Effect {
        let applies = outcome.is_matched() || outcome == Outcome::Duplicate;
        if !applies || user == NO_USER {
            return Effect::None;
        }
        let turned = members.put(user, !removes);
        if turned {
            self.turned.push(user);
        }
        if self.met.insert(user) {
            self.people.push((user, removes == turned));
            match (turned, removes) {
                (true, false) => self.net.added += 1,
                (true, true) => self.net.removed += 1,
                (false, _) => self.net.unchanged += 1,
            }
        } else {
            self.turned_again |= turned;
        }
        match (turned, removes) {
            (true, false) => Effect::Adds,
            (true, true) => Effect::Removes,
            (false, _) if outcome == Outcome::Duplicate => Effect::None,
            (false, false) => Effect::AlreadyMember,
            (false, true) => Effect::NotAMember,
        }
    }

    /// How many people were matched.
    pub fn people(&self) -> usize {
        self.people.len()
    }

    /// What has changed for people, whatever happened in between.
    pub fn net(&self) -> Net {
        self.net
    }

    #[cold]
    fn count_net(&self, members: &Members) -> Net {
        let mut net = Net::default();
        for &(user, before) in &self.people {
            match (before, members.contains(user)) {
                (false, true) => net.added += 1,
                (true, false) => net.removed += 1,
                _ => net.unchanged += 1,
            }
        }
        net
    }

    /// Takes everything back.
    pub fn roll_back(&mut self, members: &mut Members) {
        while let Some(user) = self.turned.pop() {
            let is_in = members.contains(user);
            members.put(user, !is_in);
        }
    }

    /// Lets everything stand.
    pub fn commit(&mut self) {
        self.turned.clear();
    }
}
