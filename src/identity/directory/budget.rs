//! How much memory may be taken. Every growth asks here first and then tries; neither aborts.

use alloc::collections::TryReserveError;
use alloc::vec::Vec;

/// Memory ran out, or the caller's limit is reached: `limit.memory`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

impl From<TryReserveError> for Full {
    fn from(_: TryReserveError) -> Full {
        Full
    }
}

/// Bytes taken, and how many may be.
pub(crate) struct Budget {
    pub(crate) used: usize,
    pub(crate) max: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            used: 0,
            max: usize::MAX,
        }
    }
}

impl Budget {
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Full> {
        let used = self.used.checked_add(bytes).ok_or(Full)?;
        if used > self.max {
            return Err(Full);
        }
        self.used = used;
        Ok(())
    }

    pub(crate) fn give_back(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
    }
}

/// Makes room for so many bytes that will be asked for one by one, at once: the host takes about a
/// millisecond whenever wasm memory grows, by however little. Whether there is room is of no
/// matter here.
pub(crate) fn prepare(bytes: usize) {
    if cfg!(target_arch = "wasm32") {
        let mut room: Vec<u8> = Vec::new();
        let _ = room.try_reserve_exact(bytes);
        // Else the compiler leaves it out.
        core::hint::black_box(&mut room);
    }
}
