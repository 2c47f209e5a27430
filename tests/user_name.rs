//! By which of its ids a user is named.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::hash::Seed;
use kohort::identity::UserName;
use kohort::workspace::Workspace;

/// The name of the only user, in letters of its kind.
fn name(profile: &str) -> Option<String> {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(10).unwrap();
    workspace.push(profile.as_bytes());
    workspace.finish_load().unwrap();
    UserName::of(workspace.directory(), 0).map(|name| match name {
        UserName::External(id) => format!("external {id}"),
        UserName::Alias { name, label } => format!("alias {name} {label}"),
        UserName::Braze(id) => format!("braze {id}"),
        UserName::Device(id) => format!("device {id}"),
    })
}

#[test]
fn the_name_is_the_id_that_says_most() {
    // Each id is left out in turn, so that the next best one is the name.
    let ids = [
        (r#""external_id":"e""#, "external e"),
        (
            r#""user_aliases":[{"alias_name":"n","alias_label":"l"},{"alias_name":"n2","alias_label":"l"}]"#,
            "alias n l",
        ),
        (r#""braze_id":"b""#, "braze b"),
        (r#""devices":[{"device_id":"d"}]"#, "device d"),
    ];
    for first in 0..ids.len() {
        // In the order of the ids and against it.
        let mut fields: Vec<&str> = ids.iter().skip(first).map(|(field, _)| *field).collect();
        for _ in 0..2 {
            let expected = ids.get(first).unwrap().1;
            let profile = format!("{{{}}}", fields.join(","));
            assert_eq!(name(&profile).as_deref(), Some(expected), "{profile}");
            fields.reverse();
        }
    }
    assert_eq!(
        name(r#"{"external_id":"e","deprecated_external_ids":["old"]}"#).as_deref(),
        Some("external e")
    );
}

#[test]
fn a_user_that_is_not_known_has_no_name() {
    assert_eq!(name(""), None);
}
