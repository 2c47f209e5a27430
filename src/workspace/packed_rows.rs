//! Rows as numbers, for who keeps them elsewhere: JavaScript keeps those of its reports, so that
//! neither it nor a report needs to be freed.

use super::match_report::{List, Rows};
use crate::cohort::matching::{Effect, NO_USER, Outcome};
use crate::identity::IdKind;
use crate::problem::Code;
use alloc::vec::Vec;

/// Numbers of a list: its first row, request, item, and what it holds. `pkg/js/match_report.ts`
/// reads them in this order.
const LIST: usize = 4;

impl Rows {
    /// Writes the rows as numbers: the user of each, then outcome and effect in a byte each, four
    /// bytes a number, then the lists. Of what stands in `out` nothing is kept.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: five bytes a row.
    pub fn pack(&self, out: &mut Vec<u32>) -> Result<(), Code> {
        let count = self.users.len();
        out.clear();
        out.try_reserve(count + count.div_ceil(4) + self.lists.len() * LIST)
            .map_err(|_| Code::LimitMemory)?;
        let users = self.users.iter().zip(&self.outcomes);
        out.extend(users.map(|(&user, outcome)| if outcome.is_matched() { user } else { NO_USER }));
        // INVARIANT: there are fewer than 16 outcomes and fewer than 16 effects.
        let words = self.outcomes.iter().zip(&self.effects);
        let mut words = words.map(|(&outcome, &effect)| outcome as u32 | (effect as u32) << 4);
        for _ in 0..count.div_ceil(4) {
            let four = [(); 4].map(|()| words.next().unwrap_or(0) as u8);
            out.push(u32::from_le_bytes(four));
        }
        for list in &self.lists {
            out.extend_from_slice(&[list.first, list.request, list.item, list.kind as u32]);
        }
        Ok(())
    }

    /// The `count` rows that were packed as these numbers, without the users of unmatched ids.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: six bytes a row.
    pub fn unpack(numbers: &[u32], count: usize) -> Result<Rows, Code> {
        let (users, rest) = numbers.split_at_checked(count).unwrap_or((numbers, &[]));
        let words = count.div_ceil(4);
        let (words, lists) = rest.split_at_checked(words).unwrap_or((rest, &[]));
        let mut rows = Rows {
            outcomes: room(count)?,
            effects: room(count)?,
            users: room(count)?,
            lists: room(lists.len() / LIST)?,
        };
        rows.users.extend_from_slice(users);
        for word in words.iter().flat_map(|four| four.to_le_bytes()).take(count) {
            let outcome = Outcome::ALL.get(usize::from(word & 15));
            let effect = Effect::ALL.get(usize::from(word >> 4));
            rows.outcomes
                .push(outcome.copied().unwrap_or(Outcome::Invalid));
            rows.effects.push(effect.copied().unwrap_or(Effect::None));
        }
        let (lists, _) = lists.as_chunks::<LIST>();
        rows.lists.extend(lists.iter().map(|&list| {
            let [first, request, item, kind] = list;
            let kind = IdKind::ALL.get(kind as usize).copied();
            List {
                first,
                request,
                item,
                kind: kind.unwrap_or(IdKind::External),
            }
        }));
        Ok(rows)
    }
}

fn room<T>(len: usize) -> Result<Vec<T>, Code> {
    let mut list = Vec::new();
    list.try_reserve_exact(len).map_err(|_| Code::LimitMemory)?;
    Ok(list)
}
