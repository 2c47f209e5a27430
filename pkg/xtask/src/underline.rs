//! One problem as a compiler would show it: where it is, the line of the source, and the place
//! underlined.
//!
//! The picture comes from `annotate-snippets`, which draws rustc's own diagnostics (maintained by
//! the Rust project, MIT or Apache-2.0). The line does hold what the reader's file holds, ids
//! included: this is for a local file whose owner looks at it, and nothing of the package does so.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use kohort::problem::{Problem, Problems, Severity};

/// Characters of a long line that are shown on either side of the place. A request of 1,000 ids
/// is often one line.
const AROUND: usize = 48;

/// Characters of the place itself that are shown.
const MARKED: usize = 60;

/// Draws a problem found in `body`, which is called `name` in the picture.
pub fn draw(
    problem: &Problem,
    problems: &Problems,
    body: &[u8],
    name: &str,
    renderer: &Renderer,
) -> String {
    let row = problem.code.row();
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let excerpt = Excerpt::of(body, problem.offset as usize, problem.end_offset as usize);
    let place = match problems.path(problem) {
        "" => "here".to_owned(),
        path => format!("at {path}"),
    };
    let message = problem.message();
    let title = level.primary_title(&message).id(row.code);
    let origin = Origin::path(name)
        .line(problem.line as usize)
        .char_column(problem.column as usize);
    let source = Snippet::source(excerpt.text)
        .line_start(problem.line as usize)
        .annotation(
            AnnotationKind::Primary
                .span(excerpt.start..excerpt.end)
                .label(&place),
        );
    let group: Group<'_> = title
        .element(origin)
        .element(source)
        .element(Level::HELP.message(row.help));
    // WHY: the renderer takes a source beside an origin for another file's, and says so with a line
    // of `:::`. They are apart because a cut line no longer knows the column.
    renderer
        .render(&[group])
        .lines()
        .filter(|line| !line.contains(":::") || line.contains('|') || line.contains("-->"))
        .fold(String::new(), |out, line| out + line + "\n")
}

/// A piece of one line, and where the place is in it.
struct Excerpt {
    text: String,
    start: usize,
    end: usize,
}

impl Excerpt {
    /// The line with byte `start`. Of a place that goes over several lines the first is shown.
    fn of(body: &[u8], start: usize, end: usize) -> Self {
        let start = start.min(body.len());
        let (above, rest) = body.split_at(start);
        let line_start = above
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let before = readable(above.get(line_start..).unwrap_or_default());
        let line_end = rest
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(rest.len());
        let (marked, after) =
            rest.split_at(end.saturating_sub(start).min(line_end).min(rest.len()));
        let after_end = line_end.saturating_sub(marked.len());
        let marked = readable(marked.strip_suffix(b"\r").unwrap_or(marked));
        let after = readable(after.get(..after_end).unwrap_or_default());

        let mut text = last(&before, AROUND);
        let start = text.len();
        text.push_str(&first(&marked, MARKED));
        // Where nothing is marked, as at the end of a text, the next character is pointed at.
        let end = text.len();
        text.push_str(&first(&after, AROUND));
        Self { text, start, end }
    }
}

/// Bytes as text for a terminal: nothing of a file may steer it.
fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .map(|character| match character {
            '\t' => ' ',
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(' '),
            '\x7f'..='\u{9f}' | '\u{feff}' | '\u{2028}' | '\u{2029}' => '\u{fffd}',
            other => other,
        })
        .collect()
}

fn first(text: &str, count: usize) -> String {
    match text.char_indices().nth(count) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn last(text: &str, count: usize) -> String {
    let length = text.chars().count();
    if length <= count {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(length - count).collect();
    format!("…{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str, start: usize, end: usize) -> (String, String) {
        let excerpt = Excerpt::of(body.as_bytes(), start, end);
        let marked = excerpt.text.get(excerpt.start..excerpt.end);
        (excerpt.text.clone(), marked.unwrap_or("?").to_owned())
    }

    #[test]
    fn the_line_of_the_place_is_shown_alone() {
        let body = "{\n  \"a\": 1,\r\n  \"b\": 2\n}";
        assert_eq!(
            shown(body, 9, 10),
            ("  \"a\": 1,␍".to_owned(), "1".to_owned())
        );
    }

    #[test]
    fn a_place_of_several_lines_shows_its_first() {
        assert_eq!(shown("[{\n}]", 1, 4), ("[{".to_owned(), "{".to_owned()));
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let body = format!("{}ß{}", "a".repeat(500), "b".repeat(500));
        let (text, marked) = shown(&body, 500, 502);
        assert_eq!(marked, "ß");
        assert_eq!(text.chars().count(), 2 * AROUND + 1 + 2);
    }

    #[test]
    fn nothing_of_the_file_steers_the_terminal() {
        let (text, marked) = shown("x\x1b[31my\u{9b}", 1, 2);
        assert_eq!((text.as_str(), marked.as_str()), ("x␛[31my\u{fffd}", "␛"));
    }

    #[test]
    fn the_end_of_a_text_and_a_text_of_nothing_are_places_too() {
        assert_eq!(shown("", 0, 0), (String::new(), String::new()));
        assert_eq!(shown("ab", 2, 2), ("ab".to_owned(), String::new()));
        assert_eq!(shown("ab", 9, 12), ("ab".to_owned(), String::new()));
    }
}
