//! Several texts that came in one piece.

/// Takes texts that were written one after another, each by its length.
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

impl<'a> Parts<'a> {
    /// The next part; `None` where its length says that it is not there.
    pub(super) fn next(&mut self, len: u32) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(len as usize)?;
        self.0 = rest;
        Some(part)
    }
}
