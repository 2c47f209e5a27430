//! What is wrong with an input, and where. Problems are data, all at once, and never hold a value
//! from the input: a problem knows its code, its place and numbers, nothing else.

mod codes;
mod fault;
mod place;

pub use codes::{Code, Row, TABLE};
pub use fault::Fault;
pub(crate) use place::Place;

use crate::path::{Path, push_number};
use alloc::{string::String, vec::Vec};

/// Does the problem refuse the input, or only point at something odd?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[expect(missing_docs, reason = "the two words say it")]
pub enum Severity {
    Error,
    Warning,
}

/// A stretch of the input, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// From `start` to before `end`.
    pub const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }
}

/// One finding. Its words come from the table row of its code.
// WHY: `repr(C)`, since JavaScript reads it from wasm memory, word by word: `pkg/js/problems.ts` knows
// the order of the fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Problem {
    /// Where, in UTF-8 bytes from the start of the input (for a stream: of the whole stream).
    pub offset: u64,
    /// The byte after the place.
    pub end_offset: u64,
    /// Line of the place, from 1; 0 until [`Problems::locate`] has run.
    pub line: u32,
    /// Column in UTF-16 units, from 1.
    pub column: u32,
    /// For `{0}` and `{1}`.
    pub numbers: [u32; 2],
    path: [u32; 2],
    /// A field name of the schema, for `{name}`.
    pub name: &'static str,
    /// What is wrong.
    pub code: Code,
    /// Whether it refuses the input.
    pub severity: Severity,
}

impl Problem {
    /// The message with its names and numbers filled in.
    pub fn message(&self) -> String {
        fill(self.code.row().message, self)
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.code.row().help
    }
}

fn fill(template: &str, problem: &Problem) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = tail.find('}') else { break };
        let (placeholder, after) = tail.split_at(end + 1);
        match placeholder {
            "{name}" => out.push_str(problem.name),
            "{0}" => push_number(&mut out, problem.numbers[0]),
            "{1}" => push_number(&mut out, problem.numbers[1]),
            other => out.push_str(other),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// How a problem is made before it is given its place: code, severity and what fills its message.
#[derive(Clone, Copy)]
pub struct Finding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) name: &'static str,
    pub(crate) numbers: [u32; 2],
}

impl Finding {
    /// Refuses the input.
    pub const fn error(code: Code) -> Finding {
        Finding {
            code,
            severity: Severity::Error,
            name: "",
            numbers: [0; 2],
        }
    }

    /// Points at something odd; the rest is taken.
    pub const fn warning(code: Code) -> Finding {
        Finding {
            code,
            severity: Severity::Warning,
            name: "",
            numbers: [0; 2],
        }
    }

    /// An error if `strict`, else a warning.
    pub const fn error_if(strict: bool, code: Code) -> Finding {
        if strict {
            Finding::error(code)
        } else {
            Finding::warning(code)
        }
    }

    /// Fills `{name}` with a field name of the schema.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Finding {
        self.name = name;
        self
    }

    /// Fills `{0}` and `{1}`.
    #[must_use]
    pub const fn numbers(mut self, first: u32, second: u32) -> Finding {
        self.numbers = [first, second];
        self
    }
}

/// The findings of one call: errors and warnings apart, each up to a maximum, in the order of
/// their places.
///
/// **Cost**: nothing is allocated before the first finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problems {
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    paths: String,
    max: usize,
    more_errors: u32,
    more_warnings: u32,
    first_fault: Option<Fault>,
    base: u64,
}

impl Problems {
    /// An empty list that keeps at most `max` errors and `max` warnings.
    pub fn new(max: usize) -> Problems {
        Problems {
            errors: Vec::new(),
            warnings: Vec::new(),
            paths: String::new(),
            max,
            more_errors: 0,
            more_warnings: 0,
            first_fault: None,
            base: 0,
        }
    }

    /// Is the next finding of this severity counted only, and not listed?
    pub fn is_full(&self, severity: Severity) -> bool {
        let list = match severity {
            Severity::Error => &self.errors,
            Severity::Warning => &self.warnings,
        };
        list.len() >= self.max
    }

    /// Forgets all findings, and keeps the memory.
    pub fn clear(&mut self) {
        self.errors.clear();
        self.warnings.clear();
        self.paths.clear();
        self.more_errors = 0;
        self.more_warnings = 0;
        self.first_fault = None;
        self.base = 0;
    }

    /// What is found from now on is placed this many bytes further on: for input in pieces.
    pub fn set_base(&mut self, base: u64) {
        self.base = base;
    }

    /// Notes a finding at `span`.
    // WHY: in line, so that a finding goes over as numbers and is not written to the stack first at
    // each of a hundred places: a hundredth of the edge module.
    #[inline(always)]
    pub fn push(&mut self, finding: Finding, path: &Path<'_>, span: Span) {
        let Finding {
            code,
            severity,
            name,
            numbers: [first, second],
        } = finding;
        self.note(code, severity, name, first, second, path, span);
    }

    #[cold]
    #[inline(never)]
    #[expect(clippy::too_many_arguments, reason = "what `push` takes, in numbers")]
    fn note(
        &mut self,
        code: Code,
        severity: Severity,
        name: &'static str,
        first: u32,
        second: u32,
        path: &Path<'_>,
        span: Span,
    ) {
        let error = severity == Severity::Error;
        if error && let Some(fault) = code.fault() {
            self.first_fault = Some(self.first_fault.map_or(fault, |first| first.min(fault)));
        }
        let (list, more) = if error {
            (&mut self.errors, &mut self.more_errors)
        } else {
            (&mut self.warnings, &mut self.more_warnings)
        };
        if list.len() >= self.max {
            *more = more.saturating_add(1);
            return;
        }
        let start = self.paths.len() as u32;
        path.write(&mut self.paths);
        let problem = Problem {
            code,
            severity,
            offset: self.base + span.start as u64,
            end_offset: self.base + span.end as u64,
            line: 0,
            column: 0,
            name,
            numbers: [first, second],
            path: [start, self.paths.len() as u32],
        };
        // In the order of their places, and of two at one place the wider first: a value before
        // its parts. Most are found in that order. A sort of the standard library would be a
        // fifth of the edge module.
        let place = |problem: &Problem| (problem.offset, u64::MAX - problem.end_offset);
        let place_of_this = place(&problem);
        let at = match list.last() {
            Some(last) if place(last) > place_of_this => {
                list.partition_point(|other| place(other) <= place_of_this)
            }
            _ => list.len(),
        };
        list.insert(at, problem);
    }

    /// Fills in line and column, and adds the line that says how many more there were. To be called
    /// when the input has been read, and again after what was found later.
    ///
    /// **Cost**: one pass over `body` up to the last finding; nothing when there is none.
    pub fn locate(&mut self, body: &[u8]) {
        let none = self.errors.is_empty() && self.warnings.is_empty();
        // With a maximum of none there may be findings though none is listed.
        if none && self.more_errors == 0 && self.more_warnings == 0 {
            return;
        }
        self.locate_cold(body);
    }

    #[cold]
    #[inline(never)]
    fn locate_cold(&mut self, body: &[u8]) {
        let mut place = Place::START;
        self.locate_piece(body, place);
        place.advance(body);
        self.close(self.base + body.len() as u64, place);
    }

    /// Fills in line and column of what was found in a piece of the input that begins at the base
    /// and at `start`. [`Problems::close`] comes after the last piece.
    #[cold]
    #[inline(never)]
    pub(crate) fn locate_piece(&mut self, piece: &[u8], start: Place) {
        locate(&mut self.errors, self.base, piece, start);
        locate(&mut self.warnings, self.base, piece, start);
    }

    /// Adds the lines that say how many more there were, at the input's end.
    pub(crate) fn close(&mut self, end: u64, place: Place) {
        for (list, more, severity) in [
            (&mut self.errors, self.more_errors, Severity::Error),
            (&mut self.warnings, self.more_warnings, Severity::Warning),
        ] {
            if let Some(last) = list.last_mut()
                && last.code == Code::LimitProblems
            {
                last.numbers = [more, 0];
            } else if more > 0 {
                list.push(Problem {
                    code: Code::LimitProblems,
                    severity,
                    offset: end,
                    end_offset: end,
                    line: place.line,
                    column: place.column,
                    name: "",
                    numbers: [more, 0],
                    path: [0; 2],
                });
            }
        }
    }

    /// Warnings found, listed or not.
    pub fn warning_count(&self) -> usize {
        self.warnings.len() + self.more_warnings as usize
    }

    /// Errors found, listed or not.
    pub fn error_count(&self) -> usize {
        self.errors.len() + self.more_errors as usize
    }

    /// What refuses the input.
    pub fn errors(&self) -> &[Problem] {
        &self.errors
    }

    /// What is odd, with the rest taken.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Is nothing refused?
    pub fn ok(&self) -> bool {
        self.errors.is_empty() && self.more_errors == 0
    }

    /// Where a problem is, as an RFC 6901 pointer in which a key outside the schema stands as
    /// `~?n`.
    pub fn path(&self, problem: &Problem) -> &str {
        self.paths
            .get(problem.path[0] as usize..problem.path[1] as usize)
            .unwrap_or("")
    }

    /// All paths, one after another.
    #[cfg(all(target_arch = "wasm32", not(feature = "regex")))]
    pub(crate) fn paths(&self) -> &[u8] {
        self.paths.as_bytes()
    }

    /// The first line of Braze's error table that applies, over all errors, also those that were
    /// not listed.
    pub fn first_fault(&self) -> Option<Fault> {
        self.first_fault
    }
}

#[cold]
#[inline(never)]
fn locate(list: &mut [Problem], base: u64, piece: &[u8], mut place: Place) {
    let mut at = 0;
    for problem in list.iter_mut().filter(|problem| problem.line == 0) {
        let to = (problem.offset.saturating_sub(base) as usize).min(piece.len());
        place.advance(piece.get(at..to).unwrap_or(&[]));
        at = at.max(to);
        problem.line = place.line;
        problem.column = place.column;
    }
}
