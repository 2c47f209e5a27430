//! CSV on its way into a workspace, held against a plain reader: the `csv` crate's fields, put into
//! maps one after another. It knows of each field that was written whether it stood in quotes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "oracle/profile.rs"]
mod oracle;

use kohort::hash::Seed;
use kohort::identity::ProfileIdKind;
use kohort::identity::directory::UserId;
use kohort::problem::{Problem, Problems};
use kohort::workspace::Workspace;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Columns: three of ids, default fields of each type, and custom attributes.
const COLUMNS: [&str; 14] = [
    "external_id",
    "email",
    "dob",
    "time_zone",
    "email_subscribe",
    "email_open_tracking_disabled",
    "total_revenue",
    "random_bucket",
    "shoe size",
    "größe 😀",
    "a \"quoted\" name",
    "lines\r\nand, delimiters; and\ttabs",
    "Email",
    "$odd",
];

const TEXTS: [&str; 30] = [
    "",
    "",
    "",
    "true",
    "FALSE",
    "True",
    "0",
    "-1",
    "1.5",
    "007",
    "-0",
    "0.10",
    "+1",
    "1e5",
    "1.",
    ".5",
    "9007199254740991",
    "9007199254740993",
    "1980-12-21",
    "12/21/1980",
    "2021-01-21T19:20:30Z",
    "Eastern Time (US & Canada)",
    "subscribed",
    "Subscribed",
    "ünï 😀",
    "a \"b\"",
    "a,b;c\td",
    "two\nlines\r\n",
    " x ",
    "[1,2]",
];

/// A field: its text, and whether it is to stand in quotes though it need not.
type Written = (String, bool);

#[derive(Clone, Debug)]
struct File {
    delimiter: u8,
    line_end: &'static str,
    header: Vec<Written>,
    rows: Vec<Vec<Written>>,
    has_bom: bool,
}

impl File {
    fn must_quote(&self, text: &str) -> bool {
        text.bytes()
            .any(|byte| byte == self.delimiter || b"\"\r\n".contains(&byte))
    }

    fn is_quoted(&self, (text, quoted): &Written) -> bool {
        *quoted || self.must_quote(text)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if self.has_bom {
            out.extend_from_slice("\u{FEFF}".as_bytes());
        }
        for row in std::iter::once(&self.header).chain(&self.rows) {
            for (index, field) in row.iter().enumerate() {
                if index > 0 {
                    out.push(self.delimiter);
                }
                if self.is_quoted(field) {
                    out.extend(format!("\"{}\"", field.0.replace('"', "\"\"")).into_bytes());
                } else {
                    out.extend_from_slice(field.0.as_bytes());
                }
            }
            out.extend_from_slice(self.line_end.as_bytes());
        }
        out
    }
}

fn typed(text: &str, is_quoted: bool) -> Value {
    if is_quoted {
        return json!(text);
    }
    match text {
        "true" | "True" | "TRUE" => json!(true),
        "false" | "False" | "FALSE" => json!(false),
        _ => number(text).map_or(json!(text), |number| json!(number)),
    }
}

fn number(text: &str) -> Option<f64> {
    // JSON's numbers, without exponents.
    let value: Value = serde_json::from_str(text).ok()?;
    let number = value.as_f64().filter(|_| value.is_number())?;
    let is_plain = !text.contains(['e', 'E']) && text.trim() == text;
    (is_plain && number.abs() < 9_007_199_254_740_992.0).then_some(number)
}

fn default_field(name: &str, text: &str) -> Option<Value> {
    match name {
        "dob" => (text == "1980-12-21").then(|| json!(text)),
        "time_zone" if text.starts_with("Eastern") => Some(json!("America/New_York")),
        "email_subscribe" => (text == "subscribed").then(|| json!(text)),
        "email_open_tracking_disabled" => {
            let value = typed(text, false);
            value.is_boolean().then_some(value)
        }
        "total_revenue" | "random_bucket" => number(text).map(|number| json!(number)),
        _ => Some(json!(text)),
    }
}

/// What a plain reader makes of it: the profiles by external id, and how many rows it refuses.
fn plain(file: &File) -> (BTreeMap<String, Value>, u64) {
    let bytes = file.bytes();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(file.delimiter)
        .flexible(true)
        .from_reader(&bytes[..]);
    let header = reader.headers().unwrap().clone();
    let (mut users, mut rejected) = (BTreeMap::<String, Map<String, Value>>::new(), 0);
    // Lines without any byte are no rows to the crate.
    let written = file
        .rows
        .iter()
        .filter(|row| row.len() > 1 || row.iter().any(|field| !field.0.is_empty() || field.1));
    for (record, written) in reader.records().map(Result::unwrap).zip(written) {
        assert_eq!(record.len(), written.len(), "the two read the same rows");
        if record.iter().all(str::is_empty) {
            continue;
        }
        let id = header
            .iter()
            .position(|name| name == "external_id")
            .unwrap();
        if record.len() != header.len() || record[id].is_empty() {
            rejected += 1;
            continue;
        }
        let user = users.entry(record[id].to_string()).or_default();
        for ((name, text), field) in header.iter().zip(&record).zip(written) {
            if text.is_empty() || name == "external_id" {
                continue;
            }
            if COLUMNS[1..8].contains(&name) {
                if let Some(value) = default_field(name, text) {
                    user.insert(name.to_string(), value);
                }
            } else {
                let custom = user.entry("custom_attributes").or_insert(json!({}));
                custom[name] = typed(text, file.is_quoted(field));
            }
        }
    }
    let profile = |(id, mut user): (String, Map<String, Value>)| {
        user.insert("external_id".into(), json!(id));
        (id, oracle::doubles(Value::Object(user)))
    };
    (users.into_iter().map(profile).collect(), rejected)
}

/// A workspace and the problems of the load, by pieces that end at these places.
fn load(bytes: &[u8], cuts: &[usize]) -> (Workspace, [u64; 3], Problems) {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(20).unwrap();
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    cuts.push(bytes.len());
    let mut start = 0;
    for cut in cuts {
        workspace.push(&bytes[start..cut]);
        start = cut;
    }
    let (loaded, problems) = workspace.finish_load().unwrap();
    let counts = [loaded.loaded, loaded.updated, loaded.rejected];
    (workspace, counts, problems)
}

fn profiles(workspace: &Workspace) -> Vec<Value> {
    let users = 0..workspace.directory().len() as u32;
    let profile = |user| {
        let mut out = Vec::new();
        workspace.write_profile(user, &mut out).unwrap();
        oracle::doubles(serde_json::from_slice(&out).unwrap())
    };
    users.map(profile).collect()
}

fn files() -> impl Strategy<Value = File> {
    let columns = proptest::sample::subsequence(COLUMNS[1..].to_vec(), 0..=12).prop_shuffle();
    let quoted = proptest::collection::vec(any::<bool>(), 16);
    let shape = (columns, quoted, 0..14_usize, any::<bool>());
    let text = prop_oneof![
        4 => proptest::sample::select(TEXTS.to_vec()).prop_map(String::from),
        1 => "[ -~äß€\n\r\"]{0,6}",
    ];
    let field = (text, any::<bool>());
    let row = (
        "[abc\"]{0,1}",
        proptest::collection::vec(field, 16),
        proptest::option::weighted(0.1, 0..3_usize),
    );
    let rows = proptest::collection::vec(row, 0..12);
    let delimiter = proptest::sample::select(vec![b',', b';', b'\t']);
    let line_end = proptest::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]);
    (shape, rows, delimiter, line_end).prop_map(
        |((columns, quoted, at, has_bom), rows, delimiter, line_end)| {
            let mut names: Vec<&str> = columns;
            let at = at.min(names.len());
            names.insert(at, "external_id");
            let width = names.len();
            // A header of one column does not show what would stand between two.
            let delimiter = if width == 1 { b',' } else { delimiter };
            let header = names.into_iter().map(String::from).zip(quoted).collect();
            let rows = rows
                .into_iter()
                .map(|(id, mut row, odd)| {
                    row.truncate(width);
                    row[at] = (id, row[at].1);
                    match odd {
                        Some(0) => drop(row.pop()),
                        Some(1) => row.push(("x".into(), false)),
                        Some(_) => row = vec![(String::new(), false); width],
                        None => {}
                    }
                    row
                })
                .collect();
            File {
                delimiter,
                line_end,
                header,
                rows,
                has_bom,
            }
        },
    )
}

fn listed<'a>(all: &'a Problems, list: &'a [Problem]) -> Vec<(&'a Problem, &'a str)> {
    let without = |problem: &'a Problem| (problem, all.path(problem));
    list.iter().map(without).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_plain_reader_knows_the_same(file in files()) {
        let (expected, rejected) = plain(&file);
        let (workspace, counts, problems) = load(&file.bytes(), &[]);
        prop_assert_eq!((counts[0], counts[2]), (expected.len() as u64, rejected));
        prop_assert_eq!(problems.error_count() as u64, rejected);
        for (id, profile) in &expected {
            let id = UserId { kind: ProfileIdKind::External, name: id.as_bytes(), label: b"" };
            let user = workspace.directory().user(&id).unwrap();
            prop_assert_eq!(&profiles(&workspace)[user as usize], profile);
        }
    }

    #[test]
    fn pieces_of_any_size_make_the_same(
        file in files(),
        damage in proptest::option::of((any::<usize>(), any::<u8>())),
        cuts in proptest::collection::vec(any::<usize>(), 0..9),
    ) {
        let mut bytes = file.bytes();
        if let Some((at, byte)) = damage {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let (whole, counts, problems) = load(&bytes, &[]);
        let (cut, counts_cut, problems_cut) = load(&bytes, &cuts);
        prop_assert_eq!(counts, counts_cut);
        prop_assert_eq!(profiles(&whole), profiles(&cut));
        for list in [Problems::errors, Problems::warnings] {
            let (one, other) = (listed(&problems, list(&problems)), listed(&problems_cut, list(&problems_cut)));
            prop_assert_eq!(one.len(), other.len());
            for ((one, path), (other, other_path)) in one.into_iter().zip(other) {
                let place = |p: &Problem| (p.code, p.offset, p.end_offset, p.line, p.column, p.numbers, p.name);
                prop_assert_eq!((place(one), path), (place(other), other_path));
            }
        }
    }
}
