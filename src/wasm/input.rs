//! The buffer through which bytes come in: JavaScript asks for room and writes there.

use alloc::vec::Vec;

/// Bytes from JavaScript, reused from call to call.
#[derive(Default)]
pub(super) struct Input {
    bytes: Vec<u8>,
}

impl Input {
    /// Where `len` bytes can be written; 0 where memory ran out.
    pub(super) fn reserve(&mut self, len: usize) -> usize {
        if self.bytes.len() < len {
            let more = len - self.bytes.len();
            if self.bytes.try_reserve_exact(more).is_err() {
                return 0;
            }
            self.bytes.resize(len, 0);
        }
        self.bytes.as_ptr() as usize
    }

    /// The first `len` bytes that were written.
    pub(super) fn get(&self, len: usize) -> &[u8] {
        self.bytes.get(..len).unwrap_or(&self.bytes)
    }
}
