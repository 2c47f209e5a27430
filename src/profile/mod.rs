//! What is known of users: attributes, each a single value, a list or an object.
//!
//! Single values stand in columns, in as few bytes as those of 65,536 users allow; lists and
//! objects stand in one row of bytes a user. No wire format is known here.
//!
//! **Cost**: with 12 attributes as a workspace has them, about 34 bytes a user (see
//! `tests/profile_memory.rs`); an attribute that one user has takes about 200 bytes in all.

mod append;
mod arena;
mod block;
mod column;
mod decimal;
mod derived;
mod dictionary;
mod draft;
mod ints;
mod moment;
mod names;
pub mod order;
mod packed;
mod packed_scan;
mod packing;
mod rails_zones;
mod read;
mod reserve;
mod room;
mod rows;
mod scan;
mod shared_texts;
mod stage;
mod staging;
mod text_cache;
mod text_set;
mod time_text;
mod tree;
mod values;
mod varint;

pub use derived::Derived;
pub(crate) use dictionary::Dictionary;
pub use draft::Draft;
pub(crate) use moment::has_zone;
pub use moment::moment;
pub use names::Namespace;
pub use packed_scan::{Packed, Sought};
pub use rails_zones::iana;
pub use reserve::{Reserved, Scope};
pub use scan::{BLOCK_USERS, BLOCK_WORDS, InRange, Kind, Stretch, Words};
pub(crate) use staging::Staging;
pub(crate) use text_set::TextSet;
pub use time_text::{Time, TimeText};
pub use tree::{Elements, Parts, Tree};
pub(crate) use values::Values;

use crate::hash::Seed;
use crate::identity::UserIx;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;
use column::Column;
use names::Names;
use rows::Rows;
use shared_texts::SharedTexts;

/// An attribute's number, from 0 in the order in which names became known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AttributeIx(pub(self) u32);

impl AttributeIx {
    /// The number.
    pub fn index(self) -> u32 {
        self.0
    }
}

/// A single value.
///
/// `Debug` says nothing, since values are people's.
#[derive(Clone, Copy, PartialEq)]
pub enum Scalar<'a> {
    /// A truth value.
    Bool(bool),
    /// A number, bit for bit the double that was put.
    Number(f64),
    /// A text that is no time.
    Text(&'a [u8]),
    /// A text that is a time.
    Time(Time),
}

impl core::fmt::Debug for Scalar<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Scalar(..)")
    }
}

/// A part of a value, in the order in which JSON writes them.
///
/// `Debug` says nothing, since values are people's.
#[derive(Clone, Copy, PartialEq)]
pub enum Item<'a> {
    /// Null within a list or an object.
    Null,
    /// A single value.
    Scalar(Scalar<'a>),
    /// A text that stands elsewhere, by its number: see [`Draft::id_item`].
    Id(u32),
    /// A list of so many elements, which follow.
    BeginList(u32),
    /// An object of so many members, which follow, each a key and a value.
    BeginObject(u32),
    /// The key of the value that follows.
    Key(&'a [u8]),
    /// The list or the object at hand has ended.
    End,
}

impl core::fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Item(..)")
    }
}

/// The attributes of users, who are known by their number in the directory.
///
/// `Debug` says nothing, since profiles are people.
///
/// **Example**
/// ```
/// use kohort::hash::Seed;
/// use kohort::profile::{Draft, Namespace, Profiles, Scalar, Scope};
///
/// let mut profiles = Profiles::new(Seed::new(1));
/// let country = profiles.attribute(Namespace::Default, b"country")?;
/// let mut draft = Draft::default();
/// draft.text(country, b"AT")?;
/// profiles.reserve(&draft, 0, Scope::Profile)?.commit();
/// assert_eq!(profiles.scalar(0, country), Some(Scalar::Text(b"AT")));
/// # Ok::<(), kohort::identity::directory::Full>(())
/// ```
pub struct Profiles {
    seed: Seed,
    names: Names,
    /// By attribute.
    columns: Vec<Column>,
    rows: Rows,
    shared: SharedTexts,
    budget: Budget,
    scratch: reserve::Scratch,
    stage: stage::Stage,
    /// Behind the last user who has, or had, a value.
    end: UserIx,
    revision: u64,
}

impl core::fmt::Debug for Profiles {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Profiles(..)")
    }
}

impl Profiles {
    /// Without attributes; hashes are seeded.
    pub fn new(seed: Seed) -> Profiles {
        Profiles {
            seed,
            names: Names::default(),
            columns: Vec::new(),
            rows: Rows::default(),
            shared: SharedTexts::default(),
            budget: Budget::default(),
            scratch: reserve::Scratch::default(),
            stage: stage::Stage::default(),
            end: 0,
            revision: 0,
        }
    }

    /// Another number whenever a value may be another: what is derived of values holds as long as this does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The attribute of this name, numbered here if it is new. It keeps its number.
    ///
    /// **Errors**: [`Full`], also beyond [`crate::limits::MAX_ATTRIBUTES`] names.
    ///
    /// **Cost**: one look-up.
    pub fn attribute(&mut self, namespace: Namespace, name: &[u8]) -> Result<AttributeIx, Full> {
        // First, so that each name has a column.
        if self.columns.len() <= self.names.len() {
            room::more(&mut self.columns, 1, &mut self.budget)?;
        }
        let attribute = self
            .names
            .number(namespace, name, &self.seed, &mut self.budget)?;
        if self.columns.len() < self.names.len() {
            self.columns.push(Column::default());
        }
        Ok(attribute)
    }

    /// The attribute of this name, if it is known.
    ///
    /// **Cost**: one look-up.
    ///
    /// **Errors**: [`Full`].
    pub fn find(&mut self, namespace: Namespace, name: &[u8]) -> Result<Option<AttributeIx>, Full> {
        self.names
            .find(namespace, name, &self.seed, &mut self.budget)
    }

    /// Numbers the names that are new to a draft, so that it can be reserved. So no name is kept of
    /// what is never taken.
    ///
    /// **Errors**: as [`Profiles::attribute`].
    pub fn number_unknown(&mut self, draft: &mut Draft) -> Result<(), Full> {
        if draft.unknown.is_empty() {
            return Ok(());
        }
        let mut numbers: Vec<AttributeIx> = Vec::new();
        numbers.try_reserve_exact(draft.unknown.len())?;
        for (namespace, range) in &draft.unknown {
            numbers.push(self.attribute(*namespace, draft.text_of(range))?);
        }
        draft.unknown.clear();
        for (attribute, _) in &mut draft.entries {
            let at = attribute.0.checked_sub(draft::UNKNOWN);
            if let Some(number) = at.and_then(|at| numbers.get(at as usize)) {
                *attribute = *number;
            }
        }
        Ok(())
    }

    /// Lets there be so many names of attributes, [`crate::limits::MAX_ATTRIBUTES`] at most.
    pub fn set_max_attributes(&mut self, most: usize) {
        self.names.most = most.min(crate::limits::MAX_ATTRIBUTES);
    }

    /// The most names that there may be, if with those that are new to a draft there are more.
    ///
    /// **Errors**: [`Full`].
    pub(crate) fn too_many_names(&self, draft: &Draft) -> Result<Option<u32>, Full> {
        let left = self.names.most.saturating_sub(self.names.len());
        if draft.unknown.len() <= left {
            return Ok(None);
        }
        // One that is asked for twice is there twice.
        let mut names: Vec<(Namespace, &[u8])> = Vec::new();
        names.try_reserve_exact(draft.unknown.len())?;
        let unknown = draft.unknown.iter();
        names.extend(unknown.map(|(namespace, range)| (*namespace, draft.text_of(range))));
        let mut names = order::sorted(names);
        names.dedup();
        Ok((names.len() > left).then_some(self.names.most as u32))
    }

    /// The name of an attribute.
    pub fn name(&self, attribute: AttributeIx) -> Option<(Namespace, &[u8])> {
        self.names.get(attribute)
    }

    /// All attributes, also those that nobody has any more.
    pub fn attributes(&self) -> impl Iterator<Item = AttributeIx> + use<> {
        (0..self.names.len() as u32).map(AttributeIx)
    }

    /// Bytes of memory taken.
    pub fn memory_bytes(&self) -> usize {
        self.budget.used
    }

    pub(crate) fn seed(&self) -> &Seed {
        &self.seed
    }

    /// Takes no more memory than this many bytes; beyond it, [`Full`].
    pub fn set_max_memory_bytes(&mut self, max: usize) {
        self.budget.max = max;
    }

    /// Lets go of what nobody has any more, however little that is. Answers whether there was any.
    /// While it does so it may take more than the limit: what there is and what is left of it.
    ///
    /// **Cost**: in all lists, objects and texts.
    #[cold]
    pub(crate) fn tidy(&mut self) -> bool {
        let max = core::mem::replace(&mut self.budget.max, usize::MAX);
        let mut has_room = self.rows.tidy_now(&mut self.budget);
        for column in &mut self.columns {
            has_room |= column.tidy_now(&self.seed, &mut self.budget);
        }
        self.budget.max = max;
        has_room
    }

    /// Bytes of an attribute's column: the single values and their texts.
    pub fn column_bytes(&self, attribute: AttributeIx) -> usize {
        let column = self.columns.get(attribute.0 as usize);
        column.map_or(0, |column| size_of::<Column>() + column.bytes())
    }

    /// What takes the bytes of [`Profiles::memory_bytes`].
    ///
    /// **Cost**: a pass over all columns and their blocks.
    pub fn memory(&self) -> Memory {
        Memory {
            names: self.names.bytes(),
            columns: room::bytes_of(&self.columns)
                + self.columns.iter().map(Column::bytes).sum::<usize>(),
            rows: self.rows.bytes(),
            shared_texts: self.shared.bytes(),
            scratch: self.scratch.bytes(),
        }
    }
}

/// Bytes by what they are taken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Memory {
    /// Names of attributes.
    pub names: usize,
    /// Single values, and the texts among them.
    pub columns: usize,
    /// Lists and objects, and where each user's begin.
    pub rows: usize,
    /// Texts that come again and again in lists and objects.
    pub shared_texts: usize,
    /// What a reservation works with.
    pub scratch: usize,
}
