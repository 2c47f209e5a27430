//! The TypeScript types of explanations, `pkg/explain.d.ts`, name the rules of their table. Those of
//! definitions, `pkg/segment.d.ts`, say what the tables of operators and families say,
//! as the JSON Schema does; and `tests/types/segments.mts` holds the definitions of `tests/segments/` against
//! them. When a table changes, write both anew with `UPDATE=1 cargo test --test segment_types`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use kohort::segment::{
    FAMILIES, Family, Field, Form, MAX_OBSERVED, Meaning, OPERATORS, Takes, Types, Wants, When,
};
use kohort::workspace::explanation_json::MAX_OBSERVED_BYTES;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = r#"/**
 * Types of definitions of segments, written from the tables in `src/segment/` by
 * `UPDATE=1 cargo test --test segment_types`. Numbers, dates and paths have rules beyond their types.
 */

/** A segment: who is in one of the apps, and whom the filter holds for, but nobody whom an entry of `exclude` holds for. */
export interface SegmentDefinition {
  readonly name?: string | undefined;
  /** `"all"`, unless said; `"none"`: no session in any. */
  readonly apps?: "all" | "none" | { readonly any_of: readonly string[] } | undefined;
  /** Everybody, unless said. */
  readonly filter?: SegmentFilter | undefined;
  readonly exclude?: readonly SegmentFilter[] | undefined;
}

/** A filter: an object with one key. At most 64 levels and 10,000 conditions. */
export type SegmentFilter = { [K in keyof SegmentFilters]: OneKey<K> }[keyof SegmentFilters];

type OneKey<K extends keyof SegmentFilters> =
  & { readonly [P in K]: SegmentFilters[P] }
  & { readonly [P in Exclude<keyof SegmentFilters, K>]?: never };

/** Degrees and kilometres. */
export interface SegmentCircle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radius_km: number;
}

/** Corners, longitude first. */
export type SegmentPolygon = readonly (readonly [longitude: number, latitude: number])[];
"#;

/// The types that can be asked, one by one, by the names of what is asked of them.
const ASKED: [(&str, Types); 13] = [
    ("TextTest", Types::TEXT),
    ("NumberTest", Types::NUMBER),
    ("BooleanTest", Types::BOOL),
    ("ArrayTest", Types::ARRAY),
    ("TimeTest", Types::TIME),
    ("PresenceTest", Types::PRESENCE),
    ("StateTest", Types::STATE),
    ("GroupStateTest", Types::GROUP_STATE),
    ("YesNoTest", Types::YES_NO),
    ("MembershipTest", Types::MEMBERSHIP),
    ("VersionTest", Types::VERSION),
    ("DayTest", Types::DAY),
    ("PlaceTest", Types::PLACE),
];

fn words(words: impl IntoIterator<Item = &'static str>) -> String {
    let mut words: Vec<String> = words
        .into_iter()
        .map(|word| format!("\"{word}\""))
        .collect();
    words.dedup();
    words.join(" | ")
}

/// What stands beside an operator that takes this.
fn values(takes: Takes) -> Vec<String> {
    let value = match takes {
        Takes::Nothing => return vec!["readonly value?: unknown".into()],
        Takes::Area => {
            return vec![
                "readonly circle: SegmentCircle; readonly polygon?: never".into(),
                "readonly polygon: SegmentPolygon; readonly circle?: never".into(),
            ];
        }
        Takes::Text | Takes::Pattern | Takes::Moment | Takes::MonthDay | Takes::Version => {
            "string".into()
        }
        Takes::Texts => "string | readonly string[]".into(),
        Takes::Number | Takes::Days | Takes::WholeDays => "number".into(),
        Takes::Bool => "boolean".into(),
        Takes::Value => "string | number | boolean".into(),
        Takes::Values => {
            "string | number | boolean | readonly (string | number | boolean)[]".into()
        }
        Takes::State => words(["opted_in", "subscribed", "unsubscribed"]),
        Takes::GroupState => words(["subscribed", "unsubscribed"]),
    };
    vec![format!("readonly value: {value}")]
}

fn tests(of: Types) -> String {
    let mut by_value: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for operator in OPERATORS.iter().filter(|operator| operator.of.meets(of)) {
        for value in values(operator.takes) {
            by_value.entry(value).or_default().extend(operator.words());
        }
    }
    let variant = |(value, list): (String, Vec<&'static str>)| {
        format!("\n  | {{ readonly comparison: {}; {value} }}", words(list))
    };
    by_value.into_iter().map(variant).collect()
}

/// What can be asked of the types, as a type.
fn asked(of: Types) -> String {
    let names = ASKED.iter().filter(|(_, one)| one.meets(of));
    let names: Vec<&str> = names.map(|(name, _)| *name).collect();
    match &*names {
        [one] => (*one).to_string(),
        _ => format!("({})", names.join(" | ")),
    }
}

fn value(field: &Field) -> String {
    match field.wants {
        Wants::Name | Wants::Partner | Wants::Path | Wants::ElementPath => "string".into(),
        Wants::Word(list) => words(list.iter().copied()),
        Wants::Whole(..) => "number".into(),
        Wants::Criteria => format!(
            "readonly ({{ readonly path: string }} & {})[]",
            asked(Types::CUSTOM)
        ),
        Wants::Property => format!("{{ readonly name: string }} & {}", asked(Types::CUSTOM)),
        Wants::Circle => "SegmentCircle".into(),
        Wants::Polygon => "SegmentPolygon".into(),
    }
}

fn form(form: &Form) -> String {
    let mut members = Vec::new();
    if let When::Says(name, list) = form.when {
        members.push(format!("readonly {name}: {}", words(list.iter().copied())));
    }
    for field in form.needs {
        members.push(format!("readonly {}: {}", field.name, value(field)));
    }
    // An area comes with its operator.
    for field in form.may.iter().filter(|_| !form.of.meets(Types::PLACE)) {
        members.push(format!(
            "readonly {}?: {} | undefined",
            field.name,
            value(field)
        ));
    }
    let mut parts = Vec::new();
    if !members.is_empty() {
        parts.push(format!("{{ {} }}", members.join("; ")));
    }
    if let [one, other] = form.one_of {
        let either = |this: &Field, not: &Field| {
            format!(
                "{{ readonly {}: {}; readonly {}?: never }}",
                this.name,
                value(this),
                not.name
            )
        };
        parts.push(format!("({} | {})", either(one, other), either(other, one)));
    } else {
        assert!(form.one_of.is_empty(), "more than two to choose from");
    }
    if form.of == Types::NONE {
        parts.push("{ readonly comparison?: never; readonly value?: never }".into());
    } else {
        parts.push(asked(form.of));
    }
    parts.join(" & ")
}

fn body(family: &Family) -> String {
    family
        .forms
        .iter()
        .map(|one| format!("\n    | {}", form(one)))
        .collect()
}

fn types() -> String {
    let mut out = HEAD.to_string();
    for (name, of) in ASKED {
        write!(out, "\ntype {name} ={};\n", tests(of)).unwrap();
    }
    out += "\n/** The keys of filters, and what stands behind each. */\nexport interface SegmentFilters {\n";
    for group in ["AND", "OR"] {
        writeln!(out, "  readonly {group}: readonly SegmentFilter[];").unwrap();
    }
    for family in FAMILIES {
        writeln!(out, "  readonly {}:{};", family.key, body(family)).unwrap();
    }
    out + "}\n"
}

const EXPLAIN_HEAD: &str = r#"/**
 * Types of explanations of segments, written from the table in `src/segment/meaning.rs` by
 * `UPDATE=1 cargo test --test segment_types`.
 */

/** A value as a profile has it. */
export type Observed = string | number | boolean | null | readonly Observed[] | { readonly [key: string]: Observed };

/** Why a user is in a segment, or not. It holds what was observed of the user: keep it out of logs. */
export interface SegmentExplanation {
  readonly ok: true;
  readonly result: boolean | "unknown";
  readonly tree: SegmentRoot;
  /**
   * The paths of the fewest conditions that keep the user out: were each of them answered otherwise, the user
   * would be in. Of several such sets it is the first. Empty if the user is in.
   *
   * Each is the path of exactly one node with a `rule`: of the segment's own, since those within a `segment` have
   * paths in its definition. An exclusion has the path of its child, but no `rule`, so the child is meant.
   */
  readonly failing: readonly string[];
}

/** A whole segment: its apps if some are chosen, its filter, and its exclusions. */
export interface SegmentRoot {
  readonly result: boolean | "unknown";
  readonly path: "";
  readonly operator: "AND";
  /** The name of the segment that a membership asks for; paths below are those of its own definition. */
  readonly segment?: string;
  readonly children: readonly SegmentNode[];
}

/** A part of a segment. `AND`, `OR` and `NOT` have no `rule`, and all others have one. */
export type SegmentNode = SegmentGroup | SegmentCondition | SegmentApps;

/**
 * An `AND` or `OR`; or an exclusion, which is the `NOT` of its one child and has the same path, since both stand
 * there in the definition. No group is in `failing`.
 */
export interface SegmentGroup {
  readonly result: boolean | "unknown";
  /** An RFC 6901 pointer into the definition. */
  readonly path: string;
  readonly operator: "AND" | "OR" | "NOT";
  readonly rule?: never;
  readonly children: readonly SegmentNode[];
}

/** A condition. */
export interface SegmentCondition {
  readonly result: boolean | "unknown";
  readonly path: string;
  readonly family: SegmentFamily;
  /**
   * What the filter names: the attribute, event, product, app, partner, message, subscription group or channel;
   * absent where it names nothing, as the random bucket.
   */
  readonly name?: string;
  /** The `comparison`, or `"all_of"`. */
  readonly operator: string;
  /** The `value`, `circle`, `polygon` or `all_of`, as the definition writes it. */
  readonly operand?: unknown;
  /**
   * What was looked at: the value, null where there is none; of devices, rows and elements a list of theirs; of
   * cohorts the ids of those of the partner that the user is in. Absent where the data cannot say.
   */
  readonly observed?: Observed;
  /** There is more of it than 100 values and 2,000 bytes of text. */
  readonly observedCut?: true;
  /** What decided. */
  readonly rule: SegmentRule;
  /** Of a membership: each segment that it asks for, as long as those told have 10,000 conditions at most. */
  readonly children?: readonly SegmentRoot[];
}

/** The choice of apps; `observed` are those with a session. */
export interface SegmentApps {
  readonly result: boolean;
  readonly path: "/apps";
  readonly family?: never;
  readonly name?: never;
  readonly operator: "any_of" | "none";
  readonly operand?: readonly string[];
  readonly observed: readonly string[];
  readonly observedCut?: true;
  readonly rule: "apps.any_of" | "apps.none";
  readonly children?: never;
}

/** The key of a condition's filter. */
export type SegmentFamily =FAMILIES;

/** What `kohort/segment.rules.json` says of each rule; that file as it is imported has this type. */
export type SegmentRules = {
  readonly [R in SegmentRule]: {
    /** Braze's documents say so; they let it be concluded; or they do not, and it is our decision. */
    readonly status: "documented" | "inferred" | "ours" | (string & {});
    readonly says: string;
  };
};

/** The rules that give conditions their answers. */
export type SegmentRule ="#;

fn explanation_types() -> String {
    let families: String = FAMILIES
        .iter()
        .map(|family| format!("\n  | \"{}\"", family.key))
        .collect();
    let mut out = EXPLAIN_HEAD.replace("FAMILIES", &families);
    for meaning in Meaning::ALL {
        write!(out, "\n  | \"{}\"", meaning.code()).unwrap();
    }
    // What the head says of the limits.
    assert_eq!((MAX_OBSERVED, MAX_OBSERVED_BYTES), (100, 2_000));
    out + ";\n"
}

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
}

fn rows(name: &str) -> Vec<Value> {
    let rows: Value = serde_json::from_str(&read(&format!("tests/segments/{name}"))).unwrap();
    rows.as_array().unwrap().clone()
}

/// Faults of values that have the right type.
const OF_VALUES: [&str; 6] = [
    "segment.empty",
    "segment.time",
    "segment.range",
    "segment.whole_number",
    "segment.version",
    "segment.path",
];

/// All definitions of the tables, with a mark at each that the types refuse.
fn examples() -> String {
    let mut out = String::from(
        "// Good and bad definitions, written from tests/segments/ by `UPDATE=1 cargo test --test segment_types`.\n\
         import type { SegmentDefinition } from \"kohort\";\n\n\
         const take = (_: SegmentDefinition) => {};\n\n",
    );
    for row in rows("filters.json") {
        writeln!(out, "take({{ \"filter\": {} }});", row["filter"]).unwrap();
    }
    for row in rows("faults.json") {
        let definition = match row.get("filter") {
            Some(filter) => format!("{{ \"filter\": {filter} }}"),
            None => row["definition"].to_string(),
        };
        let faults: Vec<(String, String)> = serde_json::from_value(row["faults"].clone()).unwrap();
        let typed = faults
            .iter()
            .find(|(code, _)| !OF_VALUES.contains(&&**code));
        if let Some((code, place)) = typed.filter(|_| row["passes"] != true) {
            writeln!(out, "// @ts-expect-error {code} at {place}").unwrap();
        }
        writeln!(out, "take({definition});").unwrap();
    }
    out
}

#[test]
fn the_types_and_their_examples_are_those_of_the_tables() {
    for (path, expected) in [
        ("pkg/segment.d.ts", types()),
        ("pkg/explain.d.ts", explanation_types()),
        ("tests/types/segments.mts", examples()),
    ] {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")), &expected).unwrap();
        }
        assert!(
            read(path) == expected,
            "{path} is not what the tables say: see the head of this file"
        );
    }
}

#[test]
fn each_type_is_told_apart() {
    // No row of the table of operators is left out of the types.
    for operator in OPERATORS {
        assert!(
            ASKED.iter().any(|(_, of)| operator.of.meets(*of)),
            "{}",
            operator.word
        );
    }
    for family in FAMILIES {
        for form in family.forms.iter().filter(|form| form.of != Types::NONE) {
            assert!(
                !asked(form.of).is_empty() && asked(form.of) != "()",
                "{}",
                family.key
            );
        }
    }
}
