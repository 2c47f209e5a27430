//! Regular expressions as operands: what is wrong with one is told at its place in the definition.

use super::operand::{At, Given};
use super::rule::Text;
use super::tree::Tree;
use crate::limits::MAX_PATTERN_CHARACTERS;
use crate::pattern::{Pattern, Reason};
use crate::problem::{Code, Finding, Span};
use alloc::vec::Vec;

impl At<'_, '_> {
    /// The pattern with this text, which stands at this tree.
    pub(super) fn pattern(&mut self, text: &[u8], tree: &Tree<'_>) -> Option<Given> {
        let starts = text.iter().filter(|&byte| byte & 0xC0 != 0x80);
        if starts.count() > MAX_PATTERN_CHARACTERS {
            let finding = Finding::error(Code::SegmentPattern);
            return self.note(finding.numbers(MAX_PATTERN_CHARACTERS as u32, 0), tree.span);
        }
        // What is no text was told when it was read.
        let pattern = core::str::from_utf8(text).ok()?;
        let Err(fault) = Pattern::parse(pattern) else {
            return Some(Given::Texts(Vec::from([Text::from(text)])));
        };
        let finding = match fault.reason {
            Reason::Unsupported(what) => Finding::error(Code::SegmentPatternUnsupported).name(what),
            Reason::Malformed(what) => Finding::error(Code::SegmentPatternSyntax).name(what),
            Reason::TooLarge(most) => Finding::error(Code::SegmentPatternSize).numbers(most, 0),
        };
        let place = |decoded| tree.span.start + written_place(tree.written, decoded);
        let span = Span::new(place(fault.at.start), place(fault.at.end));
        self.note(finding, span)
    }
}

/// Where in a JSON string, with its quotes, so many bytes of its text have gone by.
fn written_place(written: &[u8], decoded: usize) -> usize {
    let (mut at, mut gone) = (1, 0);
    while gone < decoded {
        let (width, bytes) = match written.get(at..) {
            Some([b'\\', b'u', a, b, ..]) => match (a.to_ascii_lowercase(), b) {
                (b'd', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B') => (12, 4),
                (b'0', b'0') if matches!(written.get(at + 4), Some(b'0'..=b'7')) => (6, 1),
                (b'0', b'0'..=b'7') => (6, 2),
                _ => (6, 3),
            },
            Some([b'\\', ..]) => (2, 1),
            Some([_, ..]) => (1, 1),
            _ => break,
        };
        at += width;
        gone += bytes;
    }
    at
}
