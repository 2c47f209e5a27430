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
pub fn allowed(problem: &Problem) -> Vec<&'static str> {
    let [bits, element] = problem.numbers;
    let of = Types::of_bits(bits as u16);
    // Of whom nobody knows what is asked all operators would say nothing.
    if of == Types::ALL {
        return Vec::new();
    }
    let rows = OPERATORS.iter().filter(|operator| operator.of.meets(of));
    let mut out = Vec::new();
    match problem.code {
        Code::SegmentOperator | Code::SegmentOperatorNear | Code::SegmentOperatorType => {
            for word in rows.flat_map(Operator::words) {
                if !out.contains(&word) {
                    out.push(word);
                }
            }
        }
        Code::SegmentValueType => {
            let rows = rows.filter(|operator| operator.is(problem.name.as_bytes()));
            let takes = |json: &Json<'_>| rows.clone().any(|row| row.takes.takes(json));
            let types = [
                ("string", Json::Text(Cow::Borrowed(b""))),
                ("number", Json::Number(0.0)),
                ("boolean", Json::Bool(true)),
                ("array", Json::List(Vec::new())),
            ];
            let types = types.into_iter().take(if element == 1 { 3 } else { 4 });
            out.extend(types.filter(|(_, json)| takes(json)).map(|(word, _)| word));
        }
        _ => {}
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
