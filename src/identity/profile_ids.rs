//! The ids of one profile: what a reader of profiles writes into, and what a directory takes.

use super::directory::Full;
use crate::limits::MAX_ID_BYTES;
use alloc::vec::Vec;

/// What an id in a profile is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ProfileIdKind {
    /// `external_id`.
    External,
    /// An external id that the user had before and can still be found by.
    Deprecated,
    /// A pair of name and label.
    Alias,
    /// A device id.
    Device,
    /// `braze_id`.
    Braze,
}

/// Where an id stands in the text.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) kind: ProfileIdKind,
    start: u32,
    label: u32,
    name: u32,
}

/// The ids of one profile, to be used again and again.
///
/// An id that is empty or too long to match anybody is left out. `Debug` is not offered, since ids
/// are people.
///
/// **Source**: Braze, "Export user profile by identifier" for all but the deprecated ids, which its
/// export does not have; they are our own field.
#[derive(Default)]
pub struct ProfileIds {
    text: Vec<u8>,
    pub(super) parts: Vec<Part>,
    pub(super) says_deprecated: bool,
    /// Did memory run out?
    pub(super) is_full: bool,
}

impl ProfileIds {
    /// Forgets all ids, and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
        self.says_deprecated = false;
        self.is_full = false;
    }

    /// Adds the external id, a deprecated one, a device id or the braze id.
    pub fn push(&mut self, kind: ProfileIdKind, id: &[u8]) {
        self.push_parts(kind, &[], id);
    }

    /// Adds an alias.
    pub fn push_alias(&mut self, name: &[u8], label: &[u8]) {
        if is_matchable(label) {
            self.push_parts(ProfileIdKind::Alias, label, name);
        }
    }

    /// Says that the profile lists its deprecated ids, even if there are none: those known before
    /// that are not among them are dropped.
    pub fn set_says_deprecated(&mut self) {
        self.says_deprecated = true;
    }

    fn push_parts(&mut self, kind: ProfileIdKind, label: &[u8], name: &[u8]) {
        if !is_matchable(name) {
            return;
        }
        self.is_full |= self.append(kind, label, name).is_err();
    }

    /// Adds an id, whoever can match it.
    pub(super) fn append(
        &mut self,
        kind: ProfileIdKind,
        label: &[u8],
        name: &[u8],
    ) -> Result<(), Full> {
        self.parts.try_reserve(1)?;
        self.text.try_reserve(label.len() + name.len())?;
        if u32::try_from(self.text.len()).is_err() {
            return Err(Full);
        }
        self.parts.push(Part {
            kind,
            start: self.text.len() as u32,
            label: label.len() as u32,
            name: name.len() as u32,
        });
        self.text.extend_from_slice(label);
        self.text.extend_from_slice(name);
        Ok(())
    }

    /// How far it reaches.
    pub(super) fn length(&self) -> [usize; 2] {
        [self.parts.len(), self.text.len()]
    }

    /// Forgets what was added since it reached so far.
    pub(super) fn truncate(&mut self, [parts, text]: [usize; 2]) {
        self.parts.truncate(parts);
        self.text.truncate(text);
    }

    /// Takes the ids of another profile, each as its hash.
    pub(super) fn set_hashes(
        &mut self,
        other: &ProfileIds,
        hash: impl Fn(ProfileIdKind, &[u8], &[u8]) -> u64,
    ) -> Result<(), Full> {
        self.clear();
        self.says_deprecated = other.says_deprecated;
        self.is_full = other.is_full;
        for &part in &other.parts {
            let hash = hash(part.kind, other.label(part), other.name(part));
            self.append(part.kind, &[], &hash.to_le_bytes())?;
        }
        Ok(())
    }

    /// Adds the ids of another.
    #[cfg(feature = "std")]
    pub(crate) fn append_all(&mut self, other: &ProfileIds) {
        for &part in &other.parts {
            self.push_parts(part.kind, other.label(part), other.name(part));
        }
        self.is_full |= other.is_full;
    }

    /// Is there no id?
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) fn label(&self, part: Part) -> &[u8] {
        let start = part.start as usize;
        self.text
            .get(start..start + part.label as usize)
            .unwrap_or(&[])
    }

    pub(super) fn name(&self, part: Part) -> &[u8] {
        let start = part.start as usize + part.label as usize;
        self.text
            .get(start..start + part.name as usize)
            .unwrap_or(&[])
    }

    /// The number that a device id has among those of this profile, each counted once, as
    /// [`Directory::ids`](super::Directory::ids) gives them; `None` where it stands behind the first 64.
    #[cfg(feature = "std")]
    pub(crate) fn device_number(&self, id: &[u8]) -> Option<u32> {
        let mut seen: [&[u8]; 64] = [&[]; 64];
        let mut count = 0;
        let devices = self
            .parts
            .iter()
            .filter(|part| part.kind == ProfileIdKind::Device);
        for &part in devices {
            let name = self.name(part);
            if seen.iter().take(count).any(|&before| before == name) {
                continue;
            }
            if name == id {
                return Some(count as u32);
            }
            *seen.get_mut(count)? = name;
            count += 1;
        }
        None
    }
}

/// Can an id of this length match anybody?
fn is_matchable(id: &[u8]) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len())
}
