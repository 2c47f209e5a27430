//! How much memory may be taken. Every growth asks here first and then tries; neither aborts.

use alloc::collections::TryReserveError;

/// Memory ran out, or the caller's limit is reached: `limit.memory`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

impl From<TryReserveError> for Full {
    fn from(_: TryReserveError) -> Full {
        Full
    }
}

/// Bytes taken, and how many may be.
pub(in crate::identity) struct Budget {
    pub(in crate::identity) used: usize,
    pub(in crate::identity) max: usize,
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
    pub(in crate::identity) fn take(&mut self, bytes: usize) -> Result<(), Full> {
        let used = self.used.checked_add(bytes).ok_or(Full)?;
        if used > self.max {
            return Err(Full);
        }
        self.used = used;
        Ok(())
    }

    pub(in crate::identity) fn give_back(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
    }
}
