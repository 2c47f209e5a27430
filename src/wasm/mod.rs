//! The bindings: what JavaScript may call. No rule of the domain lives here.

#[cfg(not(feature = "std"))]
mod bare;

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the package that this module was built from.
#[wasm_bindgen]
pub fn version() -> alloc::string::String {
    env!("CARGO_PKG_VERSION").into()
}
