//! How a request is looked at.

use super::Keys;
use super::clusters::Endpoint;
use crate::limits::BodyLimits;

/// What the caller of a check decides. Compiled once, used for many requests.
pub struct Options {
    /// Follow Braze's prose where it is narrower than what its clients send.
    pub strict: bool,
    /// Warn about what people get wrong.
    pub lints: bool,
    /// Must the two keys be there? Not for planned requests, which get them last.
    pub require_keys: bool,
    /// The keys that are let in; without any, every non-empty key is.
    pub keys: Keys,
    /// The endpoint that the request goes to, where the caller says it.
    pub rest_endpoint: Option<Endpoint>,
    /// How large a request may be.
    pub limits: BodyLimits,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            strict: false,
            lints: true,
            require_keys: true,
            keys: Keys::default(),
            rest_endpoint: None,
            limits: BodyLimits::default(),
        }
    }
}
