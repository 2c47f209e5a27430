//! Cases of meanings: values of custom attributes.

use crate::meanings::{Case, custom, nested, of, x};
use serde_json::json;

pub fn values() -> Vec<Case> {
    let nobody = || json!({});
    vec![
        (
            "absent.satisfies_nothing",
            'F',
            nobody(),
            custom("equals", json!("a")),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            nobody(),
            custom("more_than", json!(-1)),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            x(json!(null)),
            custom("before", json!("2026-01-01")),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            x(json!([])),
            nested("[].a", "equals", json!("a")),
        ),
        (
            "negative.not_positive",
            'T',
            nobody(),
            custom("is_none_of", json!(["a"])),
        ),
        (
            "negative.not_positive",
            'T',
            x(json!(5)),
            custom("not_equal", json!("a")),
        ),
        (
            "negative.not_positive",
            'T',
            x(json!("a")),
            custom("includes_none_of", json!(["a"])),
        ),
        (
            "negative.not_positive",
            'T',
            nobody(),
            of(
                "default_attribute",
                json!({"attribute_name": "age", "comparison": "not_equal", "value": 5}),
            ),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!(5)),
            custom("equals", json!("5")),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!("5")),
            custom("less_than", json!(9)),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!(5)),
            custom("before", json!("2026-01-01")),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!("yes")),
            custom("true_or_not_set", json!(null)),
        ),
        (
            "text.exact",
            'F',
            x(json!("A")),
            custom("equals", json!("a")),
        ),
        (
            "text.exact",
            'T',
            x(json!("2026-01-01")),
            custom("contains_any_of", json!(["-01-"])),
        ),
        (
            "regex.partial",
            'T',
            x(json!("xAx")),
            custom("matches_regex", json!("a")),
        ),
        (
            "regex.partial",
            'F',
            x(json!("xAx")),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.any_element",
            'T',
            x(json!(["b", "a"])),
            custom("matches_regex", json!("a")),
        ),
        (
            "regex.any_element",
            'F',
            x(json!(["b", "a"])),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.blank",
            'F',
            x(json!("")),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.blank",
            'F',
            x(json!([])),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.blank",
            'F',
            nobody(),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "number.double",
            'T',
            x(json!(0.5)),
            custom("less_than", json!(1)),
        ),
        (
            "number.absent_is_zero",
            'T',
            nobody(),
            custom("exactly", json!(0)),
        ),
        (
            "number.absent_is_zero",
            'F',
            nobody(),
            custom("not_equal", json!(0)),
        ),
        (
            "revenue.absent_is_zero",
            'F',
            nobody(),
            of(
                "purchase",
                json!({"metric": "money_spent", "comparison": "more_than", "value": 0}),
            ),
        ),
        (
            "boolean.explicit",
            'T',
            x(json!(false)),
            custom("false", json!(null)),
        ),
        (
            "boolean.not_set",
            'T',
            nobody(),
            custom("false_or_not_set", json!(null)),
        ),
        (
            "array.any_element",
            'T',
            x(json!(["b", "a"])),
            custom("includes_value", json!("a")),
        ),
        (
            "array.any_element",
            'F',
            x(json!(["b", "a"])),
            custom("does_not_include_value", json!("a")),
        ),
        (
            "array.every_value",
            'F',
            x(json!(["b", "a"])),
            custom("is_all_of", json!(["a", "c"])),
        ),
        (
            "array.any_contains",
            'T',
            x(json!(["ba"])),
            custom("values_contain_any_of", json!(["a"])),
        ),
        (
            "array.empty",
            'T',
            nobody(),
            custom("is_empty", json!(null)),
        ),
        (
            "array.empty",
            'F',
            x(json!("a")),
            custom("has_a_value", json!(null)),
        ),
        (
            "time.strict",
            'F',
            x(json!("2026-01-01T00:00:00Z")),
            custom("after", json!("2026-01-01T00:00:00Z")),
        ),
        (
            "time.relative_days",
            'T',
            x(json!("2026-11-30T00:00:00Z")),
            custom("less_than_x_days_ago", json!(1)),
        ),
        (
            "time.relative_days",
            'T',
            x(json!({"a": {"$time": "2026-11-30T00:00:00Z"}})),
            nested("a", "less_than_x_days_ago", json!(1)),
        ),
        (
            "time.unreadable",
            'F',
            x(json!("soon")),
            custom("after", json!("2026-01-01")),
        ),
        (
            "time.unreadable",
            'F',
            x(json!("3001-01-01")),
            custom("after", json!("2026-01-01")),
        ),
        (
            "time.unreadable",
            'F',
            x(json!({"a": {"$time": "soon"}})),
            nested("a", "after", json!("2026-01-01")),
        ),
        (
            "time.nested",
            'F',
            x(json!({"a": "2026-11-30T00:00:00Z"})),
            nested("a", "after", json!("2026-01-01")),
        ),
        (
            "presence.any_type",
            'T',
            x(json!("")),
            custom("exists", json!(null)),
        ),
        (
            "presence.blank",
            'T',
            x(json!("")),
            custom("is_blank", json!(null)),
        ),
        (
            "presence.blank",
            'F',
            nobody(),
            of("location", json!({"comparison": "is_not_blank"})),
        ),
        (
            "element.any",
            'T',
            x(json!([{"a": 1}, {"a": "b"}])),
            nested("[].a", "not_equal", json!("b")),
        ),
        (
            "element.any",
            'F',
            x(json!([{"b": 1}])),
            nested("[].a", "equals", json!("b")),
        ),
    ]
}
