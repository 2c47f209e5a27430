//! The walk through the keys of one object: each once, known or not.

use super::keys::KeySet;
use super::{Field, Reader, Step, Text};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems};
use alloc::boxed::Box;

/// The state of a walk through the keys of one object.
pub(crate) struct Members {
    start: usize,
    place: u32,
    // INVARIANT: a schema has at most 64 keys.
    seen: u64,
    /// Made at the first unknown key, so that an object without any has nothing to clean up.
    unknown: Option<Box<KeySet>>,
}

/// The next key of an object.
pub(crate) enum Key {
    /// The schema's key with this index.
    Known(usize),
    /// A key outside the schema, with its place among the object's keys.
    Unknown(u32, Text),
}

impl Reader<'_> {
    /// Enters the object at the cursor, which [`Reader::kind`] has seen.
    pub(crate) fn object(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<Members> {
        let start = self.at;
        self.enter(path, problems)?;
        Ok(Members {
            start,
            place: 0,
            seen: 0,
            unknown: None,
        })
    }

    /// The next key of `members`, with the cursor before its value; `None` after the last.
    /// Repeated keys are noted and passed over. Unknown keys are told, and it is the caller's to
    /// note and pass their values.
    pub(crate) fn next_key(
        &mut self,
        members: &mut Members,
        schema: &[Field],
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<Option<Key>> {
        loop {
            self.space();
            match self.byte() {
                Some(b'}') => {
                    self.at += 1;
                    self.depth -= 1;
                    return Ok(None);
                }
                Some(b'"') if members.place == 0 => {}
                Some(b',') if members.place > 0 => {
                    self.at += 1;
                    self.space();
                    if self.byte() != Some(b'"') {
                        return Err(self.syntax(path, problems));
                    }
                }
                _ => return Err(self.syntax(path, problems)),
            }
            let key = self.string(path, problems)?;
            self.space();
            if self.byte() != Some(b':') {
                return Err(self.syntax(path, problems));
            }
            self.at += 1;
            let place = members.place;
            members.place += 1;
            // Also a key that is written with escapes, or holds bytes that are not ASCII.
            key.check(self.bytes, &Path::Unknown(path, place), problems);
            let name = key.decode(self.bytes);
            let known = schema
                .iter()
                .position(|field| field.name.as_bytes() == &*name);
            let path_of_key = &match known.and_then(|index| schema.get(index)) {
                Some(field) => Path::Key(path, field.name),
                None => Path::Unknown(path, place),
            };
            if let Some(index) = known {
                if members.first_time(index) {
                    return Ok(Some(Key::Known(index)));
                }
            } else if members
                .unknown
                .get_or_insert_default()
                .insert(self.seed, key, self.bytes)
            {
                return Ok(Some(Key::Unknown(place, key)));
            }
            problems.push(
                Finding::error(Code::JsonDuplicateKey),
                path_of_key,
                key.span(),
            );
            self.skip(path_of_key, problems)?;
        }
    }

    /// Notes an unknown key with a warning and passes its value.
    #[cold]
    #[inline(never)]
    pub(super) fn unknown(
        &mut self,
        place: u32,
        key: Text,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = Path::Unknown(path, place);
        let code = match &*key.decode(self.bytes) {
            b"__proto__" => Code::ProtoField,
            _ => Code::UnknownField,
        };
        self.skip(&path, problems)?;
        if code == Code::ProtoField || !self.quiet {
            problems.push(Finding::warning(code), &path, key.span());
        }
        Ok(())
    }
}

impl Members {
    /// Did the schema's key with this index occur?
    pub(super) fn has(&self, index: usize) -> bool {
        self.seen & (1 << index) != 0
    }

    /// The object's first byte.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Notes that the schema's key with this index occurs; false if it did before.
    fn first_time(&mut self, index: usize) -> bool {
        let first = !self.has(index);
        self.seen |= 1 << index;
        first
    }
}
