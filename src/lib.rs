//! Heap cohorts on their way into Braze: read, checked, matched and planned.
#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;
