//! Lines and columns.

/// A walk through a text that knows line and column.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Place {
    /// The first character.
    pub(crate) const START: Place = Place { line: 1, column: 1 };

    /// A place that is known.
    #[cfg(all(target_arch = "wasm32", any(feature = "known", feature = "full")))]
    pub(crate) const fn at(line: u32, column: u32) -> Place {
        Place { line, column }
    }

    /// Goes on behind `text`. Column counts UTF-16 units: one for each character up to three bytes
    /// long, two for those of four.
    #[inline(never)]
    pub(crate) fn advance(&mut self, text: &[u8]) {
        let mut column = self.column;
        for &byte in text {
            // INVARIANT: a line is shorter than 4 GB, since a text is.
            column += u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0);
            if byte == b'\n' {
                self.next_line();
                column = self.column;
            }
        }
        self.column = column;
    }

    /// Goes on by so many lines, to the start of one.
    pub(crate) fn next_lines(&mut self, lines: usize) {
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        self.line = self.line.saturating_add(lines);
        self.column = 1;
    }

    /// Goes on to the start of the next line.
    pub(crate) fn next_line(&mut self) {
        self.next_lines(1);
    }
}
