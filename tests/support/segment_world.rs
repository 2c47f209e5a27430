//! The worlds of the oracle of segments in a workspace.

use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::identity::directory::UserId;
use kohort::identity::{ProfileIdKind, UserIx};
use kohort::workspace::Workspace;
use serde_json::{Value, json};

/// The user who has the ids of a profile.
pub fn user_of(workspace: &Workspace, profile: &Value) -> UserIx {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (kind, name, label) = match (profile.get("external_id"), profile.get("braze_id")) {
        (Some(id), _) => (ProfileIdKind::External, text(id), String::new()),
        (_, Some(id)) => (ProfileIdKind::Braze, text(id), String::new()),
        _ => {
            let alias = &profile["user_aliases"][0];
            (
                ProfileIdKind::Alias,
                text(&alias["alias_name"]),
                text(&alias["alias_label"]),
            )
        }
    };
    let id = UserId {
        kind,
        name: name.as_bytes(),
        label: label.as_bytes(),
    };
    workspace.directory().user(&id).unwrap()
}

pub fn load(workspace: &mut Workspace, profile: &Value) {
    workspace.begin_load(100).unwrap();
    workspace.push(format!("{profile}\n").as_bytes());
    let (_, problems) = workspace.finish_load().unwrap();
    assert!(problems.ok());
}

/// The ids of some users, as a change of a cohort has them.
pub fn ids<'a>(profiles: impl Iterator<Item = &'a Value>) -> Value {
    let (mut users, mut aliases) = (Vec::new(), Vec::new());
    for profile in profiles {
        match profile.get("external_id") {
            Some(id) => users.push(id.clone()),
            None => aliases.push(profile["user_aliases"][0].clone()),
        }
    }
    json!({ "user_ids": users, "aliases": aliases })
}

pub fn change_cohort(
    workspace: &mut Workspace,
    partner: &str,
    id: &str,
    add: Value,
    remove: Value,
) {
    let mut remove = remove;
    remove["should_remove"] = json!(true);
    let body = json!({ "cohort_id": id, "cohort_changes": [add, remove] }).to_string();
    let done = workspace.apply(&[body.as_bytes()], Partner::new(partner).unwrap());
    assert!(done.is_ok());
}

/// A world of the oracle's in a workspace.
pub fn workspace_of(world: &crate::segment::World) -> Workspace {
    let mut workspace = Workspace::new(Seed::new(1));
    for profile in world.users.values() {
        load(&mut workspace, profile);
    }
    for cohort in &world.cohorts {
        let members = cohort.members.iter().map(|index| &world.users[index]);
        let none = json!({ "user_ids": [] });
        change_cohort(
            &mut workspace,
            &cohort.partner,
            &cohort.id,
            ids(members),
            none,
        );
    }
    workspace
}
