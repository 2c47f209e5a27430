//! Under a tight bound what nobody has any more is let go of, so updates go on and on.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::hash::Seed;
use kohort::identity::{CompactBuilder, Directory, ProfileIdKind, ProfileIds};
use kohort::workspace::Workspace;

const USERS: usize = 1_000;
const UPDATES: usize = 20;
/// The unit in which memory for records is taken.
const SEGMENT: usize = 256 << 10;

fn load(workspace: &mut Workspace, round: usize, users: usize) -> (u64, u64, bool) {
    workspace.begin_load(10).unwrap();
    for user in 0..users {
        let line = format!(
            "{{\"external_id\":\"user {user}\",\"devices\":[{{\"device_id\":\"device {round} {user}\"}}],\
             \"custom_attributes\":{{\"note\":\"round {round} of {user}\",\"list\":[{round},\"a longer text of {user} in {round}\"]}}}}\n"
        );
        workspace.push(line.as_bytes());
    }
    let (loaded, problems) = workspace.finish_load().unwrap();
    (loaded.loaded, loaded.updated, problems.ok())
}

/// Bytes that both take together.
fn bytes(workspace: &Workspace) -> usize {
    workspace.directory().memory_bytes() + workspace.profiles().memory_bytes()
}

#[test]
fn every_user_is_updated_again_and_again_within_a_bound_just_above_what_they_need() {
    let mut workspace = Workspace::new(Seed::new(1));
    assert_eq!(load(&mut workspace, 0, USERS), (USERS as u64, 0, true));
    let needed = bytes(&workspace);
    // A segment for the new records of each store, while the old ones are there.
    let bound = needed + 2 * SEGMENT;
    workspace.set_max_memory_bytes(bound);
    for round in 1..=UPDATES {
        assert_eq!(
            load(&mut workspace, round, USERS),
            (0, USERS as u64, true),
            "{round}"
        );
        assert!(bytes(&workspace) <= bound, "{round}");
    }
    let mut shown = Vec::new();
    workspace.write_profile(7, &mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert!(
        shown.contains("\"note\":\"round 20 of 7\"") && shown.contains("device 20 7"),
        "{shown}"
    );
}

#[test]
fn what_does_not_fit_into_a_tidied_store_is_refused_and_after_deletions_it_fits() {
    let mut workspace = Workspace::new(Seed::new(1));
    load(&mut workspace, 0, USERS);
    workspace.set_max_memory_bytes(bytes(&workspace) + SEGMENT / 2);
    let (loaded, updated, ok) = load(&mut workspace, 1, 4 * USERS);
    assert!(!ok && loaded + updated < 4 * USERS as u64);
    let users = workspace.directory().len();
    for user in 0..users as u32 / 2 {
        assert_eq!(workspace.delete(user), Ok(true));
    }
    assert!(load(&mut workspace, 2, USERS / 4).2);
}

fn profile(ids: &mut ProfileIds, user: usize, round: usize) {
    ids.clear();
    ids.push(ProfileIdKind::External, format!("user {user}").as_bytes());
    ids.push_alias(format!("alias {round} {user}").as_bytes(), b"label");
}

#[test]
fn directories_go_on_as_well() {
    let mut ids = ProfileIds::default();
    let mut directory = Directory::new(Seed::new(1));
    let mut compact = CompactBuilder::new(Seed::new(1));
    for round in 0..=UPDATES {
        for user in 0..USERS {
            profile(&mut ids, user, round);
            assert!(compact.put(&ids).is_ok(), "{round} {user}");
            assert!(directory.put(&mut ids).is_ok(), "{round} {user}");
        }
        if round == 0 {
            directory.set_max_memory_bytes(directory.memory_bytes() + 1000);
            compact.set_max_memory_bytes(compact.memory_bytes() + 1000);
        }
    }
    assert_eq!(directory.len(), USERS);
}

/// What both stores take together stays within the bound, wherever it ends the load.
fn within(pieces: usize) {
    let lines: String = (0..400)
        .map(|user| {
            format!(
                "{{\"external_id\":\"user {user}\",\"braze_id\":\"b{user}\",\"custom_attributes\":\
                 {{\"note\":\"of {user}\",\"n\":{user}.5,\"list\":[{user},\"a longer text of {user}\"]}}}}\n"
            )
        })
        .collect();
    let load = |bound: usize| {
        let mut workspace = Workspace::new(Seed::new(1));
        workspace.set_max_memory_bytes(bound);
        workspace.begin_load(10).unwrap();
        for piece in lines.as_bytes().chunks(pieces) {
            workspace.push(piece);
        }
        let (loaded, problems) = workspace.finish_load().unwrap();
        (bytes(&workspace), loaded.loaded, problems.ok())
    };
    let (needed, _, _) = load(usize::MAX);
    let mut most = 0;
    for bound in (needed / 8..needed).step_by(97) {
        let (taken, loaded, ok) = load(bound);
        assert!(
            taken <= bound,
            "{taken} bytes within {bound}, {loaded} users"
        );
        assert!(!ok || loaded == 400);
        most = most.max(loaded);
    }
    assert!(most > 300);
}

#[test]
fn what_both_stores_take_is_within_the_bound_where_profiles_come_one_by_one() {
    within(50);
}

#[test]
fn what_both_stores_take_is_within_the_bound_where_profiles_come_many_at_a_time() {
    within(usize::MAX);
}
