//! The bindings: what JavaScript may call. No rule of the domain lives here.
//!
//! Bytes go in through a buffer of the callee's ([`input`]), numbers come back, and everything
//! longer is read from wasm memory ([`answer`]) by the thin JavaScript layer in `pkg/js/`, since
//! making JavaScript values on this side is what costs most at the boundary. The full module alone
//! makes some: what is few and asked for seldom, and files.

#[cfg(not(feature = "regex"))]
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
#[cfg(not(feature = "regex"))]
mod host;
mod input;
#[cfg(feature = "full")]
mod partner_keys;
#[cfg(any(feature = "edge", feature = "full", feature = "vendors"))]
mod parts;
#[cfg(feature = "full")]
mod patterns;
#[cfg(any(feature = "edge", feature = "full"))]
mod planner;
#[cfg(not(feature = "regex"))]
mod random;
#[cfg(feature = "regex")]
mod regex;
#[cfg(feature = "full")]
mod report;
#[cfg(feature = "full")]
mod segments;
#[cfg(feature = "vendors")]
mod vendors;
#[cfg(feature = "full")]
mod workspace;
