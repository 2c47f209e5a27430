//! The profile store answers exactly what was put, whatever happened before: a naive twin says what
//! that is.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "oracle/profile_twin.rs"]
mod twin;

use kohort::profile::{Draft, Profiles, Scope, Time};
use twin::{Pair, Value, list, number, object, text};

/// Values of one type after the other, for what lies between: none is to change another.
fn odd_values() -> Vec<Value> {
    let numbers = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1 + 0.2,
        1e308,
        -1e308,
        5e-324,
        1e-7,
        12.34,
        0.29,
        1.005,
        9_007_199_254_740_991.0,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        -9_007_199_254_740_993.0,
        1e15,
        1e22,
        u64::MAX as f64,
        255.0,
        256.0,
        65_536.0,
        4_294_967_296.0,
        123_456.789_012_3,
        1_700_000_000_000.0,
        f64::INFINITY,
        f64::NAN,
    ];
    let texts = [
        "",
        "\0",
        "a\0b",
        "😀",
        "straße",
        "2026-11-20",
        "2026-02-30",
        "0000-01-01",
        "9999-12-31T23:59:59.999Z",
        "2026-11-20T08:15:30.123Z",
        "2026-11-20T08:15:30Z",
        "2026-11-20T08:15:30+00:00",
        "2026-11-20T08:15:30+01:00",
        "2020-07-10 15:00:00.000 UTC",
        "11/20/2026",
        "2026-11-20T08:15:30:123Z",
        "2026-11-20t08:15:30Z",
        "2026-11-20T24:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "1.2.3",
    ];
    let long = "x".repeat(300_000);
    let mut all: Vec<Value> = numbers.into_iter().map(number).collect();
    all.extend(texts.map(text));
    all.extend([text(&long), Value::Bool(true), Value::Bool(false)]);
    all.push(list([]));
    all.push(object([]));
    all.push(list((0..40).map(|at| number(f64::from(at % 3)))));
    all.push(list(["a", "b", "a", "", "a"].map(text)));
    all.push(list([text(&long), Value::Null]));
    all.push(object([
        (
            "apps",
            list([object([("last_used", text("2026-11-20T08:15:30.123Z"))])]),
        ),
        ("", Value::Null),
        ("n", number(-0.0)),
        ("far", text("1823-01-01T00:00:00.000Z")),
        ("year", number(2026.0)),
        ("money", number(-19.99)),
        ("bits", number(0.1 + 0.2)),
    ]));
    all.push(list(odd_numbers()));
    let mut deep = text("bottom");
    for level in 0..200 {
        deep = if level % 2 == 0 {
            list([deep])
        } else {
            object([("k", deep)])
        };
    }
    all.push(deep);
    all
}

fn odd_numbers() -> Vec<Value> {
    [15.0, 16.0, 1e300, 5e-324, 1e22].map(number).to_vec()
}

#[test]
fn every_value_comes_back_after_every_other() {
    let values = odd_values();
    let mut pair = Pair::new();
    for (user, first) in (0..).zip(&values) {
        for second in &values {
            for value in [first, second] {
                pair.put(user, Scope::Profile, &[("x", Some(value.clone()))]);
                pair.same(user);
            }
        }
    }
    pair.all_same(values.len() as u32);
}

#[test]
fn a_profile_replaces_all_and_a_change_only_what_it_names() {
    let mut pair = Pair::new();
    let (one, two) = (Some(text("one")), Some(list([text("two")])));
    for reach in [1, 70, 200] {
        // Beyond the common columns as well.
        let wide: Vec<String> = (0..reach).map(|at| format!("a{at}")).collect();
        let all: Vec<(&str, Option<Value>)> =
            wide.iter().map(|name| (&name[..], one.clone())).collect();
        pair.put(3, Scope::Profile, &all);
        pair.same(3);
        let last = &wide[reach - 1][..];
        pair.put(
            3,
            Scope::Change,
            &[(last, two.clone()), ("new", one.clone())],
        );
        pair.same(3);
        pair.put(3, Scope::Change, &[(last, one.clone()), ("new", None)]);
        pair.same(3);
        pair.put(3, Scope::Change, &[(last, None)]);
        pair.same(3);
        pair.put(3, Scope::Profile, &[("other", two.clone())]);
        pair.same(3);
        pair.remove(3);
        pair.same(3);
    }
}

#[test]
fn the_last_of_two_values_of_one_attribute_counts() {
    let mut pair = Pair::new();
    let both = [("x", Some(text("a"))), ("x", Some(list([text("b")])))];
    pair.put(0, Scope::Profile, &both);
    pair.same(0);
    pair.put(
        0,
        Scope::Change,
        &[both[1].clone(), both[0].clone(), ("x", None)],
    );
    pair.same(0);
}

#[test]
fn what_is_written_wrongly_is_left_out() {
    let mut profiles = Profiles::new(twin::SEED);
    let x = twin::attribute(&mut profiles, "x");
    let mut draft = Draft::default();
    draft.end().unwrap();
    draft.text_item(b"nowhere").unwrap();
    draft.object(x).unwrap();
    draft.text_item(b"without key").unwrap();
    draft.key(b"a").unwrap();
    draft.key(b"b").unwrap();
    draft.begin_list().unwrap();
    draft.key(b"in a list").unwrap();
    draft.number_item(1.0).unwrap();
    draft.end().unwrap();
    draft.key(b"never").unwrap();
    profiles
        .reserve(&draft, 0, Scope::Profile)
        .unwrap()
        .commit();
    let read = twin::read(&profiles, 0);
    assert!(read["x"] == object([("a", list([number(1.0)]))]));
}

#[test]
fn too_deep_a_value_is_refused() {
    let mut profiles = Profiles::new(twin::SEED);
    let x = twin::attribute(&mut profiles, "x");
    let mut draft = Draft::default();
    draft.list(x).unwrap();
    let levels = (0..1000).take_while(|_| draft.begin_list().is_ok()).count();
    assert_eq!(levels, 255);
}

/// Users of a column: which of 0 to the end have a value.
fn archetypes() -> Vec<(&'static str, Vec<u32>)> {
    let end = 140_000;
    vec![
        ("empty", vec![]),
        ("one", vec![70_000]),
        ("first and last", vec![0, end - 1]),
        ("sparse", (0..end).step_by(997).collect()),
        ("sparse, backwards", (0..end).step_by(997).rev().collect()),
        ("dense", (0..end).filter(|user| user % 3 != 0).collect()),
        (
            "runs",
            (0..end).filter(|user| user / 1000 % 2 == 0).collect(),
        ),
        ("full", (0..end).collect()),
        ("full, backwards", (60_000..80_000).rev().collect()),
    ]
}

#[test]
fn columns_of_every_density_and_width_hold_what_was_put() {
    type Make = fn(u32) -> Value;
    let kinds: [(&str, Make); 8] = [
        ("bool", |user| Value::Bool(user % 3 == 0)),
        ("growing", |user| number(f64::from(user))),
        ("falling", |user| number(-f64::from(user) * 100.0)),
        ("money", |user| number(f64::from(user % 50_000) / 100.0)),
        ("few texts", |user| text(&format!("t{}", user % 50))),
        ("own texts", |user| text(&format!("text {user}"))),
        ("dates", |user| {
            text(&format!("{:04}-06-01", 1900 + user % 150))
        }),
        ("mixed", |user| match user % 5 {
            0 => Value::Bool(true),
            1 => number(f64::from(user) + 0.1 + 0.2),
            2 => number(f64::from(user)),
            3 => text("2026-11-20T08:15:30.123Z"),
            _ => list([text("tag")]),
        }),
    ];
    for (name, users) in archetypes() {
        let mut pair = Pair::new();
        for &user in &users {
            let values: Vec<(&str, Option<Value>)> = kinds
                .iter()
                .map(|(kind, make)| (*kind, Some(make(user))))
                .collect();
            pair.put(user, Scope::Profile, &values);
        }
        pair.all_same(140_000);
        // A few go, and some of those come back otherwise.
        for &user in users.iter().step_by(11) {
            pair.put(user, Scope::Change, &[("growing", None), ("bool", None)]);
        }
        for &user in users.iter().step_by(22) {
            pair.put(user, Scope::Change, &[("growing", Some(number(1e12)))]);
        }
        pair.all_same(140_000);
        for &user in users.iter().rev() {
            pair.remove(user);
        }
        let profiles = &pair.profiles;
        for attribute in profiles.attributes() {
            assert_eq!(profiles.scalar_count(attribute), 0, "{name}");
        }
    }
}

#[test]
fn a_hundred_thousand_names_are_fine() {
    let mut pair = Pair::new();
    let all = 100_000;
    for at in 0..all {
        let name = format!("attribute {at}");
        pair.put(at % 500, Scope::Change, &[(&name, Some(number(1.0)))]);
    }
    pair.all_same(500);
    let before = pair.profiles.memory_bytes();
    println!("{} bytes an attribute of one user", before / all as usize);
    assert!(before / (all as usize) < 260);
    // Replacing costs what these users have, not what all have.
    for round in 0..20_000 {
        let value = Some(number(f64::from(round)));
        pair.put(1000 + round % 7, Scope::Profile, &[("attribute 99", value)]);
    }
    pair.all_same(1010);
}

#[test]
fn a_million_texts_are_fine() {
    let mut profiles = Profiles::new(twin::SEED);
    let x = twin::attribute(&mut profiles, "x");
    let mut draft = Draft::default();
    let count: u32 = if cfg!(debug_assertions) {
        200_000
    } else {
        1_000_000
    };
    for user in 0..count {
        draft.clear();
        draft.text(x, format!("name {user}").as_bytes()).unwrap();
        profiles
            .reserve(&draft, user, Scope::Profile)
            .unwrap()
            .commit();
    }
    println!(
        "{:.1} bytes a text",
        profiles.memory_bytes() as f64 / f64::from(count)
    );
    for user in (0..count).step_by(77) {
        assert!(twin::read(&profiles, user)["x"] == text(&format!("name {user}")));
    }
}

#[test]
fn what_nobody_has_any_more_is_given_back() {
    let mut profiles = Profiles::new(twin::SEED);
    let x = twin::attribute(&mut profiles, "x");
    let tags = twin::attribute(&mut profiles, "tags");
    let mut draft = Draft::default();
    let mut most = [0; 3];
    for round in 0..60_u32 {
        for user in 0..1000_u32 {
            draft.clear();
            let own = format!("{round} and {user}, of which there are many");
            draft.text(x, own.as_bytes()).unwrap();
            draft.list(tags).unwrap();
            draft.text_item(own.as_bytes()).unwrap();
            draft.end().unwrap();
            profiles
                .reserve(&draft, user, Scope::Profile)
                .unwrap()
                .commit();
        }
        let third = round as usize / 20;
        most[third] = most[third].max(profiles.memory_bytes());
        for user in (0..1000).step_by(50) {
            let own = text(&format!("{round} and {user}, of which there are many"));
            let read = twin::read(&profiles, user);
            assert!(read["x"] == own && read["tags"] == list([own]));
        }
    }
    assert!(most[2] <= most[0] * 11 / 10, "{most:?}");
    for user in 0..1000 {
        profiles.remove(user).unwrap();
    }
    let untouched = twin::attribute(&mut profiles, "untouched");
    assert_eq!(profiles.column_bytes(x), profiles.column_bytes(untouched));
}

#[test]
fn times_are_read_only_where_they_are_written_back_the_same() {
    for value in odd_values() {
        if let Value::Text(text) = value
            && let Some(time) = Time::read(&text)
        {
            assert_eq!(&*time.text(), &text[..]);
        }
    }
    let ms = |text: &str| Time::read(text.as_bytes()).map(Time::ms);
    assert_eq!(ms("1970-01-02"), Some(86_400_000));
    assert_eq!(ms("2020-07-10 15:00:00.000 UTC"), Some(1_594_393_200_000));
    assert_eq!(ms("2021-06-28T17:02:43.032Z"), Some(1_624_899_763_032));
    assert_eq!(ms("1969-12-31T23:59:59.999Z"), Some(-1));
    assert_eq!(ms("2024-02-29"), ms("02/29/2024"));
    assert!(Time::read(b"2024-02-29").unwrap().is_date());
    for not in [
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "2024-01-00",
        "24-01-01",
        "2024-01-01T00:60:00Z",
    ] {
        assert_eq!(ms(not), None, "{not}");
    }
    // Every day of four centuries.
    for day in -141_428_i64..4749 {
        let date = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day);
        let text = date.to_string();
        let time = Time::read(text.as_bytes()).unwrap();
        assert_eq!(
            (time.ms(), &*time.text()),
            (day * 86_400_000, text.as_bytes())
        );
    }
}

#[test]
fn nothing_that_holds_values_says_them() {
    let mut pair = Pair::new();
    let mark = Some(list([text("zqxj"), text("2026-11-20")]));
    pair.put(0, Scope::Profile, &[("x", Some(text("zqxj"))), ("y", mark)]);
    let profiles = &pair.profiles;
    let mut said = format!("{profiles:?} {:?}", Time::read(b"2026-11-20"));
    profiles.each(0, &mut |attribute, item| {
        said += &format!("{attribute:?} {item:?}")
    });
    let mut draft = Draft::default();
    let x = profiles.attributes().next().unwrap();
    draft.text(x, b"zqxj").unwrap();
    said += &format!("{draft:?}");
    assert!(!said.contains("zqxj") && !said.contains("2026"), "{said}");
}

#[test]
fn times_in_lists_come_back_on_both_sides_of_what_few_bytes_hold() {
    let times = [
        "0000-01-01",
        "1969-12-31",
        "9999-12-31",
        "01/02/2026",
        "2009-12-31T23:59:59.999Z",
        "2010-01-01T00:00:00.000Z",
        "2044-11-03T19:53:47.775Z",
        "2044-11-03T19:53:47.776Z",
        "9999-12-31T23:59:59.999Z",
        "0000-01-01 00:00:00.000 UTC",
        "1941-12-13T20:45:51Z",
        "1941-12-13T20:45:52Z",
        "2078-01-19T03:14:07Z",
        "2078-01-19T03:14:08Z",
        "0000-01-01 00:00:00",
        "9999-12-31T23:59:59+00:00",
    ];
    for time in times {
        assert!(Time::read(time.as_bytes()).is_some(), "{time}");
    }
    let mut pair = Pair::new();
    for (user, time) in (0..).zip(times) {
        pair.put(
            user,
            Scope::Profile,
            &[("l", Some(list([text(time), text("x")])))],
        );
        pair.same(user);
    }
    pair.put(99, Scope::Profile, &[("l", Some(list(times.map(text))))]);
    pair.same(99);
}
