//! Which names a workspace knows, held against a plain look into each profile.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "oracle/segment/mod.rs"]
mod segment;

use kohort::hash::Seed;
use kohort::segment::{MessageKind, NameKind, Names};
use kohort::workspace::Workspace;
use serde_json::Value;
use std::collections::BTreeSet;

/// The objects of a list.
fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    let rows = list.as_array().into_iter().flatten();
    rows.filter(|row| row.is_object())
}

/// The names of this kind in a profile, the slow and obvious way.
fn names_in(profile: &Value, kind: NameKind<'_>) -> BTreeSet<String> {
    let (list, inner, key) = match kind {
        NameKind::Event => ("custom_events", "", "name"),
        NameKind::Product => ("purchases", "", "name"),
        NameKind::App => ("apps", "", "name"),
        NameKind::Message(MessageKind::Campaign) => ("campaigns_received", "", "name"),
        NameKind::MessageId(MessageKind::Campaign) => ("campaigns_received", "", "api_campaign_id"),
        NameKind::Message(MessageKind::Canvas) => ("canvases_received", "", "name"),
        NameKind::MessageId(MessageKind::Canvas) => ("canvases_received", "", "api_canvas_id"),
        NameKind::Message(MessageKind::CanvasStep) => {
            ("canvases_received", "steps_received", "name")
        }
        NameKind::MessageId(MessageKind::CanvasStep) => {
            ("canvases_received", "steps_received", "api_canvas_step_id")
        }
        NameKind::Message(MessageKind::Card) => ("cards_clicked", "", "name"),
        _ => ("subscription_groups", "", "subscription_group_id"),
    };
    let found = rows(&profile[list]).flat_map(|row| match inner {
        "" => vec![row],
        inner => rows(&row[inner]).collect(),
    });
    let mut names: BTreeSet<String> = found
        .filter_map(|row| row[key].as_str().map(String::from))
        .collect();
    if kind == NameKind::App {
        names.extend(
            rows(&profile["push_tokens"]).filter_map(|row| row["app"].as_str().map(String::from)),
        );
    }
    names
}

#[test]
fn the_names_of_random_worlds_are_known_by_their_kind() {
    use MessageKind::{Campaign, Canvas, CanvasStep, Card};
    let messages = [Campaign, Canvas, CanvasStep, Card].map(NameKind::Message);
    let ids = [Campaign, Canvas, CanvasStep].map(NameKind::MessageId);
    let others = [
        NameKind::Event,
        NameKind::Product,
        NameKind::App,
        NameKind::Group,
    ];
    let kinds: Vec<NameKind<'_>> = messages.into_iter().chain(ids).chain(others).collect();
    let (mut known, mut unknown) = (0, 0);
    for seed in 0..8 {
        let world = segment::random_world(seed);
        let mut workspace = Workspace::new(Seed::new(1));
        let profiles: Vec<Value> = world.users.values().cloned().collect();
        workspace.begin_load(100).unwrap();
        for profile in &profiles {
            workspace.push(format!("{profile}\n").as_bytes());
        }
        assert!(workspace.finish_load().unwrap().1.ok());
        let of = |kind: NameKind<'static>| -> BTreeSet<String> {
            profiles
                .iter()
                .flat_map(|profile| names_in(profile, kind))
                .collect()
        };
        let all: BTreeSet<String> = kinds.iter().flat_map(|&kind| of(kind)).collect();
        let names = workspace.segment_names(&[]);
        for &kind in &kinds {
            let its = of(kind);
            for name in &all {
                assert_eq!(
                    names.has(kind, name.as_bytes()),
                    its.contains(name),
                    "{name} in {seed}"
                );
                *(if its.contains(name) {
                    &mut known
                } else {
                    &mut unknown
                }) += 1;
            }
            let mut each = BTreeSet::new();
            names.each(kind, &mut |name| {
                each.insert(String::from_utf8(name.to_vec()).unwrap())
            });
            assert_eq!(each, its);
        }
    }
    assert!(known > 100 && unknown > 500, "{known} {unknown}");
}
