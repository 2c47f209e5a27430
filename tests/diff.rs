//! The difference of two snapshots, held against sets of the ids themselves.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use kohort::cohort::diff::{Counts, Diff, Difference, LinePlace, RefusedIds, Side};
use kohort::problem::Code;
use proptest::prelude::*;
use std::collections::BTreeMap;

const SEED: [u8; 32] = [7; 32];

/// The twin: which ids, by the place where each stands first.
fn expected(previous: &[Vec<u8>], next: &[Vec<u8>]) -> (Vec<u32>, Vec<u32>, Counts) {
    let firsts = |ids: &[Vec<u8>]| {
        let mut places = BTreeMap::new();
        for (place, id) in ids.iter().enumerate() {
            places.entry(id.clone()).or_insert(place as u32);
        }
        places
    };
    let (older, newer) = (firsts(previous), firsts(next));
    let only = |these: &BTreeMap<Vec<u8>, u32>, those: &BTreeMap<Vec<u8>, u32>| {
        let mut places: Vec<u32> = these
            .iter()
            .filter(|(id, _)| !those.contains_key(*id))
            .map(|(_, &place)| place)
            .collect();
        places.sort_unstable();
        places
    };
    let (removed, added) = (only(&older, &newer), only(&newer, &older));
    let counts = Counts {
        previous: previous.len() as u32,
        next: next.len() as u32,
        added: added.len() as u32,
        removed: removed.len() as u32,
        unchanged: (newer.len() - added.len()) as u32,
        previous_repeats: (previous.len() - older.len()) as u32,
        next_repeats: (next.len() - newer.len()) as u32,
    };
    (removed, added, counts)
}

fn answer(difference: &Difference) -> (Vec<u32>, Vec<u32>, Counts) {
    (
        difference.removed().collect(),
        difference.added().collect(),
        difference.counts(),
    )
}

fn joined(ids: &[Vec<u8>]) -> Vec<u8> {
    let mut text = ids.join(&b'\n');
    if !ids.is_empty() {
        text.push(b'\n');
    }
    text
}

/// Pushes ids by offsets, some at a time.
fn push(diff: &mut Diff, side: Side, ids: &[Vec<u8>], at_once: usize) {
    for ids in ids.chunks(at_once) {
        let mut offsets = vec![0];
        for id in ids {
            offsets.push(offsets[offsets.len() - 1] + id.len() as u32);
        }
        diff.push(side, &ids.concat(), &offsets).unwrap();
    }
}

/// Pushes a text in pieces of these sizes, in turn.
fn push_pieces(
    diff: &mut Diff,
    side: Side,
    mut text: &[u8],
    sizes: &[usize],
) -> Result<(), RefusedIds> {
    for &size in sizes.iter().cycle() {
        if text.is_empty() {
            break;
        }
        let (piece, rest) = text.split_at(size.min(text.len()));
        diff.push_lines(side, piece)?;
        text = rest;
    }
    Ok(())
}

/// Ids that often agree, begin alike, are empty, or are long.
fn ids() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let id = prop_oneof![
        4 => "[ab]{0,3}",
        4 => (0u32..200).prop_map(|n| format!("user-{n}")),
        1 => "[ -~é😀]{0,20}",
        1 => (0usize..40, 0u8..3).prop_map(|(n, last)| format!("{}{last}", "x".repeat(n))),
        1 => (250usize..270, 0u8..3).prop_map(|(n, last)| format!("{}{last}", "y".repeat(n))),
    ];
    prop::collection::vec(id.prop_map(String::into_bytes), 0..120)
}

proptest! {
    #[test]
    fn a_fault_is_told_at_its_place(
        ids in ids(), at in any::<prop::sample::Index>(), bad in prop_oneof![Just(0xFFu8), Just(0x80), Just(0xC3), Just(0xED)],
        sizes in prop::collection::vec(1usize..70, 1..6),
    ) {
        let mut text = joined(&ids);
        let place = at.index(text.len() + 1);
        text.insert(place, bad);
        let mut diff = Diff::new(SEED);
        let pushed = push_pieces(&mut diff, Side::Next, &text, &sizes);
        let found = pushed.and_then(|()| diff.finish().map(|_| ()));
        prop_assert_eq!(found.err().map(sideless), first_fault(&text));
    }

    #[test]
    fn a_diff_says_what_sets_say(
        (previous, next) in (ids(), ids()),
        at_once in 1usize..50,
    ) {
        let mut diff = Diff::new(SEED);
        push(&mut diff, Side::Previous, &previous, at_once);
        push(&mut diff, Side::Next, &next, at_once + 1);
        let difference = diff.finish().unwrap();
        prop_assert_eq!(answer(&difference), expected(&previous, &next));
        let counts = difference.counts();
        prop_assert_eq!(counts.previous, counts.removed + counts.unchanged + counts.previous_repeats);
        prop_assert_eq!(counts.next, counts.added + counts.unchanged + counts.next_repeats);
    }

    #[test]
    fn however_lines_are_cut_the_answer_is_the_same(
        (previous, next) in (ids(), ids()),
        sizes in prop::collection::vec(1usize..300, 1..5),
        next_first in any::<bool>(),
    ) {
        let mut diff = Diff::new(SEED);
        let texts = (joined(&previous), joined(&next));
        let mut sides = [(Side::Previous, &texts.0), (Side::Next, &texts.1)];
        if next_first {
            sides.reverse();
        }
        for (side, text) in sides {
            push_pieces(&mut diff, side, text, &sizes).unwrap();
        }
        let difference = diff.finish().unwrap();
        let wanted = expected(&previous, &next);
        prop_assert_eq!(answer(&difference), wanted.clone());

        // Each range holds the id.
        let cut = |text: &[u8], ranges: Vec<(u64, u64)>| -> Vec<Vec<u8>> {
            ranges.iter().map(|&(start, end)| text[start as usize..end as usize].to_vec()).collect()
        };
        let pick = |ids: &[Vec<u8>], places: &[u32]| -> Vec<Vec<u8>> {
            places.iter().map(|&place| ids[place as usize].clone()).collect()
        };
        prop_assert_eq!(
            cut(&texts.0, difference.removed_ranges().collect()),
            pick(&previous, &wanted.0)
        );
        prop_assert_eq!(
            cut(&texts.1, difference.added_ranges().collect()),
            pick(&next, &wanted.1)
        );
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_however_it_is_cut(
        text in prop::collection::vec(prop_oneof![Just(b'a'), Just(b'\n'), 0x80u8..], 0..12),
        sizes in prop::collection::vec(1usize..5, 1..4),
    ) {
        let mut diff = Diff::new(SEED);
        let pushed = push_pieces(&mut diff, Side::Next, &text, &sizes);
        let done = pushed.and_then(|()| diff.finish().map(|_| ()));
        prop_assert_eq!(
            done.map_err(|refused| refused.code),
            std::str::from_utf8(&text).map(|_| ()).map_err(|_| Code::JsonUtf8)
        );
    }
}

fn many(range: std::ops::Range<u32>) -> Vec<Vec<u8>> {
    range
        .map(|n| format!("user-{n:020}").into_bytes())
        .collect()
}

#[test]
fn many_ids_are_told_apart() {
    let (previous, next) = (many(0..60_000), many(3_000..61_000));
    let mut diff = Diff::new(SEED);
    push(&mut diff, Side::Previous, &previous, 10_000);
    diff.push_lines(Side::Next, &joined(&next)).unwrap();
    let difference = diff.finish().unwrap();
    assert_eq!(answer(&difference), expected(&previous, &next));
    assert_eq!(difference.counts().removed, 3_000);
    assert_eq!(difference.counts().added, 1_000);
}

#[test]
fn everything_may_enter_or_leave() {
    let ids = many(0..5_000);
    let all: Vec<u32> = (0..5_000).collect();
    let mut diff = Diff::new(SEED);
    push(&mut diff, Side::Next, &ids, 700);
    let difference = diff.finish().unwrap();
    assert_eq!(difference.added().collect::<Vec<_>>(), all);
    assert_eq!(difference.removed().count(), 0);

    let mut diff = Diff::new(SEED);
    push(&mut diff, Side::Previous, &ids, 700);
    let difference = diff.finish().unwrap();
    assert_eq!(difference.removed().collect::<Vec<_>>(), all);

    let difference = Diff::new(SEED).finish().unwrap();
    assert_eq!(difference.counts(), Counts::default());
}

#[test]
fn ids_longer_than_any_block_are_told_apart() {
    let long = |last: &str| format!("{}{last}", "z".repeat(200_000)).into_bytes();
    let (previous, next) = (
        vec![long("1"), long("2")],
        vec![long("2"), long("3"), long("2")],
    );
    let mut diff = Diff::new(SEED);
    push(&mut diff, Side::Previous, &previous, 1);
    push_pieces(&mut diff, Side::Next, &joined(&next), &[1000, 7]).unwrap();
    let difference = diff.finish().unwrap();
    assert_eq!(answer(&difference), expected(&previous, &next));
    assert_eq!(
        difference.added_ranges().collect::<Vec<_>>(),
        [(200_002, 400_003)]
    );
}

#[test]
fn a_line_feed_at_the_end_begins_no_id() {
    let count = |text: &[u8]| {
        let mut diff = Diff::new(SEED);
        diff.push_lines(Side::Next, text).unwrap();
        diff.finish().unwrap().counts().next
    };
    assert_eq!(count(b""), 0);
    assert_eq!(count(b"\n"), 1);
    assert_eq!(count(b"ann"), 1);
    assert_eq!(count(b"ann\n"), 1);
    assert_eq!(count(b"ann\n\n"), 2);
}

#[test]
fn what_is_no_list_is_refused() {
    let refused = |bytes: &[u8], offsets: &[u32]| {
        let mut diff = Diff::new(SEED);
        diff.push(Side::Previous, bytes, offsets)
            .err()
            .map(|refused| refused.code)
    };
    assert_eq!(refused(b"ann", &[0, 3]), None);
    assert_eq!(refused(b"ann", &[]), Some(Code::ListOffsets));
    assert_eq!(refused(b"ann", &[0, 4]), Some(Code::ListOffsets));
    assert_eq!(refused(b"ann", &[2, 1]), Some(Code::ListOffsets));
    assert_eq!(refused("é".as_bytes(), &[0, 1, 2]), Some(Code::ListOffsets));
    assert_eq!(refused(b"\xC3", &[0, 1]), Some(Code::JsonUtf8));
    let mut diff = Diff::new(SEED);
    diff.push(Side::Next, b"annbo", &[0, 3, 5]).unwrap();
    let broken = diff.push(Side::Next, b"cy\xFF", &[0, 1, 2, 3]);
    assert_eq!(
        broken.err(),
        Some(RefusedIds {
            code: Code::JsonUtf8,
            index: 4,
            place: None,
            side: None
        })
    );
    let mut diff = Diff::new(SEED);
    let cut = diff.push_lines(Side::Next, b"ann\r\nbo\r\n");
    assert_eq!(
        cut.err(),
        Some(RefusedIds {
            code: Code::ListNewline,
            index: 0,
            place: Some(LinePlace {
                offset: 3,
                line: 1,
                column: 4
            }),
            side: None
        })
    );
}

#[test]
fn a_packed_text_is_told_to_be_packed_however_it_is_cut() {
    for packed in [b"\x1f\x8b\x08\0\n", b"PK\x03\x04\n"] {
        for size in [1, 2, 3, 5] {
            let mut diff = Diff::new(SEED);
            let refused = push_pieces(&mut diff, Side::Next, packed, &[size]).unwrap_err();
            assert_eq!((refused.code, refused.index), (Code::JsonPacked, 0));
        }
    }
}

#[test]
fn a_text_that_ends_within_a_character_is_of_its_side() {
    for side in [Side::Previous, Side::Next] {
        let mut diff = Diff::new(SEED);
        diff.push_lines(Side::Previous, b"b\n").unwrap();
        diff.push_lines(Side::Next, b"b\n").unwrap();
        diff.push_lines(side, b"a\n\xC3").unwrap();
        let refused = diff.finish().map(|_| ()).unwrap_err();
        assert_eq!((refused.side, refused.index), (Some(side), 2));
    }
}

fn sideless(refused: RefusedIds) -> RefusedIds {
    RefusedIds {
        side: None,
        ..refused
    }
}

/// The twin: the first place at which a whole text is no UTF-8.
fn first_fault(text: &[u8]) -> Option<RefusedIds> {
    let at = std::str::from_utf8(text).err()?.valid_up_to();
    let before = std::str::from_utf8(&text[..at]).unwrap();
    let line = before.rsplit('\n').next().unwrap();
    let index = before.matches('\n').count() as u32;
    Some(RefusedIds {
        code: Code::JsonUtf8,
        index,
        place: Some(LinePlace {
            offset: at as u64,
            line: index + 1,
            column: line.encode_utf16().count() as u32 + 1,
        }),
        side: None,
    })
}

#[test]
fn what_is_no_text_is_told_at_its_line_in_whatever_piece_it_stands() {
    let texts: [&[u8]; 9] = [
        b"a\nb\n\xff\nc\nd\n",
        b"\xff\n",
        b"ann\nb\xffo\ncy",
        b"\xf0\x9f\x98\x80\n\xc3\xa9\xf0\x9f\x98\x80\xe2\x82\nlast\n",
        b"a\n\xe2\x82",
        b"a\n\xc3\n\xa9",
        b"\n\n\n\xf0\x9f\x98x",
        b"one\n\xed\xa0\x80",
        b"one\ntwo\xc3\xa9\x80three\n\xff\n",
    ];
    for text in texts {
        for size in 1..=text.len() {
            let mut diff = Diff::new(SEED);
            let pushed = push_pieces(&mut diff, Side::Previous, text, &[size]);
            let found = pushed.and_then(|()| diff.finish().map(|_| ()));
            assert_eq!(
                found.err().map(sideless),
                first_fault(text),
                "{text:?} by {size}"
            );
        }
    }
}

#[test]
fn another_seed_gives_the_same_answer() {
    let (previous, next) = (many(0..500), many(100..700));
    let answers = [[0; 32], [1; 32], [255; 32]].map(|seed| {
        let mut diff = Diff::new(seed);
        push(&mut diff, Side::Previous, &previous, 100);
        push(&mut diff, Side::Next, &next, 100);
        answer(&diff.finish().unwrap())
    });
    assert_eq!(answers[0], expected(&previous, &next));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn of_two_faults_the_first_is_told_however_the_text_is_cut() {
    for (text, code) in [
        (&b"a\n\xFF\nb\r\nc"[..], Code::JsonUtf8),
        (b"a\xC3\r\n", Code::JsonUtf8),
        (b"a\xC3\xA9\r\n\xFF", Code::ListNewline),
    ] {
        for size in 1..=text.len() {
            let mut diff = Diff::new(SEED);
            let pushed = push_pieces(&mut diff, Side::Next, text, &[size]);
            let found = pushed.and_then(|()| diff.finish().map(|_| ()));
            assert_eq!(found.map_err(|refused| refused.code), Err(code), "{size}");
        }
    }
}
