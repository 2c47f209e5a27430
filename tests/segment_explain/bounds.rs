//! What an explanation tells is bound, however few words ask about however much.

use kohort::hash::Seed;
use kohort::identity::UserIx;
use kohort::workspace::{DefinitionOptions, SegmentIx, Workspace};
use serde_json::{Value, json};

fn compiled(workspace: &mut Workspace, definition: &Value, is_defined: bool) -> SegmentIx {
    let reading = DefinitionOptions {
        is_defined,
        max_bytes: 1 << 24,
        max_problems: 10,
    };
    let definition = definition.to_string();
    let compiled = workspace.compile_segment(definition.as_bytes(), reading);
    compiled.segment.unwrap()
}

#[test]
fn segments_that_are_asked_about_again_and_again_are_told_up_to_a_limit() {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(1).unwrap();
    workspace.push(br#"{"external_id":"ada","country":"DE"}"#);
    assert!(workspace.finish_load().unwrap().1.ok());
    let of = |country: &str| json!({ "default_attribute": { "attribute_name": "country", "comparison": "equals", "value": country } });
    let long = vec![of("DE"); 1000];
    compiled(
        &mut workspace,
        &json!({ "name": "long", "filter": { "AND": long } }),
        true,
    );
    let asks = json!({ "segment_membership": { "comparison": "includes_value", "value": "long" } });
    for (times, told) in [(3, 3), (300, 10)] {
        let asker = json!({ "filter": { "AND": vec![asks.clone(); times] } });
        let segment = compiled(&mut workspace, &asker, false);
        let mut out = Vec::new();
        let found = workspace.explain_segment(segment, 0 as UserIx, 0, &mut out);
        assert!(found.unwrap());
        let explained: Value = serde_json::from_slice(&out).unwrap();
        let conditions = explained["tree"]["children"][0]["children"]
            .as_array()
            .unwrap();
        assert_eq!(conditions.len(), times);
        let with_segments = conditions.iter().filter(|it| it["children"] != json!([]));
        assert_eq!(with_segments.count(), told);
        // Those that are not told are seen none the less.
        assert!(
            conditions
                .iter()
                .all(|it| it["observed"] == json!(["long"]) && it["result"] == json!(true))
        );
    }
}
