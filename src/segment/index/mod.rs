//! What was worked out of profiles so that conditions are answered for all users at once.

pub mod rows;

use super::ask::World;
use super::{Apps, Condition, Node, Predicate, Rule, Subject, Value};
use crate::identity::directory::Full;
use crate::profile::{Stretch, Words};
use alloc::vec::Vec;
use rows::{Answers, Rows};

/// All that is kept from one evaluation to the next, until profiles change.
#[derive(Default)]
pub struct Indexes {
    /// Of what stands in lists and objects.
    pub rows: Rows,
}

/// The answers of conditions, and of the apps of rules.
#[derive(Default)]
pub(super) struct Known<'r> {
    conditions: Vec<(&'r Condition, Answers)>,
    apps: Vec<(&'r Apps, Vec<u64>)>,
}

impl<'r> Known<'r> {
    /// The answers of a condition, where they are known.
    pub(super) fn condition(&self, of: &Condition) -> Option<&Answers> {
        let mut all = self.conditions.iter();
        all.find(|(it, _)| core::ptr::eq(*it, of)).map(|(_, it)| it)
    }

    /// The users who have a session in apps, where they are known.
    pub(super) fn apps(&self, of: &Apps) -> Option<&[u64]> {
        let mut all = self.apps.iter();
        all.find(|(it, _)| core::ptr::eq(*it, of))
            .map(|(_, it)| &**it)
    }

    /// Adds what indexes know of a rule, and of the segments that it is about. `select` adds the users of a
    /// stretch for whom a condition holds.
    ///
    /// **Errors**: [`Full`].
    pub(super) fn add<'w: 'r>(
        &mut self,
        rule: &'r Rule,
        world: &World<'w>,
        live: &[u64],
        indexes: &mut Indexes,
        select: &dyn Fn(&Condition, Stretch<'_>, &mut Words),
    ) -> Result<(), Full> {
        if !matches!(rule.apps, Apps::All)
            && let Some(users) = indexes.rows.users_of_apps(&rule.apps, world, live.len())?
        {
            self.apps.try_reserve(1)?;
            self.apps.push((&rule.apps, users));
        }
        let mut nodes: Vec<&'r Node> = Vec::new();
        nodes.try_reserve(1 + rule.exclude.len())?;
        nodes.extend(rule.filter.iter().chain(&rule.exclude));
        while let Some(node) = nodes.pop() {
            let condition = match node {
                Node::And(more) | Node::Or(more) => {
                    nodes.try_reserve(more.len())?;
                    nodes.extend(more);
                    continue;
                }
                Node::Condition(condition) => condition,
            };
            let select_of = &mut |stretch: Stretch<'_>, words: &mut Words| {
                select(condition, stretch, words);
            };
            if let Some(answers) = indexes.rows.answers(condition, world, live, select_of)? {
                self.conditions.try_reserve(1)?;
                self.conditions.push((condition, answers));
            }
            let (Subject::Segments, Predicate::IncludesAnyOf(values)) =
                (&condition.subject, &condition.test.predicate)
            else {
                continue;
            };
            for value in values {
                if let Value::Text(name) = value
                    && let Some(rule) = (world.rules)(name)
                {
                    self.add(rule, world, live, indexes, select)?;
                }
            }
        }
        Ok(())
    }
}
