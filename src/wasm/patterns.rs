//! Patterns of segments, which another module matches: `pkg/js/regex.ts` stands between the two.

#![expect(
    unsafe_code,
    reason = "functions of another language, which read and write what is lent to them"
)]

use crate::segment::{KEPT_PATTERNS, Patterns, Text};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

// WHY: a module each, since the bindings name a module once for each function. None calls back.
#[link(wasm_import_module = "kohort:pattern")]
unsafe extern "C" {
    /// Makes the automaton of the pattern of `len` bytes at `at`, and answers its place in the other module;
    /// 0 where there is none, as that module is not loaded, or has too little memory.
    fn pattern(at: *const u8, len: usize) -> usize;
}

#[link(wasm_import_module = "kohort:matches")]
unsafe extern "C" {
    /// Writes a byte of 1 or 0 for each of `count` texts, which end as the numbers at `ends` say; false where memory
    /// ran out.
    fn matches(
        pattern: usize,
        texts: *const u8,
        ends: *const u32,
        count: usize,
        matched: *mut bool,
    ) -> bool;
}

#[link(wasm_import_module = "kohort:forget")]
unsafe extern "C" {
    safe fn forget(pattern: usize);
}

/// The patterns that the other module has for a workspace.
#[derive(Default)]
pub(super) struct HostPatterns {
    // The last one that was asked is the last.
    kept: RefCell<Vec<(Text, usize)>>,
    has_failed: Cell<bool>,
}

impl HostPatterns {
    /// The place of a pattern in the other module, 0 where it cannot be there.
    fn place(&self, text: &[u8]) -> usize {
        let mut kept = self.kept.borrow_mut();
        if let Some((_, place)) = kept.last().filter(|(last, _)| **last == *text) {
            return *place;
        }
        let known = kept.iter().position(|(known, _)| **known == *text);
        let last = match known {
            Some(known) => kept.remove(known),
            // SAFETY: the host reads the bytes of the text.
            None => (text.into(), unsafe { pattern(text.as_ptr(), text.len()) }),
        };
        let place = last.1;
        if place != 0 {
            if kept.len() >= KEPT_PATTERNS {
                forget(kept.remove(0).1);
            }
            kept.push(last);
        }
        place
    }
}

impl Drop for HostPatterns {
    fn drop(&mut self) {
        for (_, place) in self.kept.get_mut() {
            forget(*place);
        }
    }
}

impl Patterns for HostPatterns {
    fn prepare(&self, pattern: &[u8]) -> bool {
        self.place(pattern) != 0
    }

    fn matches(&self, pattern: &[u8], text: &[u8]) -> bool {
        let mut matched = Vec::with_capacity(1);
        self.match_each(pattern, text, &[text.len() as u32], &mut matched);
        matched.first() == Some(&true)
    }

    fn match_each(&self, pattern: &[u8], texts: &[u8], ends: &[u32], matched: &mut Vec<bool>) {
        if ends.is_empty() {
            return;
        }
        let before = matched.len();
        matched.resize(before + ends.len(), false);
        let place = self.place(pattern);
        let out = matched.get_mut(before..).filter(|_| place != 0);
        // SAFETY: the last of the `ends` is the length of the texts; the host writes a 0 or 1 for each.
        let is_done = out.is_some_and(|out| unsafe {
            matches(
                place,
                texts.as_ptr(),
                ends.as_ptr(),
                ends.len(),
                out.as_mut_ptr(),
            )
        });
        if !is_done {
            self.has_failed.set(true);
        }
    }

    fn take_failed(&self) -> bool {
        self.has_failed.take()
    }
}
