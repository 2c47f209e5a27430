//! Problems on their way out: a record of numbers each, and the table of words once.

use crate::problem::{Problems, Severity, WORDS};
use alloc::string::String;
use alloc::vec::Vec;
use wasm_bindgen::prelude::wasm_bindgen;

/// Numbers in a record. `pkg/js/problems.ts` reads them in this order.
pub(super) const RECORD: usize = 12;

/// Appends a record for each problem, errors first: code and severity, offset and end offset in
/// two halves each, line, column, two numbers, where its path begins and ends in the text, and
/// where `name` stands (address and length are two more).
pub(super) fn write(problems: &Problems, records: &mut Vec<u32>, text: &mut String) {
    records.clear();
    text.clear();
    for problem in problems.errors().iter().chain(problems.warnings()) {
        let start = text.len() as u32;
        text.push_str(problems.path(problem));
        let path_end = text.len() as u32;
        text.push_str(problem.name);
        let warning = u32::from(problem.severity == Severity::Warning);
        let record: [u32; RECORD] = [
            problem.code as u32 | warning << 16,
            problem.offset as u32,
            (problem.offset >> 32) as u32,
            problem.end_offset as u32,
            (problem.end_offset >> 32) as u32,
            problem.line,
            problem.column,
            problem.numbers[0],
            problem.numbers[1],
            start,
            path_end,
            text.len() as u32,
        ];
        records.extend_from_slice(&record);
    }
}

/// The words of all codes: see [`WORDS`].
#[wasm_bindgen]
pub fn problem_table() -> String {
    WORDS.into()
}
