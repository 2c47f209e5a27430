//! What could stand in the place of what a problem refuses: operators, and types of values, as the one table of
//! operators has them.

use super::operator::{OPERATORS, Operator, Types};
use super::tree::Json;
use crate::problem::{Code, Finding, Problem};
use alloc::borrow::Cow;
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
    let types = [
        ("string", Json::Text(Cow::Borrowed(b""))),
        ("number", Json::Number(0.0)),
        ("boolean", Json::Bool(true)),
        ("array", Json::List(Vec::new())),
    ];
    for (word, json) in types {
        // No list stands in a list.
        let is_list = word == "array";
        let takes = |row: &Operator| row.is(problem.name.as_bytes()) && row.takes.takes(&json);
        if !(is_list && element == 1) && rows().any(takes) {
            out.push(word);
        }
    }
    out
}

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
