//! From the stage into the columns: first room for all, then all that changes a value.

use super::Profiles;
use super::block::{BLOCK, Run};
use super::stage::{ROWS, StagedLane};
use crate::identity::UserIx;
use crate::identity::directory::Full;

impl StagedLane {
    /// Leaves out the users from `rows` on, and answers what is there of the others; `None` if nothing is.
    fn run(&mut self, first: UserIx, rows: usize) -> Option<Run> {
        let mut count = 0;
        let (mut from, mut to) = (ROWS, 0);
        for (word, start) in self.present.iter_mut().zip((0..).step_by(64)) {
            let kept = rows.saturating_sub(start).min(64) as u32;
            *word &= u64::MAX.checked_shr(64 - kept).unwrap_or(0);
            count += word.count_ones();
            if *word != 0 {
                from = from.min(start + word.trailing_zeros() as usize);
                to = start + 63 - word.leading_zeros() as usize;
            }
        }
        let numbers = self.numbers.get_mut(from..=to).filter(|_| count > 0)?;
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        if count as usize == numbers.len() {
            for &number in &*numbers {
                low = low.min(number);
                high = high.max(number);
            }
        } else {
            let present = &self.present;
            let has = |row: usize| {
                present
                    .get(row / 64)
                    .is_some_and(|word| word >> (row % 64) & 1 != 0)
            };
            for (&number, _) in numbers.iter().zip(from..).filter(|&(_, row)| has(row)) {
                low = low.min(number);
                high = high.max(number);
            }
            // So that nothing of others stands where nothing is.
            for (number, _) in numbers.iter_mut().zip(from..).filter(|&(_, row)| !has(row)) {
                *number = low;
            }
        }
        for number in self.numbers.iter_mut().take(from) {
            *number = low;
        }
        let start = first as usize % BLOCK;
        Some(Run {
            start,
            first: start + from,
            last: start + to,
            count,
            low,
            high,
        })
    }
}

impl Profiles {
    /// Makes room for the single values of the first so many users of the stage, who are behind all others.
    ///
    /// **Errors**: [`Full`], with every value as it was.
    ///
    /// **Cost**: one look at each value.
    pub(crate) fn reserve_staged(&mut self, first: UserIx, rows: usize) -> Result<(), Full> {
        let Profiles {
            columns,
            stage,
            budget,
            ..
        } = self;
        for &number in &stage.touched {
            if let Some(lane) = stage.lanes.get_mut(usize::from(number))
                && let Some(run) = lane.run(first, rows)
                && let Some(column) = columns.get_mut(lane.at.0 as usize)
            {
                column.reserve_run(lane.kind, &run, budget)?;
            }
        }
        Ok(())
    }

    /// Makes room for what a user of the stage has in lists and objects.
    ///
    /// **Errors**: [`Full`].
    pub(crate) fn reserve_staged_row(&mut self, first: UserIx, row: usize) -> Result<(), Full> {
        let len = self.stage.row(row).len();
        self.rows
            .reserve(first + row as UserIx, len, &mut self.budget)
    }

    /// Takes what a user of the stage has in lists and objects, for which there is room.
    pub(crate) fn append_staged_row(&mut self, first: UserIx, row: usize) {
        self.revision += 1;
        self.rows.put(first + row as UserIx, self.stage.row(row));
    }

    /// Takes the single values of the first so many users of the stage, for no fewer of whom there is room.
    /// The others are forgotten.
    pub(crate) fn append_staged(&mut self, first: UserIx, rows: usize) {
        self.take_marks_back(rows);
        if rows == 0 {
            return;
        }
        self.revision += 1;
        let Profiles { columns, stage, .. } = self;
        for &number in &stage.touched {
            if let Some(lane) = stage.lanes.get_mut(usize::from(number))
                && let Some(run) = lane.run(first, rows)
                && let Some(column) = columns.get_mut(lane.at.0 as usize)
            {
                column.append(lane.kind, &run, &lane.numbers, &lane.present);
            }
        }
        self.end = first + rows as UserIx;
    }
}
