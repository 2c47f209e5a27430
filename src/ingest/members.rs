//! Keys of the objects within values, foreseen by which came after which.

use super::written::{self, Words, Written, words};
use crate::json::Fast;
use alloc::vec::Vec;

/// Keys that are remembered.
const MOST: usize = 64;

struct Name {
    written: Written,
    /// The place of the one that came after it the last time.
    then: usize,
    /// What the values keep for the key.
    memo: u32,
}

/// The keys.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<Name>,
    /// The place of the last one, and of the one that is to be next.
    last: usize,
    next: usize,
}

impl Names {
    /// Passes the key at the cursor and the colon, and answers its place, below 64; `None`, with the cursor
    /// where it was, or behind white space, where it is none that is remembered.
    #[inline(always)]
    pub(super) fn pass(&mut self, fast: &mut Fast<'_>) -> Option<usize> {
        let rest = fast.rest();
        let words = words(rest);
        let at = self.next;
        if let Some(name) = self.names.get(at)
            && name.written.begins(rest, words)
        {
            fast.advance(name.written.len());
            self.last = at;
            self.next = name.then;
            return Some(at);
        }
        self.elsewhere(fast, words)
    }

    /// The key at this place, and what the values keep for it.
    #[inline(always)]
    pub(super) fn name(&mut self, at: usize) -> Option<(&[u8], &mut u32)> {
        let name = self.names.get_mut(at)?;
        Some((name.written.key(), &mut name.memo))
    }

    #[inline(never)]
    fn elsewhere(&mut self, fast: &mut Fast<'_>, words: Words) -> Option<usize> {
        let rest = fast.rest();
        let fits = |name: &Name| name.written.begins(rest, words);
        if let Some(at) = self.names.iter().position(fits) {
            fast.advance(self.names.get(at)?.written.len());
            return self.go_on(at);
        }
        fast.peek()?;
        let rest = fast.rest();
        let fits = |name: &Name| rest.starts_with(name.written.quoted());
        let foreseen = self.names.get(self.next).filter(|name| fits(name));
        let at = match foreseen {
            Some(_) => self.next,
            None => match self.names.iter().position(fits) {
                Some(at) => at,
                None => self.learn(rest)?,
            },
        };
        let mut ahead = *fast;
        ahead.advance(self.names.get(at)?.written.quoted().len());
        if !ahead.pass(b':') {
            return None;
        }
        *fast = ahead;
        self.go_on(at)
    }

    fn go_on(&mut self, at: usize) -> Option<usize> {
        if let Some(last) = self.names.get_mut(self.last) {
            last.then = at;
        }
        self.last = at;
        self.next = self.names.get(at)?.then;
        Some(at)
    }

    #[cold]
    fn learn(&mut self, rest: &[u8]) -> Option<usize> {
        let key = written::plain(rest.strip_prefix(b"\"")?)?;
        if self.names.len() >= MOST {
            return None;
        }
        self.names.try_reserve(1).ok()?;
        self.names.push(Name {
            written: Written::new(key.strip_suffix(b"\"")?)?,
            then: 0,
            memo: 0,
        });
        Some(self.names.len() - 1)
    }
}
