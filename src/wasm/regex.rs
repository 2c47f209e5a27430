//! The calls of the regex module, by the names under which JavaScript finds them (`pkg/js/regex.ts`): numbers
//! alone cross, as with the edge module. Patterns were checked before, by the module that read the segment.

#![expect(
    unsafe_code,
    reason = "an export's name is told to the linker, which takes each once"
)]

use super::input::Input;
use crate::pattern::{Automaton, Pattern};
use alloc::boxed::Box;

/// Where patterns and texts are written, and answers are read.
#[derive(Default)]
struct Texts {
    input: Input,
}

#[unsafe(no_mangle)]
extern "C" fn texts_new() -> Box<Texts> {
    Box::default()
}

/// Where `len` bytes can be written; 0 where memory ran out.
#[unsafe(no_mangle)]
extern "C" fn texts_reserve(texts: &mut Texts, len: usize) -> usize {
    texts.input.reserve(len)
}

/// The automaton of the pattern of so many bytes; 0 where there is none.
#[unsafe(no_mangle)]
extern "C" fn pattern_new(texts: &Texts, len: usize) -> Option<Box<Automaton>> {
    let text = core::str::from_utf8(texts.input.get(len)).ok()?;
    Automaton::new(&Pattern::parse(text).ok()?).map(Box::new)
}

#[unsafe(no_mangle)]
extern "C" fn pattern_free(_: Box<Automaton>) {}

/// Matches `count` texts. What was written begins with where each ends, four bytes a number, counted from
/// the end of these; a byte of 1 or 0 takes the place of the first of the four.
#[unsafe(no_mangle)]
extern "C" fn pattern_match(pattern: &mut Automaton, texts: &mut Texts, count: usize, len: usize) {
    let written = texts.input.get_mut(len);
    let Some((ends, text)) = written.split_at_mut_checked(count * 4) else {
        return;
    };
    let mut start = 0;
    for answer in ends.chunks_exact_mut(4) {
        let &mut [a, b, c, d] = answer else {
            continue;
        };
        let end = u32::from_le_bytes([a, b, c, d]) as usize;
        let matches = pattern.matches(text.get(start..end).unwrap_or(&[]));
        start = end;
        if let Some(first) = answer.first_mut() {
            *first = u8::from(matches);
        }
    }
}
