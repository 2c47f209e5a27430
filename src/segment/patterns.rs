//! How rules have their patterns matched: by whoever has the automata, which may be another module.

use super::{Node, Predicate, Rule, Subject};
#[cfg(feature = "regex")]
use crate::pattern::{Automaton, Pattern};
use alloc::vec::Vec;

/// How patterns are matched.
pub trait Patterns {
    /// Is it ready to match a pattern that a rule has? Asked once for each, before the rule is kept.
    fn prepare(&self, _pattern: &[u8]) -> bool {
        true
    }

    /// Does a text match the pattern with this text?
    fn matches(&self, pattern: &[u8], text: &[u8]) -> bool;

    /// Adds to `matched` of each text whether it matches: of texts that stand one behind the other up to
    /// these ends.
    fn match_each(&self, pattern: &[u8], texts: &[u8], ends: &[u32], matched: &mut Vec<bool>) {
        let mut start = 0;
        for &end in ends {
            let text = texts.get(start..end as usize).unwrap_or(&[]);
            matched.push(self.matches(pattern, text));
            start = end as usize;
        }
    }

    /// Has memory run out since this was asked last? Then what was answered since is worth nothing.
    fn take_failed(&self) -> bool {
        false
    }
}

/// What was found already.
pub(super) struct Answered(pub(super) bool);

impl Patterns for Answered {
    fn matches(&self, _pattern: &[u8], _text: &[u8]) -> bool {
        self.0
    }
}

impl Rule {
    /// Does `ready` hold of every pattern in it? It is asked up to the first of which it does not.
    pub fn patterns_are(&self, ready: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        let mut filters = self.filter.iter().chain(&self.exclude);
        filters.all(|node| node.patterns_are(ready))
    }
}

impl Node {
    fn patterns_are(&self, ready: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().all(|node| node.patterns_are(ready)),
            Node::Condition(condition) => {
                let criteria: &[_] = match &condition.subject {
                    Subject::Element { all_of, .. } => all_of,
                    _ => &[],
                };
                let tests = criteria.iter().map(|(_, test)| test);
                let mut tests = tests.chain([&condition.test]);
                tests.all(|test| match &test.predicate {
                    Predicate::Matches(pattern) => ready(pattern),
                    _ => true,
                })
            }
        }
    }
}

/// Patterns whose automata are kept at most: those that were matched last.
pub const KEPT_PATTERNS: usize = 32;

/// Automata in this module.
///
/// **Cost**: some megabytes at most for each of [`KEPT_PATTERNS`] patterns.
#[cfg(feature = "regex")]
#[derive(Default)]
pub struct Automata {
    // The last one that was asked is the last.
    kept: core::cell::RefCell<Vec<(super::Text, Option<Automaton>)>>,
}

#[cfg(feature = "regex")]
impl Patterns for Automata {
    fn prepare(&self, pattern: &[u8]) -> bool {
        let mut kept = self.kept.borrow_mut();
        let place = kept.iter().rposition(|(known, _)| **known == *pattern);
        let last = match place {
            Some(place) => kept.remove(place),
            None => {
                let text = core::str::from_utf8(pattern).ok();
                let read = text.and_then(|text| Pattern::parse(text).ok());
                (pattern.into(), read.as_ref().and_then(Automaton::new))
            }
        };
        let is_ready = last.1.is_some();
        if kept.len() >= KEPT_PATTERNS {
            kept.remove(0);
        }
        kept.push(last);
        is_ready
    }

    fn matches(&self, pattern: &[u8], text: &[u8]) -> bool {
        self.prepare(pattern);
        let mut kept = self.kept.borrow_mut();
        let automaton = kept
            .last_mut()
            .and_then(|(_, automaton)| automaton.as_mut());
        automaton.is_some_and(|automaton| automaton.matches(text))
    }
}
