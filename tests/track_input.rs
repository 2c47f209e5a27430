//! How bodies of `/users/track` come: formats, faults, sizes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/loading.rs"]
mod loading;

use kohort::hash::Seed;
use kohort::identity::ProfileIdKind;
use kohort::identity::directory::UserId;
use kohort::ingest::Format;
use kohort::workspace::Workspace;
use loading::{Loading, known};
use serde_json::{Value, json};

#[test]
fn bodies_come_alone_in_lines_or_in_an_array_also_over_several_lines() {
    let body = |id: &str| json!({"attributes": [{"external_id": id}, {"external_id": "x", "n": {"inc": 1}}], "partner": {"a": [1]}});
    let (one, two) = (body("a"), body("b"));
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    for text in [
        format!("{one}\n{two}"),
        format!("\u{feff}{one}\r\n\n  {two}\n"),
        format!("[{one},{two}]"),
        format!(" [ {one} \n,\n{two} ] \n"),
        pretty(&json!([one, two])),
        format!("{}\n{}\n", pretty(&one), pretty(&two)),
        format!(
            "{{\"attributes\":[\n{},\n{}]}}\n{two}",
            json!({"external_id": "a"}),
            json!({"external_id": "x", "n": {"inc": 1}})
        ),
    ] {
        let loading = Loading::new().load(&text);
        assert_eq!(
            (loading.counts(), loading.problems.ok()),
            ([3, 1, 0, 0], true),
            "{text} {:?}",
            loading.found()
        );
        assert_eq!(
            loading.profile_of(1)["custom_attributes"],
            json!({"n": 2}),
            "{text}"
        );
    }
}

#[test]
fn the_first_record_tells_the_format_unless_it_is_said() {
    let export = r#"{"purchases":[{"name":"p","first":"2024-01-01","last":"2024-01-01","count":1}],"external_id":"a"}"#;
    let loading = Loading::new().load(export);
    assert_eq!(loading.counts(), [1, 0, 0, 0]);
    assert_eq!(loading.profile()["purchases"][0]["name"], "p");
    let mut loading = Loading::new();
    loading.workspace.set_format(Some(Format::Track));
    let loading = loading.load(r#"{"partner":"x"}"#);
    assert_eq!(
        (loading.counts(), loading.found()),
        ([0, 0, 1, 0], vec!["track.body 1".to_owned()])
    );
    let mut loading = Loading::new();
    loading.workspace.set_format(Some(Format::Export));
    let loading =
        loading.load(r#"{"attributes":[],"user_aliases":[{"alias_name":"n","alias_label":"l"}]}"#);
    assert_eq!(loading.counts(), [1, 0, 0, 0]);
}

#[test]
fn what_is_wrong_in_one_place_leaves_the_rest() {
    let good = r#"{"attributes":[{"external_id":"z"}]}"#;
    for (text, counts, found) in [
        (
            "{\"attributes\":[{\"external_id\":\"a\"},5,{\"external_id\":\"b\",\"x\":1 2},{\"external_id\":\"c\"}]}".to_string(),
            [2, 0, 2, 0],
            vec![
                "profile.not_an_object 1/attributes/1",
                "json.syntax 1/attributes/2",
            ],
        ),
        (
            format!("{{\"attributes\":[{{\"external_id\":\"a\"}},]}}\n{good}"),
            [2, 0, 1, 0],
            vec!["json.syntax 1"],
        ),
        (
            format!("{{\"attributes\":[{{\"external_id\":\"a\"}},{{\"external_id\n{good}"),
            [2, 0, 1, 0],
            vec!["json.truncated 1"],
        ),
        (
            format!("{good}\n{{\"attributes\":[{{\"external_id\":\"a\"\n{good}"),
            [1, 1, 1, 0],
            vec!["json.truncated 2"],
        ),
        (
            format!("{good}\nnothing\n{good} x\n{good}"),
            [1, 2, 1, 0],
            vec!["profile.not_an_object 2", "json.trailing 3"],
        ),
        (
            format!(
                "{good}\n{{\"attributes\":{{}},\"events\":null}}\n{{\"events\":null}}\n{{}}\n{good}"
            ),
            [1, 1, 2, 0],
            vec!["track.body 2/attributes", "track.body 4"],
        ),
        (
            format!("[{good},7,{good}]"),
            [1, 1, 1, 0],
            vec!["profile.not_an_object 1/1"],
        ),
        (
            format!("[{good},{good}"),
            [1, 1, 1, 0],
            vec!["json.truncated 1/2"],
        ),
        (
            format!("[{good} {good}]"),
            [1, 0, 0, 0],
            vec!["json.syntax 1/1"],
        ),
        (
            format!("{good}\n{{\"attributes\":[{{\"external_id\":\"a\"}}],\"attributes\":[]}}"),
            [2, 0, 1, 0],
            vec!["json.duplicate_key 2"],
        ),
        (
            "{\"attributes\":[{\"external_id\":\"a\",\"x\":1,\"x\":2},{\"external_id\":\"b\",\"\\ud800\":1}]}".to_string(),
            [0, 0, 2, 0],
            vec![
                "json.duplicate_key 1/attributes/0/~?2",
                "json.lone_surrogate 1/attributes/1/~?1",
            ],
        ),
    ] {
        let loading = Loading::new().load(&text);
        assert_eq!(
            (loading.counts(), loading.found()),
            (counts, found.into_iter().map(str::to_owned).collect()),
            "{text}"
        );
        for size in [1, 2, 7] {
            let cut = Loading::new().load_in(&text, size);
            assert_eq!(cut.counts(), loading.counts(), "{text}");
            assert_eq!(cut.problems, loading.problems, "{text}");
        }
    }
}

#[test]
fn hostile_objects_are_located_and_take_no_long() {
    let deep = format!(
        "{{\"attributes\":[{{\"external_id\":\"a\",\"x\":{}1{}}},{{\"external_id\":\"b\"}}]}}",
        "[".repeat(100),
        "]".repeat(100)
    );
    let loading = Loading::new().load(&deep);
    assert_eq!(loading.counts(), [1, 0, 1, 0]);
    assert!(loading.found()[0].starts_with("json.too_deep 1/attributes/0/~?1/0"));
    let many: Vec<String> = (0..20_000).map(|n| format!("\"k{n}\":{n}")).collect();
    let object = format!("{{{}}}", many.join(","));
    let body = |merged: &str| {
        format!(
            "{{\"attributes\":[{{\"external_id\":\"a\",\"_merge_objects\":true,\"o\":{merged}}}]}}"
        )
    };
    let loading = Loading::new().load(&body(&object)).load(&body(&object));
    assert_eq!(loading.counts(), [0, 1, 0, 0]);
    let list: Vec<u32> = (0..40_000).collect();
    let loading = loading
        .set(&json!({"l": list, "__proto__": 1, "": 2}))
        .set(&json!({"l": {"add": list, "remove": list}}));
    assert_eq!(
        (loading.counts(), loading.custom()["l"].clone()),
        ([0, 1, 0, 0], json!([]))
    );
    assert_eq!(
        (
            loading.custom()["__proto__"].clone(),
            loading.custom()[""].clone()
        ),
        (json!(1), json!(2))
    );
    let ids: Vec<Value> = (0..5_000).map(|n| json!({"id": n})).collect();
    let removed: Vec<Value> = (0..5_000)
        .map(|n| json!({"$identifier_key": "id", "$identifier_value": n}))
        .collect();
    let loading = loading
        .set(&json!({"o": {"$add": [1]}}))
        .set(&json!({"p": ids}))
        .set(&json!({"p": {"$remove": removed}}));
    assert_eq!(loading.counts(), [0, 0, 1, 0]);
    let flat = format!(
        "{{\"attributes\":[{{\"external_id\":\"f\",{}}}]}}",
        many.join(",")
    );
    let loading = loading.load(&flat);
    assert_eq!(loading.counts(), [1, 0, 0, 0]);
    assert_eq!(
        loading.profile_of(1)["custom_attributes"]
            .as_object()
            .unwrap()
            .len(),
        20_000
    );
}

#[test]
fn an_array_of_any_length_is_read_object_by_object() {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(100).unwrap();
    assert!(workspace.push(b"{\"attributes\":["));
    // 40 MB in all, of which 16 MB at once would be refused.
    let filler = "x".repeat(4000);
    for n in 0..10_000 {
        let comma = if n > 0 { "," } else { "" };
        assert!(
            workspace.push(
                format!(
                    "{comma}{{\"external_id\":\"u{}\",\"x\":\"{filler}\"}}",
                    n % 10
                )
                .as_bytes()
            )
        );
    }
    assert!(workspace.push(b"]}"));
    let (loaded, problems) = workspace.finish_load().unwrap();
    assert_eq!(
        (loaded.loaded, loaded.updated, problems.ok()),
        (10, 9990, true)
    );
}

#[test]
fn where_memory_runs_out_the_object_at_hand_is_not_applied() {
    let mut loading = known(&json!({"x": 1}));
    let used =
        loading.workspace.directory().memory_bytes() + loading.workspace.profiles().memory_bytes();
    loading.workspace.set_max_memory_bytes(used);
    let loading = loading.set(&json!({"x": 2, "y": "y".repeat(1 << 20)}));
    assert_eq!(
        (loading.counts(), loading.found()),
        ([0, 0, 1, 0], vec!["limit.memory 1/attributes/0".to_owned()])
    );
    assert_eq!(loading.custom(), json!({"x": 1}));
    let id = UserId {
        kind: ProfileIdKind::External,
        name: b"a",
        label: b"",
    };
    assert_eq!(loading.workspace.directory().user(&id), Some(0));
}
