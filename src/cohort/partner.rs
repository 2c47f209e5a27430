//! The partner in whose name cohorts are sent.

/// A partner's name as it stands in Braze's paths: 1 to 64 of `a-z`, `0-9`, `_` and `-`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Partner<'a>(&'a str);

impl<'a> Partner<'a> {
    /// The partner of this name, `None` if no partner can be named so.
    ///
    /// **Example**
    /// ```
    /// use kohort::cohort::partner::Partner;
    /// assert!(Partner::new("heap").is_some());
    /// assert!(Partner::new("heap/../x").is_none());
    /// ```
    pub fn new(name: &'a str) -> Option<Partner<'a>> {
        let good = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        ((1..=64).contains(&name.len()) && name.bytes().all(good)).then_some(Partner(name))
    }

    /// The name.
    pub fn name(self) -> &'a str {
        self.0
    }
}
