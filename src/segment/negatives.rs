//! Negations of the same that are joined by `OR`, however deep: an `OR` directly within another is the same `OR`,
//! and an `AND` of one element is that element.

use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

/// A negation.
pub(super) struct Negative {
    /// What it is asked of.
    of: Vec<u8>,
    path: String,
    span: Span,
}

impl Negative {
    #[inline(never)]
    pub(super) fn new(of: Vec<u8>, path: &Path<'_>, span: Span) -> Negative {
        let mut pointer = String::new();
        path.write(&mut pointer);
        Negative {
            of,
            path: pointer,
            span,
        }
    }
}

/// The negations of a group.
pub(super) struct Negatives {
    /// Does the group join them by `OR`?
    is_or: bool,
    /// What they are asked of.
    seen: BTreeSet<Vec<u8>>,
    /// The first of each, for the group around this one.
    firsts: Vec<Negative>,
}

impl Negatives {
    pub(super) fn of(is_or: bool) -> Negatives {
        Negatives {
            is_or,
            seen: BTreeSet::new(),
            firsts: Vec::new(),
        }
    }

    /// Takes one in; warns if another of the same is joined with it.
    #[inline(never)]
    pub(super) fn add(&mut self, negative: Negative, problems: &mut Problems) {
        if self.is_or && !self.seen.insert(negative.of.clone()) {
            let finding = Finding::warning(Code::SegmentNegatives);
            problems.push(finding, &Path::Written(&negative.path), negative.span);
        } else {
            self.firsts.push(negative);
        }
    }

    /// Takes in those of a group within.
    #[inline(never)]
    pub(super) fn join(&mut self, inner: Negatives, problems: &mut Problems) {
        for negative in inner.firsts {
            self.add(negative, problems);
        }
    }

    /// None of them is joined with what is around: they are of an `AND` of several.
    pub(super) fn forget(&mut self) {
        self.firsts.clear();
    }
}
