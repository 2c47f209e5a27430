//! Taking a draft over: first everything that can fail, then everything that changes a value.

use super::column::LaneKind;
use super::draft::{Draft, Value};
use super::packing::{Packer, Writer};
use super::read::{self, COMMON, Entry};
use super::time_text::Time;
use super::{AttributeIx, Profiles, Scalar, order, room};
use crate::identity::UserIx;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// What a draft says of the attributes that it does not name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// It is the whole profile: they are absent.
    Profile,
    /// It is a change: they stay as they are.
    Change,
}

/// What is to be done, and memory for finding out.
#[derive(Default)]
pub(super) struct Scratch {
    /// Indices of the draft's entries, rising by attribute, the last of each.
    order: Vec<usize>,
    puts: Vec<(AttributeIx, LaneKind, i64)>,
    clears: Vec<AttributeIx>,
    /// The user's new row. It is counted where it is put.
    row: Vec<u8>,
    row_changes: bool,
    /// Is the user behind all others, so that there is nothing to clear?
    is_new: bool,
}

impl Scratch {
    /// Forgets what was to be done, but for the order.
    fn clear(&mut self) {
        self.puts.clear();
        self.clears.clear();
        self.row.clear();
    }

    pub(super) fn bytes(&self) -> usize {
        room::bytes_of(&self.order) + room::bytes_of(&self.puts) + room::bytes_of(&self.clears)
    }
}

/// A draft for which there is room. Dropped without [`Reserved::commit`], nothing has changed.
///
/// `Debug` says nothing, since profiles are people.
#[must_use = "nothing changes before `commit`"]
pub struct Reserved<'a> {
    profiles: &'a mut Profiles,
    user: UserIx,
}

impl core::fmt::Debug for Reserved<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Reserved(..)")
    }
}

impl Reserved<'_> {
    /// Bytes of memory that all profiles take, with the room that was made.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.profiles.memory_bytes()
    }

    /// Makes the user's values those of the draft. This cannot fail.
    pub fn commit(self) {
        let Profiles {
            columns,
            rows,
            budget,
            scratch,
            end,
            revision,
            ..
        } = self.profiles;
        *revision += 1;
        *end = (*end).max(self.user.saturating_add(1));
        if scratch.is_new {
            for (attribute, kind, number) in scratch.puts.drain(..) {
                if let Some(column) = columns.get_mut(attribute.0 as usize) {
                    column.put_new(self.user, kind, number);
                }
            }
        }
        for attribute in scratch.clears.drain(..) {
            if let Some(column) = columns.get_mut(attribute.0 as usize) {
                column.clear(self.user, budget);
            }
        }
        for (attribute, kind, number) in scratch.puts.drain(..) {
            if let Some(column) = columns.get_mut(attribute.0 as usize) {
                column.put(self.user, kind, number, budget);
            }
        }
        if scratch.row_changes {
            rows.put(self.user, &scratch.row);
        }
    }
}

impl Profiles {
    /// Makes room for a draft as the profile of a user, or as a change to it.
    ///
    /// **Errors**: [`Full`], with every value as it was.
    ///
    /// **Cost**: with [`Reserved::commit`], a few look-ups for each attribute of the draft and of the
    /// user, and a look into each of the first 64 columns; not more for more columns. A value
    /// that is the first of its width, or of its type, among 65,536 users costs a pass over theirs.
    // WHY a guard and not `reserve` and then `replace`: so nobody can call the second without the
    // first, or for another draft.
    pub fn reserve<'a>(
        &'a mut self,
        draft: &Draft,
        user: UserIx,
        scope: Scope,
    ) -> Result<Reserved<'a>, Full> {
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.is_new = user >= self.end;
        let done = self.prepare(draft, user, scope, &mut scratch);
        self.scratch = scratch;
        done?;
        Ok(Reserved {
            profiles: self,
            user,
        })
    }

    /// Removes every value of a user.
    ///
    /// **Errors**: [`Full`], with every value as it was: a block of 65,536 users of whom all had a
    /// value now has to say who has one.
    pub fn remove(&mut self, user: UserIx) -> Result<(), Full> {
        self.reserve(&Draft::default(), user, Scope::Profile)?
            .commit();
        Ok(())
    }

    /// Finds out what is to be done, and makes room for it.
    fn prepare(
        &mut self,
        draft: &Draft,
        user: UserIx,
        scope: Scope,
        scratch: &mut Scratch,
    ) -> Result<(), Full> {
        scratch.clear();
        sort(draft, &mut scratch.order, &mut self.budget)?;
        if !scratch.is_new {
            self.clear_common(draft, &scratch.order, user, scope, &mut scratch.clears)?;
        }
        self.prepare_row(draft, user, scope, scratch)?;
        let Scratch {
            order,
            puts,
            clears,
            is_new,
            ..
        } = scratch;
        room::more(puts, order.len(), &mut self.budget)?;
        for &index in order.iter() {
            let Some((attribute, value)) = draft.entries.get(index) else {
                continue;
            };
            let Some(scalar) = scalar(draft, value) else {
                continue;
            };
            let Some(column) = self.columns.get_mut(attribute.0 as usize) else {
                continue;
            };
            let (kind, number) = if *is_new {
                column.prepare_new(user, scalar, &self.seed, &mut self.budget)?
            } else {
                column.prepare(user, scalar, &self.seed, &mut self.budget)?
            };
            puts.push((*attribute, kind, number));
        }
        for attribute in clears.iter() {
            if let Some(column) = self.columns.get_mut(attribute.0 as usize) {
                column.prepare_clear(user, &mut self.budget)?;
            }
        }
        Ok(())
    }

    /// Writes the row that the user is to have, of the entries in order, and makes room for it.
    fn prepare_row(
        &mut self,
        draft: &Draft,
        user: UserIx,
        scope: Scope,
        scratch: &mut Scratch,
    ) -> Result<(), Full> {
        let old = self.rows.get(user);
        let to = Writer {
            shared: &mut self.shared,
            seed: &self.seed,
            budget: &mut self.budget,
            out: &mut scratch.row,
        };
        let packer = Packer { draft, to };
        let mut new = NewRow {
            draft,
            scope,
            packer,
            clears: &mut scratch.clears,
        };
        new.write(old, &scratch.order)?;
        for (attribute, value) in &draft.entries {
            if let (Value::Composite(_), Some(column)) =
                (value, self.columns.get_mut(attribute.0 as usize))
            {
                column.has_trees = true;
            }
        }
        scratch.row_changes = scratch.row != old;
        if scratch.row_changes {
            self.rows
                .reserve(user, scratch.row.len(), &mut self.budget)?;
        }
        Ok(())
    }

    /// Finds the common columns in which the user has a value and is to have none.
    fn clear_common(
        &mut self,
        draft: &Draft,
        order: &[usize],
        user: UserIx,
        scope: Scope,
        clears: &mut Vec<AttributeIx>,
    ) -> Result<(), Full> {
        let (mut named, mut scalar) = (0_u64, 0_u64);
        for (attribute, value) in order.iter().filter_map(|&at| draft.entries.get(at)) {
            if (attribute.0 as usize) < COMMON {
                named |= 1 << attribute.0;
                scalar |= u64::from(is_scalar(value)) << attribute.0;
            }
        }
        let goes = match scope {
            Scope::Profile => !scalar,
            Scope::Change => named & !scalar,
        };
        for (column, attribute) in self.columns.iter().take(COMMON).zip(0..) {
            if goes >> attribute & 1 != 0 && column.has(user) {
                room::more(clears, 1, &mut self.budget)?;
                clears.push(AttributeIx(attribute));
            }
        }
        Ok(())
    }
}

/// The row that a user is to have.
struct NewRow<'a> {
    draft: &'a Draft,
    scope: Scope,
    packer: Packer<'a>,
    clears: &'a mut Vec<AttributeIx>,
}

impl NewRow<'_> {
    /// Writes it from the old one and the draft, both rising by attribute, and finds the columns,
    /// but for the common ones, in which the user has a value and is to have none.
    fn write(&mut self, old: &[u8], order: &[usize]) -> Result<(), Full> {
        let mut old = read::entries(old).peekable();
        let draft = self.draft;
        let named = order.iter().filter_map(|&at| draft.entries.get(at));
        for (attribute, value) in named {
            while let Some(entry) = old.next_if(|entry| entry.attribute < *attribute) {
                self.unnamed(entry)?;
            }
            let known = old.next_if(|entry| entry.attribute == *attribute);
            if known.is_some_and(|known| known.packed.is_none()) && !is_scalar(value) {
                self.clear(*attribute)?;
            }
            self.named(*attribute, value)?;
        }
        old.try_for_each(|entry| self.unnamed(entry))
    }

    fn named(&mut self, attribute: AttributeIx, value: &Value) -> Result<(), Full> {
        if let Value::Composite(at) = value {
            self.head(attribute, true)?;
            self.packer.value(*at)?;
        } else if is_scalar(value) && attribute.0 as usize >= COMMON {
            self.head(attribute, false)?;
        }
        Ok(())
    }

    /// What becomes of an entry that the draft does not name.
    fn unnamed(&mut self, entry: Entry<'_>) -> Result<(), Full> {
        match (self.scope, entry.packed) {
            (Scope::Change, _) => {
                let out = &mut *self.packer.to.out;
                out.try_reserve(entry.bytes.len())?;
                out.extend_from_slice(entry.bytes);
                Ok(())
            }
            (Scope::Profile, Some(_)) => Ok(()),
            (Scope::Profile, None) => self.clear(entry.attribute),
        }
    }

    fn head(&mut self, attribute: AttributeIx, is_packed: bool) -> Result<(), Full> {
        self.packer.to.head(read::head(attribute, is_packed))
    }

    fn clear(&mut self, attribute: AttributeIx) -> Result<(), Full> {
        room::more(self.clears, 1, self.packer.to.budget)?;
        self.clears.push(attribute);
        Ok(())
    }
}

/// The order of the draft's entries by attribute, of each the last.
fn sort(draft: &Draft, order: &mut Vec<usize>, budget: &mut Budget) -> Result<(), Full> {
    let attribute = |index: usize| draft.entries.get(index).map(|entry| entry.0);
    let count = draft.entries.len();
    order.clear();
    room::more(order, count, budget)?;
    order.extend(0..count);
    // Mostly they come in the order in which their names became known.
    if !order.is_sorted_by(|&a, &b| attribute(a) < attribute(b)) {
        order::sort(order, &mut |one, other| {
            let by_attribute = attribute(one).cmp(&attribute(other));
            by_attribute.then(other.cmp(&one))
        });
        order.dedup_by_key(|&mut index| attribute(index));
    }
    Ok(())
}

/// The single value that this is.
#[inline]
fn scalar<'a>(draft: &'a Draft, value: &Value) -> Option<Scalar<'a>> {
    Some(match value {
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(number) => Scalar::Number(*number),
        Value::Text(range) => {
            let text = draft.text_of(range);
            Time::read(text).map_or(Scalar::Text(text), Scalar::Time)
        }
        Value::Absent | Value::Composite(_) => return None,
    })
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Absent | Value::Composite(_))
}
