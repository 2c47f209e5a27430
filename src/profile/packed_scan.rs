//! Lists and objects of one attribute, user by user: gone into no further than is asked, and what is passed
//! over is not read.

use super::packed::{self, Head, pass};
use super::shared_texts::SharedTexts;
use super::tree;
use super::{AttributeIx, Profiles, Scalar, Tree, varint};
use crate::identity::UserIx;
use crate::profile::BLOCK_USERS;

/// A value that was not read yet.
///
/// `Debug` is not offered, since values are people's.
#[derive(Clone, Copy)]
pub struct Packed<'a> {
    /// Begins with the value.
    bytes: &'a [u8],
    shared: &'a SharedTexts,
}

/// A text that keys or values are compared with.
#[derive(Clone, Copy)]
pub struct Sought<'t> {
    text: &'t [u8],
    /// Its number among the shared texts.
    number: Option<u32>,
}

/// A text of a row.
enum Text<'a> {
    Shared(u32),
    Own(&'a [u8]),
}

/// Takes the rest of a text that begins with this tag off the front.
#[inline]
fn take_text<'a>(tag: u8, rest: &mut &'a [u8]) -> Text<'a> {
    Text::Shared(match tag {
        packed::SHARED_1.. => u32::from(tag - packed::SHARED_1),
        packed::SHARED_2.. => {
            let low = rest.first().copied().unwrap_or(0);
            *rest = rest.get(1..).unwrap_or(&[]);
            0x80 + (u32::from(tag - packed::SHARED_2) << 8 | u32::from(low))
        }
        packed::SHARED => varint::take(rest) as u32,
        _ => {
            let len = varint::take(rest) as usize;
            let (text, after) = rest.split_at_checked(len).unwrap_or((&[], &[]));
            *rest = after;
            return Text::Own(text);
        }
    })
}

impl Sought<'_> {
    #[inline]
    fn is(&self, text: &Text<'_>) -> bool {
        match text {
            Text::Shared(number) => self.number == Some(*number),
            Text::Own(text) => *text == self.text,
        }
    }
}

impl<'a> Packed<'a> {
    /// The value, to be gone through.
    pub fn tree(self) -> Tree<'a> {
        tree::of(self.bytes, self.shared)
    }

    /// The bytes of the value: the same for no other value of the same profiles.
    ///
    /// **Cost**: passing over it.
    pub fn bytes(self) -> &'a [u8] {
        let mut rest = self.bytes;
        pass(&mut rest, 1);
        let len = self.bytes.len() - rest.len();
        self.bytes.get(..len).unwrap_or(&[])
    }

    /// The number of the shared text that it is.
    #[inline]
    pub fn shared_number(self) -> Option<u32> {
        let (&tag, mut rest) = self.bytes.split_first()?;
        if tag < packed::SHARED_2 && tag != packed::SHARED {
            return None;
        }
        match take_text(tag, &mut rest) {
            Text::Shared(number) => Some(number),
            Text::Own(_) => None,
        }
    }

    /// How many parts follow, if it is a list, or, where that is asked, an object.
    #[inline]
    fn parts(self, is_object: bool) -> Option<(u32, &'a [u8])> {
        let (&tag, mut rest) = self.bytes.split_first()?;
        let (small, long) = if is_object {
            (packed::SMALL_OBJECT, packed::OBJECT)
        } else {
            (packed::SMALL_LIST, packed::LIST)
        };
        if tag & 0xF0 == small {
            return Some((u32::from(tag & 0xF), rest));
        }
        (tag == long).then(|| (varint::take(&mut rest) as u32, rest))
    }

    /// Does it stand for an id?
    pub fn is_id(self) -> bool {
        self.bytes.first() == Some(&packed::ID)
    }

    /// Is it an object?
    pub fn is_object(self) -> bool {
        self.parts(true).is_some()
    }

    /// Has it other values, or stands it for one that is elsewhere?
    pub fn is_scalar(self) -> bool {
        !matches!(
            self.bytes.first(),
            None | Some(&packed::NULL | &packed::ID | &packed::LIST | &packed::OBJECT)
                | Some(&(packed::SMALL_LIST..packed::SMALL_INT))
        )
    }

    /// How many elements a list has, and each.
    ///
    /// **Cost**: a pass over each.
    #[inline]
    pub fn elements(self) -> Option<(u32, impl Iterator<Item = Packed<'a>>)> {
        let (count, mut rest) = self.parts(false)?;
        let shared = self.shared;
        let elements = (0..count).map(move |at| {
            if at > 0 {
                pass(&mut rest, 1);
            }
            Packed {
                bytes: rest,
                shared,
            }
        });
        Some((count, elements))
    }

    /// The objects of a list.
    #[inline]
    pub fn rows(self) -> impl Iterator<Item = Packed<'a>> {
        let elements = self.elements().into_iter();
        elements
            .flat_map(|(_, elements)| elements)
            .filter(|element| element.is_object())
    }

    /// The members of an object with these keys. It is none, and has none, where it is something else.
    ///
    /// **Cost**: a pass over the members up to the last of them.
    #[inline]
    pub fn members<const N: usize>(self, keys: &[Sought<'_>; N]) -> [Option<Packed<'a>>; N] {
        let mut found = [None; N];
        let Some((count, mut rest)) = self.parts(true) else {
            return found;
        };
        let mut missing = N;
        for _ in 0..count {
            let Some((&tag, after)) = rest.split_first() else {
                break;
            };
            rest = after;
            let key = take_text(tag, &mut rest);
            for (found, sought) in found.iter_mut().zip(keys) {
                if sought.is(&key) && found.is_none() {
                    *found = Some(Packed {
                        bytes: rest,
                        shared: self.shared,
                    });
                    missing -= 1;
                }
            }
            if missing == 0 {
                break;
            }
            pass(&mut rest, 1);
        }
        found
    }

    /// The member of an object with this key.
    #[inline]
    pub fn member(self, key: Sought<'_>) -> Option<Packed<'a>> {
        let [member] = self.members(&[key]);
        member
    }

    /// Is it this text?
    #[inline]
    pub fn is_text(self, sought: Sought<'_>) -> bool {
        let Some((&tag, mut rest)) = self.bytes.split_first() else {
            return false;
        };
        match tag {
            packed::SHARED_2.. | packed::TEXT | packed::SHARED => {
                sought.is(&take_text(tag, &mut rest))
            }
            packed::NEAR_TIME..packed::SHARED_2 => {
                let mut rest = self.bytes;
                match packed::head(&mut rest, self.shared) {
                    (Head::Scalar(Scalar::Time(time)), _) => *time.text() == *sought.text,
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

impl Profiles {
    /// A text that keys or values are to be compared with.
    ///
    /// **Cost**: one look-up.
    pub fn sought<'t>(&self, text: &'t [u8]) -> Sought<'t> {
        Sought {
            text,
            number: self.shared.find(text, &self.seed),
        }
    }

    /// A value whose bytes came from one of these profiles.
    pub fn packed<'a>(&'a self, bytes: &'a [u8]) -> Packed<'a> {
        Packed {
            bytes,
            shared: &self.shared,
        }
    }

    /// Null.
    pub fn packed_null(&self) -> Packed<'_> {
        self.packed(&[packed::NULL])
    }

    /// A list without elements, one with an element that is null, and an object without members.
    pub fn packed_shapes(&self) -> [Packed<'_>; 3] {
        [
            self.packed(&[packed::SMALL_LIST]),
            self.packed(&[packed::SMALL_LIST + 1, packed::NULL]),
            self.packed(&[packed::SMALL_OBJECT]),
        ]
    }

    /// How many blocks of users there are, of whom one has a list or an object.
    pub fn packed_blocks(&self) -> u16 {
        self.rows.end().div_ceil(BLOCK_USERS) as u16
    }

    /// Calls with the lists and objects of an attribute, and with the place of each one's user in the block.
    ///
    /// **Errors**: the first that a call answers.
    ///
    /// **Cost**: a pass over the rows of the block, each up to the attribute.
    #[inline]
    pub fn each_packed<'a, E>(
        &'a self,
        attribute: AttributeIx,
        block: u16,
        mut each: impl FnMut(u16, Packed<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        let wanted = u64::from(attribute.0);
        let first = UserIx::from(block) * BLOCK_USERS as UserIx;
        for (row, user) in self.rows.from(first, BLOCK_USERS) {
            let mut rest = row;
            while !rest.is_empty() {
                let head = varint::take(&mut rest);
                if head >> 1 < wanted {
                    pass(&mut rest, head & 1);
                    continue;
                }
                if head == wanted << 1 | 1 {
                    each(
                        user as u16,
                        Packed {
                            bytes: rest,
                            shared: &self.shared,
                        },
                    )?;
                }
                break;
            }
        }
        Ok(())
    }
}
