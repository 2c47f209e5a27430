//! Explanations: each condition's answer is the oracle's, its operand the definition's and what it saw the
//! profile's; each meaning appears where it decides; and no smaller set of conditions would let a user in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "segment_explain/bounds.rs"]
mod bounds;
#[path = "segment_explain/meanings.rs"]
mod meanings;
#[path = "segment_explain/people.rs"]
mod people;
#[path = "oracle/segment/mod.rs"]
mod segment;
#[path = "support/segment_world.rs"]
mod segment_world;
#[path = "segment_explain/values.rs"]
mod values;

use kohort::hash::Seed;
use kohort::problem::Problems;
use kohort::segment::{Automata, Clock, MAX_OBSERVED, OPERATORS, Rule, Takes, World, Zone, parse};
use kohort::workspace::Workspace;
use kohort::workspace::explanation_json::{MAX_OBSERVED_BYTES, write};
use segment::{Chance, Tri, UserView, holds, random_definition, random_world};
use segment_world::{user_of, workspace_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn rule(definition: &Value) -> Rule {
    let text = definition.to_string();
    let mut problems = Problems::new(10);
    let parsed = parse(text.as_bytes(), 1 << 20, &Seed::new(2), None, &mut problems);
    let told: Vec<_> = problems.errors().iter().map(|one| one.code).collect();
    parsed.unwrap_or_else(|| panic!("{told:?} of {text}")).rule
}

/// A world of the oracle's, and the workspace that it was loaded into.
struct Explainer<'a> {
    world: &'a segment::World,
    workspace: Workspace,
    segments: BTreeMap<Vec<u8>, Rule>,
}

impl<'a> Explainer<'a> {
    fn new(world: &'a segment::World) -> Explainer<'a> {
        let segments = world.segments.iter();
        Explainer {
            world,
            workspace: workspace_of(world),
            segments: segments
                .map(|(name, definition)| (name.clone().into_bytes(), rule(definition)))
                .collect(),
        }
    }

    fn explain(&self, rule: &Rule, user: UserView<'_>) -> Value {
        let clock = Clock {
            now: self.world.now,
            zone: Zone::new(self.world.zone.changes.clone()),
        };
        let rules = |name: &[u8]| self.segments.get(name);
        let asked = World {
            directory: self.workspace.directory(),
            profiles: self.workspace.profiles(),
            cohorts: self.workspace.cohorts(),
            clock: &clock,
            patterns: &Automata::default(),
            rules: &rules,
        };
        let index = user_of(&self.workspace, user.profile);
        let mut out = Vec::new();
        write(&rule.explain(&asked, index).unwrap(), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    /// The profile as the workspace answers it back.
    fn profile(&self, user: UserView<'_>) -> Value {
        let mut out = Vec::new();
        let index = user_of(&self.workspace, user.profile);
        self.workspace.write_profile(index, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }
}

fn answer(tri: Tri) -> Value {
    match tri {
        Tri::True => json!(true),
        Tri::False => json!(false),
        Tri::Unknown => json!("unknown"),
    }
}

fn tri(answer: &Value) -> Tri {
    match answer {
        Value::Bool(true) => Tri::True,
        Value::Bool(false) => Tri::False,
        _ => Tri::Unknown,
    }
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node["children"].as_array().into_iter().flatten()
}

/// All conditions of a tree, but for those of other segments.
fn conditions<'t>(node: &'t Value, out: &mut Vec<&'t Value>) {
    if node.get("rule").is_some() {
        out.push(node);
    } else {
        children(node).for_each(|child| conditions(child, out));
    }
}

/// A user, a definition, and what is known of both.
struct Held<'a> {
    explainer: &'a Explainer<'a>,
    definition: &'a Value,
    user: UserView<'a>,
    profile: &'a Value,
}

impl Held<'_> {
    fn tree(&self, node: &Value) {
        let world = self.explainer.world;
        let expected = holds(self.definition, self.user, world);
        assert_eq!(node["result"], answer(expected), "{}", self.definition);
        assert_eq!(
            (&node["path"], &node["operator"]),
            (&json!(""), &json!("AND"))
        );
        let definition = self.definition;
        let has_apps = definition.get("apps").is_some_and(|apps| apps != "all");
        let excluded = definition["exclude"].as_array().map_or(0, Vec::len);
        let has_filter = definition.get("filter").is_some();
        let parts = usize::from(has_apps) + usize::from(has_filter) + excluded;
        assert_eq!(children(node).count(), parts);
        children(node).for_each(|child| self.node(child));
    }

    fn node(&self, node: &Value) {
        let path = node["path"].as_str().unwrap();
        let part = self.definition.pointer(path).unwrap();
        if path == "/apps" {
            let apps = json!({ "apps": part });
            let expected = holds(&apps, self.user, self.explainer.world);
            assert_eq!(node["result"], answer(expected));
            assert_eq!(node.get("operand"), part.get("any_of"));
            assert_eq!(
                node["operator"],
                part.get("any_of").map_or("none", |_| "any_of")
            );
            return;
        }
        let expected = segment::node(part, self.user, self.explainer.world);
        if node["operator"] == "NOT" {
            assert!(path.starts_with("/exclude/") && path.matches('/').count() == 2);
            assert_eq!(node["result"], answer(expected.not()));
            assert_eq!(node["children"].as_array().unwrap().len(), 1);
            return children(node).for_each(|child| self.node(child));
        }
        assert_eq!(node["result"], answer(expected), "{part}");
        let (family, body) = part.as_object().unwrap().iter().next().unwrap();
        if let Some(parts) = body.as_array() {
            assert_eq!(&node["operator"], family);
            assert_eq!(node["children"].as_array().unwrap().len(), parts.len());
            return children(node).for_each(|child| self.node(child));
        }
        self.condition(node, family, body);
        if family == "segment_membership" {
            assert_eq!(node["rule"], "segment.its_answer");
            for segment in children(node) {
                let name = segment["segment"].as_str().unwrap();
                let held = Held {
                    definition: &self.explainer.world.segments[name],
                    ..*self
                };
                held.tree(segment);
            }
        }
    }

    fn condition(&self, node: &Value, family: &str, body: &Value) {
        assert_eq!(node["family"], family);
        assert_eq!(node.get("name"), named(family, body), "{body}");
        let Some(all_of) = body.get("all_of") else {
            let operator = &body["comparison"];
            assert_eq!(&node["operator"], operator);
            let mut rows = OPERATORS
                .iter()
                .filter(|row| row.is(operator.as_str().unwrap().as_bytes()));
            let takes = rows.any(|row| row.takes != Takes::Nothing);
            let operand = ["value", "circle", "polygon"].map(|name| body.get(name));
            let operand = operand.into_iter().flatten().next();
            assert_eq!(node.get("operand"), operand.filter(|_| takes), "{body}");
            self.observed(node, family, body);
            return consistent(node, family, body);
        };
        assert_eq!(node["operator"], "all_of");
        assert_eq!(&node["operand"], all_of);
    }

    /// What was seen of plain attributes.
    fn observed(&self, node: &Value, family: &str, body: &Value) {
        let name = body["attribute_name"].as_str().unwrap_or_default();
        let custom = body["custom_attribute_name"].as_str().unwrap_or_default();
        let expected = match family {
            "custom_attribute" => &self.profile["custom_attributes"][custom],
            "default_attribute" if name != "age" => &self.profile[name],
            "email_subscription_status" => &self.profile["email_subscribe"],
            "push_subscription_status" => &self.profile["push_subscribe"],
            "install_attribution" => &self.profile[format!("attributed_{name}")],
            "location" => &self.profile["last_coordinates"],
            "recurring_day" if custom.is_empty() => &self.profile["dob"],
            "recurring_day" => &self.profile["custom_attributes"][custom],
            "nested_custom_attribute" if !body["path"].as_str().unwrap().contains("[]") => {
                let path = body["path"].as_str().unwrap().replace('.', "/");
                let attribute = &self.profile["custom_attributes"][custom];
                attribute
                    .pointer(&format!("/{path}"))
                    .unwrap_or(&Value::Null)
            }
            _ => return,
        };
        assert_eq!(&node["observed"], expected, "{body}");
        assert!(node.get("observed").is_some() && node.get("observedCut").is_none());
    }
}

/// What a filter names.
fn named<'b>(family: &str, body: &'b Value) -> Option<&'b Value> {
    let key = match family {
        "custom_attribute" | "nested_custom_attribute" => "custom_attribute_name",
        "default_attribute" | "device" | "install_attribution" => "attribute_name",
        "custom_event" => "event_name",
        "purchase" => "product_id",
        "app" | "session" => "app",
        "partner_cohort" => "partner",
        "message" if body.get("name").is_some() => "name",
        "message" => "api_id",
        "subscription_group" => "subscription_group_id",
        "channel_reachable" => "channel",
        "recurring_day" if body.get("attribute_name").is_some() => "attribute_name",
        "recurring_day" => "custom_attribute_name",
        _ => return None,
    };
    body.get(key)
}

/// The meaning says what is so.
fn consistent(node: &Value, family: &str, body: &Value) {
    let rule = node["rule"].as_str().unwrap();
    let result = &node["result"];
    if family == "segment_membership" {
        return;
    }
    let is_unknown = rule.starts_with("unknown.") || rule == "random_bucket.absent";
    assert_eq!(is_unknown, result == "unknown", "{rule} of {body}");
    // Email and text messages are looked at all the same.
    let has_seen = node.get("observed").is_some();
    assert!(has_seen || is_unknown, "{rule} of {body}");
    let says = match rule {
        "absent.satisfies_nothing"
        | "value.wrong_type"
        | "regex.blank"
        | "time.unreadable"
        | "time.nested"
        | "version.unreadable"
        | "age.no_dob"
        | "location.no_coordinates" => Some(false),
        "negative.not_positive" | "version.absent_is_less" | "boolean.not_set" => Some(true),
        _ => None,
    };
    if let Some(says) = says {
        assert_eq!(result, &json!(says), "{rule} of {body}");
    }
    let is_of_absence = [
        "absent.satisfies_nothing",
        "number.absent_is_zero",
        "revenue.absent_is_zero",
        "version.absent_is_less",
        "boolean.not_set",
        "age.no_dob",
        "state.default_subscribed",
    ];
    assert!(
        !is_of_absence.contains(&rule) || node["observed"].is_null(),
        "{rule} of {body}"
    );
    let number = |value: &Value| value.as_f64().unwrap();
    let seen = match rule {
        "number.double" | "count.ninety_days" | "age.full_years" => number(&node["observed"]),
        "number.absent_is_zero" | "revenue.absent_is_zero" | "count.never_is_zero" => 0.0,
        _ => return,
    };
    let wanted = number(&body["value"]);
    let expected = match body["comparison"].as_str().unwrap() {
        "exactly" | "equals" => seen == wanted,
        "not_equal" | "does_not_equal" => seen != wanted,
        "more_than" | "greater_than" => seen > wanted,
        "greater_than_or_equal_to" => seen >= wanted,
        "less_than" => seen < wanted,
        "less_than_or_equal_to" => seen <= wanted,
        other => panic!("{other}"),
    };
    assert_eq!(result, &json!(expected), "{rule} of {body}");
}

/// What a tree would say, were conditions answered so.
fn otherwise(node: &Value, answers: &BTreeMap<&str, Tri>) -> Tri {
    if node.get("rule").is_some() {
        let path = node["path"].as_str().unwrap();
        let own = tri(&node["result"]);
        return answers.get(path).copied().unwrap_or(own);
    }
    let mut each = children(node).map(|child| otherwise(child, answers));
    match node["operator"].as_str().unwrap() {
        "AND" => each.fold(Tri::True, Tri::and),
        "OR" => each.fold(Tri::False, Tri::or),
        "NOT" => each.next().unwrap().not(),
        other => panic!("{other}"),
    }
}

/// Would it be true, were these conditions answered in some other way?
fn lets_in(tree: &Value, paths: &[&str]) -> bool {
    (0..1_u32 << paths.len()).any(|bits| {
        let answer = |at: usize| Tri::from(bits >> at & 1 == 1);
        let answers = paths.iter().enumerate();
        let answers = answers.map(|(at, path)| (*path, answer(at))).collect();
        otherwise(tree, &answers) == Tri::True
    })
}

/// All ways to take so many.
fn choices<'p>(paths: &[&'p str], count: usize) -> Vec<Vec<&'p str>> {
    let Some((first, rest)) = paths.split_first().filter(|_| count > 0) else {
        return if count == 0 { vec![vec![]] } else { vec![] };
    };
    let mut all = choices(rest, count);
    all.extend(choices(rest, count - 1).into_iter().map(|mut choice| {
        choice.push(first);
        choice
    }));
    all
}

/// No fewer conditions than those that fail would do.
fn fewest(explained: &Value) -> usize {
    let tree = &explained["tree"];
    let failing: Vec<&str> = explained["failing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| path.as_str().unwrap())
        .collect();
    let mut all = Vec::new();
    conditions(tree, &mut all);
    let paths: Vec<&str> = all
        .iter()
        .map(|node| node["path"].as_str().unwrap())
        .collect();
    // Each is the path of exactly one condition, and stands there once.
    let each: BTreeSet<&str> = paths.iter().copied().collect();
    assert_eq!(each.len(), paths.len(), "{explained}");
    let told: BTreeSet<&str> = failing.iter().copied().collect();
    assert!(told.len() == failing.len() && told.is_subset(&each));
    assert!(lets_in(tree, &failing), "{explained}");
    // Brute force takes too long for more.
    if paths.len() <= 8 {
        for fewer in 0..failing.len() {
            for choice in choices(&paths, fewer) {
                assert!(!lets_in(tree, &choice), "{choice:?} of {explained}");
            }
        }
    }
    failing.len()
}

#[test]
fn explanations_are_the_oracles() {
    let (mut trees, mut most, mut conditions_of_all) = (0, 0, 0);
    for seed in 0..2 {
        let world = random_world(seed + 40);
        let explainer = Explainer::new(&world);
        let chance = &mut Chance::new(seed + 5);
        let profiles: Vec<Value> = world.views().map(|user| explainer.profile(user)).collect();
        for _ in 0..16 {
            let definition = random_definition(chance, &world);
            let rule = rule(&definition);
            for (user, profile) in world.views().zip(&profiles) {
                let explained = explainer.explain(&rule, user);
                let tree = &explained["tree"];
                assert_eq!(explained["ok"], true);
                assert_eq!(explained["result"], tree["result"]);
                let held = Held {
                    explainer: &explainer,
                    definition: &definition,
                    user,
                    profile,
                };
                held.tree(tree);
                let mut all = Vec::new();
                conditions(tree, &mut all);
                conditions_of_all += all.len();
                trees += 1;
                most = most.max(fewest(&explained));
            }
        }
    }
    assert!(trees > 4_000 && most >= 3, "{trees} {most}");
    assert!(conditions_of_all > 20_000, "{conditions_of_all}");
}

/// A world of one user.
fn world_of(profile: Value) -> segment::World {
    let mut world = segment::World::new(1_796_042_096_789, segment::Zone::vienna());
    let mut profile = profile;
    profile["external_id"] = json!("u0");
    world.users.insert(0, profile);
    world
}

/// What is explained of a world's only user.
fn explained(world: &segment::World, definition: &Value) -> Value {
    let explainer = Explainer::new(world);
    explainer.explain(&rule(definition), world.views().next().unwrap())
}

#[test]
fn large_values_are_cut_and_that_is_told() {
    let long = "ä".repeat(MAX_OBSERVED_BYTES);
    let many: Vec<usize> = (0..MAX_OBSERVED).collect();
    let devices: Vec<Value> = (0..MAX_OBSERVED + 7)
        .map(|number| json!({"model": format!("m{number}")}))
        .collect();
    let world = world_of(json!({
        "custom_attributes": {
            "long": long, "many": many, "few": many[1..], "object": {"first": 1, "then": long, "last": 2},
            "pets": (0..150).map(|age| json!({"age": age})).collect::<Vec<_>>(),
        },
        "devices": devices,
    }));
    let see = |name: &str, filter: Value| {
        let explained = explained(&world, &json!({ "filter": filter }));
        let node = explained["tree"]["children"][0].clone();
        let is_cut = node.get("observedCut") == Some(&json!(true));
        assert_eq!(node.get("observedCut").is_some(), is_cut, "{name}");
        (node["observed"].clone(), is_cut)
    };
    let custom = |name: &str| {
        let body = json!({"custom_attribute_name": name, "comparison": "exists"});
        see(name, json!({ "custom_attribute": body }))
    };
    assert_eq!(
        custom("long"),
        (json!("ä".repeat(MAX_OBSERVED_BYTES / 2)), true)
    );
    assert_eq!(custom("few"), (json!(many[1..]), false));
    assert_eq!(custom("many"), (json!(many[..MAX_OBSERVED - 1]), true));
    let (object, is_cut) = custom("object");
    let kept = object["then"].as_str().unwrap_or_default().len();
    assert!(is_cut && kept > 0 && kept < MAX_OBSERVED_BYTES, "{object}");
    let model = json!({"attribute_name": "model", "comparison": "is_blank"});
    let (models, is_cut) = see("device", json!({ "device": model }));
    assert_eq!(
        (models.as_array().unwrap().len(), is_cut),
        (MAX_OBSERVED, true)
    );
    let pets = json!({"custom_attribute_name": "pets", "path": "[].age", "comparison": "exactly", "value": 149});
    let (ages, is_cut) = see("pets", json!({ "nested_custom_attribute": pets }));
    assert_eq!(
        (ages.as_array().unwrap().len(), is_cut),
        (MAX_OBSERVED, true)
    );
}

#[test]
fn an_operand_stands_as_it_was_written() {
    let text = r#"{ "filter" : { "custom_attribute" : { "comparison": "is_any_of", "value": [ "\u0061" , "b" ], "custom_attribute_name": "x" } } }"#;
    let mut problems = Problems::new(10);
    let parsed = parse(text.as_bytes(), 1 << 20, &Seed::new(2), None, &mut problems).unwrap();
    let Some(kohort::segment::Node::Condition(condition)) = parsed.rule.filter else {
        panic!("one condition");
    };
    assert_eq!(condition.operator, "is_any_of");
    assert_eq!(
        condition.operand.as_deref(),
        Some(&br#"[ "\u0061" , "b" ]"#[..])
    );
}
