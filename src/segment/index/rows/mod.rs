//! What stands in lists and objects, for all users at once: an index for each thing that is asked about.
//!
//! Of a list there are its different elements and who has each, so that a test is asked once of each different
//! element. What has one value a user, such as when apps were last used, becomes a column as attributes have
//! them. Each is made in one pass over the rows when a condition first needs it, and kept until users change,
//! the least recently used going first where there is no room. Without one, each user is asked.
//!
//! **Cost**: natively, over 1,000,000 users with an app, one or two events and five of a hundred tags, on a busy
//! machine, in ms at first (processor time), in ms again, and in bytes a user: a tag 114, 0.09, 12.6; fifty tags or
//! a part of a tag, then, 0.3 and 0.13; when apps were last used 88 and 5.0; how often an event was 116 and 0.6; an
//! app's version 95, 0.09, 0.3. Lists gone through without an index take 67 ms each time, and asked one by one, as
//! all were before, each user takes 0.2 to 0.5 µs.

mod build;
mod fields;
mod leaf;
mod lists;
mod points;
mod source;
mod terms;

use super::kept::zeros;
use crate::identity::directory::Full;
use crate::profile::{BLOCK_WORDS, Derived, Scalar, Stretch, Words};
use crate::segment::ask::World;
use crate::segment::{Apps, Condition};
use alloc::sync::Arc;
use alloc::vec::Vec;
use build::Kept;
use leaf::{Block, Leaf};
use source::{Source, What};

/// The indexes.
///
/// `Debug` is not offered, since values are people's.
pub struct Rows {
    entries: Vec<Entry>,
    cap: usize,
    max_bytes: usize,
    /// The state of all users that they were made from.
    revision: Option<u64>,
    /// How often an index was used.
    now: u64,
}

struct Entry {
    key: Vec<u8>,
    /// `None` if there is not enough room for it, even alone.
    kept: Option<Kept>,
    bytes: usize,
    /// When it was used last.
    used: u64,
}

impl Default for Rows {
    fn default() -> Rows {
        Rows {
            entries: Vec::new(),
            cap: usize::MAX,
            max_bytes: usize::MAX,
            revision: None,
            now: 0,
        }
    }
}

impl Rows {
    /// Lets the indexes take so many bytes at most. What is more is let go of.
    pub fn set_max_bytes(&mut self, max: usize) {
        self.cap = max;
        self.limit(max);
    }

    /// The same, within what was said.
    pub(super) fn limit(&mut self, max: usize) {
        let max = max.min(self.cap);
        self.max_bytes = max;
        // What had no room before may have some now.
        self.entries.retain(|entry| entry.kept.is_some());
        while self.bytes() > max && self.let_go() {}
    }

    /// Bytes of memory that the indexes take.
    pub fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    /// Lets go of the entry that was used least recently; false if there is none.
    fn let_go(&mut self) -> bool {
        let entries = self.entries.iter().enumerate();
        let oldest = entries.min_by_key(|(_, entry)| entry.used);
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
        let has_it = |at: &usize| self.entries.get(*at).is_some_and(|it| it.kept.is_some());
        place(&more).filter(has_it).or_else(|| place(&exact))
    }

    /// What is kept of a source, made now if it is not there and there is room.
    fn kept(&mut self, source: &Source<'_>, world: &World<'_>) -> Option<&Kept> {
        self.now += 1;
        let place = match self.place(source) {
            Some(place) => place,
            None => self.make(source, world)?,
        };
        let entry = self.entries.get_mut(place)?;
        entry.used = self.now;
        entry.kept.as_ref()
    }

    fn make(&mut self, source: &Source<'_>, world: &World<'_>) -> Option<usize> {
        let key = source.key().ok()?;
        let of_entry = size_of::<Entry>() + key.capacity();
        let most = self.max_bytes.saturating_sub(of_entry);
        let made = build::build(source, world, most, &mut |bytes| {
            if bytes > most {
                return Err(Full);
            }
            while self.bytes() + of_entry + bytes > self.max_bytes && self.let_go() {}
            Ok(())
        });
        let of_kept = made.as_ref().map_or(0, Kept::bytes);
        self.entries.try_reserve(1).ok()?;
        self.entries.push(Entry {
            key,
            kept: made.ok(),
            bytes: of_entry + of_kept,
            used: self.now,
        });
        while self.bytes() > self.max_bytes && self.let_go() {}
        self.entries.iter().position(|entry| entry.used == self.now)
    }

    /// Begins an evaluation. The revision is another one whenever a user, an id or a profile is another than
    /// before: then all indexes go.
    pub fn begin(&mut self, revision: u64) {
        if self.revision != Some(revision) {
            self.entries.clear();
            self.revision = Some(revision);
        }
    }

    /// The answers of a condition about lists or objects; `None` where it is about something else, or its index
    /// has no room: then each user is to be asked. `select` adds the users of a stretch of single values for whom
    /// the condition holds.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: the test, asked once of each different element, and a bit a user for each that it holds of; of
    /// single values, as `select`. The first time also a pass over all rows.
    pub fn answers(
        &mut self,
        condition: &Condition,
        world: &World<'_>,
        live: &[u64],
        select: &mut dyn FnMut(Stretch<'_>, &mut Words),
    ) -> Result<Option<Answers>, Full> {
        let source = Source::of(condition);
        let leaf = match &source {
            None => Leaf::each(condition, world),
            Some(source) if !is_in_rows(source, world) => None,
            Some(source) => match self.kept(source, world) {
                Some(kept) => Some(Leaf::new(condition, world, source, kept)?),
                None => None,
            },
        };
        let Some(leaf) = leaf else {
            return Ok(None);
        };
        let mut answers = Answers {
            least: zeros(live.len())?,
            most: zeros(live.len())?,
        };
        let least = answers.least.chunks_mut(BLOCK_WORDS);
        let words = least.zip(answers.most.chunks_mut(BLOCK_WORDS));
        for ((live, (least, most)), number) in live.chunks(BLOCK_WORDS).zip(words).zip(0..) {
            let block = Block {
                number,
                live,
                least,
                most,
            };
            leaf.tell(condition, world, block, select);
        }
        Ok(Some(answers))
    }

    /// The users who have sessions in the apps, if there is room for the indexes of those.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: of each app a pass over a column, the first time also one over all rows.
    pub fn users_of_apps(
        &mut self,
        apps: &Apps,
        world: &World<'_>,
        words: usize,
    ) -> Result<Option<Vec<u64>>, Full> {
        let mut users = zeros(words)?;
        let mut block = [0; BLOCK_WORDS];
        for name in names(apps) {
            let Some(kept) = self.kept(&Source::sessions(name), world) else {
                return Ok(None);
            };
            for (users, number) in users.chunks_mut(BLOCK_WORDS).zip(0..) {
                block.fill(0);
                for stretch in kept.column.stretches(number) {
                    stretch.select(
                        &mut block,
                        |sum| matches!(stretch.value(sum), Scalar::Number(sum) if sum > 0.0),
                    );
                }
                let pairs = users.iter_mut().zip(&block);
                pairs.for_each(|(users, words)| *users |= words);
            }
        }
        if let Apps::None | Apps::All = apps {
            users.iter_mut().for_each(|word| *word = !*word);
        }
        Ok(Some(users))
    }

    /// The numbers or times of users that a condition is about, of which its test is to be asked, where they are
    /// worked out of lists and objects and each user has one at most; what tells these from others, and what all
    /// others have, if not nothing.
    ///
    /// **Cost**: the first time a pass over all rows.
    pub fn column(
        &mut self,
        condition: &Condition,
        world: &World<'_>,
    ) -> Option<(Arc<Derived>, Vec<u8>, Option<f64>)> {
        let source = Source::of(condition)?;
        let others = match source.what {
            What::Times { .. } | What::Time { .. } | What::Received(..) => None,
            What::Sum { .. } | What::Devices => Some(0.0),
            _ => return None,
        };
        let key = source.key().ok()?;
        let kept = self.kept(&source, world)?;
        Some((kept.column.clone(), key, others))
    }
}

/// The answers of a condition. Of users who are not live they mean nothing.
pub struct Answers {
    /// A bit for each user for whom it is true.
    pub least: Vec<u64>,
    /// And for each for whom it may be.
    pub most: Vec<u64>,
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
