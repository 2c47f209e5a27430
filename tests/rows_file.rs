//! Rows of a match report: packed as numbers and back, and as files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::workspace::{MatchReport, Row, RowFormat, Rows, Workspace};

fn workspace(profiles: &[&str]) -> Workspace {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(10).unwrap();
    workspace.push(profiles.join("\n").as_bytes());
    let (loaded, _) = workspace.finish_load().unwrap();
    assert_eq!(loaded.loaded as usize, profiles.len());
    workspace
}

fn apply(workspace: &mut Workspace, changes: &str) -> MatchReport {
    let body = format!(r#"{{"cohort_id":"c","cohort_changes":{changes}}}"#);
    let heap = Partner::new("heap").unwrap();
    // Two requests, so that rows of the second one have a place of their own.
    let bodies = [body.as_bytes(), body.as_bytes()];
    workspace.apply(&bodies, heap).unwrap()
}

const PROFILES: [&str; 4] = [
    r#"{"external_id":"a,\"b\"\n"}"#,
    r#"{"user_aliases":[{"alias_name":"n\"","alias_label":"l"}]}"#,
    r#"{"braze_id":"=b","devices":[{"device_id":"d"}]}"#,
    r#"{"devices":[{"device_id":"é\u0001"}]}"#,
];
const CHANGES: &str = r#"[{"user_ids":[]},{"user_ids":["a,\"b\"\n","x","","a,\"b\"\n"],"aliases":[{"alias_name":"n\"","alias_label":"l"}]},
    {"device_ids":["d","é\u0001"],"should_remove":true}]"#;

fn all_rows(report: &MatchReport) -> impl Iterator<Item = Row> {
    (0..).map_while(|index| report.columns().row(index))
}

fn file(format: RowFormat, workspace: &Workspace, report: &MatchReport) -> String {
    let mut out = Vec::from(format.header());
    for row in all_rows(report) {
        format.write(&row, workspace.directory(), &mut out).unwrap();
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn rows_that_were_packed_are_the_same_rows() {
    let mut workspace = workspace(&PROFILES);
    for changes in ["[]", r#"[{"user_ids":["x"]}]"#, CHANGES] {
        let report = apply(&mut workspace, changes);
        let mut numbers = vec![7];
        report.columns().pack(&mut numbers).unwrap();
        let count = report.totals.rows as usize;
        let rows = Rows::unpack(&numbers, count).unwrap();
        let unpacked: Vec<Row> = (0..count + 1).filter_map(|at| rows.row(at)).collect();
        let expected: Vec<Row> = all_rows(&report).collect();
        assert_eq!(unpacked, expected);
        assert_eq!(expected.len(), count);
    }
}

#[test]
fn numbers_that_are_no_rows_do_no_harm() {
    for numbers in [&[][..], &[1], &[u32::MAX; 9]] {
        for count in [0, 1, 4, 100] {
            let rows = Rows::unpack(numbers, count).unwrap();
            let _ = (0..count).filter_map(|at| rows.row(at)).count();
        }
    }
}

#[test]
fn csv_has_quotes_where_they_are_needed() {
    let mut workspace = workspace(&PROFILES);
    let report = apply(&mut workspace, CHANGES);
    let csv = file(RowFormat::Csv, &workspace, &report);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(
        lines[..8],
        [
            "request,item,list,index,outcome,effect,external_id,alias_name,alias_label,braze_id,device_id",
            "0,1,user_ids,0,matched_external_id,adds,\"a,\"\"b\"\"\n\",,,,",
            "0,1,user_ids,1,unknown_external_id,none,,,,,",
            "0,1,user_ids,2,invalid,none,,,,,",
            "0,1,user_ids,3,duplicate,none,,,,,",
            "0,1,aliases,0,matched_alias,adds,,\"n\"\"\",l,,",
            "0,2,device_ids,0,matched_device_id,not_a_member,,,,=b,",
            "0,2,device_ids,1,matched_device_id,not_a_member,,,,,é\u{1}",
        ]
    );
    assert_eq!(RowFormat::Csv.media_type(), "text/csv");
}

#[test]
fn each_line_of_ndjson_is_an_object() {
    let mut workspace = workspace(&PROFILES);
    let report = apply(&mut workspace, CHANGES);
    let text = file(RowFormat::Ndjson, &workspace, &report);
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), report.totals.rows as usize);
    let users: Vec<String> = lines
        .iter()
        .take(7)
        .map(|line| line.get("user").map_or("-".into(), ToString::to_string))
        .collect();
    assert_eq!(
        users,
        [
            r#"{"external_id":"a,\"b\"\n"}"#,
            "-",
            "-",
            "-",
            r#"{"alias":{"alias_label":"l","alias_name":"n\""}}"#,
            r#"{"braze_id":"=b"}"#,
            r#"{"device_id":"é\u0001"}"#,
        ]
    );
    assert_eq!(
        text.lines().next().unwrap(),
        r#"{"request":0,"item":1,"list":"user_ids","index":0,"outcome":"matched_external_id","effect":"adds","user":{"external_id":"a,\"b\"\n"}}"#
    );
}
