//! What sets take, and that where memory runs out at any place an operation says so and does not abort.
//!
//! The Roaring crate cannot try to grow, so `src/user_set/compressed.rs` tries before it. Here the allocator is given
//! every amount of memory in turn, from none to enough: if what was tried were too little, this test would abort.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unsafe_code,
    reason = "tests; an allocator is unsafe by its kind"
)]

#[path = "support/chance.rs"]
mod chance;
#[path = "oracle/user_set_twin.rs"]
mod twin;

use kohort::identity::directory::Full;
use kohort::user_set::{Encoding, UserSet};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use twin::{ENCODINGS, archetypes};

thread_local! {
    /// What this thread has taken, and how much it may.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static MAY_TAKE: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The system's, with an account for each thread.
struct Limited;

// SAFETY: all memory is the system's, with the layouts that were asked for; what is refused is null.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let taken = TAKEN.get().wrapping_add(layout.size());
        // More may have been given back than taken, by another thread's memory: then it wraps.
        if (taken as isize) > 0 && taken > MAY_TAKE.get() {
            return std::ptr::null_mut();
        }
        TAKEN.set(taken);
        // SAFETY: the caller's layout.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        TAKEN.set(TAKEN.get().wrapping_sub(layout.size()));
        // SAFETY: the caller's pointer and layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Limited = Limited;

/// Bytes that are taken now by what `make` makes.
fn bytes_of(make: impl FnOnce() -> UserSet) -> (UserSet, usize) {
    let before = TAKEN.get();
    let set = make();
    (set, TAKEN.get().wrapping_sub(before))
}

#[test]
fn a_set_tells_what_it_takes() {
    for (name, twin) in archetypes(150_000) {
        for encoding in ENCODINGS {
            let (set, taken) = bytes_of(|| twin.held(encoding));
            let told = set.memory_bytes();
            let near = taken.abs_diff(told) <= 64 + told / 16;
            assert!(near, "{name}, {encoding:?}: {told} told, {taken} taken");
        }
    }
}

#[test]
fn where_memory_runs_out_an_operation_says_so() {
    type Make<'a> = &'a dyn Fn(&UserSet, &UserSet) -> Result<UserSet, Full>;
    let operations: [Make; 10] = [
        &|a, b| a.and(b),
        &|a, b| a.or(b),
        &|a, b| a.and_not(b),
        &|a, _| a.complement(),
        &|a, _| a.try_clone(),
        &|a, _| a.to_encoding(Encoding::Dense),
        &|a, _| a.to_encoding(Encoding::Compressed),
        &|a, _| a.to_encoding(Encoding::Runs),
        &|a, b| UserSet::and_all(0, &[a, b, a]),
        &|a, b| UserSet::or_all(0, &[a, b, a]),
    ];
    let shapes = archetypes(140_000);
    let shapes: Vec<_> = shapes.iter().step_by(2).map(|(_, twin)| twin).collect();
    let mut failures = 0;
    for (a, b) in shapes.iter().zip(shapes.iter().cycle().skip(1)) {
        for (of_a, of_b) in ENCODINGS.iter().flat_map(|a| ENCODINGS.map(|b| (*a, b))) {
            let (a, b) = (a.held(of_a), b.held(of_b));
            for make in operations {
                let expected = make(&a, &b).unwrap();
                let mut more = 0;
                loop {
                    MAY_TAKE.set(TAKEN.get() + more);
                    let made = make(&a, &b);
                    MAY_TAKE.set(usize::MAX);
                    if let Ok(made) = made {
                        assert_eq!(made, expected);
                        break;
                    }
                    failures += 1;
                    more += 16 + more / 3;
                }
            }
        }
    }
    assert!(failures > 1000, "only {failures}");
}

#[test]
fn a_set_that_cannot_be_held_otherwise_stays_as_it_is() {
    for (name, twin) in archetypes(140_000) {
        for encoding in ENCODINGS {
            let mut set = twin.held(encoding);
            MAY_TAKE.set(TAKEN.get());
            let done = set.optimise();
            MAY_TAKE.set(usize::MAX);
            assert!(twin.is(&set), "{name}");
            assert!(done.is_ok() || set.encoding() == encoding, "{name}");
        }
    }
}
