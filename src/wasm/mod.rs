//! The bindings: what JavaScript may call. No rule of the domain lives here.
//!
//! Bytes go in through a buffer of the callee's ([`input`]), numbers come back, and everything
//! longer is read from wasm memory by the thin JavaScript layer in `pkg/js/`. Nothing is made of
//! JavaScript values on this side, since that is what costs most at the boundary.

#[cfg(not(feature = "std"))]
mod bare;
mod checker;
mod input;
mod problems;
mod random;

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the package that this module was built from.
#[wasm_bindgen]
pub fn version() -> alloc::string::String {
    env!("CARGO_PKG_VERSION").into()
}
