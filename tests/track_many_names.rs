//! A user with very many names of events: what a body of them takes grows with their number. The work is
//! counted in allocations, since each step on a summary makes some.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unsafe_code,
    reason = "tests"
)]

#[path = "support/loading.rs"]
mod loading;

use loading::Loading;
use serde_json::{Value, json};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Events of two users in turn, of purchases a few names again and again, and attributes.
fn body(names: usize) -> Value {
    let user = |number: usize| ["a", "b"][number % 2];
    let events = (0..names).map(
        |name| json!({"external_id": user(name), "name": format!("event {name}"), "time": "2026-01-02"}),
    );
    let purchases = (0..names).map(|name| {
        json!({"external_id": user(name), "product_id": format!("p{}", name % 700), "time": "2026-01-02",
            "currency": "USD", "price": 0.1})
    });
    let attributes = (0..names).map(|name| json!({"external_id": user(name), "n": name}));
    json!({"events": events.collect::<Vec<_>>(), "purchases": purchases.collect::<Vec<_>>(),
        "attributes": attributes.collect::<Vec<_>>()})
}

#[test]
fn the_work_of_a_body_grows_with_its_events_and_not_with_their_square() {
    let work = |names: usize| {
        let text = body(names).to_string();
        let loading = Loading::new();
        let before = ALLOCATIONS.with(Cell::get);
        let loading = loading.load(&text);
        let work = ALLOCATIONS.with(Cell::get) - before;
        assert_eq!(loading.counts(), [2, 3 * names as u64 - 2, 0, 0]);
        assert!(work >= names, "the names alone are so many: {work}");
        work
    };
    let (few, many) = (work(1_000), work(8_000));
    assert!(many < 10 * few, "8 times as many took {many} for {few}");
}

#[test]
fn events_that_follow_each_other_leave_what_they_leave_one_by_one() {
    let known = json!({"external_id": "a", "total_revenue": 5, "custom_events":
        [{"name": "seen", "count": 2, "first": "2026-01-01", "last": "2026-01-01"}, {"count": 1}, {"name": "seen"}]});
    let seen = |user: &str, time: &str| json!({"external_id": user, "name": "seen", "time": time});
    let bought = |price: f64| {
        json!({"external_id": "a", "product_id": "p", "time": "2026-01-02",
        "currency": "USD", "price": price})
    };
    let text = json!({"events": [seen("a", "2026-01-02"), seen("a", "2025-12-31"), seen("a", "never"),
            {"external_id": "a", "name": "other", "time": "2026-01-02"}, seen("b", "2026-01-02"),
            seen("a", "2026-01-03"), seen("b", "2026-01-01"), seen("b", "2026-01-04"), seen("a", "2026-01-02")],
        "purchases": [bought(0.1), bought(1e308), bought(1e308), bought(0.2)],
        "attributes": [{"external_id": "a", "x": 1}]})
    .to_string();
    let load = |size: usize| {
        let loading = Loading::new().load(&known.to_string()).load_in(&text, size);
        let found = loading.found();
        (
            loading.counts(),
            found,
            [0, 1].map(|user| loading.profile_of(user)),
        )
    };
    let whole = load(usize::MAX);
    assert_eq!(whole.0, [1, 11, 2, 0]);
    assert_eq!(
        whole.2[0]["custom_events"],
        json!([{"name": "seen", "count": 6, "first": "2025-12-31T00:00:00.000Z", "last": "2026-01-03T00:00:00.000Z"},
            {"count": 1}, {"name": "seen"},
            {"name": "other", "first": "2026-01-02T00:00:00.000Z", "last": "2026-01-02T00:00:00.000Z", "count": 1}])
    );
    for size in [1, 50, 100, 333] {
        assert_eq!(load(size), whole, "by {size}");
    }
}
