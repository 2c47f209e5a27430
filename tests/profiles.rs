//! Profiles are read for their ids, in every format and in pieces of any size.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "oracle/people.rs"]
mod people_oracle;
#[path = "support/people.rs"]
mod people_support;

use kohort::hash::Seed;
use kohort::identity::{Directory, Found, Id, IdKind};
use kohort::payload::braze::profiles::{Loaded, ProfileReader};
use kohort::problem::Problems;
use people_oracle::{People, Profile};
use people_support::{profile, to_json};
use proptest::prelude::*;
use serde_json::{Value, json};

struct Load {
    directory: Directory,
    loaded: Loaded,
    problems: Problems,
}

impl Load {
    /// Code, path, offset, end, line and column of each problem, then of each warning.
    fn found(&self) -> Vec<(String, String, u64, u64, u32, u32)> {
        let all = self
            .problems
            .errors()
            .iter()
            .chain(self.problems.warnings());
        all.map(|problem| {
            (
                problem.code.row().code.to_string(),
                self.problems.path(problem).to_string(),
                problem.offset,
                problem.end_offset,
                problem.line,
                problem.column,
            )
        })
        .collect()
    }

    fn codes(&self) -> Vec<String> {
        self.found().into_iter().map(|found| found.0).collect()
    }

    fn counts(&self) -> (u64, u64, u64) {
        let Loaded {
            loaded,
            updated,
            rejected,
            covered: _,
        } = self.loaded;
        (loaded, updated, rejected)
    }

    fn finds(&self, kind: IdKind, name: &str, label: &str) -> Found {
        let id = Id {
            kind,
            name: name.as_bytes().into(),
            label: label.as_bytes().into(),
        };
        self.directory.find_id(&id, false)
    }
}

fn load_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>, max_line: usize) -> Load {
    let mut directory = Directory::new(Seed::new(3));
    let mut problems = Problems::new(50);
    let mut reader = ProfileReader::new(Seed::new(4));
    reader.set_max_line_bytes(max_line);
    for piece in pieces {
        reader.push(piece, &mut directory, &mut problems).unwrap();
    }
    reader.finish(&mut directory, &mut problems).unwrap();
    Load {
        directory,
        loaded: reader.loaded(),
        problems,
    }
}

fn load(text: &str) -> Load {
    load_pieces([text.as_bytes()].into_iter(), 1 << 20)
}

/// The profiles in each format.
fn formats(profiles: &[Profile]) -> Vec<String> {
    let values: Vec<Value> = profiles.iter().map(to_json).collect();
    let lines: Vec<String> = values.iter().map(Value::to_string).collect();
    let answer = json!({ "message": "success", "users": values });
    vec![
        lines.join("\n"),
        lines.join("\r\n\r\n") + "\n",
        format!("\u{feff}{}", lines.join("\n")),
        Value::from(values.clone()).to_string(),
        serde_json::to_string_pretty(&Value::from(values)).unwrap(),
        answer.to_string(),
        serde_json::to_string_pretty(&answer).unwrap(),
    ]
}

#[test]
fn an_object_over_several_lines_may_close_a_list_on_its_first() {
    for first in [r#"{"x":[1]"#, r#"{"x":["]"]"#, r#"{"x":[[1],{}]"#] {
        let load = load(&format!("{first},\n\"external_id\":\"a\"}}"));
        assert_eq!(load.codes(), [""; 0], "{first}");
        assert_eq!(load.counts(), (1, 0, 0), "{first}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn every_format_gives_the_same_users(profiles in prop::collection::vec(profile(), 0..12)) {
        let mut people = People::default();
        let mut counts = (0, 0, 0);
        for profile in &profiles {
            match people.put(profile) {
                Ok((_, true)) => counts.0 += 1,
                Ok((_, false)) => counts.1 += 1,
                Err(_) => counts.2 += 1,
            }
        }
        for text in formats(&profiles) {
            let load = load(&text);
            prop_assert_eq!(load.counts(), counts, "{}", text);
            prop_assert_eq!(load.directory.len(), people.people.len());
            for (user, person) in people.people.iter().enumerate() {
                for id in person.external.iter().chain(&person.deprecated) {
                    prop_assert_eq!(load.finds(IdKind::External, id, ""), Found::User(user as u32));
                }
            }
        }
    }

    #[test]
    fn any_cut_into_pieces_gives_the_same(
        profiles in prop::collection::vec(profile(), 0..4),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        size in 1usize..20,
        max_line in prop_oneof![Just(1 << 20), 20usize..300],
    ) {
        for text in formats(&profiles) {
            let mut bytes = text.into_bytes();
            for (at, byte) in &damage {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    // Mostly what changes the grammar.
                    let marks = b"{}[]\",\n\\ :";
                    bytes[at] = if *byte < 200 { marks[*byte as usize % marks.len()] } else { *byte };
                }
            }
            let whole = load_pieces([&bytes[..]].into_iter(), max_line);
            let small = load_pieces(bytes.chunks(size), max_line);
            let mut places: Vec<usize> = cuts.iter().map(|at| at.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort();
            let pieces = load_pieces(places.windows(2).map(|w| &bytes[w[0]..w[1]]), max_line);
            for other in [small, pieces] {
                prop_assert_eq!(whole.counts(), other.counts());
                prop_assert_eq!(whole.found(), other.found());
                prop_assert_eq!(whole.directory.id_count(), other.directory.id_count());
            }
        }
    }
}

#[test]
fn a_bad_line_is_told_by_its_line_and_offset_and_the_rest_loads() {
    let text = "{\"external_id\":\"a\"}\n\n{\"external_id\":7}\nnot json\n{\"external_id\":\"b\"\n{\"external_id\":\"c\"} x\n[]\n{}\n{\"external_id\":\"d\"}";
    let load = load(text);
    assert_eq!(load.counts(), (2, 0, 6));
    let expected = [
        ("profile.wrong_type", "/external_id", 3, 16),
        ("json.syntax", "", 4, 2),
        ("json.truncated", "", 5, 19),
        ("json.trailing", "", 6, 21),
        ("profile.not_an_object", "", 7, 1),
        ("profile.no_id", "", 8, 1),
    ];
    let lines: Vec<&str> = text.split('\n').collect();
    for (found, (code, path, line, column)) in load.found().iter().zip(expected) {
        let (is_code, is_path, offset, _, is_line, is_column) = found;
        assert_eq!((is_code.as_str(), is_path.as_str()), (code, path));
        assert_eq!((*is_line, *is_column), (line, column), "{code}");
        let start: usize = lines[..line as usize - 1]
            .iter()
            .map(|line| line.len() + 1)
            .sum();
        assert_eq!(*offset, (start + column as usize - 1) as u64, "{code}");
    }
    assert_eq!(load.found().len(), expected.len());
    assert_eq!(load.finds(IdKind::External, "d", ""), Found::User(1));
}

#[test]
fn places_in_an_array_and_in_an_answer_count_over_the_whole_input() {
    let text = "[\n  {\"external_id\": \"😀\"}, {\"braze_id\": 1},\n  {\"user_aliases\": [{\"alias_name\": \"n\"}]}\n]";
    let load = load(text);
    let found = load.found();
    assert_eq!(
        found[0],
        (
            "profile.wrong_type".into(),
            "/1/braze_id".into(),
            42,
            43,
            2,
            39
        )
    );
    assert_eq!(
        (found[1].0.as_str(), found[1].1.as_str()),
        ("alias.field_missing", "/2/user_aliases/0")
    );
    assert_eq!(found[1].4, 3);
    assert_eq!(load.counts(), (1, 0, 2));
    let answer = load_pieces(
        [&b"{\n \"users\": [{\"external_id\": \"a\"},\n 3]}"[..]].into_iter(),
        1 << 20,
    );
    assert_eq!(
        answer.found()[0],
        (
            "profile.not_an_object".into(),
            "/users/1".into(),
            36,
            37,
            3,
            2
        )
    );
    assert_eq!(answer.counts(), (1, 0, 1));
}

#[test]
fn an_array_with_a_comma_too_many_or_no_end_is_told() {
    assert_eq!(load("[{\"braze_id\":\"a\"},]").codes(), ["json.syntax"]);
    assert_eq!(load("[,]").codes(), ["json.syntax", "json.syntax"]);
    assert_eq!(load("[{\"braze_id\":\"a\"},").codes(), ["json.truncated"]);
    assert_eq!(load("[{\"braze_id\":\"a\"} ").codes(), ["json.truncated"]);
    assert_eq!(load("[").codes(), ["json.truncated"]);
    assert_eq!(load("[{\"braze_id\":\"a\"").codes(), ["json.truncated"]);
    assert_eq!(load("[{\"braze_id\":\"a\"}] {").codes(), ["json.trailing"]);
    assert_eq!(load("[ \n ] \n").codes(), [""; 0]);
    assert_eq!(load("").codes(), [""; 0]);
}

#[test]
fn arrays_one_after_the_other_are_all_read() {
    let two = "[{\"braze_id\":\"a\"}]\n[{\"braze_id\":\"b\"},{}] []";
    for cut in 1..two.len() {
        let load = load_pieces(two.as_bytes().chunks(cut), 1000);
        assert_eq!(load.counts(), (2, 0, 1));
        assert_eq!(load.codes(), ["profile.no_id"]);
        assert_eq!(load.found()[0].4, 2);
    }
    let many = "[]".repeat(100_000);
    assert_eq!(load(&many).codes(), [""; 0]);
}

#[test]
fn an_answer_may_begin_its_users_on_a_line_of_their_own() {
    let text =
        "{\"message\":\"success\", \"users\": [ \n{\"braze_id\":\"a\"},\n{\"braze_id\":\"b\"}\n]}";
    for cut in 1..text.len() {
        let load = load_pieces(text.as_bytes().chunks(cut), 1000);
        assert_eq!((load.counts(), load.codes()), ((2, 0, 0), vec![]));
    }
    // Another list that is cut off is a bad line.
    let lines = "{\"devices\":[\n{\"braze_id\":\"a\"}";
    assert_eq!(load(lines).counts(), (1, 0, 1));
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let long = format!("{{\"external_id\":\"{}\"}}", "x".repeat(100));
    let text = format!("{{\"external_id\":\"a\"}}\n{long}\n{{\"external_id\":\"b\"}}\n{long}");
    let load = load_pieces(text.as_bytes().chunks(7), 60);
    assert_eq!(load.counts(), (2, 0, 2));
    assert_eq!(load.codes(), ["profile.line_too_long"; 2]);
    let lines: Vec<u32> = load.found().iter().map(|found| found.4).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn more_ids_than_a_profile_may_have_are_refused() {
    let devices: Vec<Value> = (0..10_001)
        .map(|n| json!({ "device_id": n.to_string() }))
        .collect();
    let text = json!({ "external_id": "a", "devices": devices }).to_string();
    assert_eq!(load(&text).codes(), ["profile.too_many_ids"]);
    let devices: Vec<Value> = (0..30_000)
        .map(|n| json!({ "device_id": (n % 9_000).to_string() }))
        .collect();
    let load_again = load(&json!({ "braze_id": "a", "devices": devices }).to_string());
    assert_eq!(load_again.counts(), (1, 0, 0), "repeats are no more ids");
    let devices: Vec<Value> = (0..9_000)
        .map(|n| json!({ "device_id": n.to_string() }))
        .collect();
    let load = load(&json!({ "braze_id": "a", "devices": devices }).to_string());
    assert_eq!(load.counts(), (1, 0, 0));
    assert_eq!(load.finds(IdKind::Device, "8999", ""), Found::User(0));
}

#[test]
fn when_memory_ends_loading_stops_and_what_was_taken_stays() {
    let mut directory = Directory::new(Seed::new(3));
    directory.set_max_memory_bytes(20_000);
    let mut problems = Problems::new(50);
    let mut reader = ProfileReader::new(Seed::new(4));
    let mut stopped = false;
    for number in 0..2_000 {
        let line = format!("{{\"external_id\":\"{number}\"}}\n");
        stopped |= reader
            .push(line.as_bytes(), &mut directory, &mut problems)
            .is_err();
    }
    stopped &= reader.finish(&mut directory, &mut problems).is_err();
    assert!(stopped);
    assert_eq!(problems.errors().len(), 1);
    assert_eq!(problems.errors()[0].code.row().code, "limit.memory");
    assert_eq!(directory.len() as u64, reader.loaded().loaded);
    assert!(directory.len() > 100);
}

#[test]
fn an_alias_of_another_user_is_a_warning_and_the_profile_loads() {
    let load = load(
        "{\"external_id\":\"a\",\"user_aliases\":[{\"alias_name\":\"n\",\"alias_label\":\"l\"}]}\n{\"external_id\":\"b\",\"user_aliases\":{\"alias_name\":\"n\",\"alias_label\":\"l\"}}",
    );
    assert_eq!(load.counts(), (2, 0, 0));
    assert_eq!(load.codes(), ["profile.alias_taken"]);
    assert_eq!(load.finds(IdKind::Alias, "n", "l"), Found::User(0));
    assert_eq!(load.finds(IdKind::Alias, "l", "n"), Found::Unknown);
    assert_eq!(load.finds(IdKind::Alias, "nl", ""), Found::Unknown);
}
