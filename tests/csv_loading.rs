//! CSV as Braze's user import takes it, case by case.
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
use kohort::ingest::Format;
use kohort::problem::Problems;
use kohort::workspace::Workspace;
use serde_json::{Value, json};

struct Load {
    counts: [u64; 3],
    problems: Problems,
    profiles: Vec<Value>,
}

fn load_into(workspace: &mut Workspace, bytes: &[u8]) -> Load {
    workspace.begin_load(100).unwrap();
    workspace.push(bytes);
    let (loaded, problems) = workspace.finish_load().unwrap();
    let users = 0..workspace.directory().len() as u32;
    let profile = |user| {
        let mut out = Vec::new();
        workspace.write_profile(user, &mut out).unwrap();
        oracle::doubles(serde_json::from_slice(&out).unwrap())
    };
    Load {
        counts: [loaded.loaded, loaded.updated, loaded.rejected],
        profiles: users.map(profile).collect(),
        problems,
    }
}

fn load(text: &str) -> Load {
    load_into(&mut Workspace::new(Seed::new(1)), text.as_bytes())
}

fn load_as(format: Option<Format>, text: &[u8]) -> Load {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.set_format(format);
    load_into(&mut workspace, text)
}

impl Load {
    /// Code, line and column of each finding, errors first.
    fn found(&self) -> Vec<(&'static str, u32, u32)> {
        let all = self
            .problems
            .errors()
            .iter()
            .chain(self.problems.warnings());
        let place = |problem: &kohort::problem::Problem| {
            (problem.code.row().code, problem.line, problem.column)
        };
        all.map(place).collect()
    }
}

#[test]
fn a_header_that_names_a_known_column_is_csv_and_its_fields_have_types() {
    let loaded = load(
        "external_id,first_name,dob,email_subscribe,email_open_tracking_disabled,total_revenue,vip,points,zip,since\n\
         ada,Ada,1815-12-10,opted_in,TRUE,12.5,true,7,01010,2021-01-21T19:20:30Z\n\
         bob,,,,,,\"true\",\"7\",,\n",
    );
    assert_eq!(loaded.found(), []);
    assert_eq!(loaded.counts, [2, 0, 0]);
    let ada = json!({"external_id": "ada", "first_name": "Ada", "dob": "1815-12-10", "email_subscribe": "opted_in",
        "email_open_tracking_disabled": true, "total_revenue": 12.5,
        "custom_attributes": {"vip": true, "points": 7.0, "zip": "01010", "since": "2021-01-21T19:20:30Z"}});
    let bob = json!({"external_id": "bob", "custom_attributes": {"vip": "true", "points": "7"}});
    assert_eq!(loaded.profiles, [ada, bob]);
}

#[test]
fn a_row_changes_what_it_names_and_leaves_ids_and_the_rest() {
    let mut workspace = Workspace::new(Seed::new(1));
    let before = r#"{"external_id":"ada","braze_id":"b1","email":"a@x","country":"GB","user_aliases":[{"alias_name":"n","alias_label":"l"}],"devices":[{"device_id":"d1","model":"m"},{"device_id":"d2"}],"custom_attributes":{"list":[1],"n":1}}"#;
    load_into(&mut workspace, before.as_bytes());
    let loaded = load_into(
        &mut workspace,
        b"external_id,email,country,list\nada,new@x,,2\n",
    );
    assert_eq!((loaded.counts, loaded.found()), ([0, 1, 0], vec![]));
    let mut expected = oracle::kept(before);
    expected["email"] = json!("new@x");
    expected["custom_attributes"]["list"] = json!(2.0);
    assert_eq!(loaded.profiles, [expected.clone()]);
    // Found by the other ids as well.
    let loaded = load_into(&mut workspace, b"braze_id;n\nb1;5\n");
    expected["custom_attributes"]["n"] = json!(5.0);
    assert_eq!(
        (loaded.counts, loaded.profiles),
        ([0, 1, 0], vec![expected.clone()])
    );
    let loaded = load_into(
        &mut workspace,
        b"user_alias_name\tuser_alias_label\tn\nn\tl\t6\nn\tother\t7\n",
    );
    expected["custom_attributes"]["n"] = json!(6.0);
    assert_eq!((loaded.counts, &loaded.profiles[0]), ([1, 1, 0], &expected));
    assert_eq!(
        loaded.profiles[1],
        json!({"user_aliases": [{"alias_name": "n", "alias_label": "other"}], "custom_attributes": {"n": 7.0}})
    );
}

#[test]
fn somebody_new_with_the_alias_of_another_takes_nothing_of_them() {
    let mut workspace = Workspace::new(Seed::new(1));
    let other = r#"{"external_id":"other","user_aliases":[{"alias_name":"n","alias_label":"l"}],"devices":[{"device_id":"d"}]}"#;
    load_into(&mut workspace, other.as_bytes());
    let file = b"external_id,user_alias_name,user_alias_label\nnew,n,l\n";
    let loaded = load_into(&mut workspace, file);
    assert_eq!(
        loaded.found(),
        [("csv.mixed_ids", 1, 1), ("profile.alias_taken", 2, 1)]
    );
    assert_eq!(
        loaded.profiles,
        [oracle::kept(other), json!({"external_id": "new"})]
    );
    // Nor by a second id of somebody else.
    let loaded = load_into(&mut workspace, b"external_id,braze_id\nother,b\n");
    assert_eq!((loaded.counts, loaded.found()), ([0, 1, 0], vec![]));
    let loaded = load_into(&mut workspace, b"external_id,braze_id,x\nnew,b,1\n");
    assert_eq!(
        (loaded.counts, loaded.found()),
        ([0, 1, 0], vec![("profile.ids_disagree", 2, 1)])
    );
    assert_eq!(loaded.profiles[0]["braze_id"], "b");
    assert_eq!(
        loaded.profiles[1],
        json!({"external_id": "new", "custom_attributes": {"x": 1.0}})
    );
}

#[test]
fn somebody_anonymous_is_identified_by_a_row_as_by_a_profile() {
    let mut workspace = Workspace::new(Seed::new(1));
    let other =
        r#"{"user_aliases":[{"alias_name":"n","alias_label":"l"}],"devices":[{"device_id":"d"}]}"#;
    load_into(&mut workspace, other.as_bytes());
    let loaded = load_into(
        &mut workspace,
        b"braze_id,user_alias_name,user_alias_label,x\nb,n,l,1\n",
    );
    let mut expected = oracle::kept(other);
    expected["braze_id"] = json!("b");
    expected["custom_attributes"] = json!({"x": 1.0});
    assert_eq!((loaded.counts, &loaded.profiles[0]), ([0, 1, 0], &expected));
    let loaded = load_into(
        &mut workspace,
        b"braze_id,user_alias_name,user_alias_label,x\nc,n,l,1\n",
    );
    assert_eq!((loaded.counts, &loaded.profiles[0]), ([1, 0, 0], &expected));
    assert_eq!(loaded.profiles[1]["braze_id"], "c");
    let loaded = load_into(
        &mut workspace,
        b"external_id,user_alias_name,user_alias_label\nann,n,l\n",
    );
    expected["external_id"] = json!("ann");
    assert_eq!((loaded.counts, &loaded.profiles[0]), ([0, 1, 0], &expected));
}

#[test]
fn a_row_says_one_subscription_group_and_leaves_the_others() {
    let mut workspace = Workspace::new(Seed::new(1));
    let header = "external_id,subscription_group_id,subscription_state\n";
    let file = format!(
        "{header}a,g1,subscribed\na,g2,subscribed\na,g1,unsubscribed\na,g3,Subscribed\na,,subscribed\n"
    );
    let loaded = load_into(&mut workspace, file.as_bytes());
    assert_eq!(
        loaded.found(),
        [("profile.wrong_field", 5, 1), ("profile.wrong_field", 6, 1)]
    );
    let group =
        |id: &str, state: &str| json!({"subscription_group_id": id, "subscription_state": state});
    let groups = json!([group("g2", "subscribed"), group("g1", "unsubscribed")]);
    assert_eq!(
        loaded.profiles,
        [json!({"external_id": "a", "subscription_groups": groups})]
    );
}

#[test]
fn bad_rows_are_told_with_their_place_and_the_rest_is_loaded() {
    let loaded = load(
        "external_id,note\r\na,\"two\r\nlines \"\"quoted\"\"\"\r\nb\r\n,no id\r\n\r\n,\r\nc,x,y\r\nd,a \"b\"\r\ne,fine\r\nf,\"open",
    );
    assert_eq!(
        loaded.found(),
        [
            ("csv.field_count", 4, 1),
            ("profile.no_id", 5, 1),
            ("csv.field_count", 8, 1),
            ("csv.quote", 9, 3),
            ("csv.quote", 11, 3),
        ]
    );
    assert_eq!(loaded.counts, [2, 0, 5]);
    assert_eq!(
        loaded.profiles[0]["custom_attributes"]["note"],
        "two\r\nlines \"quoted\""
    );
    let errors = loaded.problems.errors();
    assert_eq!((errors[0].numbers, errors[2].numbers), ([1, 2], [3, 2]));
    let loaded = load_as(None, b"external_id,note\na,x\nb,\xE4\nc,\xC3\xA4\n");
    assert_eq!(
        (loaded.found(), loaded.counts),
        (vec![("csv.invalid_utf8", 3, 3)], [2, 0, 1])
    );
}

#[test]
fn values_that_braze_does_not_take_are_left_out_with_a_warning() {
    let loaded = load(
        "external_id,dob,push_subscribe,random_bucket,email_click_tracking_disabled\na,12/10/1815,Opted_in,1_0,yes\n",
    );
    let column = |column| ("profile.wrong_field", 2, column);
    assert_eq!(
        loaded.found(),
        [column(3), column(14), column(23), column(27)]
    );
    assert_eq!(loaded.profiles, [json!({"external_id": "a"})]);
    let long = format!("external_id,braze_id\n{},b\n", "x".repeat(998));
    let loaded = load(&long);
    assert_eq!(
        (loaded.found(), loaded.counts),
        (vec![("id.too_long", 2, 1)], [1, 0, 0])
    );
}

#[test]
fn headers_that_say_less_than_is_meant_are_told() {
    let loaded =
        load("external_id,Email,email,,emial,devices,email,user_aliases\na,1,2,3,4,5,6,7\n");
    assert_eq!(
        loaded.found(),
        [
            ("csv.duplicate_column", 1, 40),
            ("csv.near_name", 1, 13),
            ("csv.unnamed_column", 1, 25),
            ("csv.near_name", 1, 26),
            ("csv.not_in_csv", 1, 32),
            ("csv.not_in_csv", 1, 46),
        ]
    );
    assert_eq!(loaded.problems.warnings()[0].name, "email");
    assert_eq!(
        loaded.profiles,
        [
            json!({"external_id": "a", "email": "2", "custom_attributes": {"Email": 1.0, "emial": 4.0}})
        ]
    );
    let loaded = load("external_id,user_alias_name,user_alias_label\na,n,l\nb,n,\n");
    assert_eq!(
        loaded.found(),
        [("alias.field_missing", 3, 1), ("csv.mixed_ids", 1, 1)]
    );
    let loaded = load("external_id,user_alias_name\na,n\n");
    assert_eq!(
        (loaded.found(), loaded.counts),
        (vec![("alias.field_missing", 1, 1)], [1, 0, 0])
    );
}

#[test]
fn what_has_no_header_that_helps_is_refused_as_a_whole() {
    for (text, found) in [
        (
            "email,first_name\na@x,A\n",
            vec![("csv.no_id_column", 1, 1)],
        ),
        (
            "\nAppboy ID,email\n1,A\n",
            vec![("csv.no_id_column", 2, 1), ("csv.near_name", 2, 1)],
        ),
        ("external_id,\"open\na,b\n", vec![("csv.quote", 1, 13)]),
    ] {
        let loaded = load(text);
        assert_eq!((loaded.found(), loaded.counts), (found, [0; 3]), "{text}");
    }
    let loaded = load_as(Some(Format::Csv), b"");
    assert_eq!(loaded.found(), [("csv.no_header", 1, 1)]);
    let loaded = load_as(Some(Format::Csv), b"\xEF\xBB\xBF\r\n\r\n");
    assert_eq!(
        loaded.found(),
        [("csv.no_header", 3, 1), ("json.bom", 1, 1)]
    );
    let loaded = load_as(Some(Format::Csv), b"a;b\n1;2\n");
    assert_eq!(loaded.found(), [("csv.no_id_column", 1, 1)]);
    let columns: Vec<String> = (0..100_000).map(|n| format!("c{n}")).collect();
    let loaded = load(&format!("external_id,{}\n", columns.join(",")));
    assert_eq!(loaded.found(), [("csv.too_many_columns", 1, 1)]);
}

#[test]
fn a_header_longer_than_what_is_looked_at_is_judged_by_its_beginning() {
    let columns: Vec<String> = (0..9_000).map(|n| format!("column {n}")).collect();
    let columns = columns.join(";");
    for mark in ["", "\u{FEFF}"] {
        let loaded = load(&format!(
            "{mark}external_id;{columns}\na{}1\n",
            ";".repeat(9_000)
        ));
        assert_eq!(loaded.counts, [1, 0, 0]);
        let value = &loaded.profiles[0]["custom_attributes"]["column 8999"];
        assert_eq!(*value, 1.0);
    }
    let loaded = load(&format!("{columns};external_id\n"));
    assert_eq!(loaded.found(), [("profile.unknown_format", 1, 1)]);
}

#[test]
fn utf_16_is_told_and_a_byte_order_mark_is_taken() {
    let text = "external_id\nä\n";
    for (mark, swapped) in [(true, false), (true, true), (false, false), (false, true)] {
        let units = mark
            .then_some(0xFEFF_u16)
            .into_iter()
            .chain(text.encode_utf16());
        let pair = |unit: u16| {
            if swapped {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        let bytes: Vec<u8> = units.flat_map(pair).collect();
        let loaded = load_as(None, &bytes);
        assert_eq!(
            (loaded.found(), loaded.counts),
            (vec![("text.utf16", 1, 1)], [0; 3])
        );
    }
    let loaded = load(&format!("\u{FEFF}{text}"));
    assert_eq!(
        (loaded.found(), loaded.counts),
        (vec![("json.bom", 1, 1)], [1, 0, 0])
    );
}

#[test]
fn the_header_again_is_no_row_as_where_files_of_a_zip_follow_each_other() {
    let file = "\u{FEFF}external_id,email\r\n";
    let loaded = load(&format!("{file}a,x\r\n{file}b,y"));
    assert_eq!(
        (loaded.counts, loaded.found()),
        ([2, 0, 0], vec![("json.bom", 1, 1)])
    );
}

#[test]
fn another_header_ends_the_load_before_its_rows_are_read_by_the_columns_of_the_first() {
    for other in [
        "external_id,plan",
        "email,external_id",
        "\u{FEFF}external_id,plan",
        "braze_id,email",
        "external_id,email,plan",
    ] {
        let loaded = load(&format!("external_id,email\na,x\n{other}\nb,y\n"));
        assert_eq!(
            (loaded.counts, loaded.found()),
            ([1, 0, 1], vec![("csv.other_header", 3, 1)]),
            "{other}"
        );
    }
    // A name of a column as a value, and an id that is a word, are no header.
    let loaded = load("external_id,note\na,external_id\nemail,x\n");
    assert_eq!((loaded.counts, loaded.found()), ([2, 0, 0], vec![]));
}

#[test]
fn json_stays_json_and_the_format_can_be_said() {
    assert_eq!(load("{\"external_id\":\"email\"}\n").counts, [1, 0, 0]);
    assert_eq!(load("nothing\n{\"external_id\":\"a\"}\n").counts, [1, 0, 1]);
    let loaded = load_as(Some(Format::Export), b"external_id\na\n");
    assert_eq!(loaded.found(), [("profile.other_format", 1, 1)]);
    let loaded = load_as(Some(Format::Csv), b"external_id,[x\n\"{a}\",1\n");
    assert_eq!(
        loaded.profiles,
        [json!({"external_id": "{a}", "custom_attributes": {"[x": 1.0}})]
    );
}

#[test]
fn a_row_of_any_length_takes_no_more_memory_than_the_longest_that_is_read() {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(100).unwrap();
    workspace.push(b"external_id,note\na,x\nb,\"");
    let piece = vec![b'y'; 1 << 20];
    for _ in 0..40 {
        assert!(workspace.push(&piece));
    }
    workspace.push(b"\"\nc,z\n");
    let (loaded, problems) = workspace.finish_load().unwrap();
    assert_eq!((loaded.loaded, loaded.rejected), (2, 1));
    let error = problems.errors()[0];
    assert_eq!(
        (error.code.row().code, error.line, error.column),
        ("profile.line_too_long", 3, 1)
    );
}

#[test]
fn a_load_that_is_ended_or_runs_out_of_memory_keeps_what_it_took() {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(100).unwrap();
    workspace.push(b"external_id,n\na,1\nb,2");
    assert_eq!(workspace.loaded().loaded, 1);
    workspace.abort_load();
    assert_eq!(workspace.directory().len(), 1);
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.set_max_memory_bytes(100_000);
    workspace.begin_load(100).unwrap();
    workspace.push(b"external_id,n\n");
    let mut row = 0;
    while workspace.push(format!("user {row},\"text {row}\"\n").as_bytes()) {
        row += 1;
        assert!(row < 100_000);
    }
    let (loaded, problems) = workspace.finish_load().unwrap();
    assert_eq!((loaded.loaded, loaded.rejected), (row, 1));
    assert_eq!(problems.errors()[0].code.row().code, "limit.memory");
    assert_eq!(u64::from(problems.errors()[0].line), row + 2);
}

#[test]
fn a_row_whose_fields_in_a_row_read_as_the_header_is_a_row() {
    let load = load("external_id,email,\nexternal_i,demail,\nexternal_idemail,,\n");
    assert_eq!(load.counts, [2, 0, 0]);
}

#[test]
fn the_header_again_may_have_a_mark_of_byte_order_before_its_quotes() {
    let file = "\u{FEFF}\"external_id\",\"x, y\"\na,1\n";
    let load = load(
        &[file, &file.replace('a', "b")]
            .concat()
            .replace("externbl", "external"),
    );
    assert_eq!((load.counts, load.found().len()), ([2, 0, 0], 1));
}
