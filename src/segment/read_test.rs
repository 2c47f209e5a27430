//! What is asked in a filter: its `comparison` and `value`, as a test.

use super::family::Absent;
use super::near::nearest;
use super::operand::{At, Given, predicate};
use super::operator::{OPERATORS, Operator, Takes, Types};
use super::rule::{Predicate, Test};
use super::tree::{Json, Member, Tree};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// An object's members and where they are.
pub(super) struct Object<'o, 'a> {
    pub(super) members: &'o [Member<'a>],
    pub(super) span: Span,
    pub(super) path: &'o Path<'o>,
}

impl<'o, 'a> Object<'o, 'a> {
    pub(super) fn of(tree: &'o Tree<'a>, path: &'o Path<'o>) -> Option<Object<'o, 'a>> {
        match &tree.json {
            Json::Object(members) => Some(Object {
                members,
                span: tree.span,
                path,
            }),
            _ => None,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'o Member<'a>> {
        self.members.iter().find(|member| member.name == Some(name))
    }

    pub(super) fn missing(&self, name: &'static str, problems: &mut Problems) {
        let finding = Finding::error(Code::SegmentMissing).name(name);
        problems.push(finding, self.path, self.span);
    }
}

/// Which tests can be asked.
pub(super) struct Askable {
    pub(super) of: Types,
    pub(super) whole: Option<(u32, u32)>,
    pub(super) absent: Absent,
}

/// What an attribute of a customer's own, or a property, is asked.
pub(super) const CUSTOM: Askable = Askable {
    of: Types::CUSTOM,
    whole: None,
    absent: Absent::AsTheOperatorSays,
};

/// The operators of the word that stands as `comparison` and that is asked of these types.
pub(super) fn comparison(
    of: Types,
    object: &Object<'_, '_>,
    problems: &mut Problems,
) -> Option<(&'static str, Vec<&'static Operator>)> {
    let Some(member) = object.get("comparison") else {
        object.missing("comparison", problems);
        return None;
    };
    let path = &member.path(object.path);
    let span = member.value.span;
    let Json::Text(written) = &member.value.json else {
        let finding = Finding::error(Code::SegmentType).name("comparison");
        problems.push(finding, path, span);
        return None;
    };
    let fits = |operator: &&Operator| operator.of.meets(of);
    let known = || OPERATORS.iter().filter(|operator| operator.is(written));
    let rows: Vec<_> = known().filter(fits).collect();
    let word = |operator: &'static Operator| {
        let mut words = operator.words();
        words
            .find(|word| word.as_bytes() == &**written)
            .unwrap_or(operator.word)
    };
    if let Some(first) = rows.first() {
        return Some((word(first), rows));
    }
    let finding = match known().next() {
        Some(other) => Finding::error(Code::SegmentOperatorType).name(word(other)),
        None => {
            let words = |fitting: bool| {
                let rows = OPERATORS
                    .iter()
                    .filter(move |row| !fitting || row.of.meets(of));
                rows.flat_map(Operator::words)
            };
            let near = nearest(written, words(true)).or_else(|| nearest(written, words(false)));
            near.map_or(Finding::error(Code::SegmentOperator), |near| {
                Finding::error(Code::SegmentOperatorNear).name(near)
            })
        }
    };
    problems.push(finding.asked_of(of), path, span);
    None
}

/// A test as it was read.
pub(super) struct Read {
    pub(super) test: Test,
    /// The operator's word.
    pub(super) word: &'static str,
    /// Where what it is given stands.
    pub(super) operand: Option<Span>,
    /// Is it a negation?
    pub(super) is_negative: bool,
}

/// The test that `comparison` and `value` say.
pub(super) fn test(
    asked: &Askable,
    object: &Object<'_, '_>,
    problems: &mut Problems,
) -> Option<Read> {
    let (word, rows) = comparison(asked.of, object, problems)?;
    let first = *rows.first()?;
    let is_area = first.takes == Takes::Area;
    let value = object.get("value");
    let has_areas = asked.of.meets(Types::PLACE);
    let areas = ["circle", "polygon"].map(|name| object.get(name).filter(|_| has_areas));
    // What only an operator that was not chosen would look at.
    let stray = value.filter(|_| is_area);
    let areas_stray = areas.into_iter().flatten().filter(|_| !is_area);
    let mut good = true;
    for member in stray.into_iter().chain(areas_stray) {
        let finding = Finding::error(Code::SegmentFieldHere).name(member.name.unwrap_or(""));
        problems.push(finding, &member.path(object.path), member.span());
        good = false;
    }
    let (operator, given) = match (is_area, value) {
        (true, _) => (first, area(object, areas, problems)?),
        (false, None) if first.takes == Takes::Nothing => (first, Given::Nothing),
        (false, None) => {
            object.missing("value", problems);
            return None;
        }
        (false, Some(member)) => {
            let path = &member.path(object.path);
            let fitting = rows.iter().find(|row| row.takes.takes(&member.value.json));
            let Some(&operator) = fitting else {
                let finding = Finding::error(Code::SegmentValueType).name(word);
                problems.push(finding.asked_of(asked.of), path, member.value.span);
                return None;
            };
            let mut at = At { path, problems };
            let given = at.given(operator, word, asked.whole, &member.value)?;
            (operator, given)
        }
    };
    let predicate = predicate(operator.makes, given).filter(|_| good)?;
    let is_number = matches!(predicate, Predicate::Number(..));
    let test = Test {
        negated: operator.negated,
        absent_is_zero: is_number
            && match asked.absent {
                Absent::Nothing => false,
                Absent::AsTheOperatorSays => operator.absent_is_zero,
                Absent::Zero => true,
            },
        predicate,
    };
    let [circle, polygon] = areas;
    let operands = [value, circle, polygon].into_iter().flatten();
    let mut operands = operands.map(|member| member.value.span);
    Some(Read {
        test,
        word,
        operand: operands.next().filter(|_| operator.takes != Takes::Nothing),
        is_negative: operator.is_negative(),
    })
}

/// The one area that stands beside the operator.
fn area(
    object: &Object<'_, '_>,
    areas: [Option<&Member<'_>>; 2],
    problems: &mut Problems,
) -> Option<Given> {
    let area = match areas {
        [Some(circle), None] => {
            let path = &circle.path(object.path);
            At { path, problems }.circle(&circle.value)
        }
        [None, Some(polygon)] => {
            let path = &polygon.path(object.path);
            At { path, problems }.polygon(&polygon.value)
        }
        [Some(_), Some(polygon)] => {
            let finding = Finding::error(Code::SegmentOneOf).name("polygon");
            problems.push(finding, &polygon.path(object.path), polygon.span());
            None
        }
        [None, None] => {
            object.missing("circle", problems);
            None
        }
    };
    area.map(Given::Area)
}
