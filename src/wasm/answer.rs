//! What a call answers: numbers, words and findings in wasm memory, for JavaScript to read.

use crate::path::Path;
use crate::problem::{Code, Finding, Problem, Problems, Severity, Span};
use alloc::string::String;
use alloc::vec::Vec;

/// Numbers at the head of every answer; `pkg/js/answer.ts` reads them in this order.
const HEAD: usize = 6;

/// Numbers of a problem; `pkg/js/problems.ts` reads them in this order.
const RECORD: usize = 12;

/// Bytes that are kept for the next call; more is given back.
const KEPT: usize = 1 << 20;

/// Stands for the length of a word that is not there.
pub(super) const ABSENT: u32 = u32::MAX;

/// An answer, reused from call to call.
#[derive(Default)]
pub(super) struct Answer {
    numbers: Vec<u32>,
    words: Vec<u8>,
    records: Vec<u32>,
    texts: String,
}

impl Answer {
    /// Begins the next answer.
    pub(super) fn begin(&mut self) {
        self.numbers.clear();
        self.numbers.resize(HEAD, 0);
        self.words.clear();
        self.words.shrink_to(KEPT);
    }

    /// Adds a number.
    #[cfg(any(feature = "edge", feature = "full"))]
    pub(super) fn number(&mut self, number: u32) {
        self.numbers.push(number);
    }

    /// Adds some numbers.
    pub(super) fn numbers(&mut self, numbers: &[u32]) {
        self.numbers.extend_from_slice(numbers);
    }

    /// Adds a number of up to 53 bits, in two halves.
    pub(super) fn wide(&mut self, number: u64) {
        self.numbers(&[number as u32, (number >> 32) as u32]);
    }

    /// Adds where something stands that JavaScript copies at once, and how long it is.
    pub(super) fn place<T>(&mut self, items: &[T]) {
        self.numbers(&[items.as_ptr() as u32, items.len() as u32]);
    }

    /// Adds a word: its length among the numbers, its bytes after those of the words before it.
    #[cfg(any(feature = "edge", feature = "full"))]
    pub(super) fn word(&mut self, word: Option<&[u8]>) {
        self.number(word.map_or(ABSENT, |word| word.len() as u32));
        self.words.extend_from_slice(word.unwrap_or(&[]));
    }

    /// Ends the answer, and says where it stands.
    pub(super) fn finish(&mut self, problems: &Problems) -> usize {
        self.records.clear();
        self.texts.clear();
        let listed = problems.errors().len() + problems.warnings().len();
        if listed > 0 {
            for problem in problems.errors().iter().chain(problems.warnings()) {
                self.record(problem, problems);
            }
        }
        let head: [u32; HEAD] = [
            problems.first_fault().map_or(ABSENT, |fault| fault as u32),
            problems.errors().len() as u32,
            problems.warnings().len() as u32,
            self.records.as_ptr() as u32,
            self.texts.as_ptr() as u32,
            self.words.as_ptr() as u32,
        ];
        for (slot, number) in self.numbers.iter_mut().zip(head) {
            *slot = number;
        }
        self.numbers.as_ptr() as usize
    }

    /// Code and severity, offset and end offset in two halves each, line, column, two numbers, and
    /// where its path begins, its path ends and its name ends among the texts.
    #[cold]
    fn record(&mut self, problem: &Problem, problems: &Problems) {
        let start = self.texts.len() as u32;
        self.texts.push_str(problems.path(problem));
        let path_end = self.texts.len() as u32;
        self.texts.push_str(problem.name);
        let warning = u32::from(problem.severity == Severity::Warning);
        let record: [u32; RECORD] = [
            problem.code as u32 | warning << 16,
            problem.offset as u32,
            (problem.offset >> 32) as u32,
            problem.end_offset as u32,
            (problem.end_offset >> 32) as u32,
            // An input without text has no line.
            problem.line.max(1),
            problem.column.max(1),
            problem.numbers[0],
            problem.numbers[1],
            start,
            path_end,
            self.texts.len() as u32,
        ];
        self.records.extend_from_slice(&record);
    }
}

/// Notes what ended a call: above all that memory ran out.
#[cold]
pub(super) fn out_of_memory(code: Code, problems: &mut Problems) {
    problems.push(Finding::error(code), &Path::Root, Span::default());
    problems.locate(&[]);
}
