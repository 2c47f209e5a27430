//! Why a rule holds for a user, or does not: each part with its answer, what it saw and what decided, and
//! the fewest conditions that would have to be otherwise.

use super::answer::Answer;
use super::ask::{User, World};
use super::observed::{Looked, Observed};
use super::seen::Place;
use super::{Apps, Condition, Meaning, Node, Predicate, Rule, Subject, Value};
use crate::identity::UserIx;
use crate::limits::MAX_CONDITIONS;
use crate::problem::Code;
use alloc::vec::Vec;
use core::cell::Cell;

/// Why a user is in a segment, or not.
pub struct Explanation<'a> {
    /// The apps, if users of some are chosen, the filter, and the exclusions, all of which have to be so.
    pub tree: Explained<'a>,
    /// The places of the fewest conditions that keep the user out: were each of them answered otherwise,
    /// the user would be in. Of several such sets it is the first; a condition that stands at two places
    /// counts twice.
    pub failing: Vec<&'a [u8]>,
}

/// The answer of a part of a rule.
pub struct Explained<'a> {
    /// For the user.
    pub answer: Answer,
    /// What it is.
    pub part: Part<'a>,
}

/// A part of a rule.
pub enum Part<'a> {
    /// All of these: an `AND`, or a whole rule.
    And(Vec<Explained<'a>>),
    /// Any of these.
    Or(Vec<Explained<'a>>),
    /// An exclusion: not this one.
    Not(Vec<Explained<'a>>),
    /// The choice of apps.
    Apps(&'a Apps, Looked<'a>),
    /// A condition.
    Condition(&'a Condition, Looked<'a>),
    /// A condition about segments, with the names of those that it asks for and what each says, as far as a limit
    /// for all conditions of an explanation allows.
    Segments(&'a Condition, Looked<'a>, Vec<(&'a [u8], Explained<'a>)>),
}

impl<'a> Part<'a> {
    /// The parts of it that its answer is made of.
    pub fn children(&self) -> &[Explained<'a>] {
        match self {
            Part::And(parts) | Part::Or(parts) | Part::Not(parts) => parts,
            Part::Apps(..) | Part::Condition(..) | Part::Segments(..) => &[],
        }
    }
}

/// Whom an explanation is of, and how many conditions it may still tell of segments that are asked about: so
/// many as a definition may have.
#[derive(Clone, Copy)]
struct Of<'e, 'w> {
    world: &'e World<'w>,
    user: UserIx,
    left: &'e Cell<u32>,
}

/// The place of the choice of apps.
pub const APPS_PATH: &[u8] = b"/apps";

impl Rule {
    /// Why it holds for a user, or does not.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: about twice that of [`Rule::ask`]; of cohorts a pass over those that there
    /// are.
    pub fn explain<'a, 'w: 'a>(
        &'a self,
        world: &World<'w>,
        user: UserIx,
    ) -> Result<Explanation<'a>, Code> {
        let of = Of {
            world,
            user,
            left: &Cell::new(MAX_CONDITIONS),
        };
        let tree = self.explained(of)?;
        let mut failing = Vec::new();
        tree.failing(Answer::True, &mut failing)?;
        Ok(Explanation { tree, failing })
    }

    fn explained<'a, 'w: 'a>(&'a self, of: Of<'_, 'w>) -> Result<Explained<'a>, Code> {
        let Of { world, user, .. } = of;
        let mut parts = reserved(self.exclude.len() + 2)?;
        if !matches!(self.apps, Apps::All) {
            let looked = User { world, user }.look_at_apps(&self.apps);
            parts.push(Explained {
                answer: self.apps.ask(world, user),
                part: Part::Apps(&self.apps, looked),
            });
        }
        if let Some(filter) = &self.filter {
            parts.push(filter.explain(of)?);
        }
        for node in &self.exclude {
            let mut excluded = reserved(1)?;
            let node = node.explain(of)?;
            let answer = !node.answer;
            excluded.push(node);
            parts.push(Explained {
                answer,
                part: Part::Not(excluded),
            });
        }
        Ok(Explained::all(parts))
    }
}

fn reserved<T>(count: usize) -> Result<Vec<T>, Code> {
    let mut list = Vec::new();
    list.try_reserve_exact(count)
        .map_err(|_| Code::LimitMemory)?;
    Ok(list)
}

impl Node {
    fn explain<'a, 'w: 'a>(&'a self, of: Of<'_, 'w>) -> Result<Explained<'a>, Code> {
        let all = |nodes: &'a [Node]| {
            let mut parts = reserved(nodes.len())?;
            for node in nodes {
                parts.push(node.explain(of)?);
            }
            Ok(parts)
        };
        Ok(match self {
            Node::And(nodes) => Explained::all(all(nodes)?),
            Node::Or(nodes) => {
                let parts = all(nodes)?;
                Explained {
                    answer: Answer::any(parts.iter().map(|part| part.answer)),
                    part: Part::Or(parts),
                }
            }
            Node::Condition(condition) => condition.explain(of)?,
        })
    }
}

impl Condition {
    fn explain<'a, 'w: 'a>(&'a self, of: Of<'_, 'w>) -> Result<Explained<'a>, Code> {
        let Of { world, user, left } = of;
        left.set(left.get().saturating_sub(1));
        let part = |answer, looked| Explained {
            answer,
            part: Part::Condition(self, looked),
        };
        let (subject, test, asked) = (&self.subject, &self.test, User { world, user });
        if let Some(seen) = asked.single(subject) {
            let answer = asked.holds(test, seen, Place::Flat).into();
            return Ok(part(answer, asked.look_at_single(subject, test, seen)));
        }
        let answer = asked.ask(subject, test);
        let (Subject::Segments, Predicate::IncludesAnyOf(values)) = (subject, &test.predicate)
        else {
            return Ok(part(answer, asked.look(subject, test)));
        };
        let (mut segments, mut is_in) = (Vec::new(), reserved(values.len())?);
        for name in values.iter().filter_map(Value::text) {
            let Some(rule) = (world.rules)(name) else {
                continue;
            };
            // Few definitions may name many segments again and again.
            let answer = if left.get() == 0 {
                rule.ask(world, user)
            } else {
                let segment = rule.explained(of)?;
                let answer = segment.answer;
                segments.try_reserve(1).map_err(|_| Code::LimitMemory)?;
                segments.push((&**name, segment));
                answer
            };
            if answer == Answer::True {
                is_in.push(&**name);
            }
        }
        let looked = Looked {
            observed: Observed::texts(is_in.into_iter()),
            meaning: Meaning::Segment,
        };
        Ok(Explained {
            answer,
            part: Part::Segments(self, looked, segments),
        })
    }
}

impl<'a> Explained<'a> {
    fn all(parts: Vec<Explained<'a>>) -> Explained<'a> {
        Explained {
            answer: Answer::all(parts.iter().map(|part| part.answer)),
            part: Part::And(parts),
        }
    }

    /// Do all of its parts have to be otherwise for this answer, or is one of them enough?
    fn takes_all(&self, wanted: Answer) -> bool {
        matches!(self.part, Part::And(_)) == (wanted == Answer::True)
    }

    /// How many conditions at least would have to be otherwise for this answer.
    ///
    // INVARIANT: no condition hangs on another, so that what is least for each part is least for all.
    fn fewest(&self, wanted: Answer) -> usize {
        if self.answer == wanted {
            return 0;
        }
        match &self.part {
            Part::And(parts) | Part::Or(parts) => {
                let each = parts.iter().map(|part| part.fewest(wanted));
                if self.takes_all(wanted) {
                    each.sum()
                } else {
                    each.min().unwrap_or(0)
                }
            }
            Part::Not(parts) => parts.iter().map(|part| part.fewest(!wanted)).sum(),
            Part::Apps(..) | Part::Condition(..) | Part::Segments(..) => 1,
        }
    }

    /// The places of those conditions.
    fn failing(&self, wanted: Answer, out: &mut Vec<&'a [u8]>) -> Result<(), Code> {
        if self.answer == wanted {
            return Ok(());
        }
        let (parts, wanted): (&[Explained<'a>], _) = match &self.part {
            Part::And(parts) | Part::Or(parts) if self.takes_all(wanted) => (parts, wanted),
            Part::And(parts) | Part::Or(parts) => {
                let least = parts.iter().min_by_key(|part| part.fewest(wanted));
                (least.map_or(&[], core::slice::from_ref), wanted)
            }
            Part::Not(parts) => (parts, !wanted),
            Part::Condition(condition, _) | Part::Segments(condition, ..) => {
                return push(&condition.path, out);
            }
            Part::Apps(..) => return push(APPS_PATH, out),
        };
        parts.iter().try_for_each(|part| part.failing(wanted, out))
    }
}

fn push<'a>(path: &'a [u8], out: &mut Vec<&'a [u8]>) -> Result<(), Code> {
    out.try_reserve(1).map_err(|_| Code::LimitMemory)?;
    out.push(path);
    Ok(())
}
