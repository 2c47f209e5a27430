//! The walk through an array.

use super::Nesting;
use crate::problem::Place;

/// A walk through an array that knows where its elements end.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// Elements before this one.
    pub(super) index: u32,
    /// Within the array.
    pub(super) nesting: Nesting,
    /// Has the array's bracket been passed?
    pub(super) open: bool,
    /// Where the walk is.
    pub(super) place: Place,
}

impl Cut {
    pub(super) fn new(place: Place) -> Cut {
        Cut {
            index: 0,
            nesting: Nesting::default(),
            open: false,
            place,
        }
    }

    /// Passes a byte; true if it opens the array, ends an element, or closes the array.
    #[inline(always)]
    pub(super) fn pass(&mut self, byte: u8) -> bool {
        if self.nesting.is_outside() {
            match byte {
                b'[' if !self.open => {
                    self.open = true;
                    return true;
                }
                b',' | b']' if self.open => return true,
                _ => {}
            }
        }
        self.nesting.pass(byte);
        false
    }
}
