//! The summaries of a user's events, or purchases: how often, when first and when last. Of those that
//! follow each other for one user all are counted before the summaries are written again, since a
//! user may have very many.

use super::pieces::What;
use crate::hash::{Seed, Table};
use crate::identity::UserIx;
use crate::identity::directory::{Full, Refusal};
use crate::ingest::intake::{As, Intake};
use crate::ingest::moment::moment;
use crate::ingest::tree::{Tree, owned, push};
use crate::profile::{Namespace, Time};
use alloc::vec::Vec;

/// What one event or purchase adds.
pub(super) struct Happening<'a> {
    pub(super) name: &'a [u8],
    pub(super) count: f64,
    /// In milliseconds since 1970.
    pub(super) time: i64,
    /// What was paid, of a purchase.
    pub(super) revenue: Option<f64>,
}

/// The summaries of one user, read once.
pub(super) struct Tally {
    what: What,
    rows: Vec<Tree>,
    /// Finds a row by its name, once there was more than one to find.
    index: Option<Table>,
    was_looked_up: bool,
    /// `total_revenue`, of purchases, once one was added.
    revenue: Option<f64>,
}

/// The summaries at hand, and what became of the objects that are counted in them.
#[derive(Default)]
pub(super) struct Tallies {
    open: Option<(UserIx, Tally)>,
    /// Objects in it that are not written yet.
    waiting: u64,
    pub(super) updated: u64,
    pub(super) rejected: u64,
}

impl Tally {
    /// Reads what is known of a user, who may be nobody yet.
    pub(super) fn read(
        what: What,
        user: Option<UserIx>,
        intake: &mut Intake<'_>,
    ) -> Result<Tally, Full> {
        let rows = match intake.value(user, Namespace::Default, list(what))? {
            Some(Tree::List(rows)) => rows,
            _ => Vec::new(),
        };
        Ok(Tally {
            what,
            rows,
            index: None,
            was_looked_up: false,
            revenue: None,
        })
    }

    /// `total_revenue` with so much more.
    pub(super) fn revenue_with(
        &self,
        more: f64,
        user: Option<UserIx>,
        intake: &mut Intake<'_>,
    ) -> Result<f64, Full> {
        let before = match self.revenue {
            Some(revenue) => Some(revenue),
            None => {
                let value = intake.value(user, Namespace::Default, b"total_revenue")?;
                value.and_then(|value| value.number())
            }
        };
        Ok(before.unwrap_or(0.0) + more)
    }

    /// Counts in an event or a purchase; `revenue` is `total_revenue` with it.
    ///
    /// **Errors**: [`Full`], and it may be counted in part.
    pub(super) fn add(
        &mut self,
        happening: &Happening<'_>,
        revenue: Option<f64>,
        seed: &Seed,
    ) -> Result<(), Full> {
        self.revenue = revenue.or(self.revenue);
        let at = match self.find(happening.name, seed)? {
            Some(at) => at,
            None => {
                let name = Tree::Text(owned(happening.name)?);
                let mut row = Vec::new();
                push(&mut row, (owned(b"name")?, name))?;
                push(&mut self.rows, Tree::Object(row))?;
                self.rows.len() - 1
            }
        };
        match self.rows.get_mut(at) {
            Some(row) => count_in(row, happening),
            None => Ok(()),
        }
    }

    /// The row of this name. Where there is none, the index knows the next one by it.
    fn find(&mut self, name: &[u8], seed: &Seed) -> Result<Option<usize>, Full> {
        let rows = &self.rows;
        if !core::mem::replace(&mut self.was_looked_up, true) {
            return Ok(rows.iter().position(|row| name_of(row) == Some(name)));
        }
        if !self.index.as_ref().is_some_and(Table::has_room) {
            let mut index = Table::default();
            let room = rows.len().saturating_mul(2) + 1;
            index.try_reset(room).ok_or(Full)?;
            for (number, row) in (0..).zip(rows) {
                if let Some(name) = name_of(row) {
                    let is_same = |other: u32| rows.get(other as usize).and_then(name_of);
                    index.insert(seed.hash(name), number, |other| {
                        is_same(other) == Some(name)
                    });
                }
            }
            self.index = Some(index);
        }
        let number = u32::try_from(rows.len()).map_err(|_| Full)?;
        let found = self.index.as_mut().and_then(|index| {
            let is_same = |other: u32| rows.get(other as usize).and_then(name_of) == Some(name);
            index.insert(seed.hash(name), number, is_same)
        });
        Ok(found.map(|at| at as usize))
    }

    /// Writes the summaries into the draft.
    pub(super) fn write(&mut self, intake: &mut Intake<'_>) -> Result<(), Full> {
        if let Some(revenue) = self.revenue {
            let revenue = Tree::Number(revenue);
            intake.set(Namespace::Default, b"total_revenue", &revenue)?;
        }
        let rows = Tree::List(core::mem::take(&mut self.rows));
        let done = intake.set(Namespace::Default, list(self.what), &rows);
        if let Tree::List(rows) = rows {
            self.rows = rows;
        }
        done
    }
}

impl Tallies {
    /// The summaries of this user, if they are at hand.
    pub(super) fn of(&mut self, user: Option<UserIx>, what: What) -> Option<&mut Tally> {
        let (open, tally) = self.open.as_mut()?;
        (Some(*open) == user && tally.what == what).then_some(tally)
    }

    /// One more object is counted in those at hand.
    pub(super) fn wait(&mut self) {
        self.waiting += 1;
    }

    /// Keeps at hand what has just been written for this user.
    pub(super) fn keep(&mut self, user: UserIx, tally: Tally) {
        self.open = Some((user, tally));
    }

    /// Lets go of the summaries at hand, of which a part could not be counted.
    pub(super) fn give_up(&mut self) {
        self.open = None;
        self.rejected += core::mem::take(&mut self.waiting);
    }

    /// Writes what is at hand, of whose objects all or none are applied.
    ///
    /// **Errors**: what keeps it from being written; with the names of attributes that there are it
    /// is memory alone.
    pub(super) fn flush(&mut self, intake: &mut Intake<'_>) -> Result<(), Refusal> {
        let Some((user, mut tally)) = self.open.take() else {
            return Ok(());
        };
        let objects = core::mem::take(&mut self.waiting);
        if objects == 0 {
            return Ok(());
        }
        intake.draft.clear();
        let done = tally.write(intake).map_err(Refusal::from);
        let done = done.and_then(|()| intake.put(&mut Default::default(), As::Change(Some(user))));
        match done {
            Ok(_) => self.updated += objects,
            Err(_) => self.rejected += objects,
        }
        done.map(|_| ())
    }
}

/// The list in which Braze exports them.
fn list(what: What) -> &'static [u8] {
    match what {
        What::Purchases => b"purchases",
        _ => b"custom_events",
    }
}

fn name_of(row: &Tree) -> Option<&[u8]> {
    row.get(b"name")?.text()
}

fn count_in(row: &mut Tree, happening: &Happening<'_>) -> Result<(), Full> {
    let time = happening.time;
    let moment_of = |row: &Tree, key: &[u8]| moment(row.get(key)?.text()?);
    let (first, last) = (moment_of(row, b"first"), moment_of(row, b"last"));
    let before = row.get(b"count").and_then(Tree::number).unwrap_or(0.0);
    let written = Time::of_ms(time).text();
    if first.is_none_or(|first| time < first) {
        replace(row, b"first", Tree::Text(owned(&written)?))?;
    }
    if last.is_none_or(|last| time > last) {
        replace(row, b"last", Tree::Text(owned(&written)?))?;
    }
    replace(row, b"count", Tree::Number(before + happening.count))
}

fn replace(row: &mut Tree, key: &[u8], value: Tree) -> Result<(), Full> {
    let Tree::Object(fields) = row else {
        return Ok(());
    };
    match fields.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) => *old = value,
        None => push(fields, (owned(key)?, value))?,
    }
    Ok(())
}
