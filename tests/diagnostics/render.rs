//! A problem as a person sees it: the line, and the place underlined.

use crate::support::Found;

/// The finding, its line of `text` with the place underlined, and the help. `text` may be empty:
/// then the place is told by its path alone.
pub fn render(found: &Found, text: &[u8]) -> String {
    let mut out = format!("{}\n", found.message);
    if !text.is_empty() {
        let (start, end) = (found.offset as usize, found.end_offset as usize);
        let line_start = text[..start]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |at| at + 1);
        let line_end = text[start..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(text.len(), |at| start + at);
        let before = visible(&text[line_start..start]);
        let marked = visible(&text[start..end.min(line_end)]);
        let after = visible(&text[end.min(line_end).max(start)..line_end]);
        // A long line is cut, with the place in the middle.
        let before = match before.char_indices().rev().nth(50) {
            Some((at, _)) => format!("…{}", &before[at..]),
            None => before,
        };
        let marked = match marked.char_indices().nth(60) {
            Some((at, _)) => format!("{}…", &marked[..at]),
            None => marked,
        };
        let after = match after.char_indices().nth(30) {
            Some((at, _)) => format!("{}…", &after[..at]),
            None => after,
        };
        let number = found.line.to_string();
        let margin = " ".repeat(number.len());
        let space = " ".repeat(before.chars().count());
        let line = "^".repeat(marked.chars().count().max(1));
        out += &format!("{number} | {before}{marked}{after}\n{margin} | {space}{line}\n");
    }
    out + &format!("help: {}\n", found.help)
}

/// One character for each that has no shape of its own, and for each byte that is none.
fn visible(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.extend(chunk.valid().chars().map(|c| match c {
            '\u{feff}' => '·',
            c if c.is_control() => '·',
            c => c,
        }));
        out.extend(chunk.invalid().iter().map(|_| '�'));
    }
    out
}
