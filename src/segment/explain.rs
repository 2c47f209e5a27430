//! Why a rule holds for a user, or does not: each part with its answer, and the fewest conditions that
//! would have to be otherwise.

use super::answer::Answer;
use super::ask::World;
use super::{Node, Rule};
use crate::identity::UserIx;
use alloc::vec::Vec;

/// The answer of a part of a rule.
pub struct Explained<'a> {
    /// For the user.
    pub answer: Answer,
    /// What it is.
    pub part: Part<'a>,
}

/// A part of a rule.
pub enum Part<'a> {
    /// All of these.
    And(Vec<Explained<'a>>),
    /// Any of these.
    Or(Vec<Explained<'a>>),
    /// A condition.
    Condition(&'a super::Condition),
}

/// Why a user is in a segment, or not.
pub struct Explanation<'a> {
    /// Is the user in it?
    pub answer: Answer,
    /// What the apps say.
    pub apps: Answer,
    /// What the filter says, if there is one.
    pub filter: Option<Explained<'a>>,
    /// What each exclusion says.
    pub exclude: Vec<Explained<'a>>,
    /// The fewest conditions that keep the user out: were each of them answered otherwise, the user would be in.
    /// None where the apps do that alone, or nothing does.
    pub failing: Vec<&'a super::Condition>,
}

impl Rule {
    /// Why it holds for a user, or does not.
    ///
    /// **Cost**: that of [`Rule::ask`], and a pass over the answers.
    pub fn explain<'a>(&'a self, world: &World<'_>, user: UserIx) -> Explanation<'a> {
        let apps = self.apps.ask(world, user);
        let filter = self.filter.as_ref().map(|node| node.explain(world, user));
        let exclude: Vec<_> = self
            .exclude
            .iter()
            .map(|node| node.explain(world, user))
            .collect();
        let filtered = filter.as_ref().map_or(Answer::True, |filter| filter.answer);
        let excluded = Answer::any(exclude.iter().map(|node| node.answer));
        let mut failing = Vec::new();
        if let Some(filter) = &filter {
            failing = filter.failing(Answer::True);
        }
        for node in &exclude {
            failing.extend(node.failing(Answer::False));
        }
        Explanation {
            answer: Answer::all([apps, filtered, !excluded]),
            apps,
            filter,
            exclude,
            failing,
        }
    }
}

impl Node {
    fn explain<'a>(&'a self, world: &World<'_>, user: UserIx) -> Explained<'a> {
        let all = |nodes: &'a [Node]| -> Vec<Explained<'a>> {
            nodes.iter().map(|node| node.explain(world, user)).collect()
        };
        match self {
            Node::And(nodes) => {
                let parts = all(nodes);
                Explained {
                    answer: Answer::all(parts.iter().map(|part| part.answer)),
                    part: Part::And(parts),
                }
            }
            Node::Or(nodes) => {
                let parts = all(nodes);
                Explained {
                    answer: Answer::any(parts.iter().map(|part| part.answer)),
                    part: Part::Or(parts),
                }
            }
            Node::Condition(condition) => Explained {
                answer: condition.ask(world, user),
                part: Part::Condition(condition),
            },
        }
    }
}

impl<'a> Explained<'a> {
    /// The fewest conditions that would have to be otherwise for this answer.
    fn failing(&self, wanted: Answer) -> Vec<&'a super::Condition> {
        if self.answer == wanted {
            return Vec::new();
        }
        let of = |parts: &[Explained<'a>], all: bool| {
            let each = parts.iter().map(|part| part.failing(wanted));
            if all {
                each.flatten().collect()
            } else {
                each.min_by_key(Vec::len).unwrap_or_default()
            }
        };
        match &self.part {
            Part::Condition(condition) => alloc::vec![*condition],
            Part::And(parts) => of(parts, wanted == Answer::True),
            Part::Or(parts) => of(parts, wanted == Answer::False),
        }
    }
}
