//! What a pattern says.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// A pattern or a part of one.
pub(super) enum Node {
    /// A character, in whatever case if `fold`.
    Char {
        value: char,
        fold: bool,
    },
    /// One character of many.
    Class(Class),
    /// A place, and where it stands in the pattern.
    Place(Place, usize),
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    /// So often at least, and at most.
    Repeat(Box<Node>, u32, Option<u32>),
}

/// Some characters.
pub(super) struct Class {
    /// All but these?
    pub(super) negated: bool,
    /// From the first to the last.
    pub(super) ranges: Vec<(char, char)>,
    /// Are those of `ranges` meant in whatever case? Those of `kinds` never are.
    pub(super) fold: bool,
    pub(super) kinds: Vec<Kind>,
}

/// Characters that have a name.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) ranges: &'static [(char, char)],
    /// A general category as `\p{…}`, instead of the ranges; or nothing.
    pub(super) category: &'static str,
    /// All but these?
    pub(super) negated: bool,
    pub(super) of: Names,
}

/// Where a name is from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// `\d \w \s`, of ASCII.
    Ascii,
    /// `[:alpha:]`, of ASCII.
    Posix,
    /// `\h \v .`
    Unicode,
    /// `\p{L}`
    Categories,
}

impl Names {
    pub(super) fn is_ascii(self) -> bool {
        matches!(self, Names::Ascii | Names::Posix)
    }
}

/// A place, which takes no character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    LineStart,
    End,
    /// The end, or before a `\n` that is the last character.
    EndOrLastNewline,
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}

/// What the flags say at some place.
#[derive(Clone, Copy)]
pub(super) struct Flags {
    /// `i`
    pub(super) fold: bool,
    /// `s`
    pub(super) dot_all: bool,
    /// `m`
    pub(super) lines: bool,
    /// `x`
    pub(super) extended: bool,
    /// `xx`
    pub(super) extended_classes: bool,
}

impl Class {
    pub(super) fn of(kind: Kind) -> Node {
        Node::Class(Class {
            negated: false,
            ranges: Vec::new(),
            fold: false,
            kinds: Vec::from([kind]),
        })
    }
}
