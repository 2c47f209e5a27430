//! Definitions of segments: what each says as a rule, and what is wrong with others.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use kohort::limits::MAX_DEFINITION_BYTES;
use kohort::problem::Problems;
use kohort::segment::{
    Definition, FAMILIES, Field, Form, Makes, OPERATORS, Operator, Takes, Types, Wants, When,
    allowed, parse, schema,
};
use serde_json::{Value, json};
use support::{Found, SEED, found, rules};

struct Read {
    definition: Option<Definition>,
    errors: Vec<Found>,
    warnings: Vec<Found>,
}

fn read(text: &[u8]) -> Read {
    let mut problems = Problems::new(100);
    let definition = parse(text, MAX_DEFINITION_BYTES, &SEED, None, &mut problems);
    assert_eq!(definition.is_some(), problems.ok());
    Read {
        definition,
        errors: found(&problems, problems.errors()),
        warnings: found(&problems, problems.warnings()),
    }
}

fn short(found: &[Found]) -> Vec<(String, String)> {
    let of = |found: &Found| (found.code.clone(), found.path.clone());
    found.iter().map(of).collect()
}

/// What a definition says, and its warnings.
fn says(definition: &Value) -> (String, Vec<(String, String)>) {
    let read = read(definition.to_string().as_bytes());
    assert!(read.errors.is_empty(), "{definition}: {:?}", read.errors);
    let definition = read.definition.unwrap();
    (rules::rule(&definition.rule), short(&read.warnings))
}

/// The codes and places of the errors of a definition, and then of its warnings.
fn faults(definition: &Value) -> Vec<(String, String)> {
    let read = read(definition.to_string().as_bytes());
    [short(&read.errors), short(&read.warnings)].concat()
}

#[test]
fn the_example_of_the_grammar_is_read() {
    let text = br#"{ "name": "Trial drop-offs",
      "apps": { "any_of": ["Web Shop"] },
      "filter": { "AND": [
          { "partner_cohort": { "partner": "heap", "comparison": "includes_value", "value": "1338065" } },
          { "OR": [ { "default_attribute": { "attribute_name": "country", "comparison": "is_any_of", "value": ["DE", "AT", "CH"] } },
                    { "default_attribute": { "attribute_name": "language", "comparison": "is_any_of", "value": ["de"] } } ] },
          { "custom_attribute": { "custom_attribute_name": "plan", "comparison": "equals", "value": "trial" } },
          { "custom_event": { "event_name": "signed_up", "metric": "last", "comparison": "less_than_x_days_ago", "value": 14 } } ] },
      "exclude": [ { "email_subscription_status": { "comparison": "is", "value": "unsubscribed" } } ] }"#;
    let read = read(text);
    assert_eq!((read.errors, read.warnings), (vec![], vec![]));
    let definition = read.definition.unwrap();
    assert_eq!(definition.name.as_deref(), Some(&b"Trial drop-offs"[..]));
    assert_eq!(
        rules::rule(&definition.rule),
        "apps Web Shop; and(cohorts of heap includes '1338065', or(country is DE|AT|CH, language is de), \
         custom plan is trial, Last of custom_events signed_up LessAgo 14); \
         but not state email_subscribe is unsubscribed"
    );
}

#[test]
fn what_is_left_out_is_everybody() {
    for (definition, expected) in [
        (json!({}), "all"),
        (json!({ "apps": "all" }), "all"),
        (json!({ "apps": "none", "exclude": [] }), "no apps; all"),
        (json!({ "apps": { "any_of": ["a", "b"] } }), "apps a|b; all"),
    ] {
        assert_eq!(says(&definition), (expected.to_string(), vec![]));
    }
}

/// The rows of a table of `tests/segments/`.
fn table(name: &str) -> Vec<Value> {
    let file = format!("{}/tests/segments/{name}", env!("CARGO_MANIFEST_DIR"));
    let rows: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    rows.as_array().unwrap().clone()
}

fn filter(family: &str, body: &Value) -> Value {
    json!({ "filter": { family: body } })
}

#[test]
fn each_filter_says_what_its_table_has() {
    let rows = table("filters.json");
    for row in &rows {
        let filter = &row["filter"];
        let family = filter.as_object().unwrap().keys().next().unwrap();
        let needs = row["needs"] == json!(true);
        let warning = ("segment.needs".to_string(), format!("/filter/{family}"));
        let expected = (
            row["says"].as_str().unwrap().to_string(),
            Vec::from_iter(needs.then_some(warning)),
        );
        assert_eq!(says(&json!({ "filter": filter })), expected, "{filter}");
    }
    for family in FAMILIES {
        let has_row = rows
            .iter()
            .any(|row| row["filter"].get(family.key).is_some());
        assert!(has_row, "{}", family.key);
    }
    for operator in OPERATORS {
        let is_asked = |row: &Value| {
            let body = row["filter"].as_object().unwrap().values().next().unwrap();
            body["comparison"]
                .as_str()
                .is_some_and(|word| operator.is(word.as_bytes()))
        };
        assert!(rows.iter().any(is_asked), "{}", operator.word);
    }
}

#[test]
fn each_fault_is_told_with_its_place_and_all_at_once() {
    for row in table("faults.json") {
        let expected: Vec<(String, String)> =
            serde_json::from_value(row["faults"].clone()).unwrap();
        let definition = match row.get("filter") {
            Some(filter) => json!({ "filter": filter }),
            None => row["definition"].clone(),
        };
        assert_eq!(faults(&definition), expected, "{definition}");
    }
}

#[test]
fn a_condition_knows_where_it_stands() {
    let filter = json!({ "AND": [{ "OR": [{ "random_bucket": { "comparison": "exactly", "value": 1 } }] }] });
    let read = read(json!({ "filter": filter }).to_string().as_bytes());
    let filter = read.definition.unwrap().rule.filter;
    let Some(kohort::segment::Node::And(nodes)) = filter else {
        panic!()
    };
    let kohort::segment::Node::Or(nodes) = &nodes[0] else {
        panic!()
    };
    let kohort::segment::Node::Condition(condition) = &nodes[0] else {
        panic!()
    };
    assert_eq!(&*condition.path, b"/filter/AND/0/OR/0");
}

/// A body that a form takes, without what is asked.
fn body_of(form: &Form) -> Value {
    let mut body = json!({});
    let value = |field: &Field| match field.wants {
        Wants::Name => json!("n"),
        Wants::Partner => json!("heap"),
        Wants::Word(words) => json!(words[0]),
        Wants::Path => json!("a.b"),
        Wants::ElementPath => json!("[]"),
        Wants::Criteria => json!([{ "path": "a", "comparison": "exists" }]),
        Wants::Property => json!({ "name": "p", "comparison": "exists" }),
        Wants::Whole(least, _) => json!(least),
        Wants::Circle => json!({ "latitude": 0, "longitude": 0, "radius_km": 1 }),
        Wants::Polygon => json!([[0, 0], [1, 0], [1, 1]]),
    };
    for field in form.needs.iter().chain(form.one_of.first()) {
        body[field.name] = value(field);
    }
    if let When::Says(name, words) = form.when {
        body[name] = json!(words[0]);
    }
    body
}

/// The body with an operator, by this word, and what it takes.
fn asking(mut body: Value, operator: &Operator, word: &str) -> Value {
    body["comparison"] = json!(word);
    let value = match operator.takes {
        Takes::Nothing => return body,
        Takes::Area => {
            body["circle"] = json!({ "latitude": 0, "longitude": 0, "radius_km": 1 });
            return body;
        }
        Takes::Text | Takes::Texts | Takes::Pattern | Takes::Value | Takes::Values => json!("v"),
        Takes::Number | Takes::Days | Takes::WholeDays => json!(7),
        Takes::Bool => json!(true),
        Takes::Moment => json!("2024-01-31"),
        Takes::MonthDay => json!("01-31"),
        Takes::Version => json!("1.2"),
        Takes::State | Takes::GroupState => json!("subscribed"),
    };
    body["value"] = value;
    body
}

#[test]
fn each_form_takes_each_operator_of_its_types_by_each_word_and_no_other() {
    let (mut taken, mut refused) = (0, 0);
    for family in FAMILIES {
        for form in family.forms {
            if form.of == Types::NONE {
                says(&filter(family.key, &body_of(form)));
                continue;
            }
            for operator in OPERATORS {
                for word in operator.words() {
                    let body = asking(body_of(form), operator, word);
                    let definition = filter(family.key, &body);
                    let fits =
                        |row: &&Operator| row.of.meets(form.of) && row.words().any(|w| w == word);
                    if operator.of.meets(form.of) {
                        says(&definition);
                        taken += 1;
                    } else if OPERATORS.iter().any(|row| fits(&row)) {
                        // The word is asked of this type as well, of another value.
                        continue;
                    } else {
                        let faults = faults(&definition);
                        let place = format!("/filter/{}/comparison", family.key);
                        assert!(
                            faults.contains(&("segment.operator_type".into(), place)),
                            "{body}: {faults:?}"
                        );
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(taken > 300 && refused > 500, "{taken} {refused}");
}

#[test]
fn a_row_makes_what_its_operand_allows() {
    for row in OPERATORS {
        let makes_of_nothing = matches!(
            row.makes,
            Makes::Always(_)
                | Makes::OrAbsent(_)
                | Makes::HasElement
                | Makes::Empty
                | Makes::Exists
                | Makes::Blank
        );
        assert_eq!(
            row.takes == Takes::Nothing,
            makes_of_nothing,
            "{}",
            row.word
        );
        let twins = OPERATORS.iter().filter(|other| {
            other.words().any(|word| row.words().any(|own| own == word)) && other.of.meets(row.of)
        });
        // No two rows of one word and type take the same.
        let same = twins.filter(|other| other.takes == row.takes && other.of == row.of);
        assert_eq!(same.count(), 1, "{}", row.word);
    }
}

#[test]
fn each_default_attribute_of_the_grammar_is_known() {
    for name in "country language gender email phone first_name last_name home_city time_zone age dob external_id \
        created_at total_revenue push_opted_in_at push_unsubscribed_at email_opted_in_at email_unsubscribed_at \
        uninstalled_at"
        .split(' ')
        .filter(|name| !name.is_empty())
    {
        says(&filter(
            "default_attribute",
            &json!({ "attribute_name": name, "comparison": "is_blank" }),
        ));
    }
}

fn equals(value: Value) -> Value {
    json!({ "custom_attribute": { "custom_attribute_name": "x", "comparison": "equals", "value": value } })
}

fn codes(text: &str) -> Vec<String> {
    let read = read(text.as_bytes());
    let all = read.errors.iter().chain(&read.warnings);
    all.map(|found| found.code.clone()).collect()
}

#[test]
fn limits_are_held_to_the_last_one() {
    let none: [&str; 0] = [];
    let deep = |levels: usize| {
        let (open, close) = ("{\"OR\":[".repeat(levels), "]}".repeat(levels));
        format!("{{\"filter\":{open}{}{close}}}", equals(json!(1)))
    };
    assert_eq!(codes(&deep(64)), none);
    assert_eq!(codes(&deep(65)), ["segment.too_deep"]);
    let many = |count: usize| {
        let list = vec![equals(json!(1)).to_string(); count].join(",");
        format!("{{\"filter\":{{\"AND\":[{list}]}}}}")
    };
    assert_eq!(codes(&many(10_000)), none);
    assert_eq!(codes(&many(10_001)), ["segment.too_many_conditions"]);
    let values = |count: usize| {
        let values = vec!["v"; count];
        let body =
            json!({ "custom_attribute_name": "x", "comparison": "is_any_of", "value": values });
        filter("custom_attribute", &body).to_string()
    };
    assert_eq!(codes(&values(256)), none);
    assert_eq!(codes(&values(257)), ["segment.too_many_values"]);
    let body = |text: &str, comparison: &str| json!({ "custom_attribute_name": "x", "comparison": comparison, "value": text });
    let around = body("", "equals").to_string().len();
    let long =
        |len: usize| filter("custom_attribute", &body(&"é".repeat(len / 2), "equals")).to_string();
    // As many bytes as characters take in UTF-8.
    let len = 10_000 - around;
    assert_eq!(len % 2, 0);
    assert_eq!(codes(&long(len)), none);
    assert_eq!(codes(&long(len + 2)), ["segment.filter_too_long"]);
    let pattern = |len: usize| {
        let text = "é".repeat(len);
        filter("custom_attribute", &body(&text, "does_not_match_regex")).to_string()
    };
    assert_eq!(codes(&pattern(32_764)), none);
    assert_eq!(codes(&pattern(32_765)), ["segment.pattern_too_long"]);
    let text = equals(json!(1)).to_string();
    let mut problems = Problems::new(100);
    assert!(parse(text.as_bytes(), text.len() - 1, &SEED, None, &mut problems).is_none());
    assert_eq!(found(&problems, problems.errors())[0].code, "limit.bytes");
}

#[test]
fn a_huge_or_deep_definition_ends_in_a_located_problem() {
    let million = "{},".repeat(1_000_000);
    let wide = format!("{{\"filter\":{{\"OR\":[{million}{{}}]}}}}");
    let wide = read(wide.as_bytes());
    assert_eq!(wide.errors.len(), 101);
    assert_eq!(wide.errors[0].path, "/filter/OR/0");
    assert_eq!(wide.errors[100].code, "limit.too_many_problems");
    let groups = "{\"AND\":[]},".repeat(500_000);
    let groups = read(format!("{{\"filter\":{{\"OR\":[{groups}{{}}]}}}}").as_bytes());
    assert_eq!(groups.errors.len(), 101);
    for (open, expected) in [
        ("{\"AND\":[", "json.too_deep"),
        ("[", "json.too_deep"),
        ("{\"custom_attribute\":", "json.too_deep"),
    ] {
        let text = format!("{{\"filter\":{}", open.repeat(1_000_000));
        let text = text
            .as_bytes()
            .get(..MAX_DEFINITION_BYTES)
            .unwrap_or(text.as_bytes());
        let read = read(text);
        assert!(
            read.errors.iter().any(|found| found.code == expected),
            "{open}"
        );
    }
    let values = "1,".repeat(2_000_000);
    let body = format!(
        "{{\"custom_attribute_name\":\"x\",\"comparison\":\"is_any_of\",\"value\":[{values}1]}}"
    );
    let text = format!("{{\"filter\":{{\"custom_attribute\":{body}}}}}");
    assert_eq!(codes(&text), ["segment.filter_too_long"]);
}

#[test]
fn negations_of_the_same_are_joined_by_or_however_deep() {
    let not = |name: &str| json!({ "custom_attribute": { "custom_attribute_name": name, "comparison": "not_equal", "value": 1 } });
    let (x, y) = (not("x"), not("y"));
    let told = |definition: Value| -> Vec<String> {
        let faults = faults(&definition).into_iter();
        faults
            .map(|(code, path)| {
                assert_eq!(code, "segment.negatives");
                path.strip_suffix("/custom_attribute").unwrap().to_owned()
            })
            .collect()
    };
    let filter = |filter: Value| told(json!({ "filter": filter }));
    // An OR within an OR is the same OR, and an AND of one is that one.
    for (joined, at) in [
        (json!({ "OR": [x, { "OR": [y, x] }] }), "/filter/OR/1/OR/1"),
        (
            json!({ "OR": [{ "OR": [x] }, y, { "OR": [{ "OR": [x] }] }] }),
            "/filter/OR/2/OR/0/OR/0",
        ),
        (json!({ "OR": [{ "AND": [x] }, y, x] }), "/filter/OR/2"),
        (
            json!({ "OR": [x, { "AND": [{ "OR": [y, { "AND": [x] }] }] }] }),
            "/filter/OR/1/AND/0/OR/1/AND/0",
        ),
        (
            json!({ "AND": [y, { "OR": [y, { "OR": [x, x] }] }] }),
            "/filter/AND/1/OR/1/OR/1",
        ),
        (
            json!({ "OR": [{ "AND": [{ "OR": [x, x] }, y] }, y] }),
            "/filter/OR/0/AND/0/OR/1",
        ),
    ] {
        assert_eq!(filter(joined.clone()), [at], "{joined}");
    }
    // Three of one are two too many, wherever they stand.
    let three = json!({ "OR": [x, { "OR": [x, x] }] });
    assert_eq!(filter(three), ["/filter/OR/1/OR/0", "/filter/OR/1/OR/1"]);
    for apart in [
        json!({ "AND": [x, { "OR": [x, y] }] }),
        json!({ "OR": [x, { "AND": [x, y] }] }),
        json!({ "OR": [{ "AND": [x, y] }, { "AND": [y, x] }] }),
        json!({ "OR": [x, { "AND": [{ "OR": [x, y] }, y] }] }),
        json!({ "OR": [x, { "OR": [y] }] }),
    ] {
        assert!(filter(apart.clone()).is_empty(), "{apart}");
    }
    // Exclusions are joined by OR, too.
    let excluded = json!({ "exclude": [x, { "OR": [y, x] }, { "AND": [y] }] });
    assert_eq!(told(excluded), ["/exclude/1/OR/1", "/exclude/2/AND/0"]);
}

/// What the problems of a filter allow.
fn alternatives(filter: &Value) -> Vec<Vec<&'static str>> {
    let text = json!({ "filter": filter }).to_string();
    let mut problems = Problems::new(100);
    parse(
        text.as_bytes(),
        MAX_DEFINITION_BYTES,
        &SEED,
        None,
        &mut problems,
    );
    problems.errors().iter().map(allowed).collect()
}

#[test]
fn problems_say_which_operators_and_types_are_allowed() {
    let custom = |comparison: &str, value: Value| json!({ "custom_attribute": { "custom_attribute_name": "x", "comparison": comparison, "value": value } });
    for (filter, expected) in [
        (
            custom("equals", json!(["a"])),
            vec!["string", "number", "boolean"],
        ),
        (custom("exactly", json!("5")), vec!["number"]),
        (custom("is_any_of", json!(5)), vec!["string", "array"]),
        (
            custom("includes_any_of", json!([null])),
            vec!["string", "number", "boolean"],
        ),
        (custom("is_any_of", json!([5])), vec!["string"]),
        (custom("before", json!(1)), vec!["string"]),
        (
            json!({ "random_bucket": { "comparison": "is", "value": 5 } }),
            vec![
                "equals",
                "not_equal",
                "does_not_equal",
                "greater_than",
                "more_than",
                "greater_than_or_equal_to",
                "less_than",
                "less_than_or_equal_to",
                "exactly",
            ],
        ),
        (
            json!({ "email_subscription_status": { "comparison": "nothing_like_it", "value": "subscribed" } }),
            vec!["is", "is_not"],
        ),
    ] {
        assert_eq!(alternatives(&filter), [expected], "{filter}");
    }
    // What is asked of an attribute that there is not nobody knows.
    let unknown =
        json!({ "default_attribute": { "attribute_name": "shoe_size", "comparison": "exist" } });
    assert!(alternatives(&unknown).iter().all(Vec::is_empty));
}

#[test]
fn faults_of_the_text_are_told_as_everywhere() {
    for (text, code, path) in [
        (&b""[..], "json.empty", ""),
        (b"{", "json.truncated", ""),
        (b"{\"apps\":\"all\",\"apps\":\"none\"}", "json.duplicate_key", "/apps"),
        (b"{\"filter\":{\"custom_attribute\":{\"value\":1,\"value\":2,\"custom_attribute_name\":\"x\",\"comparison\":\"equals\"}}}", "json.duplicate_key", "/filter/custom_attribute/value"),
        (b"{\"name\":\"\xFF\"}", "json.invalid_utf8", "/name"),
        (b"{\"name\":\"\\ud800\"}", "json.lone_surrogate", "/name"),
        (b"{\"name\":\"a\"} x", "json.trailing", ""),
    ] {
        let read = read(text);
        assert_eq!(short(&read.errors), [(code.to_string(), path.to_string())]);
    }
}

#[test]
fn the_schema_is_json_and_says_no_key_twice() {
    let schema = schema();
    let mut problems = Problems::new(10);
    let mut reader = kohort::json::Reader::new(schema.as_bytes(), 256, &SEED);
    reader
        .skip(&kohort::path::Path::Root, &mut problems)
        .unwrap();
    assert!(problems.ok());
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for family in FAMILIES {
        assert!(schema["definitions"][family.key].is_object());
        assert!(schema["definitions"]["filter"]["properties"][family.key].is_object());
    }
}
