//! The specification of sets of users as slow and obvious code, and sets of every shape by name.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests"
)]

use crate::chance::Chance;
use kohort::user_set::{Encoding, UserSet};
use std::collections::BTreeSet;

pub const ENCODINGS: [Encoding; 3] = [Encoding::Dense, Encoding::Compressed, Encoding::Runs];

/// A set of users: whether each is in it.
#[derive(Clone, PartialEq)]
pub struct Twin(pub Vec<bool>);

impl Twin {
    pub fn new(universe: u32, members: impl IntoIterator<Item = u32>) -> Twin {
        let mut all = vec![false; universe as usize];
        for user in members.into_iter().filter(|&user| user < universe) {
            all[user as usize] = true;
        }
        Twin(all)
    }

    /// Those for whom `keep` says so, who is told of being in this one and in the other.
    pub fn with(&self, other: &Twin, keep: impl Fn(bool, bool) -> bool) -> Twin {
        let is_in = |twin: &Twin, user: usize| twin.0.get(user).copied().unwrap_or(false);
        let users = 0..self.0.len().max(other.0.len());
        Twin(
            users
                .map(|user| keep(is_in(self, user), is_in(other, user)))
                .collect(),
        )
    }

    pub fn complement(&self) -> Twin {
        Twin(self.0.iter().map(|is_in| !is_in).collect())
    }

    pub fn members(&self) -> Vec<u32> {
        let users = (0..).zip(&self.0).filter(|(_, is_in)| **is_in);
        users.map(|(user, _)| user).collect()
    }

    pub fn count(&self) -> u32 {
        self.0.iter().map(|&is_in| u32::from(is_in)).sum()
    }

    pub fn runs(&self) -> u32 {
        let mut before = false;
        let starts = self.0.iter().map(|&is_in| {
            let begins = is_in && !before;
            before = is_in;
            u32::from(begins)
        });
        starts.sum()
    }

    /// The users as bits of words, at least so many of them.
    pub fn words(&self, at_least: usize) -> Vec<u64> {
        let mut words = vec![0; self.0.len().div_ceil(64).max(at_least)];
        for (user, &is_in) in self.0.iter().enumerate() {
            words[user / 64] |= u64::from(is_in) << (user % 64);
        }
        words
    }

    /// The set itself, held this way.
    pub fn held(&self, encoding: Encoding) -> UserSet {
        let set = UserSet::from_words(self.0.len() as u32, self.words(0)).unwrap();
        set.to_encoding(encoding).unwrap()
    }

    /// Is it this set?
    pub fn is(&self, set: &UserSet) -> bool {
        let expected = self.words(0);
        let mut words = vec![u64::MAX; expected.len()];
        set.read_words(0, &mut words);
        set.universe() as usize == self.0.len() && set.count() == self.count() && words == expected
    }
}

/// Sets of every shape, by name.
pub fn archetypes(universe: u32) -> Vec<(&'static str, Twin)> {
    let mut chance = Chance::new(u64::from(universe) + 99);
    let mut one_in = |n| -> Vec<u32> { (0..universe).filter(|_| chance.one_in(n)).collect() };
    // On either side of where words and the parts of a compressed set begin.
    let edges = (0..=universe / 64).map(|word| word * 64);
    let edges = edges.filter(|edge| edge.is_power_of_two() || edge % 65_536 == 0);
    let edges = edges.flat_map(|edge| [edge.wrapping_sub(1), edge]);
    let third = universe / 3;
    let shapes: [(&str, Vec<u32>); 12] = [
        ("empty", vec![]),
        ("one", vec![universe / 2]),
        ("the first and the last", vec![0, universe.wrapping_sub(1)]),
        ("sparse", one_in(400)),
        ("some", one_in(20)),
        ("dense", one_in(2)),
        ("nearly full", {
            let left_out = BTreeSet::from_iter(one_in(300));
            (0..universe)
                .filter(|user| !left_out.contains(user))
                .collect()
        }),
        ("every other", (0..universe).step_by(2).collect()),
        ("a run", (third..third * 2).collect()),
        (
            "short runs",
            (0..universe).filter(|user| user % 1000 < 30).collect(),
        ),
        ("the edges of blocks", edges.collect()),
        ("full", (0..universe).collect()),
    ];
    shapes
        .map(|(name, members)| (name, Twin::new(universe, members)))
        .into()
}

/// A set of random shape: of stretches and gaps of random length, around a random one.
pub fn random(chance: &mut Chance, universe: u32) -> Twin {
    let (mean_run, mean_gap) = (1 << chance.below(12), 1 << chance.below(12));
    let mut members = Vec::new();
    let mut at = chance.below(mean_gap * 2) as u32;
    while at < universe {
        let end = at + 1 + chance.below(mean_run * 2) as u32;
        members.extend(at..end.min(universe));
        at = end + 1 + chance.below(mean_gap * 2) as u32;
    }
    Twin::new(universe, members)
}
