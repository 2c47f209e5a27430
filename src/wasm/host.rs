//! What the modules ask of JavaScript: `pkg/js/host.ts` answers.

#![expect(
    unsafe_code,
    reason = "functions of another language, and a backend that getrandom finds by its name"
)]

use getrandom::Error;

// WHY: two modules, since the bindings name a module once for each function.
#[link(wasm_import_module = "kohort:random")]
unsafe extern "C" {
    /// Fills `len` bytes at `at` from Web Crypto; false where the host has none.
    fn random(at: *mut u8, len: usize) -> bool;
}

#[cfg(any(feature = "edge", feature = "full"))]
#[link(wasm_import_module = "kohort:requests")]
unsafe extern "C" {
    /// Takes the request that the answer at this place tells, as long as it stands in memory. It
    /// must not call back.
    pub(super) safe fn request(answer: usize);
}

/// What `getrandom` calls. Its own backend for JavaScript needs bindings, which the edge module
/// goes without.
#[unsafe(no_mangle)]
extern "Rust" fn __getrandom_v03_custom(at: *mut u8, len: usize) -> Result<(), Error> {
    // SAFETY: getrandom lends `len` bytes at `at`, and the host writes no others.
    if unsafe { random(at, len) } {
        Ok(())
    } else {
        Err(Error::UNSUPPORTED)
    }
}
