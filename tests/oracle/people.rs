//! The specification of known users, matching and membership as slow and obvious code: users in a
//! plain list, every question answered by looking at all of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests"
)]

use std::collections::BTreeSet;

/// A profile as its reader understands it.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Profile {
    pub external: Option<String>,
    /// `None` where the profile does not say.
    pub deprecated: Option<Vec<String>>,
    /// Name and label.
    pub aliases: Vec<(String, String)>,
    pub devices: Vec<String>,
    pub braze: Option<String>,
}

#[derive(Clone, Default, PartialEq, Debug)]
pub struct Person {
    pub external: Option<String>,
    pub deprecated: Vec<String>,
    pub aliases: Vec<(String, String)>,
    pub devices: Vec<String>,
    pub braze: Option<String>,
}

impl Person {
    fn is_called(&self, id: &String) -> bool {
        self.external.as_ref() == Some(id) || self.deprecated.contains(id)
    }
}

/// An id of a request.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Id {
    External(String),
    Device(String),
    Alias(String, String),
}

impl Id {
    fn is_valid(&self) -> bool {
        match self {
            Id::External(id) | Id::Device(id) => is_valid(id),
            Id::Alias(name, label) => is_valid(name) && is_valid(label),
        }
    }
}

fn is_valid(id: &str) -> bool {
    !id.is_empty() && id.len() <= 997
}

/// One row of a report.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    pub outcome: &'static str,
    pub effect: &'static str,
    pub user: Option<usize>,
}

#[derive(Clone, Default, PartialEq, Debug)]
pub struct People {
    pub people: Vec<Person>,
    pub members: BTreeSet<usize>,
    /// Aliases and other ids that the profile at last had to leave to somebody else.
    pub left_out: (usize, usize),
}

impl People {
    /// Takes a profile: the user and whether it is new, or why not.
    pub fn put(&mut self, profile: &Profile) -> Result<(usize, bool), &'static str> {
        let mut p = profile.clone();
        p.external = p.external.filter(|id| is_valid(id));
        p.braze = p.braze.filter(|id| is_valid(id));
        p.aliases
            .retain(|(name, label)| is_valid(name) && is_valid(label));
        p.devices.retain(|id| is_valid(id));
        let says_deprecated = p.deprecated.is_some();
        let mut deprecated = p.deprecated.unwrap_or_default();
        deprecated.retain(|id| is_valid(id) && Some(id) != p.external.as_ref());
        dedupe(&mut deprecated);
        dedupe(&mut p.aliases);
        dedupe(&mut p.devices);
        let nothing = p.external.is_none()
            && p.braze.is_none()
            && deprecated.is_empty()
            && p.aliases.is_empty()
            && p.devices.is_empty();
        if nothing {
            return Err("profile.no_id");
        }
        let known = self.who(&p.external, &deprecated, &p.aliases, &p.devices, &p.braze);
        // What somebody else has stays there.
        let all = p.aliases.len();
        p.aliases
            .retain(|alias| self.is_free(known, |q| q.aliases.contains(alias)));
        self.left_out.0 = all - p.aliases.len();
        let all = deprecated.len() + usize::from(p.braze.is_some());
        deprecated.retain(|id| self.is_free(known, |q| q.is_called(id)));
        p.braze = p
            .braze
            .filter(|id| self.is_free(known, |q| q.braze.as_ref() == Some(id)));
        self.left_out.1 = all - deprecated.len() - usize::from(p.braze.is_some());
        let old = known.map(|user| self.people[user].clone());
        let mut person = Person {
            external: p.external,
            deprecated,
            aliases: p.aliases,
            devices: p.devices,
            braze: p.braze,
        };
        if let Some(old) = old {
            if !says_deprecated {
                if let Some(external) = person.external.clone()
                    && old.deprecated.contains(&external)
                {
                    person.external = None;
                    person.deprecated.push(external);
                }
                person.deprecated.extend(old.deprecated.clone());
            }
            if person.external.is_none() {
                person.external = old.external.clone();
            }
            person.braze = person.braze.or(old.braze);
            let external = person.external.clone();
            person.deprecated.retain(|id| Some(id) != external.as_ref());
            dedupe(&mut person.deprecated);
        }
        Ok(match known {
            Some(user) => {
                self.people[user] = person;
                (user, false)
            }
            None => {
                self.people.push(person);
                (self.people.len() - 1, true)
            }
        })
    }

    /// Forgets a user; the numbers of the others stay. False if there is no such user.
    pub fn remove(&mut self, user: usize) -> bool {
        let Some(person) = self.people.get_mut(user) else {
            return false;
        };
        self.members.remove(&user);
        std::mem::take(person) != Person::default()
    }

    /// Is an id nobody's, or this user's?
    fn is_free(&self, user: Option<usize>, has: impl Fn(&Person) -> bool) -> bool {
        let owner = self.people.iter().position(has);
        owner.is_none() || owner == user
    }

    /// Whose profile it is: the strongest id decides, of those of one kind the first.
    fn who(
        &self,
        external: &Option<String>,
        deprecated: &[String],
        aliases: &[(String, String)],
        devices: &[String],
        braze: &Option<String>,
    ) -> Option<usize> {
        let position = |test: &dyn Fn(&Person) -> bool| self.people.iter().position(test);
        for id in external.iter().chain(deprecated) {
            if let Some(user) = position(&|q| q.is_called(id)) {
                return Some(user);
            }
        }
        // Who has another external id is somebody else.
        let may_be = |user: usize| external.is_none() || self.people[user].external.is_none();
        if braze.is_some()
            && let Some(user) = position(&|q| q.braze == *braze)
            && may_be(user)
        {
            return Some(user);
        }
        for alias in aliases {
            if let Some(user) = position(&|q| q.aliases.contains(alias))
                && may_be(user)
                && (braze.is_none() || self.people[user].braze.is_none())
            {
                return Some(user);
            }
        }
        if external.is_some() || !deprecated.is_empty() || braze.is_some() || !aliases.is_empty() {
            return None;
        }
        devices
            .iter()
            .filter_map(|device| self.only_anonymous_owner(device).ok().flatten())
            .find(|&user| self.people[user].braze.is_none() && self.people[user].aliases.is_empty())
    }

    /// `Ok(None)` if nobody has the device, `Err` with the outcome otherwise.
    fn only_anonymous_owner(&self, device: &String) -> Result<Option<usize>, &'static str> {
        let owners: Vec<usize> = (0..self.people.len())
            .filter(|&user| self.people[user].devices.contains(device))
            .collect();
        let anonymous: Vec<usize> = owners
            .iter()
            .copied()
            .filter(|&user| self.people[user].external.is_none())
            .collect();
        match anonymous[..] {
            [user] => Ok(Some(user)),
            [] if owners.is_empty() => Ok(None),
            [] => Err("device_of_identified_user"),
            _ => Err("ambiguous_device_id"),
        }
    }

    fn look_up(&self, id: &Id, identified_only: bool) -> (&'static str, Option<usize>) {
        let position = |test: &dyn Fn(&Person) -> bool| self.people.iter().position(test);
        match id {
            Id::External(id) => match position(&|q| q.is_called(id)) {
                Some(user) => ("matched_external_id", Some(user)),
                None => ("unknown_external_id", None),
            },
            Id::Alias(name, label) => {
                let pair = (name.clone(), label.clone());
                let user = position(&|q| q.aliases.contains(&pair))
                    .filter(|&user| !identified_only || self.people[user].external.is_some());
                match user {
                    Some(user) => ("matched_alias", Some(user)),
                    None => ("unknown_alias", None),
                }
            }
            Id::Device(id) => match self.only_anonymous_owner(id) {
                Ok(Some(user)) => ("matched_device_id", Some(user)),
                Ok(None) => ("unknown_device_id", None),
                Err(why) => (why, None),
            },
        }
    }

    /// Applies ids in order, each with whether it is to be removed.
    pub fn apply(&mut self, ids: &[(Id, bool)], identified_only: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for (index, (id, removes)) in ids.iter().enumerate() {
            let (found, user) = self.look_up(id, identified_only);
            let overtaken = ids[index..]
                .iter()
                .any(|(other, away)| other == id && away != removes);
            // Of those before, the ones that are not overtaken themselves.
            let before = ids[..index].iter().rposition(|(other, _)| other == id);
            let repeats = before.is_some_and(|at| ids[at].1 == *removes);
            let outcome = if !id.is_valid() {
                "invalid"
            } else if overtaken {
                "superseded"
            } else if repeats {
                "duplicate"
            } else {
                found
            };
            let mut effect = "none";
            if let Some(user) = user.filter(|_| !overtaken) {
                let changes = if *removes {
                    self.members.remove(&user)
                } else {
                    self.members.insert(user)
                };
                effect = match (changes, removes) {
                    (true, false) => "adds",
                    (true, true) => "removes",
                    (false, _) if outcome == "duplicate" => "none",
                    (false, false) => "already_member",
                    (false, true) => "not_a_member",
                };
            }
            rows.push(Row {
                outcome,
                effect,
                user,
            });
        }
        rows
    }
}

fn dedupe<T: PartialEq + Clone>(items: &mut Vec<T>) {
    let all = std::mem::take(items);
    for item in all {
        if !items.contains(&item) {
            items.push(item);
        }
    }
}
