//! What can be wrong with a pattern.

use core::ops::Range;

/// Why a pattern is refused, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Why.
    pub reason: Reason,
    /// The bytes of the pattern that are meant.
    pub at: Range<usize>,
}

/// Why a pattern is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// PCRE has it, and it is not taken: what it is.
    Unsupported(&'static str),
    /// PCRE refuses it too: what is wrong.
    Malformed(&'static str),
    /// Its repetitions written out, it would have more than so many states.
    TooLarge(u32),
}

pub(super) type Step<T> = Result<T, Fault>;

pub(super) fn unsupported<T>(what: &'static str, at: Range<usize>) -> Step<T> {
    Err(Fault {
        reason: Reason::Unsupported(what),
        at,
    })
}

pub(super) fn malformed<T>(what: &'static str, at: Range<usize>) -> Step<T> {
    Err(Fault {
        reason: Reason::Malformed(what),
        at,
    })
}
