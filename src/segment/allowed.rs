//! What could stand in the place of what a problem refuses: operators, and types of values, as the one table of
//! operators has them.

use super::operand::{BOOL, LIST, NUMBER, TEXT};
use super::operator::{OPERATORS, Operator, Types};
use crate::problem::{Code, Finding, Problem};
use alloc::vec::Vec;

impl Finding {
    /// What is asked of these types could be another operator, or another value.
    pub(super) fn asked_of(self, of: Types) -> Finding {
        self.numbers(u32::from(of.bits()), 0)
    }

    /// The same of an element of a list.
    pub(super) fn element_asked_of(self, of: Types) -> Finding {
        self.numbers(u32::from(of.bits()), 1)
    }
}

/// The operators that could stand where one is refused, or the JSON types of values that the operator takes there;
/// nothing where that is not what the problem is about, or where it cannot be said.
///
/// **Cost**: a pass over the table of operators.
#[inline(never)]
pub fn allowed(problem: &Problem) -> Vec<&'static str> {
    let [bits, element] = problem.numbers;
    let of = Types::of_bits(bits as u16);
    let is_of_value = problem.code == Code::SegmentValueType;
    let is_of_operator = matches!(
        problem.code,
        Code::SegmentOperator | Code::SegmentOperatorNear | Code::SegmentOperatorType
    );
    let mut out = Vec::new();
    // Of what nobody knows all operators would say nothing.
    if of == Types::ALL || !(is_of_value || is_of_operator) {
        return out;
    }
    let rows = || OPERATORS.iter().filter(|operator| operator.of.meets(of));
    if is_of_operator {
        for word in rows().flat_map(Operator::words) {
            if !out.contains(&word) {
                out.push(word);
            }
        }
        return out;
    }
    let mut kinds = 0;
    for row in rows().filter(|row| row.is(problem.name.as_bytes())) {
        kinds |= row.takes.kinds();
    }
    if element == 1 {
        // No list stands in a list.
        kinds &= !LIST;
    }
    for (kind, word) in KINDS {
        if kinds & kind != 0 {
            out.push(word);
        }
    }
    out
}

const KINDS: [(u8, &str); 4] = [
    (TEXT, "string"),
    (NUMBER, "number"),
    (BOOL, "boolean"),
    (LIST, "array"),
];

/// The word of the grammar that is nearest to what a problem is about, if one is near.
pub fn near_word(problem: &Problem) -> Option<&'static str> {
    let is_near = matches!(
        problem.code,
        Code::SegmentFieldNear
            | Code::SegmentFamilyNear
            | Code::SegmentAttributeNear
            | Code::SegmentWordNear
            | Code::SegmentOperatorNear
    );
    is_near.then_some(problem.name)
}
