//! What was worked out of profiles so that conditions are answered for all users at once.

pub mod rows;

use super::ask::World;
use super::{Condition, Node, Predicate, Rule, Subject, Value};
use crate::identity::directory::Full;
use alloc::vec::Vec;
use rows::{Leaf, Rows};

/// All that is kept from one evaluation to the next, until profiles change.
#[derive(Default)]
pub struct Indexes {
    /// Of what stands in lists and objects.
    pub rows: Rows,
}

impl Indexes {
    /// Makes the indexes that a rule, and the segments that it is about, need, as far as there is room.
    ///
    /// **Errors**: [`Full`].
    pub(super) fn prepare(&mut self, rule: &Rule, world: &World<'_>) -> Result<(), Full> {
        rule.conditions(world, &mut |rule, condition| {
            match condition {
                Some(condition) => self.rows.prepare_condition(condition, world),
                None => self.rows.prepare_apps(&rule.apps, world),
            }
            Ok(())
        })
    }

    /// What answers the conditions of a rule, and of the segments that it is about, where that is not the plain
    /// way.
    ///
    /// **Errors**: [`Full`].
    pub(super) fn leaves<'r, 'w: 'r>(
        &'r self,
        rule: &'r Rule,
        world: &World<'w>,
    ) -> Result<Vec<(&'r Condition, Leaf<'r>)>, Full> {
        let mut leaves = Vec::new();
        rule.conditions(world, &mut |_, condition| {
            if let Some(condition) = condition
                && let Some(leaf) = self.rows.leaf(condition, world)?
            {
                leaves.try_reserve(1)?;
                leaves.push((condition, leaf));
            }
            Ok(())
        })?;
        Ok(leaves)
    }
}

impl Rule {
    /// Calls with each of its conditions, with those of the segments that it is about, and with each rule alone.
    fn conditions<'r, 'w: 'r>(
        &'r self,
        world: &World<'w>,
        each: &mut dyn FnMut(&'r Rule, Option<&'r Condition>) -> Result<(), Full>,
    ) -> Result<(), Full> {
        each(self, None)?;
        let mut nodes: Vec<&'r Node> = Vec::new();
        nodes.try_reserve(1 + self.exclude.len())?;
        nodes.extend(self.filter.iter().chain(&self.exclude));
        while let Some(node) = nodes.pop() {
            let condition = match node {
                Node::And(more) | Node::Or(more) => {
                    nodes.try_reserve(more.len())?;
                    nodes.extend(more);
                    continue;
                }
                Node::Condition(condition) => condition,
            };
            each(self, Some(condition))?;
            let (Subject::Segments, Predicate::IncludesAnyOf(values)) =
                (&condition.subject, &condition.test.predicate)
            else {
                continue;
            };
            for value in values {
                if let Value::Text(name) = value
                    && let Some(rule) = (world.rules)(name)
                {
                    rule.conditions(world, each)?;
                }
            }
        }
        Ok(())
    }
}
