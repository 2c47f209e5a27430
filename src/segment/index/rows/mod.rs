//! What stands in lists and objects, for all users at once: an index for each thing that is asked about.
//!
//! Of a list there are its different elements and who has each, so that a test is asked once of each different
//! element. What has one value a user, such as when apps were last used, becomes a column as attributes have
//! them. Each is made in one pass over the rows when a condition first needs it, and kept until users change,
//! the least recently used going first where there is no room. Without one, each user is asked.
//!
//! **Cost**: see the table in `tests/segment_row_indexes.rs`'s measurement, which prints it.

mod build;
mod leaf;
mod points;
mod source;
mod terms;

pub use leaf::{Block, Leaf};

use crate::identity::directory::Full;
use crate::profile::{Scalar, Words};
use crate::segment::ask::World;
use crate::segment::{Apps, Condition};
use alloc::vec::Vec;
use build::Kept;
use source::{Source, What};

/// Bytes that indexes take at most, where nothing else is said.
const MAX_BYTES: usize = 1 << 28;

/// The indexes.
///
/// `Debug` is not offered, since values are people's.
pub struct Rows {
    entries: Vec<Entry>,
    max_bytes: usize,
    /// The state of all users that they were made from.
    revision: Option<u64>,
    /// How many evaluations there were.
    now: u64,
}

struct Entry {
    key: Vec<u8>,
    /// Or how many bytes were not enough for it.
    kept: Result<Kept, usize>,
    bytes: usize,
    /// The evaluation that used it last.
    used: u64,
}

impl Default for Rows {
    fn default() -> Rows {
        Rows {
            entries: Vec::new(),
            max_bytes: MAX_BYTES,
            revision: None,
            now: 0,
        }
    }
}

impl Rows {
    /// Lets the indexes take so many bytes at most. What is more is let go of.
    pub fn set_max_bytes(&mut self, max: usize) {
        self.max_bytes = max;
        // What had no room before may have some now.
        self.entries.retain(|entry| entry.kept.is_ok());
        while self.bytes() > max && self.let_go(u64::MAX) {}
    }

    /// Bytes of memory that the indexes take.
    pub fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    /// Lets go of the entry that was used least recently, before this evaluation; false if there is none.
    fn let_go(&mut self, before: u64) -> bool {
        let entries = self.entries.iter().enumerate();
        let old = entries.filter(|(_, entry)| entry.used < before);
        let oldest = old.min_by_key(|(_, entry)| entry.used);
        let Some((at, _)) = oldest else {
            return false;
        };
        self.entries.swap_remove(at);
        true
    }

    /// The place of a source's entry, or that of one that has more.
    fn place(&self, source: &Source<'_>) -> Option<usize> {
        let [more, exact] = [source.with_elements().key().ok()?, source.key().ok()?];
        let place = |key: &[u8]| self.entries.iter().position(|entry| entry.key == key);
        let has_it = |at: &usize| self.entries.get(*at).is_some_and(|it| it.kept.is_ok());
        place(&more).filter(has_it).or_else(|| place(&exact))
    }

    fn find(&self, source: &Source<'_>) -> Option<&Kept> {
        self.entries.get(self.place(source)?)?.kept.as_ref().ok()
    }

    /// Makes the index of a source, if it is not there and there is room. None that this evaluation has used
    /// goes for it.
    fn make(&mut self, source: &Source<'_>, world: &World<'_>) {
        let now = self.now;
        let in_use = self.entries.iter().filter(|entry| entry.used == now);
        let in_use = in_use.map(|entry| entry.bytes).sum();
        let room = self.max_bytes.saturating_sub(in_use);
        if let Some(at) = self.place(source)
            && let Some(entry) = self.entries.get_mut(at)
        {
            if !entry.kept.as_ref().is_err_and(|&tried| tried < room) {
                entry.used = now;
                return;
            }
            self.entries.swap_remove(at);
        }
        let Ok(key) = source.key() else {
            return;
        };
        let of_entry = size_of::<Entry>() + key.capacity();
        let made = build::build(source, world, room, &mut |bytes| {
            while self.bytes() + of_entry + bytes > self.max_bytes {
                if !self.let_go(now) {
                    return Err(Full);
                }
            }
            Ok(())
        });
        if self.entries.try_reserve(1).is_ok() {
            let of_kept = made.as_ref().map_or(0, Kept::bytes);
            self.entries.push(Entry {
                key,
                kept: made.map_err(|Full| room),
                bytes: of_entry + of_kept,
                used: now,
            });
        }
    }

    /// Begins an evaluation. The revision is another one whenever a user, an id or a profile is another than
    /// before: then all indexes go.
    pub fn begin(&mut self, revision: u64) {
        if self.revision != Some(revision) {
            self.entries.clear();
            self.revision = Some(revision);
        }
        self.now += 1;
    }

    /// Makes the indexes that a rule's apps need, as far as there is room.
    ///
    /// **Cost**: of each that is not there yet, a pass over all rows.
    pub fn prepare_apps(&mut self, apps: &Apps, world: &World<'_>) {
        for name in names(apps) {
            self.make(&Source::sessions(name), world);
        }
    }

    /// Makes the index that a condition needs, if there is room.
    pub fn prepare_condition(&mut self, condition: &Condition, world: &World<'_>) {
        if let Some(source) = Source::of(condition)
            && is_in_rows(&source, world)
        {
            self.make(&source, world);
        }
    }

    /// What answers a condition, if it is about rows and its index is there or none is needed.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: the test, asked once of each different element.
    pub fn leaf<'r>(
        &'r self,
        condition: &'r Condition,
        world: &World<'_>,
    ) -> Result<Option<Leaf<'r>>, Full> {
        let Some(source) = Source::of(condition) else {
            return Ok(Leaf::each(condition, world));
        };
        let kept = self.find(&source).filter(|_| is_in_rows(&source, world));
        kept.map(|kept| Leaf::new(condition, world, &source, kept))
            .transpose()
    }

    /// The users of a block who have sessions in the apps, if the indexes of those are there.
    pub fn users_of_apps(&self, apps: &Apps, block: u16) -> Option<Words> {
        let mut words = [0; crate::profile::BLOCK_WORDS];
        for name in names(apps) {
            let kept = self.find(&Source::sessions(name))?;
            for stretch in kept.column.stretches(block) {
                stretch.select(
                    &mut words,
                    |sum| matches!(stretch.value(sum), Scalar::Number(sum) if sum > 0.0),
                );
            }
        }
        if let Apps::None | Apps::All = apps {
            words.iter_mut().for_each(|word| *word = !*word);
        }
        Some(words)
    }
}

/// The apps whose sessions matter, or all.
fn names(apps: &Apps) -> impl Iterator<Item = Option<&[u8]>> {
    let (all, some) = match apps {
        Apps::All => (None, &[][..]),
        Apps::None => (Some(None), &[][..]),
        Apps::AnyOf(names) => (None, names.as_slice()),
    };
    all.into_iter().chain(some.iter().map(|name| Some(&**name)))
}

/// Single values stand in columns: may there be anything else?
fn is_in_rows(source: &Source<'_>, world: &World<'_>) -> bool {
    let What::Value { path: [], .. } = source.what else {
        return true;
    };
    let profiles = world.profiles;
    let attribute = profiles.attribute_of(source.namespace, source.attribute);
    attribute.is_some_and(|attribute| profiles.has_trees(attribute))
}
