//! Heap cohorts on their way into Braze: read, checked, matched and planned.
//!
//! Knowledge runs one way: path, problem, limits, hash, json, identity, cohort, payload,
//! user_set, profile, pattern, segment, ingest, workspace, wasm. Each module may use only those before it in this list, and
//! `tests/architecture.rs` holds that.
#![no_std]

// WHY: each module has one allocator and one hash, and brings its own names to the linker.
#[cfg(all(
    target_arch = "wasm32",
    any(
        all(feature = "edge", any(feature = "known", feature = "full")),
        all(feature = "known", feature = "full"),
        all(
            feature = "regex",
            any(feature = "edge", feature = "known", feature = "full")
        ),
        all(
            feature = "vendors",
            any(
                feature = "edge",
                feature = "known",
                feature = "full",
                feature = "regex"
            )
        )
    )
))]
compile_error!(
    "`edge`, `known`, `full`, `regex` and `vendors` each make a module of their own: choose one of these features"
);
#[cfg(all(
    target_arch = "wasm32",
    feature = "std",
    any(
        feature = "edge",
        feature = "known",
        feature = "regex",
        feature = "vendors"
    )
))]
compile_error!(
    "`edge`, `known`, `regex` and `vendors` go without `std`: add `--no-default-features`"
);

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod cohort;
pub mod hash;
pub mod identity;
#[cfg(feature = "std")]
pub mod ingest;
pub mod json;
pub mod limits;
pub mod path;
#[cfg(any(feature = "std", feature = "regex"))]
pub mod pattern;
pub mod payload;
pub mod problem;
#[cfg(feature = "std")]
pub mod profile;
#[cfg(feature = "std")]
pub mod segment;
#[cfg(feature = "std")]
pub mod user_set;
#[cfg(feature = "std")]
pub mod workspace;

#[cfg(all(
    target_arch = "wasm32",
    any(
        feature = "edge",
        feature = "known",
        feature = "full",
        feature = "regex",
        feature = "vendors"
    )
))]
mod wasm;
