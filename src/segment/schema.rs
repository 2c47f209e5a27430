//! The JSON Schema of definitions, from the tables of operators and families.
//!
//! It takes what the check takes, and refuses all that such a schema can say. What it cannot: that a date is
//! in the calendar, how many bytes and conditions there are, how deep they are nested, and what polygons are.

use super::families::FAMILIES;
use super::family::{Family, Field, Form, Wants, When};
use super::operand::{DAYS_OF_YEAR, MOST_DAYS, MOST_KM};
use super::operator::{OPERATORS, Operator, Takes, Types};
use crate::limits::{MAX_PATTERN_CHARACTERS, MAX_VALUES};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const NAME: &str = r#"{"type":"string","minLength":1}"#;
const LATITUDE: &str = r#"{"type":"number","minimum":-90,"maximum":90}"#;
const LONGITUDE: &str = r#"{"type":"number","minimum":-180,"maximum":180}"#;

/// Keys with points between, of which none has a `$`.
const KEYS: &str = r"[^.$]+(?:\\.[^.$]+)*$";

/// The schema, of draft 7, which all validators know.
///
/// **Cost**: some 30 KB are written; it is made when the package is built.
pub fn schema() -> String {
    let names =
        format!(r#"{{"type":"array","minItems":1,"maxItems":{MAX_VALUES},"items":{NAME}}}"#);
    let apps = any_of([
        words(["all", "none"].into_iter()),
        object(&[("any_of", names)], &["any_of"], ""),
    ]);
    let list = |least: u32| {
        format!(
            r##"{{"type":"array","minItems":{least},"items":{{"$ref":"#/definitions/filter"}}}}"##
        )
    };
    let of_family =
        |family: &Family| format!(r##""{0}":{{"$ref":"#/definitions/{0}"}}"##, family.key);
    let families = joined(FAMILIES.iter().map(of_family));
    let (filters, exclude) = (list(1), list(0));
    let definitions = FAMILIES.iter().map(|family| {
        format!(
            r#""{}":{}"#,
            family.key,
            any_of(family.forms.iter().map(form))
        )
    });
    let definitions = joined(definitions);
    format!(
        r##"{{"$schema":"http://json-schema.org/draft-07/schema#","title":"Definition of a segment","type":"object","additionalProperties":false,"properties":{{"name":{NAME},"apps":{apps},"filter":{{"$ref":"#/definitions/filter"}},"exclude":{exclude}}},"definitions":{{"filter":{{"type":"object","minProperties":1,"maxProperties":1,"additionalProperties":false,"properties":{{"AND":{filters},"OR":{filters},{families}}}}},{definitions}}}}}"##
    )
}

/// One form of a body.
fn form(form: &Form) -> String {
    let mut members: Vec<(&str, String)> = Vec::new();
    let mut required: Vec<&str> = form.needs.iter().map(|field| field.name).collect();
    if let When::Says(name, said) = form.when {
        members.push((name, words(said.iter().copied())));
        required.push(name);
    }
    for field in form.fields() {
        members.push((field.name, member(field)));
    }
    let mut all = Vec::new();
    if !form.one_of.is_empty() {
        let one = |field: &Field| format!(r#"{{"required":["{}"]}}"#, field.name);
        all.push(format!(
            r#"{{"oneOf":[{}]}}"#,
            joined(form.one_of.iter().map(one))
        ));
    }
    if form.of != Types::NONE {
        members.extend(ASKED.map(|name| (name, "true".to_string())));
        required.push("comparison");
        all.push(tests(form.of, form.whole));
    }
    let all = match all.is_empty() {
        true => String::new(),
        false => format!(r#","allOf":[{}]"#, all.join(",")),
    };
    object(&members, &required, &all)
}

const ASKED: [&str; 2] = ["comparison", "value"];

/// What can be asked of these types: the words of operators by what they take.
fn tests(of: Types, whole: Option<(u32, u32)>) -> String {
    let mut by_value: BTreeMap<Option<String>, Vec<&'static str>> = BTreeMap::new();
    for operator in OPERATORS.iter().filter(|operator| operator.of.meets(of)) {
        let words = by_value.entry(operand(operator, whole)).or_default();
        words.extend(operator.words());
    }
    let has_area = of.meets(Types::PLACE);
    any_of(by_value.into_iter().map(|(value, mut list)| {
        list.sort_unstable();
        list.dedup();
        let comparison = words(list.iter().copied());
        match value.as_deref() {
            Some(AREA) => format!(
                r#"{{"properties":{{"comparison":{comparison},"value":false}},"oneOf":[{{"required":["circle"]}},{{"required":["polygon"]}}]}}"#
            ),
            Some(value) => format!(
                r#"{{"properties":{{"comparison":{comparison},"value":{value}}},"required":["value"]}}"#
            ),
            None if has_area => format!(
                r#"{{"properties":{{"comparison":{comparison},"circle":false,"polygon":false}}}}"#
            ),
            None => format!(r#"{{"properties":{{"comparison":{comparison}}}}}"#),
        }
    }))
}

/// Stands for what is no `value`.
const AREA: &str = "area";

/// The schema of what an operator takes; `None` where that is nothing.
fn operand(operator: &Operator, whole: Option<(u32, u32)>) -> Option<String> {
    const TEXT: &str = r#"{"type":"string"}"#;
    const VALUE: &str = r#"{"anyOf":[{"type":"string"},{"type":"number"},{"type":"boolean"}]}"#;
    let one_or_more = |one: &str| {
        let list =
            format!(r#"{{"type":"array","minItems":1,"maxItems":{MAX_VALUES},"items":{one}}}"#);
        any_of([one.to_string(), list])
    };
    Some(match operator.takes {
        Takes::Nothing => return None,
        Takes::Text => TEXT.to_string(),
        // Whether it is in the calendar is left to the check.
        Takes::Moment => r#"{"type":"string","pattern":"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}|^[0-9]{2}/[0-9]{2}/[0-9]{4}$"}"#.to_string(),
        Takes::Texts => one_or_more(TEXT),
        Takes::Pattern => format!(r#"{{"type":"string","maxLength":{MAX_PATTERN_CHARACTERS}}}"#),
        Takes::Number => whole.map_or(r#"{"type":"number"}"#.to_string(), whole_number),
        Takes::Bool => r#"{"type":"boolean"}"#.to_string(),
        Takes::Value => VALUE.to_string(),
        Takes::Values => one_or_more(VALUE),
        Takes::Days => format!(r#"{{"type":"number","minimum":0,"maximum":{MOST_DAYS}}}"#),
        Takes::WholeDays => whole_number((0, DAYS_OF_YEAR)),
        Takes::MonthDay => r#"{"type":"string","pattern":"^(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))$"}"#.to_string(),
        Takes::Version => r#"{"type":"string","pattern":"^[0-9]+(?:[.][0-9]+)*$"}"#.to_string(),
        Takes::State | Takes::GroupState => words(operator.takes.words().iter().copied()),
        Takes::Area => AREA.to_string(),
    })
}

/// The schema of a member.
fn member(field: &Field) -> String {
    let path = |rule: &str| format!(r#"{{"type":"string","pattern":"^{rule}{KEYS}"}}"#);
    // An array behind the first key has a key of its own, and there is one at most.
    let no_bare = r"(?![\\s\\S]*\\.\\[\\](?:\\.|$))";
    let tested = |name: &str, value: String| {
        let members = [
            (name, value),
            (ASKED[0], "true".into()),
            (ASKED[1], "true".into()),
        ];
        let tests = format!(r#","allOf":[{}]"#, tests(Types::CUSTOM, None));
        object(&members, &[name, "comparison"], &tests)
    };
    match field.wants {
        Wants::Name => NAME.to_string(),
        Wants::Partner => r#"{"type":"string","pattern":"^[a-z0-9_-]{1,64}$"}"#.to_string(),
        Wants::Word(list) => words(list.iter().copied()),
        Wants::Path => {
            let no_end = r"(?![\\s\\S]*\\[\\]$)(?![\\s\\S]*\\[\\]\\.[\\s\\S]*\\[\\]\\.)";
            path(&format!("{no_bare}{no_end}"))
        }
        Wants::ElementPath => {
            let at_end = r"(?=[\\s\\S]*\\[\\]$)(?![\\s\\S]*\\[\\]\\.)";
            path(&format!("{no_bare}{at_end}"))
        }
        Wants::Criteria => {
            let inner = path(r"(?![\\s\\S]*\\[\\](?:\\.|$))");
            format!(
                r#"{{"type":"array","minItems":1,"maxItems":{MAX_VALUES},"items":{}}}"#,
                tested("path", inner)
            )
        }
        Wants::Property => tested("name", NAME.to_string()),
        Wants::Whole(least, most) => whole_number((least, most)),
        Wants::Circle => {
            let radius = format!(r#"{{"type":"number","minimum":0,"maximum":{MOST_KM}}}"#);
            let members = [
                ("latitude", LATITUDE.to_string()),
                ("longitude", LONGITUDE.to_string()),
                ("radius_km", radius),
            ];
            object(&members, &members.each_ref().map(|(name, _)| *name), "")
        }
        Wants::Polygon => format!(
            r#"{{"type":"array","minItems":3,"items":{{"type":"array","minItems":2,"maxItems":2,"items":[{LONGITUDE},{LATITUDE}]}}}}"#
        ),
    }
}

fn whole_number((least, most): (u32, u32)) -> String {
    format!(r#"{{"type":"integer","minimum":{least},"maximum":{most}}}"#)
}

fn words(words: impl Iterator<Item = &'static str>) -> String {
    format!(
        r#"{{"enum":[{}]}}"#,
        joined(words.map(|word| format!("\"{word}\"")))
    )
}

/// An object of these members and no other, with what else is said of it.
fn object(members: &[(&str, String)], required: &[&str], more: &str) -> String {
    let members = joined(
        members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}")),
    );
    let required = joined(required.iter().map(|name| format!("\"{name}\"")));
    format!(
        r#"{{"type":"object","additionalProperties":false,"properties":{{{members}}},"required":[{required}]{more}}}"#
    )
}

fn any_of(schemas: impl IntoIterator<Item = String>) -> String {
    let schemas: Vec<String> = schemas.into_iter().collect();
    match &*schemas {
        [one] => one.clone(),
        _ => format!(r#"{{"anyOf":[{}]}}"#, schemas.join(",")),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    parts.join(",")
}
