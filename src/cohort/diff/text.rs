//! Where in newline-separated text something is wrong. It is worked out only when it is asked for.

use super::{LinePlace, RefusedIds};
use crate::problem::Code;

/// What stands before a piece of text.
#[derive(Clone, Copy, Default)]
pub(super) struct Before {
    /// Lines that have ended.
    lines: u32,
    /// Bytes.
    bytes: u64,
    /// UTF-16 units of the line that has not ended.
    units: u32,
}

impl Before {
    /// What stands before the byte `at` of the piece.
    pub(super) fn and(mut self, piece: &[u8], at: usize) -> Before {
        let piece = piece.get(..at).unwrap_or(piece);
        self.bytes += piece.len() as u64;
        let line = piece.iter().rposition(|&byte| byte == b'\n');
        if line.is_some() {
            self.units = 0;
        }
        let line = line.map_or(0, |end| end + 1);
        for &byte in piece.get(..line).unwrap_or(&[]) {
            self.lines += u32::from(byte == b'\n');
        }
        for &byte in piece.get(line..).unwrap_or(&[]) {
            self.units = self.units.saturating_add(units(byte));
        }
        self
    }

    /// What stands behind a piece, whose last line begins at `start`. The lines are counted already.
    pub(super) fn behind(self, piece: &[u8], start: usize, lines: u32) -> Before {
        let line = piece.get(start..).unwrap_or(&[]);
        let begun = if start == 0 { self.units } else { 0 };
        Before {
            lines,
            bytes: self.bytes + piece.len() as u64,
            units: line
                .iter()
                .fold(begun, |sum, &byte| sum.saturating_add(units(byte))),
        }
    }

    /// What stands before a character of which these bytes were passed.
    pub(super) fn without(mut self, begun: &[u8]) -> Before {
        self.bytes -= begun.len() as u64;
        self.units -= begun.iter().map(|&byte| units(byte)).sum::<u32>();
        self
    }

    /// What is wrong with what follows.
    #[cold]
    pub(super) fn refuse(self, code: Code) -> RefusedIds {
        RefusedIds {
            code,
            index: self.lines,
            place: Some(LinePlace {
                offset: self.bytes,
                line: self.lines.saturating_add(1),
                column: self.units.saturating_add(1),
            }),
            side: None,
        }
    }
}

/// UTF-16 units of the character that begins with this byte; none where it goes on.
fn units(byte: u8) -> u32 {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}
