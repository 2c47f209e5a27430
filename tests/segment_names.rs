//! Names in definitions, looked up in a workspace: what nobody has is a warning at its place, a segment that
//! there is not an error, and names that are near are told beside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use kohort::cohort::partner::Partner;
use kohort::limits::MAX_DEFINITION_BYTES;
use kohort::problem::Problems;
use kohort::segment::{Definition, Lookup, parse};
use kohort::workspace::Workspace;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{Found, SEED, found};

/// Ada, who has something of everything.
fn ada() -> Value {
    json!({
        "external_id": "ada", "random_bucket": 7,
        "custom_attributes": { "plan": "trial", "Shoe Size": 41, "joined": "2024-05-01" },
        "custom_events": [{ "name": "signed_up", "count": 2 }, { "name": "2024-01-31", "count": 1 }],
        "purchases": [{ "name": "shirt", "count": 1 }],
        "apps": [{ "name": "Web Shop", "sessions": 3 }],
        "push_tokens": [{ "app": "Shop for iOS", "platform": "ios", "notifications_enabled": true }],
        "campaigns_received": [{ "name": "Spring", "api_campaign_id": "c-1" }],
        "canvases_received": [{ "name": "Welcome", "api_canvas_id": "v-1",
            "steps_received": [{ "name": "First mail", "api_canvas_step_id": "s-1" }] }],
        "cards_clicked": [{ "name": "Banner" }],
        "subscription_groups": [{ "subscription_group_id": "g-1", "subscription_state": "subscribed" }]
    })
}

fn load(workspace: &mut Workspace, profiles: &[Value]) {
    workspace.begin_load(100).unwrap();
    for profile in profiles {
        workspace.push(format!("{profile}\n").as_bytes());
    }
    let (_, problems) = workspace.finish_load().unwrap();
    assert!(problems.ok());
}

/// Ada, two cohorts of Heap's, and Bob, who has nothing.
fn workspace() -> Workspace {
    let mut workspace = Workspace::new(SEED);
    load(&mut workspace, &[json!({ "external_id": "bob" }), ada()]);
    for id in ["1338065", "1338066"] {
        let body = json!({ "cohort_id": id, "cohort_changes": [{ "user_ids": ["ada"] }] });
        let heap = Partner::new("heap").unwrap();
        let body = body.to_string();
        assert!(workspace.apply(&[body.as_bytes()], heap).is_ok());
    }
    workspace
}

struct Read {
    definition: Option<Definition>,
    errors: Vec<Found>,
    warnings: Vec<Found>,
    near: Vec<(String, String)>,
}

impl Read {
    /// Code and place of errors and then of warnings.
    fn told(&self) -> Vec<(&str, &str)> {
        let all = self.errors.iter().chain(&self.warnings);
        all.map(|found| (&*found.code, &*found.path)).collect()
    }

    fn near(&self) -> Vec<(&str, &str)> {
        let near = self.near.iter();
        near.map(|(path, name)| (&**path, &**name)).collect()
    }
}

type Segments = BTreeMap<String, Definition>;

fn read_with(workspace: &Workspace, segments: &Segments, definition: &Value) -> Read {
    read_up_to(100, workspace, segments, definition)
}

/// The same, with so many problems listed.
fn read_up_to(max: usize, workspace: &Workspace, segments: &Segments, definition: &Value) -> Read {
    let segments: Vec<_> = segments
        .iter()
        .map(|(name, definition)| (name.as_bytes(), &definition.rule))
        .collect();
    let names = workspace.segment_names(&segments);
    let mut lookup = Lookup::new(&names);
    let mut problems = Problems::new(max);
    let text = definition.to_string();
    let definition = parse(
        text.as_bytes(),
        MAX_DEFINITION_BYTES,
        &SEED,
        Some(&mut lookup),
        &mut problems,
    );
    assert_eq!(definition.is_some(), problems.ok());
    let near = lookup.into_near().into_iter();
    Read {
        definition,
        errors: found(&problems, problems.errors()),
        warnings: found(&problems, problems.warnings()),
        near: near
            .map(|near| (near.path, String::from_utf8(near.name.into()).unwrap()))
            .collect(),
    }
}

fn read(workspace: &Workspace, definition: &Value) -> Read {
    read_with(workspace, &Segments::new(), definition)
}

/// A filter with one name in it, its place, a name that is known, one that is nearly, and the word of the
/// kind.
type Case = (
    &'static str,
    fn(&str) -> Value,
    &'static str,
    [&'static str; 3],
);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("custom_attribute", |name| json!({ "custom_attribute_name": name, "comparison": "exists" }), "custom_attribute_name", ["Shoe Size", "shoe_size", "custom_attribute"]),
    ("nested_custom_attribute", |name| json!({ "custom_attribute_name": name, "path": "a", "comparison": "exists" }), "custom_attribute_name", ["plan", "plam", "custom_attribute"]),
    ("nested_custom_attribute", |name| json!({ "custom_attribute_name": name, "path": "[]", "all_of": [{ "path": "a", "comparison": "exists" }] }), "custom_attribute_name", ["plan", "paln", "custom_attribute"]),
    ("recurring_day", |name| json!({ "custom_attribute_name": name, "comparison": "on", "value": "05-01" }), "custom_attribute_name", ["joined", "joind", "custom_attribute"]),
    ("custom_event", |name| json!({ "event_name": name, "metric": "count", "comparison": "exactly", "value": 1 }), "event_name", ["signed_up", "Signed Up", "custom_event"]),
    ("custom_event", |name| json!({ "event_name": name, "metric": "last", "comparison": "exists" }), "event_name", ["2024-01-31", "2024-01-30", "custom_event"]),
    ("purchase", |name| json!({ "product_id": name, "metric": "first", "comparison": "exists" }), "product_id", ["shirt", "shirts", "product"]),
    ("session", |name| json!({ "app": name, "metric": "count", "comparison": "exactly", "value": 1 }), "app", ["Web Shop", "Webshop", "app"]),
    ("app", |name| json!({ "app": name, "attribute_name": "version", "comparison": "exists" }), "app", ["Shop for iOS", "Shop for OS", "app"]),
    ("app", |name| json!({ "comparison": "includes_value", "value": name }), "value", ["Web Shop", "web-shop", "app"]),
    ("message", |name| json!({ "kind": "campaign", "name": name, "metric": "received", "comparison": "is", "value": true }), "name", ["Spring", "Sprnig", "campaign"]),
    ("message", |name| json!({ "kind": "campaign", "api_id": name, "metric": "variation", "comparison": "exists" }), "api_id", ["c-1", "c-2", "campaign"]),
    ("message", |name| json!({ "kind": "canvas", "name": name, "metric": "in_control", "comparison": "is", "value": true }), "name", ["Welcome", "welcom", "canvas"]),
    ("message", |name| json!({ "kind": "canvas", "api_id": name, "metric": "received", "comparison": "is", "value": true }), "api_id", ["v-1", "v_1_", "canvas"]),
    ("message", |name| json!({ "kind": "canvas_step", "name": name, "metric": "last_received", "comparison": "exists" }), "name", ["First mail", "first_mail", "canvas_step"]),
    ("message", |name| json!({ "kind": "canvas_step", "api_id": name, "metric": "received", "comparison": "is", "value": true }), "api_id", ["s-1", "S-1", "canvas_step"]),
    ("message", |name| json!({ "kind": "card", "name": name, "metric": "clicked", "comparison": "is", "value": true }), "name", ["Banner", "Baner", "card"]),
    ("partner_cohort", |name| json!({ "partner": name, "comparison": "includes_value", "value": "1338065" }), "partner", ["heap", "haep", "partner"]),
    ("partner_cohort", |name| json!({ "partner": "heap", "comparison": "does_not_include_value", "value": name }), "value", ["1338066", "13380666", "partner_cohort"]),
];

#[test]
fn a_name_that_nobody_has_is_a_warning_with_the_nearest_beside_it() {
    let workspace = workspace();
    for (family, body, field, [known, nearly, word]) in CASES {
        let filter = |name: &str| json!({ "filter": { *family: body(name) } });
        assert_eq!(read(&workspace, &filter(known)).told(), [], "{known}");
        let path = format!("/filter/{family}/{field}");
        let one = read(&workspace, &filter(nearly));
        assert_eq!(one.told(), [("segment.unknown_name", &*path)], "{nearly}");
        assert!(one.definition.is_some());
        assert_eq!(one.near(), [(&*path, *known)], "{nearly}");
        let found = &one.warnings[0];
        assert!(found.message.contains(&format!("`{word}`")));
        let all = format!("{} {} {}", found.message, found.help, found.path);
        assert!(!all.contains(known) && !all.contains(nearly), "{all}");
        // The place is the name itself.
        let text = filter(nearly).to_string();
        let place = found.offset as usize..found.end_offset as usize;
        assert_eq!(text[place], Value::from(*nearly).to_string());
        let far = read(&workspace, &filter("xylophone-quiz"));
        assert_eq!((far.told().len(), far.near().len()), (1, 0), "{known}");
    }
}

#[test]
fn the_name_of_a_cohort_in_the_place_of_its_id_is_told_with_the_ids_of_those_called_so() {
    let mut workspace = workspace();
    let heap = Partner::new("heap").unwrap();
    let mut name = |id: &str, name: &str| {
        let body = json!({ "cohort_id": id, "name": name, "created_at": "2026-01-01T00:00:00Z" });
        let body = body.to_string();
        assert!(workspace.apply(&[body.as_bytes()], heap).is_ok());
    };
    name("1338065", "Free Customers");
    name("1338066", "Trials");
    name("7", "Trials");
    let asked = |partner: &str, value: Value| json!({ "filter": { "partner_cohort": { "partner": partner, "comparison": "includes_value", "value": value } } });
    let path = "/filter/partner_cohort/value";
    let one = read(&workspace, &asked("heap", json!("Free Customers")));
    assert!(one.definition.is_some());
    assert_eq!(one.told(), [("segment.cohort_name", path)]);
    assert_eq!(one.near(), [(path, "1338065")]);
    let found = &one.warnings[0];
    let all = format!("{} {} {}", found.message, found.help, found.path);
    assert!(!all.contains("Free") && !all.contains("1338065"), "{all}");
    // Of a list the place of the name, and all ids where several are called so.
    let several = read(&workspace, &asked("heap", json!(["1338065", "Trials"])));
    let path = format!("{path}/1");
    assert_eq!(several.told(), [("segment.cohort_name", &*path)]);
    assert_eq!(several.near(), [(&*path, "1338066"), (&*path, "7")]);
    // Names are compared as they are, and of the one partner.
    for (partner, name, codes) in [
        ("heap", "trials", "segment.unknown_name"),
        ("amplitude", "Trials", "segment.unknown_name"),
    ] {
        let told = read(&workspace, &asked(partner, json!(name)));
        assert_eq!((told.told().len(), told.near().len()), (1, 0), "{name}");
        assert_eq!(told.told()[0].0, codes);
    }
}

#[test]
fn names_that_may_be_meant_are_of_problems_that_are_listed() {
    let workspace = workspace();
    let filters = [
        json!({ "custom_attribute": { "custom_attribute_name": "plam", "comparison": "exists" } }),
        json!({ "custom_event": { "event_name": "signd_up", "metric": "first", "comparison": "exists" } }),
        json!({ "segment_membership": { "comparison": "includes_value", "value": ["byers", "byers"] } }),
    ];
    let rule = read(&workspace, &json!({ "name": "buyers" })).definition;
    let segments = Segments::from([("buyers".into(), rule.unwrap())]);
    for (max, expected) in [
        (100, ["plan", "signed_up", "buyers", "buyers"].as_slice()),
        (1, &["plan", "buyers"]),
        (0, &[]),
    ] {
        let definition = json!({ "filter": { "AND": filters } });
        let told = read_up_to(max, &workspace, &segments, &definition);
        let near: Vec<&str> = told.near().iter().map(|(_, name)| *name).collect();
        assert_eq!(near, expected, "{max}");
        let listed = told.told();
        let is_listed = |path: &str| listed.iter().any(|(_, listed)| *listed == path);
        assert!(told.near().iter().all(|(path, _)| is_listed(path)));
    }
}

#[test]
fn each_name_of_a_list_is_looked_up() {
    let workspace = workspace();
    let definition = json!({
        "apps": { "any_of": ["Web Shop", "Web Shap", ""] },
        "filter": { "OR": [
            { "app": { "comparison": "does_not_include_value", "value": ["Web Shop", "Kiosk"] } },
            { "partner_cohort": { "partner": "heap", "comparison": "includes_value", "value": ["1338065", "2338066", "x"] } },
            // Of an unknown partner's none is known, which is told once.
            { "partner_cohort": { "partner": "amplitude", "comparison": "includes_value", "value": ["1", "2"] } } ] },
        "exclude": [{ "custom_attribute": { "custom_attribute_name": "Plan", "comparison": "exists" } }]
    });
    let one = read(&workspace, &definition);
    let unknown = "segment.unknown_name";
    assert_eq!(
        one.told(),
        [
            ("segment.empty", "/apps/any_of/2"),
            (unknown, "/apps/any_of/1"),
            (unknown, "/exclude/0/custom_attribute/custom_attribute_name"),
            (unknown, "/filter/OR/0/app/value/1"),
            (unknown, "/filter/OR/1/partner_cohort/value/1"),
            (unknown, "/filter/OR/1/partner_cohort/value/2"),
            (unknown, "/filter/OR/2/partner_cohort/partner"),
        ]
    );
    assert_eq!(
        one.near(),
        [
            ("/apps/any_of/1", "Web Shop"),
            ("/exclude/0/custom_attribute/custom_attribute_name", "plan"),
            ("/filter/OR/1/partner_cohort/value/1", "1338066"),
        ]
    );
}

#[test]
fn names_are_looked_up_beside_other_faults_and_where_the_answer_is_unknown_anyway() {
    let workspace = workspace();
    let in_days = json!({ "event_name": "x", "metric": "count_in_days", "days": 7, "comparison": "exactly", "value": 1 });
    let one = read(
        &workspace,
        &json!({ "filter": { "custom_event": in_days } }),
    );
    assert_eq!(
        one.told(),
        [
            ("segment.needs", "/filter/custom_event"),
            ("segment.unknown_name", "/filter/custom_event/event_name"),
        ]
    );
    let wrong = json!({ "custom_attribute_name": "x", "comparison": "equalz", "value": 1 });
    let one = read(
        &workspace,
        &json!({ "filter": { "custom_attribute": wrong } }),
    );
    assert_eq!(
        one.told(),
        [
            (
                "segment.near_operator",
                "/filter/custom_attribute/comparison"
            ),
            (
                "segment.unknown_name",
                "/filter/custom_attribute/custom_attribute_name"
            ),
        ]
    );
    // Of cards no export has identifiers, so none can be called unknown.
    let card = json!({ "kind": "card", "api_id": "x", "metric": "clicked", "comparison": "is", "value": true });
    let one = read(&workspace, &json!({ "filter": { "message": card } }));
    assert_eq!(one.told(), [("segment.needs", "/filter/message")]);
}

#[test]
fn a_name_of_another_kind_is_not_meant() {
    let workspace = workspace();
    let attribute = |name: &str| json!({ "filter": { "custom_attribute": { "custom_attribute_name": name, "comparison": "exists" } } });
    for name in ["signed_up", "random_bucket", "Spring", "c-1", "ada", "name"] {
        assert_eq!(read(&workspace, &attribute(name)).told().len(), 1, "{name}");
    }
    // An app's name is no event's, though both stand as `name`.
    let event = json!({ "filter": { "custom_event": { "event_name": "Web Shop", "metric": "last", "comparison": "exists" } } });
    assert_eq!(read(&workspace, &event).told().len(), 1);
}

#[test]
fn what_is_seen_follows_the_users() {
    let mut workspace = workspace();
    let event = |name: &str| json!({ "filter": { "custom_event": { "event_name": name, "metric": "last", "comparison": "exists" } } });
    assert_eq!(read(&workspace, &event("new")).told().len(), 1);
    let eve = json!({ "external_id": "eve", "custom_events": [{ "name": "new", "count": 1 }] });
    load(&mut workspace, &[eve]);
    assert_eq!(read(&workspace, &event("new")).told(), []);
    let user = workspace.directory().len() as u32 - 1;
    assert_eq!(workspace.delete(user), Ok(true));
    assert_eq!(read(&workspace, &event("new")).told().len(), 1);
    assert_eq!(read(&workspace, &event("signed_up")).told(), []);
}

#[test]
fn what_is_not_loaded_is_told_where_it_is_missing() {
    let group = json!({ "filter": { "subscription_group": { "subscription_group_id": "g-1", "comparison": "is", "value": "subscribed" } } });
    let bucket = json!({ "filter": { "random_bucket": { "comparison": "exactly", "value": 1 } } });
    let (with, mut without) = (workspace(), Workspace::new(SEED));
    load(&mut without, &[json!({ "external_id": "bob" })]);
    for (definition, path, word) in [
        (&group, "/filter/subscription_group", "subscription groups"),
        (&bucket, "/filter/random_bucket", "random buckets"),
    ] {
        assert_eq!(read(&with, definition).told(), []);
        let one = read(&without, definition);
        assert_eq!(one.told(), [("segment.needs", path)]);
        assert!(one.warnings[0].message.ends_with(word));
        // Without a workspace nobody knows what one holds.
        let mut problems = Problems::new(10);
        let text = definition.to_string();
        parse(text.as_bytes(), 1000, &SEED, None, &mut problems);
        assert!(problems.ok() && problems.warnings().is_empty());
    }
    let other = json!({ "filter": { "subscription_group": { "subscription_group_id": "g-2", "comparison": "is", "value": "subscribed" } } });
    assert_eq!(read(&with, &other).told().len(), 1);
}

fn asks(name: &str, others: &[&str]) -> Value {
    json!({ "filter": { "AND": [
        { "random_bucket": { "comparison": "less_than", "value": 100 } },
        { "segment_membership": { "comparison": "includes_value", "value": others } } ] }, "name": name })
}

/// Defines segments one by one, as a workspace would; none of them may have a fault.
fn defined(workspace: &Workspace, definitions: &[Value]) -> Segments {
    let mut segments = Segments::new();
    for definition in definitions {
        let read = read_with(workspace, &segments, definition);
        assert_eq!(read.told(), []);
        let name = definition["name"].as_str().unwrap().to_string();
        segments.insert(name, read.definition.unwrap());
    }
    segments
}

#[test]
fn segments_ask_about_segments_one_level_deep_and_in_no_circle() {
    let workspace = workspace();
    let plain = |name: &str| json!({ "name": name });
    let segments = defined(
        &workspace,
        &[
            plain("buyers"),
            plain("lapsed"),
            asks("both", &["buyers", "lapsed"]),
        ],
    );
    let told = |definition: &Value| {
        let read = read_with(&workspace, &segments, definition);
        let told: Vec<(String, String)> = read
            .told()
            .iter()
            .map(|(code, path)| ((*code).into(), (*path).into()))
            .collect();
        (told, read.near)
    };
    let at = |code: &str, index: usize| {
        let path = format!("/filter/AND/1/segment_membership/value/{index}");
        (code.to_string(), path)
    };
    // Again, and another.
    assert_eq!(told(&asks("both", &["lapsed"])).0, []);
    assert_eq!(told(&asks("other", &["buyers"])).0, []);
    assert_eq!(told(&plain("buyers")).0, []);
    // One that asks itself.
    assert_eq!(
        told(&asks("other", &["buyers", "both"])).0,
        [at("segment.nested_membership", 1)]
    );
    // Itself, defined or not, wherever its name stands.
    for name in ["new", "both", "buyers"] {
        let (errors, near) = told(&asks(name, &[name]));
        assert_eq!(
            (errors, near),
            (vec![at("segment.nested_membership", 0)], vec![])
        );
    }
    // One that another asks about would make that one two levels deep, or a circle.
    for other in ["lapsed", "both"] {
        assert_eq!(
            told(&asks("buyers", &[other])).0,
            [at("segment.nested_membership", 0)]
        );
    }
    // None of that name.
    let (errors, near) = told(&asks("other", &["Buyer", "x", "othr"]));
    let unknown = |index| at("segment.unknown_segment", index);
    assert_eq!(errors, [unknown(0), unknown(1), unknown(2)]);
    assert_eq!(near, [(at("", 0).1, "buyers".to_string())]);
    // Without a name.
    let mut nameless = asks("", &["buyers"]);
    nameless.as_object_mut().unwrap().remove("name");
    assert_eq!(told(&nameless).0, []);
    // A single text, and beside another fault.
    let single =
        json!({ "filter": { "segment_membership": { "comparison": "is", "value": "both" } } });
    assert_eq!(
        told(&single).0,
        [
            (
                "segment.operator_type".into(),
                "/filter/segment_membership/comparison".into()
            ),
            (
                "segment.nested_membership".into(),
                "/filter/segment_membership/value".into()
            ),
        ]
    );
    // The definition asks, and so do those it excludes.
    let excluded = json!({ "exclude": [{ "segment_membership": { "comparison": "includes_value", "value": "both" } }] });
    assert_eq!(told(&excluded).0.len(), 1);
    // An unknown segment can be asked about once it is there.
    assert_eq!(told(&asks("other", &["later"])).0.len(), 1);
}

#[test]
fn ten_thousand_unknown_names_among_many_end_soon() {
    let mut workspace = Workspace::new(SEED);
    let names = (0..60_000).map(|number| (format!("attribute_{number:05}_of_somebody"), json!(1)));
    let attributes: serde_json::Map<String, Value> = names.collect();
    load(
        &mut workspace,
        &[json!({ "external_id": "ada", "custom_attributes": attributes })],
    );
    let filter = |number: usize| json!({ "custom_attribute": { "custom_attribute_name": format!("attribute_{number:05}_of_nobodys"), "comparison": "exists" } });
    let filters: Vec<Value> = (0..10_000).map(filter).collect();
    let values: Vec<String> = (0..256).map(|number| number.to_string()).collect();
    let cohorts = json!({ "partner_cohort": { "partner": "heap", "comparison": "includes_value", "value": values } });
    let begin = std::time::Instant::now();
    let one = read(&workspace, &json!({ "filter": { "OR": filters } }));
    assert_eq!(one.warnings.len(), 101);
    assert!(
        !one.near.is_empty() && one.near.len() <= 100,
        "{}",
        one.near.len()
    );
    let many = read(
        &workspace,
        &json!({ "filter": { "OR": vec![cohorts; 500] } }),
    );
    assert_eq!(many.warnings.len(), 101);
    let seconds = begin.elapsed().as_secs_f64();
    assert!(seconds < 30.0, "{seconds}");
}

/// What a name costs among a million users: `cargo test --release --test segment_names -- --ignored --nocapture`
#[test]
#[ignore = "a minute"]
fn a_million_users() {
    let mut workspace = Workspace::new(SEED);
    workspace.begin_load(100).unwrap();
    for user in 0..1_000_000 {
        let mut profile = ada();
        profile["external_id"] = json!(format!("user-{user}"));
        profile["custom_events"] = (0..5).map(|event| json!({ "name": format!("event {}", (user * 7 + event * 13) % 400), "count": 1 })).collect();
        profile["campaigns_received"] = (0..5).map(|sent| json!({ "name": format!("campaign {}", (user + sent * 31) % 300), "api_campaign_id": format!("c-{}", (user + sent * 31) % 300), "last_received": "2024-05-01" })).collect();
        workspace.push(format!("{profile}\n").as_bytes());
    }
    workspace.finish_load().unwrap();
    let event = |name: &str| json!({ "filter": { "custom_event": { "event_name": name, "metric": "last", "comparison": "exists" } } });
    for name in ["event 7", "nothing", "nothing", "event 8"] {
        let begin = std::time::Instant::now();
        let told = read(&workspace, &event(name)).told().len();
        println!("{name}: {:?}", begin.elapsed());
        assert_eq!(told, usize::from(name == "nothing"));
    }
}
