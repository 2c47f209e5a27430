//! Room in lists: asked of the budget, then tried.

use crate::identity::directory::{Budget, Full};
use alloc::collections::TryReserveError;
use alloc::vec::Vec;

/// Makes room for so many more. What is full grows by half, so that adding one by one copies each
/// element about three times, and a third at most is unused.
pub(super) fn more<T>(list: &mut Vec<T>, count: usize, budget: &mut Budget) -> Result<(), Full> {
    if list.capacity() - list.len() >= count {
        return Ok(());
    }
    let needed = list.len().checked_add(count).ok_or(Full)?;
    at_least(
        list,
        needed.max(list.capacity() + list.capacity() / 2),
        budget,
    )
}

/// Makes room for so many in all.
pub(super) fn at_least<T>(
    list: &mut Vec<T>,
    wanted: usize,
    budget: &mut Budget,
) -> Result<(), Full> {
    if wanted <= list.capacity() {
        return Ok(());
    }
    let bytes = (wanted - list.capacity())
        .checked_mul(size_of::<T>())
        .ok_or(Full)?;
    budget.take(bytes)?;
    if let Err(full) = list.try_reserve_exact(wanted - list.len()) {
        budget.give_back(bytes);
        return Err(full.into());
    }
    Ok(())
}

/// Makes room for so many more in a scratch list that grows in a hot loop.
// WHY: the full module inlines little, and so would call the library each time.
#[inline(always)]
pub(super) fn quick<T>(list: &mut Vec<T>, count: usize) -> Result<(), TryReserveError> {
    if list.capacity() - list.len() >= count {
        return Ok(());
    }
    list.try_reserve(count)
}

/// Bytes that a list takes.
pub(super) fn bytes_of<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}
