//! The summaries of a user's events, or purchases: how often, when first and when last. Of those that
//! follow each other for one user all are counted before the summaries are written again, since a
//! user may have very many.

use super::pieces::What;
use crate::hash::{Seed, Table};
use crate::identity::directory::{Full, Refusal};
use crate::identity::{ProfileIds, UserIx};
use crate::ingest::intake::{As, Intake};
use crate::ingest::tree::{Tree, owned, push};
use crate::profile::{Namespace, Time, moment};
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

/// Rows at hand at most, so that what waits takes little memory. Ours to choose.
const MOST_ROWS: usize = 1 << 17;

/// The summaries at hand, each with the objects in it that are not written yet, and what became of
/// those that were.
#[derive(Default)]
pub(super) struct Tallies {
    open: Vec<Open>,
    /// Finds them by user and list.
    index: Table,
    rows: usize,
    pub(super) updated: u64,
    pub(super) rejected: u64,
}

struct Open {
    user: UserIx,
    tally: Tally,
    waiting: u64,
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
    /// The place of this user's summaries, if they are at hand.
    pub(super) fn find(&self, user: Option<UserIx>, what: What, seed: &Seed) -> Option<usize> {
        let user = user?;
        let is_it = |number: u32| self.is_of(number, user, what);
        let found = self.index.find(hash(user, what, seed), is_it);
        found.map(|at| at as usize)
    }

    fn is_of(&self, number: u32, user: UserIx, what: What) -> bool {
        let open = self.open.get(number as usize);
        open.is_some_and(|open| open.user == user && open.tally.what == what)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Tally> {
        self.open.get(at).map(|open| &open.tally)
    }

    /// Counts in one more object, to be written later.
    ///
    /// **Errors**: [`Full`]; what waits with it is rejected, as it may be counted in part.
    pub(super) fn add(
        &mut self,
        at: usize,
        happening: &Happening<'_>,
        revenue: Option<f64>,
        seed: &Seed,
    ) -> Result<(), Full> {
        let Some(open) = self.open.get_mut(at) else {
            return Err(Full);
        };
        let before = open.tally.rows.len();
        let done = open.tally.add(happening, revenue, seed);
        self.rows += open.tally.rows.len() - before;
        match done {
            Ok(()) => open.waiting += 1,
            Err(Full) => self.rejected += core::mem::take(&mut open.waiting),
        }
        done
    }

    /// Keeps at hand what has just been written for this user, if there is room.
    pub(super) fn keep(&mut self, user: UserIx, tally: Tally, seed: &Seed) {
        let what = tally.what;
        if !self.index.has_room() && self.grow(seed).is_none() || self.open.try_reserve(1).is_err()
        {
            return;
        }
        let number = self.open.len() as u32;
        self.index.insert(hash(user, what, seed), number, |_| false);
        self.rows += tally.rows.len() + 1;
        self.open.push(Open {
            user,
            tally,
            waiting: 0,
        });
    }

    fn grow(&mut self, seed: &Seed) -> Option<()> {
        self.index.try_reset(self.open.len() * 2 + 8)?;
        for (number, open) in (0..).zip(&self.open) {
            let hash = hash(open.user, open.tally.what, seed);
            self.index.insert(hash, number, |_| false);
        }
        Some(())
    }

    /// Are there as many rows at hand as there may be?
    pub(super) fn is_full(&self) -> bool {
        self.rows >= MOST_ROWS
    }

    /// Writes what is at hand: for each user all that waits is applied, or nothing.
    ///
    /// **Errors**: what keeps some of it from being written; with the names of attributes that there
    /// are it is memory alone.
    pub(super) fn flush(&mut self, intake: &mut Intake<'_>) -> Result<(), Refusal> {
        let mut done = Ok(());
        for mut open in core::mem::take(&mut self.open) {
            if open.waiting == 0 {
                continue;
            }
            intake.draft.clear();
            let written = open.tally.write(intake).map_err(Refusal::from);
            let change = As::Change(Some(open.user));
            match written.and_then(|()| intake.put(&mut ProfileIds::default(), change)) {
                Ok(_) => self.updated += open.waiting,
                Err(refusal) => {
                    self.rejected += open.waiting;
                    done = Err(refusal);
                }
            }
        }
        self.index = Table::default();
        self.rows = 0;
        done
    }
}

fn hash(user: UserIx, what: What, seed: &Seed) -> u64 {
    seed.hash_as(what as u64, &user.to_le_bytes())
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
