//! The buffer through which bytes come in: JavaScript asks for room and writes there.

use crate::limits::KEPT_BUFFER_BYTES;
use alloc::vec::Vec;

/// Bytes from JavaScript, reused from call to call.
#[derive(Default)]
pub(super) struct Input {
    bytes: Vec<u8>,
}

impl Input {
    /// Where `len` bytes can be written; 0 where memory ran out.
    pub(super) fn reserve(&mut self, len: usize) -> usize {
        if self.bytes.len() < len
            || (self.bytes.len() > KEPT_BUFFER_BYTES && len <= KEPT_BUFFER_BYTES)
        {
            // Nothing is kept of what stood there, so it need not be moved.
            self.bytes = Vec::new();
            if self.bytes.try_reserve_exact(len).is_err() {
                return 0;
            }
            self.bytes.resize(len, 0);
        }
        self.bytes.as_ptr() as usize
    }

    /// The first `len` bytes that were written.
    #[cfg(feature = "regex")]
    pub(super) fn get_mut(&mut self, len: usize) -> &mut [u8] {
        let len = len.min(self.bytes.len());
        self.bytes.get_mut(..len).unwrap_or(&mut [])
    }

    /// The first `len` bytes that were written.
    pub(super) fn get(&self, len: usize) -> &[u8] {
        self.bytes.get(..len).unwrap_or(&self.bytes)
    }
}
