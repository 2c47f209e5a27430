//! The algebra of sets, as a chapter: what is said of a set, what is made of two, the laws, many sets, blocks.
//!
//! Each law is tried on sets of every shape by name (`tests/oracle/user_set_twin.rs`), in every encoding, and on random ones.
//! Laws: https://en.wikipedia.org/wiki/Algebra_of_sets. Those that follow from others there are left out.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "support/chance.rs"]
mod chance;
#[path = "oracle/user_set_twin.rs"]
mod twin;

use chance::Chance;
use kohort::user_set::{BLOCK_USERS, BLOCK_WORDS, Encoding, UserSet};
use twin::{ENCODINGS, Twin, archetypes, random};

/// None, one, around a word, and around the 65,536 users of a compressed set's part.
const UNIVERSES: [u32; 9] = [0, 1, 63, 64, 65, 1000, 65_535, 65_536, 70_001];

// ── A set ──

#[test]
fn what_a_set_says_is_what_its_twin_says() {
    for universe in UNIVERSES {
        for (name, twin) in archetypes(universe) {
            let users: Vec<u32> = twin.members();
            for encoding in ENCODINGS {
                let set = twin.held(encoding);
                let place = format!("{name} of {universe}, {encoding:?}");
                assert!(set.iter().eq(users.iter().copied()), "{place}");
                assert!(twin.is(&set), "{place}");
                assert!(twin.is(&set.try_clone().unwrap()), "{place}");
                assert_eq!(set.encoding(), encoding, "{place}");
                assert_eq!(set.is_empty(), users.is_empty(), "{place}");
                assert_eq!(set.run_count(), twin.runs(), "{place}");
                for user in some_of(universe.saturating_add(70)) {
                    let before = users.partition_point(|&other| other < user);
                    assert_eq!(
                        set.contains(user),
                        twin.0.get(user as usize).copied().unwrap_or(false),
                        "{place}"
                    );
                    assert_eq!(set.rank(user) as usize, before, "{place}, {user}");
                    let rest = set.iter_from(user).take(3);
                    assert!(rest.eq(users[before..].iter().copied().take(3)), "{place}");
                }
                for rank in some_of(set.count() + 3) {
                    let nth = users.get(rank as usize).copied();
                    assert_eq!(set.nth(rank), nth, "{place}, {rank}");
                    if let Some(user) = nth {
                        assert_eq!(set.rank(user), rank, "{place}");
                    }
                }
            }
        }
    }
}

#[test]
fn pages_after_each_other_are_the_members() {
    for (name, twin) in archetypes(70_001) {
        let users = twin.members();
        for encoding in ENCODINGS {
            let set = twin.held(encoding);
            for limit in [1_usize, 1000, 66_000] {
                let pages = (0..).step_by(limit).take(80);
                let told = pages.flat_map(|offset| set.page(offset, limit));
                let members = users.iter().copied().take(80 * limit);
                assert!(told.eq(members), "{name}, {encoding:?}, {limit}");
            }
            assert_eq!(set.page(0, 0).count(), 0);
            assert_eq!(set.page(set.count(), 5).count(), 0);
            assert_eq!(set.page(u32::MAX, 5).count(), 0);
        }
    }
}

#[test]
fn the_way_a_set_was_made_does_not_show() {
    let mut chance = Chance::new(5);
    for (_, twin) in archetypes(66_000) {
        let mut users: Vec<u32> = twin.members();
        let runs: Vec<_> = users.iter().map(|&user| user..user + 1).collect();
        let mut words = vec![0_u64; 1100];
        users
            .iter()
            .for_each(|&user| words[user as usize / 64] |= 1 << (user % 64));
        words[1040] = u64::MAX; // behind the universe
        let mut same = vec![
            UserSet::from_runs(66_000, &runs).unwrap(),
            UserSet::from_words(66_000, words.clone()).unwrap(),
        ];
        words.truncate(1032);
        while words.last() == Some(&0) {
            words.pop();
        }
        same.push(UserSet::from_words(66_000, words).unwrap());
        users.extend([66_000, u32::MAX]);
        same.push(UserSet::from_users(66_000, &users).unwrap());
        for at in (1..users.len()).rev() {
            users.swap(at, chance.below(at + 1));
        }
        users.extend_from_within(..users.len() / 2);
        same.push(UserSet::from_users(66_000, &users).unwrap());
        let ranges: Vec<_> = users
            .iter()
            .map(|&user| user..user.saturating_add(1))
            .collect();
        same.push(UserSet::from_runs(66_000, &ranges).unwrap());
        for set in &same {
            assert!(twin.is(set), "{set:?}");
            assert_eq!(set, &same[0]);
        }
    }
    let overlapping = [5..9, 0..3, 3..4, 8..20, 7..7, 90..3_000_000_000];
    let set = UserSet::from_runs(100, &overlapping).unwrap();
    assert!(set.iter().eq((0..4).chain(5..20).chain(90..100)));
    assert_eq!(set.run_count(), 3);
}

#[test]
fn a_set_knows_its_best_encoding() {
    let encodings = |universe| -> Vec<_> {
        let sets = archetypes(universe);
        let best = sets.into_iter().map(|(name, twin)| {
            let sets = ENCODINGS.map(|encoding| {
                let mut set = twin.held(encoding);
                set.optimise().unwrap();
                assert!(twin.is(&set), "{name}");
                assert!(
                    set.memory_bytes() <= UserSet::dense_bytes(universe),
                    "{name}"
                );
                set.encoding()
            });
            assert!(sets[0] == sets[1] && sets[1] == sets[2], "{name}");
            (name, sets[0])
        });
        best.collect()
    };
    use Encoding::{Compressed, Dense, Runs};
    let best = [
        Runs, Compressed, Compressed, Compressed, Dense, Dense, Dense, Dense, Runs, Runs,
        Compressed, Runs,
    ];
    assert_eq!(
        encodings(70_001)
            .iter()
            .map(|&(_, best)| best)
            .collect::<Vec<_>>(),
        best
    );
    assert!(
        encodings(64)
            .iter()
            .all(|&(name, best)| best == Dense || name == "empty")
    );
}

#[test]
fn nothing_of_the_members_shows_in_debug() {
    let set = UserSet::from_users(100_000, &[31_337]).unwrap();
    assert_eq!(
        format!("{set:?}"),
        "UserSet { universe: 100000, count: 1, encoding: Compressed, .. }"
    );
    assert_eq!(format!("{:?}", set.iter()), "Iter(..)");
}

// ── Two sets ──

#[test]
fn what_is_made_of_two_sets_is_what_the_twins_say() {
    for universe in [0, 1, 65, 1000] {
        let shapes = archetypes(universe);
        let held = |twin: &Twin| ENCODINGS.map(|encoding| twin.held(encoding));
        let sets: Vec<_> = shapes.iter().map(|(_, twin)| held(twin)).collect();
        for ((a_name, a), a_sets) in shapes.iter().zip(&sets) {
            for ((b_name, b), b_sets) in shapes.iter().zip(&sets) {
                let place = format!("{a_name}, {b_name} of {universe}");
                two_sets((a, a_sets), (b, b_sets), &place);
            }
        }
    }
}

/// Every two shapes of more than one block, each held in a way by chance.
#[test]
fn what_is_made_of_two_great_sets_is_what_the_twins_say() {
    let mut chance = Chance::new(12);
    let shapes = archetypes(66_001);
    let held = |twin: &Twin| ENCODINGS.map(|encoding| twin.held(encoding));
    let sets: Vec<_> = shapes.iter().map(|(_, twin)| held(twin)).collect();
    for ((a_name, a), a_sets) in shapes.iter().zip(&sets) {
        for ((b_name, b), b_sets) in shapes.iter().zip(&sets) {
            let one_of = [chance.below(3), chance.below(3)];
            let [a_set, b_set] = [&a_sets[one_of[0]], &b_sets[one_of[1]]];
            let (a, b) = (
                (a, core::slice::from_ref(a_set)),
                (b, core::slice::from_ref(b_set)),
            );
            two_sets(a, b, &format!("{a_name}, {b_name}"));
        }
    }
}

#[test]
fn random_sets_of_different_universes_make_what_the_twins_say() {
    let mut chance = Chance::new(11);
    for round in 0..40 {
        let [(a, a_set), (b, b_set)] = [0; 2].map(|_| {
            let universe = chance.below(150_000) as u32;
            let twin = random(&mut chance, universe);
            let set = twin.held(ENCODINGS[chance.below(3)]);
            (twin, [set])
        });
        two_sets((&a, &a_set), (&b, &b_set), &format!("round {round}"));
    }
}

fn two_sets((a, a_sets): (&Twin, &[UserSet]), (b, b_sets): (&Twin, &[UserSet]), place: &str) {
    let and = a.with(b, |a, b| a && b);
    let or = a.with(b, |a, b| a || b);
    let and_not = a.with(b, |a, b| a && !b);
    let complement = a.complement();
    for set in a_sets {
        assert!(
            complement.is(&set.complement().unwrap()),
            "not, {place}, {set:?}"
        );
        for other in b_sets {
            let place = format!("{place}, {set:?}, {other:?}");
            assert!(and.is(&set.and(other).unwrap()), "and, {place}");
            assert!(or.is(&set.or(other).unwrap()), "or, {place}");
            assert!(and_not.is(&set.and_not(other).unwrap()), "and not, {place}");
            assert_eq!(set.and_count(other), and.count(), "{place}");
            assert_eq!(set.or_count(other), or.count(), "{place}");
            assert_eq!(set.and_not_count(other), and_not.count(), "{place}");
            assert_eq!(set == other, a == b, "{place}");
        }
    }
}

// ── Laws ──

/// Tries a law on every three shapes in encodings by chance, and on random sets.
fn law(holds: impl Fn(&UserSet, &UserSet, &UserSet) -> bool) {
    let mut chance = Chance::new(3);
    let shapes = archetypes(700);
    let held = |twin: &Twin| ENCODINGS.map(|encoding| twin.held(encoding));
    let sets: Vec<_> = shapes
        .iter()
        .map(|(name, twin)| (name, held(twin)))
        .collect();
    for (a_name, a) in &sets {
        for (b_name, b) in &sets {
            for (c_name, c) in &sets {
                let [a, b, c] = [a, b, c].map(|set| &set[chance.below(3)]);
                assert!(
                    holds(a, b, c),
                    "{a_name}, {b_name}, {c_name}: {a:?}, {b:?}, {c:?}"
                );
            }
        }
    }
    for round in 0..20 {
        let universe = 1 + chance.below(140_000) as u32;
        let [a, b, c] = [0; 3].map(|_| {
            let encoding = ENCODINGS[chance.below(3)];
            random(&mut chance, universe).held(encoding)
        });
        assert!(holds(&a, &b, &c), "round {round}: {a:?}, {b:?}, {c:?}");
    }
}

fn and(a: &UserSet, b: &UserSet) -> UserSet {
    a.and(b).unwrap()
}

fn or(a: &UserSet, b: &UserSet) -> UserSet {
    a.or(b).unwrap()
}

fn not(a: &UserSet) -> UserSet {
    a.complement().unwrap()
}

fn nobody(like: &UserSet) -> UserSet {
    UserSet::empty(like.universe())
}

fn everybody(like: &UserSet) -> UserSet {
    UserSet::full(like.universe()).unwrap()
}

#[test]
fn and_and_or_are_commutative() {
    law(|a, b, _| and(a, b) == and(b, a) && or(a, b) == or(b, a));
}

#[test]
fn and_and_or_are_associative() {
    law(|a, b, c| and(&and(a, b), c) == and(a, &and(b, c)));
    law(|a, b, c| or(&or(a, b), c) == or(a, &or(b, c)));
}

#[test]
fn and_and_or_distribute_over_each_other() {
    law(|a, b, c| and(a, &or(b, c)) == or(&and(a, b), &and(a, c)));
    law(|a, b, c| or(a, &and(b, c)) == and(&or(a, b), &or(a, c)));
}

#[test]
fn and_and_or_are_idempotent() {
    law(|a, _, _| and(a, a) == *a && or(a, a) == *a);
}

#[test]
fn and_and_or_absorb_each_other() {
    law(|a, b, _| and(a, &or(a, b)) == *a && or(a, &and(a, b)) == *a);
}

#[test]
fn nobody_and_everybody_change_nothing_or_all() {
    law(|a, _, _| or(a, &nobody(a)) == *a && and(a, &everybody(a)) == *a);
    law(|a, _, _| and(a, &nobody(a)) == nobody(a) && or(a, &everybody(a)) == everybody(a));
}

#[test]
fn a_set_and_its_complement_are_everybody_once() {
    law(|a, _, _| or(a, &not(a)) == everybody(a) && and(a, &not(a)) == nobody(a));
    law(|a, _, _| not(&not(a)) == *a && not(a).count() == a.universe() - a.count());
}

#[test]
fn de_morgan_holds() {
    law(|a, b, _| not(&and(a, b)) == or(&not(a), &not(b)));
    law(|a, b, _| not(&or(a, b)) == and(&not(a), &not(b)));
}

#[test]
fn and_not_is_and_with_the_complement() {
    law(|a, b, _| a.and_not(b).unwrap() == and(a, &not(b)));
    law(|a, b, c| a.and_not(&or(b, c)).unwrap() == a.and_not(b).unwrap().and_not(c).unwrap());
}

#[test]
fn what_is_counted_is_what_would_be_made() {
    law(|a, b, _| a.and_count(b) == and(a, b).count() && a.or_count(b) == or(a, b).count());
    law(|a, b, _| a.and_not_count(b) == a.and_not(b).unwrap().count());
    law(|a, b, _| a.or_count(b) + a.and_count(b) == a.count() + b.count());
}

// ── Many sets ──

#[test]
fn all_and_any_of_many_are_two_at_a_time() {
    law(|a, b, c| {
        let universe = a.universe();
        let (all, any) = (and(&and(a, b), c), or(&or(a, b), c));
        let sets = [a, b, c];
        UserSet::and_all(universe, &sets).unwrap() == all
            && UserSet::or_all(universe, &sets).unwrap() == any
            && UserSet::and_all_count(universe, &sets) == all.count()
            && UserSet::or_all_count(universe, &sets) == any.count()
    });
}

#[test]
fn all_of_no_sets_are_everybody_and_any_of_none_nobody() {
    let (all, any) = (UserSet::and_all(70, &[]), UserSet::or_all(70, &[]));
    assert_eq!(all.unwrap(), UserSet::full(70).unwrap());
    assert_eq!(any.unwrap(), UserSet::empty(70));
    assert_eq!(UserSet::and_all_count(70, &[]), 70);
    assert_eq!(UserSet::or_all_count(70, &[]), 0);
    law(|a, b, _| {
        let one = [a];
        UserSet::and_all(a.universe(), &one).unwrap() == *a
            && UserSet::or_all(a.universe(), &one).unwrap() == *a
            && UserSet::and_all(0, &[a, b, a]).unwrap() == and(a, b)
            && UserSet::or_all_count(0, &one) == a.count()
            && UserSet::and_all_count(0, &one) == a.count()
    });
}

#[test]
fn many_sets_of_different_universes_have_the_greatest() {
    let [a, b, c] = [100, 70_000, 300].map(|universe| UserSet::full(universe).unwrap());
    for encoding in ENCODINGS {
        let sets = [&a, &b.to_encoding(encoding).unwrap(), &c];
        let all = UserSet::and_all(7, &sets).unwrap();
        let users = Vec::from_iter(0..100);
        assert_eq!(all, UserSet::from_users(70_000, &users).unwrap());
        assert_eq!(UserSet::and_all_count(7, &sets), 100);
        assert_eq!(UserSet::or_all(7, &sets).unwrap(), b);
        assert_eq!(UserSet::or_all_count(7, &sets), 70_000);
    }
}

// ── Blocks ──

#[test]
fn blocks_of_any_length_are_the_set() {
    let mut chance = Chance::new(8);
    assert_eq!(BLOCK_WORDS * 64, BLOCK_USERS as usize);
    for (name, twin) in archetypes(70_001) {
        let sets = ENCODINGS.map(|encoding| twin.held(encoding));
        let dense = twin.words(1300);
        for length in [1, 7, 64, BLOCK_WORDS, 1300] {
            for from in (0..1300 - length + 1).step_by(length.max(50)) {
                let expected = &dense[from..from + length];
                let before: Vec<u64> = (0..length)
                    .map(|_| chance.below(1 << 31) as u64 * 0x2_0000_0005)
                    .collect();
                for set in &sets {
                    let place = format!("{name}, {set:?}, {length} from {from}");
                    let changed = |change: &dyn Fn(&mut [u64])| {
                        let mut words = before.clone();
                        change(&mut words);
                        words
                    };
                    let is = |words: Vec<u64>, keep: &dyn Fn(u64, u64) -> u64| {
                        let twins = before.iter().zip(expected);
                        words.into_iter().eq(twins.map(|(&a, &b)| keep(a, b)))
                    };
                    assert!(
                        is(changed(&|words| set.read_words(from, words)), &|_, b| b),
                        "{place}"
                    );
                    assert!(
                        is(changed(&|words| set.and_words(from, words)), &|a, b| a & b),
                        "{place}"
                    );
                    assert!(
                        is(changed(&|words| set.or_words(from, words)), &|a, b| a | b),
                        "{place}"
                    );
                    assert!(
                        is(changed(&|words| set.and_not_words(from, words)), &|a, b| a
                            & !b),
                        "{place}"
                    );
                }
            }
        }
    }
}

#[test]
fn blocks_beyond_every_user_are_empty() {
    for encoding in ENCODINGS {
        let set = UserSet::full(100).unwrap().to_encoding(encoding).unwrap();
        for from in [2, 1 << 20, 1 << 26, usize::MAX] {
            let words = |change: &dyn Fn(&mut [u64])| {
                let mut words = [5_u64; 2];
                change(&mut words);
                words
            };
            assert_eq!(words(&|words| set.read_words(from, words)), [0; 2]);
            assert_eq!(words(&|words| set.and_words(from, words)), [0; 2]);
            assert_eq!(words(&|words| set.or_words(from, words)), [5; 2]);
            assert_eq!(words(&|words| set.and_not_words(from, words)), [5; 2]);
        }
        set.read_words(0, &mut []);
    }
}

#[test]
fn the_greatest_universe_there_is_has_its_last_user() {
    let last = u32::MAX - 1;
    let compressed = UserSet::from_users(u32::MAX, &[0, last]).unwrap();
    let runs = UserSet::from_runs(u32::MAX, &[0..1, last..u32::MAX]).unwrap();
    assert_eq!(compressed.encoding(), Encoding::Compressed);
    assert_eq!(compressed, runs);
    assert_eq!(runs.complement().unwrap().count(), last - 1);
    assert_eq!(
        runs.complement().unwrap().or(&runs).unwrap(),
        UserSet::full(u32::MAX).unwrap()
    );
    for set in [compressed, runs] {
        assert!(set.iter().eq([0, last]) && set.page(1, 9).eq([last]));
        let mut words = [0];
        set.read_words(last as usize / 64, &mut words);
        assert_eq!(words, [1 << 62]);
        assert!(!set.contains(u32::MAX) && set.rank(u32::MAX) == 2);
    }
}

/// All numbers below a small one, some below a great one.
fn some_of(end: u32) -> impl Iterator<Item = u32> {
    let step = (end / 40).max(1);
    (0..end)
        .step_by(step as usize)
        .chain(end.saturating_sub(10)..end)
}
