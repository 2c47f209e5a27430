//! Laws of the profile store, over random sequences of what can happen, also where memory runs out
//! at every step.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "support/chance.rs"]
mod chance;
#[path = "oracle/profile_twin.rs"]
mod twin;

use chance::Chance;
use kohort::profile::{Draft, Scope};
use twin::{Pair, Value, list, number, object, text};

type Values = Vec<(String, Option<Value>)>;

/// A value as they come; those of one attribute differ from user to user.
fn value(chance: &mut Chance, depth: u32) -> Value {
    match chance.below(if depth < 3 { 16 } else { 12 }) {
        0 => Value::Bool(chance.one_in(2)),
        1 => number(chance.below(10) as f64),
        2 => number(chance.below(1 << 31) as f64 * if chance.one_in(3) { 1e6 } else { -1.0 }),
        3 => number(chance.below(100_000) as f64 / 100.0),
        4 => number(f64::from_bits(
            (chance.below(1 << 30) as u64) << 34 | chance.below(1 << 30) as u64,
        )),
        5 => number([-0.0, 1e308, 0.1 + 0.2, 9_007_199_254_740_993.0, 1e-7, 1e22][chance.below(6)]),
        6 | 7 => text(["", "AT", "DE", "opted_in", "\0", "😀"][chance.below(6)]),
        8 => text(&format!("own {}", chance.below(1 << 20))),
        9 => text(&"long ".repeat(chance.below(300))),
        10 => text(&format!(
            "20{:02}-0{}-1{}",
            chance.below(100),
            1 + chance.below(9),
            chance.below(10)
        )),
        11 => text(&format!(
            "20{:02}-01-0{}T0{}:00:00.{:03}Z",
            chance.below(100),
            1 + chance.below(9),
            chance.below(10),
            chance.below(1000)
        )),
        12 | 13 => list(
            (0..chance.below(20))
                .map(|_| item(chance, depth))
                .collect::<Vec<_>>(),
        ),
        14 => list(
            (0..chance.below(8))
                .map(|_| text(&format!("tag {}", chance.below(30))))
                .collect::<Vec<_>>(),
        ),
        _ => object([
            ("name", item(chance, depth)),
            ("count", number(chance.below(50) as f64)),
            ("steps", item(chance, depth)),
        ]),
    }
}

fn item(chance: &mut Chance, depth: u32) -> Value {
    if chance.one_in(10) {
        return Value::Null;
    }
    value(chance, depth + 1)
}

fn values(chance: &mut Chance, names: usize) -> Values {
    (0..chance.below(12))
        .map(|_| {
            let name = format!("a{}", chance.below(names));
            let value = (!chance.one_in(8)).then(|| value(chance, 0));
            (name, value)
        })
        .collect()
}

fn user(chance: &mut Chance) -> u32 {
    // Near the ends of blocks as well.
    let block = [0, 0, 0, 65_536, 131_072, 1 << 20][chance.below(6)];
    let at = if chance.one_in(4) { 65_530 } else { 0 };
    block + at + chance.below(12) as u32
}

fn users() -> impl Iterator<Item = u32> {
    [0, 65_536, 131_072, 1 << 20]
        .into_iter()
        .flat_map(|block| (block..block + 12).chain(block + 65_530..block + 65_542))
}

fn borrowed(values: &Values) -> Vec<(&str, Option<Value>)> {
    values
        .iter()
        .map(|(name, value)| (&name[..], value.clone()))
        .collect()
}

fn memory_adds_up(pair: &Pair) {
    let memory = pair.profiles.memory();
    let sum = memory.names + memory.columns + memory.rows + memory.shared_texts + memory.scratch;
    assert_eq!(pair.profiles.memory_bytes(), sum, "{memory:?}");
}

#[test]
fn the_store_is_its_twin_after_anything() {
    for seed in 1..=20 {
        let mut chance = Chance::new(seed * 0x9e37_79b9);
        let names = [3, 20, 100, 300][seed as usize % 4];
        let mut pair = Pair::new();
        for step in 0..1500 {
            let user = user(&mut chance);
            if chance.one_in(15) {
                pair.remove(user);
            } else {
                let values = values(&mut chance, names);
                let scope = [Scope::Profile, Scope::Change][chance.below(2)];
                pair.put(user, scope, &borrowed(&values));
            }
            if step % 20 == 0 {
                pair.same(user);
            }
        }
        users().for_each(|user| pair.same(user));
        memory_adds_up(&pair);
        users().for_each(|user| pair.remove(user));
        memory_adds_up(&pair);
        users().for_each(|user| pair.same(user));
    }
}

#[test]
fn where_memory_runs_out_nothing_has_changed() {
    let mut failures = 0;
    for seed in 1..=12 {
        let mut chance = Chance::new(seed * 0x85eb_ca6b);
        let names = [3, 90, 200][seed as usize % 3];
        let mut pair = Pair::new();
        for _ in 0..150 {
            let user = user(&mut chance);
            let values = values(&mut chance, names);
            let scope = [Scope::Profile, Scope::Change][chance.below(2)];
            let is_removal = chance.one_in(8);
            let mut more = 0;
            loop {
                let max = pair.profiles.memory_bytes() + more;
                pair.profiles.set_max_memory_bytes(max);
                let done = if is_removal {
                    let done = pair.profiles.remove(user);
                    if done.is_ok() {
                        pair.twin.remove(&user);
                    }
                    done
                } else {
                    pair.try_put(user, scope, &borrowed(&values))
                };
                assert!(pair.profiles.memory_bytes() <= max);
                memory_adds_up(&pair);
                pair.same(user);
                if done.is_ok() {
                    break;
                }
                failures += 1;
                more += 1 + more / 2;
            }
        }
        users().for_each(|user| pair.same(user));
    }
    println!("{failures} failures");
    assert!(failures > 5000);
}

/// Where a whole block is wide or full, what fails is another thing.
#[test]
fn where_memory_runs_out_full_blocks_stay_as_they_are() {
    let mut pair = Pair::new();
    for user in 0..3000 {
        let dense = [
            ("n", Some(number(f64::from(user % 7)))),
            ("t", Some(text("a"))),
        ];
        pair.put(user, Scope::Profile, &dense);
    }
    let changes: [(&str, Option<Value>); 7] = [
        ("n", Some(number(300.0))),
        ("n", Some(number(-5.0))),
        ("n", Some(number(0.01))),
        ("n", Some(number(0.1 + 0.2))),
        ("n", None),
        ("t", Some(text("2026-11-20"))),
        ("t", Some(list([text("a")]))),
    ];
    for (user, change) in (100..).zip(changes) {
        let mut more = 0;
        loop {
            let max = pair.profiles.memory_bytes() + more;
            pair.profiles.set_max_memory_bytes(max);
            let done = pair.try_put(user, Scope::Change, std::slice::from_ref(&change));
            memory_adds_up(&pair);
            pair.all_same(3000);
            if done.is_ok() {
                break;
            }
            more += 1 + more / 2;
        }
    }
}

#[test]
fn what_is_reserved_and_not_committed_has_not_happened() {
    let mut chance = Chance::new(77);
    let mut pair = Pair::new();
    let mut draft = Draft::default();
    for _ in 0..2000 {
        let user = user(&mut chance);
        let mut values = values(&mut chance, 90);
        if chance.one_in(2) {
            draft.clear();
            for (name, value) in &values {
                let attribute = twin::attribute(&mut pair.profiles, name);
                twin::write(&mut draft, attribute, value.as_ref());
            }
            let scope = [Scope::Profile, Scope::Change][chance.below(2)];
            drop(pair.profiles.reserve(&draft, user, scope).unwrap());
            pair.same(user);
            values.truncate(2);
        }
        pair.put(user, Scope::Change, &borrowed(&values));
    }
    users().for_each(|user| pair.same(user));
    memory_adds_up(&pair);
}
