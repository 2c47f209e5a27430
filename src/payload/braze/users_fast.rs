//! A users request as nearly every client writes it, read by few functions that know no paths and
//! note no problems.
//!
//! Whatever is unusual (a field more, an id that is no text, half a surrogate pair) is `None`, and
//! then the reader of everything begins again at the body's first byte: such a request costs at
//! most twice, and a request without fault less than half of what that reader takes.

use super::Options;
use super::root::{FREE_SLOT, LISTS};
use crate::cohort::Direction;
use crate::cohort::changes::Changes;
use crate::identity::IdKind;
use crate::json::{END, Fast, Text, Words};
use crate::limits::{MAX_ID_BYTES, MAX_REQUEST_IDS};
use alloc::vec::Vec;

// The keys, each with the quote behind it.
static REQUEST: [Words; 4] = [
    Words::new("partner_api_key\""),
    Words::new("client_secret\""),
    Words::new("cohort_id\""),
    Words::new("cohort_changes\""),
];
const THE_KEYS: u32 = 0b0011;
const ALL_OF_REQUEST: u32 = 0b1111;

static CHANGE: [Words; 4] = [
    Words::new("user_ids\""),
    Words::new("device_ids\""),
    Words::new("aliases\""),
    Words::new("should_remove\""),
];
const USER_IDS: u32 = 0b0001;
const ANY_LIST: u32 = 0b0111;

static ALIAS: [Words; 2] = [Words::new("alias_name\""), Words::new("alias_label\"")];
const BOTH_PARTS: u32 = 0b11;
/// What stands before the two parts of an alias where no space is left.
static DENSE_ALIAS: [Words; 2] = [
    Words::new("{\"alias_name\":\""),
    Words::new(",\"alias_label\":\""),
];

/// Reads ids in lists as they are mostly written. Nothing is allocated before the first escape.
#[derive(Default)]
pub(super) struct FastIds {
    /// What the last text with escapes reads as.
    decoded: Vec<u8>,
}

impl FastIds {
    /// Reads a request: the texts at its root, and the ids.
    #[inline(never)]
    pub(super) fn request(
        &mut self,
        body: &[u8],
        options: &Options,
        changes: &mut Changes,
    ) -> Option<[Text; FREE_SLOT as usize]> {
        let mut texts = [Text::MISSING; FREE_SLOT as usize];
        let mut fast = Fast::new(body);
        let mut seen = 0;
        loop {
            let key = fast.member(&REQUEST, &mut seen)?;
            match texts.get_mut(key) {
                Some(text) => *text = fast.text(&mut self.decoded)?,
                None if key == END => break,
                None => self.changes(&mut fast, options.strict, changes)?,
            }
        }
        // A planned body gets its keys later.
        let waived = if options.require_keys { 0 } else { THE_KEYS };
        let good = fast.is_done() && seen | waived == ALL_OF_REQUEST;
        (good && changes.len() <= MAX_REQUEST_IDS).then_some(texts)
    }

    #[inline(always)]
    fn changes(&mut self, fast: &mut Fast<'_>, strict: bool, changes: &mut Changes) -> Option<()> {
        if !fast.pass(b'[') {
            return None;
        }
        if fast.pass(b']') {
            return Some(());
        }
        loop {
            changes.begin_change();
            let mut seen = 0;
            loop {
                let key = fast.member(&CHANGE, &mut seen)?;
                if let Some(&kind) = LISTS.get(key) {
                    changes.begin_list(kind);
                    if !fast.pass(b'[') {
                        return None;
                    }
                    self.take(kind, true, fast, changes);
                    if !fast.pass(b']') {
                        return None;
                    }
                } else if key == END {
                    break;
                } else if fast.flag()? {
                    changes.set_direction(Direction::Remove);
                }
            }
            let wanted = if strict { USER_IDS } else { ANY_LIST };
            if seen & wanted == 0 {
                return None;
            }
            if !fast.pass(b',') {
                return fast.pass(b']').then_some(());
            }
        }
    }

    /// Takes the ids that stand at the cursor into the last list, up to the first that is not
    /// usual, and answers how many. `first`: is the cursor behind the list's bracket?
    #[inline(never)]
    pub(super) fn take(
        &mut self,
        kind: IdKind,
        first: bool,
        fast: &mut Fast<'_>,
        changes: &mut Changes,
    ) -> u32 {
        let before = changes.len();
        if kind == IdKind::Alias {
            self.aliases(first, fast, changes);
        } else {
            fast.strings(first, MAX_ID_BYTES, &mut self.decoded, |id, bytes| {
                changes.push(kind, id, bytes);
            });
        }
        (changes.len() - before) as u32
    }

    #[inline(never)]
    fn aliases(&mut self, mut first: bool, fast: &mut Fast<'_>, changes: &mut Changes) {
        loop {
            let start = *fast;
            if dense_alias(first, fast, changes).is_none() {
                *fast = start;
                if self.alias(first, fast, changes).is_none() {
                    *fast = start;
                    return;
                }
            }
            first = false;
        }
    }

    /// An alias with white space, escapes or letters of any alphabet.
    #[inline(never)]
    fn alias(&mut self, first: bool, fast: &mut Fast<'_>, changes: &mut Changes) -> Option<()> {
        let (mut seen, mut texts, mut looks) = (0, [Text::MISSING; 2], [0; 2]);
        if !first && !fast.pass(b',') {
            return None;
        }
        loop {
            let part = fast.member(&ALIAS, &mut seen)?;
            if part == END {
                break;
            }
            let text = fast.text(&mut self.decoded)?;
            let bytes = if text.is_escaped() {
                &*self.decoded
            } else {
                text.raw(fast.bytes())
            };
            if bytes.len().wrapping_sub(1) >= MAX_ID_BYTES {
                return None;
            }
            *texts.get_mut(part)? = text;
            *looks.get_mut(part)? = Changes::look(part as u32, bytes);
        }
        if seen != BOTH_PARTS {
            return None;
        }
        changes.push_alias(texts, looks);
        Some(())
    }
}

/// An alias as it is mostly written, in a third of the time that [`FastIds::alias`] takes.
#[inline(always)]
fn dense_alias(first: bool, fast: &mut Fast<'_>, changes: &mut Changes) -> Option<()> {
    if !first && !fast.pass_at_once(b',') {
        return None;
    }
    let [before_name, before_label] = &DENSE_ALIAS;
    let name = fast.text_after(before_name)?;
    let label = fast.text_after(before_label)?;
    let (name_bytes, label_bytes) = (name.raw(fast.bytes()), label.raw(fast.bytes()));
    if name_bytes.len().wrapping_sub(1) >= MAX_ID_BYTES
        || label_bytes.len().wrapping_sub(1) >= MAX_ID_BYTES
        || !fast.pass_at_once(b'}')
    {
        return None;
    }
    let looks = [Changes::look(0, name_bytes), Changes::look(1, label_bytes)];
    changes.push_alias([name, label], looks);
    Some(())
}
