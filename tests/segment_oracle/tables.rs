//! Random conditions draw all that the core's tables of families and operators have, and nothing else; and the
//! oracle answers each. So what is added to the tables is held against the oracle, or this test fails.

use crate::segment::{Chance, FAMILIES, holds, operands::list, random_condition, random_world};
use kohort::segment::{FAMILIES as TABLE, Family, Field, Form, OPERATORS, Takes, Types, Wants};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Each says one thing that a body can have, in words.
type Said = BTreeSet<String>;

/// The types of values that an operator is given.
fn values(takes: Takes) -> &'static [&'static str] {
    match takes {
        Takes::Nothing => &["nothing"],
        Takes::Area => &["area"],
        Takes::Number | Takes::Days | Takes::WholeDays => &["number"],
        Takes::Bool => &["boolean"],
        Takes::Texts => &["text", "list"],
        Takes::Value => &["text", "number", "boolean"],
        Takes::Values => &["text", "number", "boolean", "list"],
        Takes::Text
        | Takes::Pattern
        | Takes::Moment
        | Takes::MonthDay
        | Takes::Version
        | Takes::State
        | Takes::GroupState => &["text"],
    }
}

fn tests(of: Types, start: &str, said: &mut Said) {
    for operator in OPERATORS.iter().filter(|operator| operator.of.meets(of)) {
        for (word, value) in operator.words().flat_map(|word| {
            values(operator.takes)
                .iter()
                .map(move |value| (word, value))
        }) {
            said.insert(format!("{start} {word} {value}"));
        }
    }
}

fn of_form(form: &Form, said: &mut Said) {
    let words = form.says().map_or(&[""][..], |(_, words)| words);
    for word in words {
        tests(form.of, word, said);
        for Field { name, wants } in form.fields() {
            match wants {
                Wants::Word(list) => {
                    said.extend(list.iter().map(|own| format!("{word} {name} {own}")));
                }
                Wants::Criteria | Wants::Property => {
                    // What they take is that of custom attributes.
                    let custom = OPERATORS.iter().filter(|one| one.of.meets(Types::CUSTOM));
                    let words = custom.flat_map(|operator| operator.words());
                    said.extend(words.map(|own| format!("{word} {name} {own}")));
                }
                _ => {
                    said.insert(format!("{word} {name}"));
                }
            }
        }
    }
}

fn value_type(body: &Value) -> &'static str {
    match &body["value"] {
        _ if body.get("circle").or(body.get("polygon")).is_some() => "area",
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "list",
        _ => "nothing",
    }
}

/// What a drawn body says. Its words are looked up in no table but for the one that tells the form.
fn of_body(family: &Family, body: &Value, said: &mut Said) {
    let form = family.words().map(|(name, _)| name);
    let word = form.and_then(|name| body[name].as_str()).unwrap_or("");
    if let Some(comparison) = body["comparison"].as_str() {
        said.insert(format!("{word} {comparison} {}", value_type(body)));
    }
    for name in ["all_of", "property"] {
        let parts = list(&body[name]).into_iter();
        let words = parts.filter_map(|part| part["comparison"].as_str().map(String::from));
        said.extend(words.map(|own| format!("{word} {name} {own}")));
    }
    for (name, value) in body.as_object().unwrap() {
        match &**name {
            "comparison" | "value" | "all_of" | "property" => {}
            name if Some(name) == form => {}
            name => {
                let is_of_words = family
                    .field(name)
                    .is_some_and(|field| matches!(field.wants, Wants::Word(_)));
                let own = value.as_str().filter(|_| is_of_words);
                let own = own.map_or(String::new(), |own| format!(" {own}"));
                said.insert(format!("{word} {name}{own}"));
            }
        }
    }
}

#[test]
fn random_conditions_draw_the_tables_of_the_core_and_the_oracle_knows_them() {
    let known: BTreeSet<&str> = FAMILIES.into_iter().collect();
    let table: BTreeSet<&str> = TABLE.iter().map(|family| family.key).collect();
    assert_eq!(known, table);

    let chance = &mut Chance::new(23);
    let worlds: Vec<_> = (40..44).map(random_world).collect();
    let mut wrong = Vec::new();
    for family in TABLE {
        let (mut expected, mut drawn) = (Said::new(), Said::new());
        for form in family.forms {
            of_form(form, &mut expected);
        }
        // Until all was drawn, which is soon but for what is rare; and enough to meet what should not be.
        for draw in 0..60_000 {
            let world = &worlds[draw % worlds.len()];
            let condition = random_condition(chance, world, family.key);
            let before = drawn.len();
            of_body(family, &condition[family.key], &mut drawn);
            if drawn.len() > before {
                let definition = json!({ "filter": condition });
                let user = world.views().next().unwrap();
                // It panics where it does not know a word.
                holds(&definition, user, world);
            }
            if draw >= 2_000 && drawn == expected {
                break;
            }
        }
        let missing: Vec<_> = expected.difference(&drawn).collect();
        let unknown: Vec<_> = drawn.difference(&expected).collect();
        if !missing.is_empty() || !unknown.is_empty() {
            wrong.push(format!(
                "{}: never drawn {missing:#?}, not in the table {unknown:#?}",
                family.key
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
