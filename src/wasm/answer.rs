//! What a call answers: numbers, words and findings in wasm memory, for JavaScript to read.

#[cfg(any(feature = "edge", feature = "full"))]
use crate::json::Text;
use crate::limits::KEPT_BUFFER_BYTES;
use crate::path::Path;
use crate::problem::{Code, Finding, Problem, Problems, Span};
use alloc::vec::Vec;

/// Numbers at the head of every answer; `pkg/js/answer.ts` reads them in this order.
pub(super) const HEAD: usize = 7;

/// Stands for the length of a word that is not there.
#[cfg(not(feature = "known"))]
pub(super) const ABSENT: u32 = u32::MAX;

/// An answer, reused from call to call.
#[derive(Default)]
pub(super) struct Answer {
    numbers: Vec<u32>,
    words: Vec<u8>,
    found: Vec<Problem>,
    paths: Vec<u8>,
}

impl Answer {
    /// Begins the next answer.
    // WHY: not in line, here and below, since some thirty calls answer; it is called once a call.
    #[cfg_attr(feature = "full", inline(never))]
    pub(super) fn begin(&mut self) {
        self.numbers.clear();
        self.numbers.resize(HEAD, 0);
        self.words.clear();
        self.words.shrink_to(KEPT_BUFFER_BYTES);
    }

    /// Adds a number.
    #[cfg(not(feature = "known"))]
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
    #[cfg(not(feature = "known"))]
    #[cfg_attr(feature = "full", inline(never))]
    pub(super) fn word(&mut self, word: Option<&[u8]>) {
        self.number(word.map_or(ABSENT, |word| word.len() as u32));
        self.words.extend_from_slice(word.unwrap_or(&[]));
    }

    /// Where a cohort's id stands and how many bytes it has, and instead of the place, where it is
    /// short and stands in the body as it reads, its bytes in four numbers.
    #[cfg(any(feature = "edge", feature = "full"))]
    pub(super) fn id(&mut self, id: Option<Text>, body: &[u8]) -> (u32, u32, [u32; 4]) {
        let Some(id) = id else {
            return (0, ABSENT, [0; 4]);
        };
        if id.is_plain()
            && id.raw_len() <= 16
            && let Some(bytes) = body
                .get(id.span().start..)
                .and_then(<[u8]>::first_chunk::<16>)
            && let (&[a, b, c, d], _) = bytes.as_chunks::<4>()
        {
            return (0, id.raw_len() as u32, [a, b, c, d].map(u32::from_le_bytes));
        }
        self.words.clear();
        self.words.extend_from_slice(&id.decode(body));
        (self.words.as_ptr() as u32, self.words.len() as u32, [0; 4])
    }

    /// Ends the answer, and says where it stands.
    #[cfg_attr(feature = "full", inline(never))]
    pub(super) fn finish(&mut self, problems: &Problems) -> usize {
        let head = self.head(problems);
        for (slot, number) in self.numbers.iter_mut().zip(head) {
            *slot = number;
        }
        self.numbers.as_ptr() as usize
    }

    /// The numbers at the head. What was found is copied, since it may be gone when it is read.
    pub(super) fn head(&mut self, problems: &Problems) -> [u32; HEAD] {
        let (errors, warnings) = (problems.errors(), problems.warnings());
        if !errors.is_empty() || !warnings.is_empty() {
            self.found.clear();
            self.found.extend_from_slice(errors);
            self.found.extend_from_slice(warnings);
            self.paths.clear();
            self.paths.extend_from_slice(problems.paths());
        }
        [
            problems
                .first_fault()
                .map_or(u32::MAX, |fault| fault as u32),
            errors.len() as u32,
            warnings.len() as u32,
            self.found.as_ptr() as u32,
            self.paths.as_ptr() as u32,
            self.paths.len() as u32,
            self.words.as_ptr() as u32,
        ]
    }
}

/// Notes what ended a call: above all that memory ran out.
#[cfg_attr(
    feature = "vendors",
    expect(dead_code, reason = "there an answer tells it with its place")
)]
#[cold]
pub(super) fn out_of_memory(code: Code, problems: &mut Problems) {
    problems.push(Finding::error(code), &Path::Root, Span::default());
    problems.locate(&[]);
}
