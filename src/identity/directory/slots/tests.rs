//! A table does what a sorted set does, and keeps what its code relies on.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What the code relies on.
fn check(slots: &Slots, expected: &BTreeSet<(u32, u32)>) {
    let mut end = 0;
    let mut entries = Vec::new();
    for at in 0..slots.buckets * BUCKET {
        let slot = slots.get(at);
        if slot as u32 == 0 {
            continue;
        }
        let home = home(tag_of(slot), slots.homes) * BUCKET;
        assert_eq!(
            at,
            home.max(end),
            "each at home or right behind the one before"
        );
        end = at + 1;
        entries.push((tag_of(slot), slot as u32));
    }
    assert!(
        entries.is_sorted(),
        "of one tag those entered first come first"
    );
    assert!(end <= slots.end);
    assert_eq!(slots.used(), entries.len());
    assert!(entries.iter().copied().eq(expected.iter().copied()));
    for &(tag, place) in expected {
        assert!(slots.find(tag, |at| at == place).is_some());
        let same = expected.range((tag, 0)..=(tag, u32::MAX)).count();
        let candidate = match slots.candidate(tag) {
            ODD => slots.candidate_further_on(tag),
            candidate => candidate,
        };
        assert!(if same == 1 {
            candidate == place
        } else {
            candidate != 0
        });
    }
}

proptest! {
    #[test]
    fn a_table_holds_what_was_entered_and_not_removed(
        // Few tags, so that some are there twice, and crowded at both ends.
        steps in prop::collection::vec((prop_oneof![0u32..20, u32::MAX - 20..=u32::MAX, any::<u32>()], 0u8..3), 1..400),
        crowded: bool,
    ) {
        let mut slots = if crowded { Slots::crowded() } else { Slots::default() };
        let mut expected = BTreeSet::new();
        let mut budget = Budget::default();
        for ((tag, step), place) in steps.into_iter().zip(1..) {
            if step > 0 {
                expected.insert((tag, place));
                slots.reserve(1, &mut budget).unwrap();
                slots.insert(tag, place);
            } else if let Some(&(tag, place)) = expected.range((tag, 0)..).next() {
                let (slot, _) = slots.find(tag, |at| at == place).unwrap();
                slots.remove(slot);
                expected.remove(&(tag, place));
            }
            check(&slots, &expected);
        }
        assert_eq!(budget.used, slots.memory_bytes());
    }
}

#[test]
fn a_large_table_grows_by_little_and_keeps_all() {
    for (mut slots, most) in [(Slots::default(), 12), (Slots::crowded(), 9)] {
        let mut budget = Budget::default();
        let mut expected = BTreeSet::new();
        let mut tag = 1u32;
        for place in 1..200_000 {
            tag = tag.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            slots.reserve(1, &mut budget).unwrap();
            slots.insert(tag, place);
            expected.insert((tag, place));
            let bytes = place as usize * most + (2 << 16);
            assert!(
                place < 10_000 || budget.used <= bytes,
                "{} for {place}",
                budget.used
            );
        }
        check(&slots, &expected);
        let mut copy = Slots::for_entries(expected.len()).unwrap();
        for slot in (0..slots.segment_count()).flat_map(|at| slots.segment(at)) {
            assert_eq!(copy.append(slot, &mut Budget::default()), Ok(true));
        }
        copy.complete(&mut Budget::default()).unwrap();
        check(&copy, &expected);
        assert!(slots.into_entries().count() == expected.len());
    }
}
