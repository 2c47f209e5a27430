//! Each operator on a custom attribute of each kind: T true, F false.
//!
//! The answers are those of Braze's "Custom attribute data types" and of rules 1 to 7, read off by hand.

use crate::segment::Tri;
use crate::{ask, world};
use serde_json::{Value, json};

/// Asks an operator of every value: `-` stands for an absent attribute.
fn grid(values: &[&str], rows: &[(&str, Value, &str)]) {
    for (comparison, operand, expected) in rows {
        assert_eq!(expected.len(), values.len(), "{comparison} {operand}");
        for (value, expected) in values.iter().zip(expected.chars()) {
            let profile = match *value {
                "-" => json!({"custom_attributes": {"other": 1}}),
                value => {
                    let value: Value = serde_json::from_str(value).unwrap();
                    json!({"custom_attributes": {"a": value}})
                }
            };
            let mut body = json!({"custom_attribute_name": "a", "comparison": comparison});
            if !operand.is_null() {
                body["value"] = operand.clone();
            }
            let answer = ask(&world(), &profile, json!({ "custom_attribute": body }));
            let expected = Tri::from(expected == 'T');
            assert_eq!(answer, expected, "{value} {comparison} {operand}");
        }
    }
}

#[test]
fn presence_looks_at_no_type() {
    grid(
        &[
            "-", "null", "\"\"", "\" \"", "\"x\"", "0", "false", "[]", "[null]", "{}",
        ],
        &[
            ("exists", json!(null), "FFTTTTTTTT"),
            ("does_not_exist", json!(null), "TTFFFFFFFF"),
            ("is_blank", json!(null), "TTTFFFFTFF"),
            ("is_not_blank", json!(null), "FFFTTTTFTT"),
        ],
    );
}

#[test]
fn texts() {
    grid(
        &[
            "-",
            "null",
            "\"\"",
            "\"pro\"",
            "\"Pro\"",
            "\" pro\"",
            "\"profi\"",
            "5",
            "true",
            "[\"pro\"]",
            "{}",
        ],
        &[
            ("equals", json!("pro"), "FFFTFFFFFFF"),
            ("not_equal", json!("pro"), "TTTFTTTTTTT"),
            ("does_not_equal", json!("pro"), "TTTFTTTTTTT"),
            ("is_any_of", json!(["pro", ""]), "FFTTFFFFFFF"),
            ("is_any_of", json!(["trial", "5"]), "FFFFFFFFFFF"),
            ("is_none_of", json!(["pro", ""]), "TTFFTTTTTTT"),
            ("contains_any_of", json!(["pro", "x"]), "FFFTFTTFFFF"),
            ("doesnt_contain_any_of", json!(["pro", "x"]), "TTTFTFFTTTT"),
            ("matches_regex", json!("^PRO"), "FFFTTFTFFTF"),
            ("matches_regex", json!("fi"), "FFFFFFTFFFF"),
            ("does_not_match_regex", json!("^PRO"), "FFFFFTFFFFF"),
            ("does_not_match_regex", json!("fi"), "FFFTTTFFFTF"),
        ],
    );
}

#[test]
fn patterns_fold_letters_simply_and_texts_are_not_normalised() {
    grid(
        &["\"größe\"", "\"GRÖSSE\"", "\"gro\u{308}ße\"", "\"GRÖẞE\""],
        &[
            ("matches_regex", json!("GRÖ"), "TTFT"),
            ("matches_regex", json!("größe"), "TFFT"),
            ("equals", json!("größe"), "TFFF"),
            ("contains_any_of", json!(["ö"]), "TFFF"),
        ],
    );
}

#[test]
fn numbers() {
    grid(
        &[
            "-", "null", "0", "-0.0", "5", "-5", "5.0", "\"5\"", "true", "[5]",
        ],
        &[
            ("exactly", json!(0), "TTTTFFFFFF"),
            ("exactly", json!(5), "FFFFTFTFFF"),
            ("equals", json!(0), "TTTTFFFFFF"),
            ("equals", json!(-0.0), "TTTTFFFFFF"),
            ("not_equal", json!(0), "FFFFTTTTTT"),
            ("does_not_equal", json!(5), "TTTTFTFTTT"),
            ("more_than", json!(-1), "FFTTTFTFFF"),
            ("greater_than", json!(0), "FFFFTFTFFF"),
            ("greater_than_or_equal_to", json!(0), "FFTTTFTFFF"),
            ("greater_than_or_equal_to", json!(-5), "FFTTTTTFFF"),
            ("less_than", json!(1), "TTTTFTFFFF"),
            ("less_than", json!(0), "FFFFFTFFFF"),
            ("less_than", json!(-1), "FFFFFTFFFF"),
            ("less_than_or_equal_to", json!(0), "TTTTFTFFFF"),
            ("less_than_or_equal_to", json!(5), "TTTTTTTFFF"),
        ],
    );
}

#[test]
fn numbers_are_doubles() {
    grid(
        &[
            "9007199254740993",
            "9007199254740992",
            "0.1",
            "0.30000000000000004",
        ],
        &[
            ("exactly", json!(9_007_199_254_740_992_u64), "TTFF"),
            ("exactly", json!(0.1), "FFTF"),
            ("exactly", json!(0.3), "FFFF"),
            ("more_than", json!(9_007_199_254_740_993_u64), "FFFF"),
        ],
    );
}

#[test]
fn truth_values() {
    grid(
        &["-", "null", "true", "false", "\"true\"", "1", "0", "[]"],
        &[
            ("equals", json!(true), "FFTFFFFF"),
            ("equals", json!(false), "FFFTFFFF"),
            ("not_equal", json!(true), "TTFTTTTT"),
            ("does_not_equal", json!(false), "TTTFTTTT"),
            ("true", json!(null), "FFTFFFFF"),
            ("false", json!(null), "FFFTFFFF"),
            ("true_or_not_set", json!(null), "TTTFFFFF"),
            ("false_or_not_set", json!(null), "TTFTFFFF"),
        ],
    );
}

#[test]
fn arrays() {
    grid(
        &[
            "-",
            "null",
            "[]",
            "[\"red\"]",
            "[\"Red\",\"blue\"]",
            "[\"red\",\"red\",\"blue\"]",
            "[1,true]",
            "[\"\"]",
            "\"red\"",
            "{}",
        ],
        &[
            ("includes_value", json!("red"), "FFFTFTFFFF"),
            ("includes_value", json!(1), "FFFFFFTFFF"),
            ("includes_value", json!(true), "FFFFFFTFFF"),
            ("includes_value", json!("1"), "FFFFFFFFFF"),
            ("does_not_include_value", json!("red"), "TTTFTFTTTT"),
            ("includes_any_of", json!(["red", ""]), "FFFTFTFTFF"),
            ("includes_none_of", json!(["red", ""]), "TTTFTFTFTT"),
            ("is_all_of", json!(["red", "blue"]), "FFFFFTFFFF"),
            ("is_all_of", json!(["red", "red"]), "FFFTFTFFFF"),
            ("isnt_all_of", json!(["red", "blue"]), "TTTTTFTTTT"),
            ("values_contain_any_of", json!(["ed", "x"]), "FFFTTTFFFF"),
            ("values_dont_contain_any_of", json!(["ed"]), "TTTFFFTTTT"),
            ("matches_regex", json!("^R"), "FFFTTTFFTF"),
            ("does_not_match_regex", json!("^R"), "FFFFFFTTFF"),
            ("has_a_value", json!(null), "FFFTTTTTFF"),
            ("is_empty", json!(null), "TTTFFFFFFF"),
        ],
    );
}

/// Now is 2026-11-30T12:34:56.789Z, and the company is in Vienna, an hour ahead.
#[test]
fn times() {
    grid(
        &[
            "-",
            "null",
            "\"2026-11-30T00:00:00Z\"",
            "\"2026-11-30\"",
            "\"2026-11-29T23:00:00\"",
            "\"11/30/2026\"",
            "\"2026-11-30T01:00:00.001+02:00\"",
            "\"soon\"",
            "20261130",
            "[]",
        ],
        &[
            // Midnight in Vienna is 23:00 in UTC.
            ("before", json!("2026-11-30"), "FFFFFFFFFF"),
            ("after", json!("2026-11-30"), "FFTTFTTFFF"),
            ("before", json!("2026-11-30T01:00:00"), "FFFFTFTFFF"),
            ("after", json!("2026-11-30T01:00:00"), "FFFFFFFFFF"),
            ("before", json!("2026-11-30T00:00:00Z"), "FFFFTFTFFF"),
            ("after", json!("2026-11-29T23:59:59.999Z"), "FFTTFTFFFF"),
        ],
    );
}

#[test]
fn days_are_blocks_of_24_hours_around_now() {
    grid(
        &[
            "-",
            "\"2026-11-30T12:34:56.789Z\"",
            "\"2026-11-30T12:34:56.788Z\"",
            "\"2026-11-30T12:34:56.790Z\"",
            "\"2026-11-23T12:34:56.789Z\"",
            "\"2026-11-23T12:34:56.788Z\"",
            "\"2026-11-23T12:34:56.790Z\"",
            "\"2026-12-07T12:34:56.789Z\"",
            "\"2026-12-07T12:34:56.788Z\"",
            "\"2026-12-07T12:34:56.790Z\"",
            "\"soon\"",
        ],
        &[
            ("less_than_x_days_ago", json!(7), "FTTFFFTFFFF"),
            ("greater_than_x_days_ago", json!(7), "FFFFFTFFFFF"),
            ("less_than_x_days_in_the_future", json!(7), "FTFTFFFFTFF"),
            ("greater_than_x_days_in_the_future", json!(7), "FFFFFFFFFTF"),
            ("less_than_x_days_ago", json!(0), "FFFFFFFFFFF"),
            ("greater_than_x_days_ago", json!(0), "FFTFTTTFFFF"),
            ("less_than_x_days_in_the_future", json!(0), "FFFFFFFFFFF"),
            ("greater_than_x_days_in_the_future", json!(0), "FFFTFFFTTTF"),
        ],
    );
}

#[test]
fn each_way_to_write_a_time_is_read() {
    let same = [
        "2021-06-28T17:02:43.032Z",
        "2021-06-28T17:02:43:032Z",
        "2021-06-28 17:02:43.032 UTC",
        "2021-06-28T17:02:43.032+00:00",
        "2021-06-28T19:02:43.032+02:00",
        "2021-06-28t12:32:43,0329-0430",
        "20210628T170243.032Z",
        "2021-06-28T17:02:43.032",
        "2021-06-29T07:02:43.032+14",
    ];
    let quoted = same.map(|text| format!("\"{text}\""));
    let values: Vec<&str> = quoted.iter().map(String::as_str).collect();
    grid(
        &values,
        &[
            ("before", json!("2021-06-28T17:02:43.033Z"), "TTTTTTTTT"),
            ("before", json!("2021-06-28T17:02:43.032Z"), "FFFFFFFFF"),
            ("after", json!("2021-06-28T17:02:43.031Z"), "TTTTTTTTT"),
            // A time of a definition without a zone is in Vienna, then two hours ahead.
            ("after", json!("2021-06-28T19:02:43.031"), "TTTTTTTTT"),
            ("after", json!("2021-06-28T19:02:43.032"), "FFFFFFFFF"),
        ],
    );
    // None of these is a time.
    grid(
        &[
            "\"2026-02-30\"",
            "\"3001-01-01\"",
            "\"Mon 06 28 17:02:43.+00:00 2021\"",
            "\"2021-06\"",
            "\"1624899763\"",
            "\"\"",
            "{\"$time\":\"2021-06-28\"}",
        ],
        &[
            ("before", json!("2999-01-01"), "FFFFFFF"),
            ("after", json!("1000-01-01"), "FFFFFFF"),
            ("exists", json!(null), "TTTTTTT"),
        ],
    );
    grid(
        &["\"3000-12-31\"", "\"0000-01-01\""],
        &[
            ("before", json!("3000-12-31T23:00:00Z"), "TT"),
            ("is_not_blank", json!(null), "TT"),
        ],
    );
}
