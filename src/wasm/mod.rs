//! The bindings: what JavaScript may call. No rule of the domain lives here.
//!
//! Bytes go in through a buffer of the callee's ([`input`]), numbers come back, and everything
//! longer is read from wasm memory ([`answer`]) by the thin JavaScript layer in `pkg/js/`, since
//! making JavaScript values on this side is what costs most at the boundary. The full module alone
//! makes some: what is few and asked for seldom, and files.

mod answer;
#[cfg(not(feature = "std"))]
mod bare;
#[cfg(any(feature = "edge", feature = "full"))]
mod checker;
#[cfg(any(feature = "edge", feature = "full"))]
mod desk;
#[cfg(any(feature = "known", feature = "full"))]
mod diff;
#[cfg(any(feature = "known", feature = "full"))]
mod directory;
#[cfg(any(feature = "edge", feature = "full"))]
mod exports;
mod host;
mod input;
#[cfg(feature = "full")]
mod partner_keys;
#[cfg(any(feature = "edge", feature = "full"))]
mod parts;
#[cfg(any(feature = "edge", feature = "full"))]
mod planner;
mod random;
#[cfg(feature = "full")]
mod report;
#[cfg(feature = "full")]
mod segments;
#[cfg(feature = "full")]
mod workspace;
