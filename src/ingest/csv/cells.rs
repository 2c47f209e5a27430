//! A row as it was written, and whether its quotes stand where they can.

use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};

/// A field of a row.
pub(super) struct Cell {
    /// Where its text ends among those of the row.
    pub(super) end: usize,
    /// Where it stands in the row as it came.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Cell {
    pub(super) fn span(&self) -> Span {
        Span::new(self.from, self.to)
    }
}

/// A row.
pub(super) struct Row<'a> {
    /// As it came.
    pub(super) raw: &'a [u8],
    /// The texts of its fields, one after another.
    pub(super) text: &'a [u8],
    /// Its fields, as many as there are columns or one more at most.
    pub(super) cells: &'a [Cell],
    /// How many fields it has.
    pub(super) count: usize,
}

impl Row<'_> {
    /// All of it, without its line's end.
    pub(super) fn span(&self) -> Span {
        Span::new(0, self.cells.last().map_or(self.raw.len(), |cell| cell.to))
    }

    /// As it came, without its line's end.
    pub(super) fn raw_fields(&self) -> &[u8] {
        let Span { end, .. } = self.span();
        self.raw.get(..end).unwrap_or(self.raw)
    }

    /// Is it UTF-8, with its quotes where they can stand? Tells what is not.
    pub(super) fn is_text(&self, problems: &mut Problems) -> bool {
        if let Err(error) = core::str::from_utf8(self.raw) {
            let at = error.valid_up_to();
            let finding = Finding::error(Code::CsvUtf8);
            problems.push(finding, &Path::Root, Span::new(at, at + 1));
            return false;
        }
        if !self.raw.contains(&b'"') {
            return true;
        }
        let is_odd =
            |cell: &&Cell| !has_even_quotes(self.raw.get(cell.from..cell.to).unwrap_or(&[]));
        let odd = self.cells.iter().find(is_odd);
        if let Some(cell) = odd {
            problems.push(Finding::error(Code::CsvQuote), &Path::Root, cell.span());
        }
        odd.is_none()
    }
}

/// Has a field, as it came, either no quotes, or one at both ends and others in pairs?
fn has_even_quotes(field: &[u8]) -> bool {
    if !field.contains(&b'"') {
        return true;
    }
    let inside = field.strip_prefix(b"\"");
    let Some(inside) = inside.and_then(|field| field.strip_suffix(b"\"")) else {
        return false;
    };
    let mut between = inside.split(|&byte| byte == b'"');
    // Of each pair nothing stands between the two: after the first text, every second is empty.
    let _ = between.next();
    loop {
        match (between.next(), between.next()) {
            (None, _) => return true,
            (Some(b""), Some(_)) => {}
            _ => return false,
        }
    }
}
