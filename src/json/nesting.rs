//! Where a byte stands in JSON that nobody has read yet, by its strings and brackets alone.

/// How deep a walk over the bytes is.
// A fault of grammar may lead this astray, but no further than the reader of what it cuts out will
// notice.
#[derive(Clone, Copy, Default)]
pub(crate) struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Is the walk neither in a string nor between brackets?
    #[inline(always)]
    pub(crate) fn is_outside(self) -> bool {
        self.depth == 0 && !self.in_string
    }

    /// Is the walk in a string?
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn is_in_string(self) -> bool {
        self.in_string
    }

    /// Goes on over a byte.
    // WHY: one copy where every byte of code is loaded, and only arrays come here.
    #[cfg_attr(not(feature = "std"), inline(never))]
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn pass(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}
