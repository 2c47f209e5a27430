//! Where the values of a profile go while it is read.

use super::{AttributeIx, Draft, Time, decimal};

/// Takes the values of one profile in the order in which they are read: each is an attribute's, or, where
/// none is named, an element or a member of the list or the object at hand.
///
/// Every call answers `None` where the value cannot be taken; then all of the profile is of no use.
pub(crate) trait Values {
    fn null_item(&mut self) -> Option<()>;
    fn bool(&mut self, at: Option<AttributeIx>, value: bool) -> Option<()>;
    /// A whole number of at most 15 digits, divided by 10 to the power of `scale`, which is 15 at most.
    fn decimal(&mut self, at: Option<AttributeIx>, whole: i64, scale: u8) -> Option<()>;
    fn number(&mut self, at: Option<AttributeIx>, value: f64) -> Option<()>;
    fn text(&mut self, at: Option<AttributeIx>, text: &[u8]) -> Option<()>;
    /// A text that is this time.
    fn time(&mut self, at: AttributeIx, time: Time, text: &[u8]) -> Option<()>;
    /// See [`Draft::id_item`].
    fn id_item(&mut self, number: u32) -> Option<()>;
    /// A list or an object begins, whose elements or members follow.
    fn begin(&mut self, at: Option<AttributeIx>, is_object: bool) -> Option<()>;
    /// The key of a member, and a place where what is found out about it may be kept, 0 at first and for
    /// the same [`super::Profiles`] only.
    fn key(&mut self, key: &[u8], memo: Option<&mut u32>) -> Option<()>;
    fn end(&mut self) -> Option<()>;
}

impl Values for Draft {
    fn null_item(&mut self) -> Option<()> {
        Draft::null_item(self).ok()
    }

    fn bool(&mut self, at: Option<AttributeIx>, value: bool) -> Option<()> {
        match at {
            Some(at) => Draft::bool(self, at, value).ok(),
            None => self.bool_item(value).ok(),
        }
    }

    fn decimal(&mut self, at: Option<AttributeIx>, whole: i64, scale: u8) -> Option<()> {
        Values::number(self, at, decimal::double(whole, scale))
    }

    fn number(&mut self, at: Option<AttributeIx>, value: f64) -> Option<()> {
        match at {
            Some(at) => Draft::number(self, at, value).ok(),
            None => self.number_item(value).ok(),
        }
    }

    fn text(&mut self, at: Option<AttributeIx>, text: &[u8]) -> Option<()> {
        match at {
            Some(at) => Draft::text(self, at, text).ok(),
            None => self.text_item(text).ok(),
        }
    }

    fn time(&mut self, at: AttributeIx, _time: Time, text: &[u8]) -> Option<()> {
        Draft::text(self, at, text).ok()
    }

    fn id_item(&mut self, number: u32) -> Option<()> {
        Draft::id_item(self, number).ok()
    }

    fn begin(&mut self, at: Option<AttributeIx>, is_object: bool) -> Option<()> {
        match (at, is_object) {
            (Some(at), false) => self.list(at).ok(),
            (Some(at), true) => self.object(at).ok(),
            (None, false) => self.begin_list().ok(),
            (None, true) => self.begin_object().ok(),
        }
    }

    fn key(&mut self, key: &[u8], _memo: Option<&mut u32>) -> Option<()> {
        Draft::key(self, key).ok()
    }

    fn end(&mut self) -> Option<()> {
        Draft::end(self).ok()
    }
}
