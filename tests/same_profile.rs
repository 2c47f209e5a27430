//! Whose profile is it again: who is met by which id, what is told, and what stays with whom.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::identity::ProfileIdKind::{Alias, Braze, External};
use kohort::identity::directory::UserId;
use kohort::identity::{Directory, ProfileIdKind};
use kohort::payload::braze::profiles::ProfileReader;
use kohort::problem::Problems;
use kohort::workspace::Workspace;

/// Loads a line into a workspace, and answers how many were new and updated, and what was told.
fn load(workspace: &mut Workspace, line: &str) -> (u64, u64, Vec<&'static str>) {
    workspace.begin_load(100).unwrap();
    workspace.push(line.as_bytes());
    let (loaded, problems) = workspace.finish_load().unwrap();
    assert!(problems.ok(), "{line}");
    let told = problems.warnings().iter().map(|it| it.code.row().code);
    (loaded.loaded, loaded.updated, told.collect())
}

fn user(workspace: &Workspace, kind: ProfileIdKind, name: &str, label: &str) -> Option<u32> {
    let (name, label) = (name.as_bytes(), label.as_bytes());
    workspace.directory().user(&UserId { kind, name, label })
}

fn workspace(lines: &[&str]) -> Workspace {
    let mut workspace = Workspace::new(Seed::new(1));
    for line in lines {
        load(&mut workspace, line);
    }
    workspace
}

#[test]
fn ids_of_two_users_are_a_warning_and_the_external_id_decides() {
    let mut workspace = workspace(&[
        r#"{"external_id":"a","braze_id":"1"}"#,
        r#"{"external_id":"b","braze_id":"2"}"#,
    ]);
    let told = load(&mut workspace, r#"{"external_id":"a","braze_id":"2"}"#);
    assert_eq!(told, (0, 1, vec!["profile.ids_disagree"]));
    assert_eq!(user(&workspace, External, "a", ""), Some(0));
    assert_eq!(user(&workspace, Braze, "1", ""), Some(0));
    assert_eq!(user(&workspace, Braze, "2", ""), Some(1));
}

#[test]
fn an_identified_user_is_not_renamed_by_a_braze_id_that_comes_with_another_external_id() {
    let mut workspace = workspace(&[r#"{"external_id":"a","braze_id":"1"}"#]);
    let told = load(&mut workspace, r#"{"external_id":"b","braze_id":"1"}"#);
    assert_eq!(told, (1, 0, vec!["profile.ids_disagree"]));
    assert_eq!(user(&workspace, External, "a", ""), Some(0));
    assert_eq!(user(&workspace, Braze, "1", ""), Some(0));
    assert_eq!(user(&workspace, External, "b", ""), Some(1));
    // Once more it is the same user, as often as it comes.
    let told = load(&mut workspace, r#"{"external_id":"b","braze_id":"1"}"#);
    assert_eq!(told, (0, 1, vec!["profile.ids_disagree"]));
    // Who lists the old id is renamed.
    let renamed = r#"{"external_id":"c","deprecated_external_ids":["a"],"braze_id":"1"}"#;
    assert_eq!(load(&mut workspace, renamed), (0, 1, vec![]));
    assert_eq!(user(&workspace, External, "c", ""), Some(0));
}

#[test]
fn an_anonymous_user_who_comes_back_with_an_external_id_is_identified_and_stays_a_member() {
    let alias = r#""user_aliases":[{"alias_name":"n","alias_label":"l"}]"#;
    for (before, after) in [
        (
            format!("{{{alias}}}"),
            format!(r#"{{"external_id":"a",{alias}}}"#),
        ),
        (
            format!(r#"{{"braze_id":"1",{alias}}}"#),
            r#"{"external_id":"a","braze_id":"1"}"#.into(),
        ),
    ] {
        let mut workspace = workspace(&[&before]);
        let add = br#"{"cohort_id":"c","cohort_changes":[{"aliases":[{"alias_name":"n","alias_label":"l"}]}]}"#;
        workspace
            .apply(&[add], Partner::new("heap").unwrap())
            .unwrap();
        assert_eq!(load(&mut workspace, &after), (0, 1, vec![]));
        assert_eq!(workspace.directory().len(), 1);
        assert!(workspace.directory().is_identified(0));
        assert_eq!(user(&workspace, External, "a", ""), Some(0));
        assert!(workspace.members("heap", "c").unwrap().contains(0));
    }
}

#[test]
fn an_alias_of_a_user_with_another_external_id_or_braze_id_stays_there() {
    let alias = r#""user_aliases":[{"alias_name":"n","alias_label":"l"}]"#;
    for (owner, other) in [
        (r#""external_id":"a""#, r#""external_id":"b""#),
        (r#""braze_id":"1""#, r#""braze_id":"2""#),
        (r#""braze_id":"1""#, r#""external_id":"b","braze_id":"2""#),
    ] {
        let mut workspace = workspace(&[&format!("{{{owner},{alias}}}")]);
        let told = load(&mut workspace, &format!("{{{other},{alias}}}"));
        assert_eq!(told, (1, 0, vec!["profile.alias_taken"]));
        assert_eq!(user(&workspace, Alias, "n", "l"), Some(0));
    }
}

#[test]
fn without_an_external_id_the_first_of_two_aliases_decides() {
    let alias = |name: &str| format!(r#"{{"alias_name":"{name}","alias_label":"l"}}"#);
    let one = |name: &str| format!(r#"{{"user_aliases":[{}]}}"#, alias(name));
    let mut workspace = workspace(&[&one("m"), &one("n")]);
    let both = format!(r#"{{"user_aliases":[{},{}]}}"#, alias("n"), alias("m"));
    let told = load(&mut workspace, &both);
    assert_eq!(told, (0, 1, vec!["profile.alias_taken"]));
    assert_eq!(user(&workspace, Alias, "n", "l"), Some(1));
    assert_eq!(user(&workspace, Alias, "m", "l"), Some(0));
}

#[test]
fn devices_of_two_anonymous_users_lead_to_the_first_as_often_as_they_come() {
    let both = r#"{"devices":[{"device_id":"d"},{"device_id":"e"}]}"#;
    let mut workspace = workspace(&[
        r#"{"devices":[{"device_id":"d"}]}"#,
        r#"{"devices":[{"device_id":"e"}]}"#,
    ]);
    assert_eq!(load(&mut workspace, both), (0, 1, vec![]));
    assert_eq!(load(&mut workspace, both), (0, 1, vec![]));
    assert_eq!(workspace.directory().len(), 2);
}

#[test]
fn a_directory_of_ids_alone_decides_and_tells_the_same() {
    let mut directory = Directory::new(Seed::new(1));
    let mut problems = Problems::new(10);
    let mut reader = ProfileReader::new(Seed::new(2));
    let lines =
        b"{\"external_id\":\"a\",\"braze_id\":\"1\"}\n{\"external_id\":\"b\",\"braze_id\":\"1\"}";
    reader.push(lines, &mut directory, &mut problems).unwrap();
    reader.finish(&mut directory, &mut problems).unwrap();
    assert_eq!(directory.len(), 2);
    let told: Vec<_> = problems
        .warnings()
        .iter()
        .map(|it| it.code.row().code)
        .collect();
    assert_eq!((problems.ok(), told), (true, vec!["profile.ids_disagree"]));
}
