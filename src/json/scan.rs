//! Where a JSON string stops, or white space: the loops through which every byte of every id passes.
//!
//! 16 bytes at a time with simd128, byte by byte elsewhere. Tried besides, over bodies of 42 KB:
//! eight bytes at a time in a `u64` (0.6 times as fast), and 32 bytes at a time (no faster, since
//! most ids end within 48 bytes).

/// The first byte from `at` on that a JSON string cannot hold as it stands (a quote, a backslash
/// or a control character), and whether any byte before it is not ASCII. The length of `bytes` if
/// there is none.
// WHY: one copy in the edge module, where only what is odd comes here.
#[cfg_attr(feature = "edge", inline(never))]
#[cfg_attr(not(feature = "edge"), inline(always))]
pub(crate) fn string_stop(bytes: &[u8], at: usize) -> (usize, bool) {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return simd128::string_stop(bytes, at);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    return plain::string_stop(bytes, at);
}

/// As [`string_stop`], and stops at bytes that are not ASCII too: one comparison less a block,
/// for the ids that are written plainly, which is nearly all.
#[inline(always)]
pub(crate) fn ascii_stop(bytes: &[u8], at: usize) -> usize {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return simd128::ascii_stop(bytes, at);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    return plain::ascii_stop(bytes, at);
}

/// The first line feed from `at` on. The length of `bytes` if there is none.
#[inline(always)]
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return simd128::line_end(bytes, at);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    return plain::line_end(bytes, at);
}

/// The first byte from `at` on that is not white space. The length of `bytes` if there is none.
// WHY: one copy, since in a minified text there is none to pass.
#[inline(never)]
pub(crate) fn space_stop(bytes: &[u8], at: usize) -> usize {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return simd128::space_stop(bytes, at);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    return plain::space_stop(bytes, at);
}

/// Line feeds and carriage returns of a text, rising, 64 bytes at a time.
///
/// Tried besides, over a million lines of 36 bytes: from each line's start on, 16 bytes at a time, as
/// [`string_stop`] does.
pub(crate) struct LineEnds<'a> {
    text: &'a [u8],
    /// Behind the bytes that `ends` is of.
    next: usize,
    /// A bit for each end among the 64 bytes before `next` that was not answered yet.
    ends: u64,
    is_ascii: bool,
}

/// Bytes that are looked at together.
const WINDOW: usize = 64;

impl<'a> LineEnds<'a> {
    pub(crate) fn new(text: &'a [u8]) -> LineEnds<'a> {
        LineEnds {
            text,
            next: 0,
            ends: 0,
            is_ascii: true,
        }
    }

    /// Was every byte ASCII so far?
    pub(crate) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// Looks at the next bytes.
    #[inline(always)]
    fn look(&mut self) -> Option<()> {
        let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
        let (ends, is_ascii) = match rest.first_chunk() {
            Some(window) => window_ends(window),
            None => {
                let mut last = [0; WINDOW];
                for (to, from) in last.iter_mut().zip(rest) {
                    *to = *from;
                }
                window_ends(&last)
            }
        };
        self.ends = ends;
        self.is_ascii &= is_ascii;
        self.next += WINDOW;
        Some(())
    }
}

impl Iterator for LineEnds<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.ends == 0 {
            self.look()?;
        }
        let at = self.next - WINDOW + self.ends.trailing_zeros() as usize;
        self.ends &= self.ends - 1;
        Some(at)
    }
}

/// A bit for each line feed and carriage return, and whether all bytes are ASCII.
#[inline(always)]
fn window_ends(window: &[u8; WINDOW]) -> (u64, bool) {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return simd128::window_ends(window);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    return plain::window_ends(window);
}

/// The twins without unsafe code.
pub(crate) mod plain {
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    #[inline]
    pub(crate) fn window_ends(window: &[u8; super::WINDOW]) -> (u64, bool) {
        let ends = window.iter().rev().fold(0, |ends, &byte| {
            ends << 1 | u64::from(byte == b'\n' || byte == b'\r')
        });
        (ends, window.is_ascii())
    }

    #[inline]
    pub(crate) fn space_stop(bytes: &[u8], mut at: usize) -> usize {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
            at += 1;
        }
        at
    }

    #[inline]
    pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let end = rest.iter().position(|&byte| byte == b'\n');
        end.map_or(bytes.len(), |end| at + end)
    }

    #[inline]
    pub(crate) fn ascii_stop(bytes: &[u8], mut at: usize) -> usize {
        while let Some(&byte) = bytes.get(at) {
            if byte == b'"' || byte == b'\\' || !(0x20..0x80).contains(&byte) {
                break;
            }
            at += 1;
        }
        at
    }

    #[inline]
    pub(crate) fn string_stop(bytes: &[u8], mut at: usize) -> (usize, bool) {
        let mut high = 0u8;
        while let Some(&byte) = bytes.get(at) {
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                break;
            }
            high |= byte;
            at += 1;
        }
        (at, high >= 0x80)
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[expect(unsafe_code, reason = "a vector load of 16 bytes has no safe form")]
mod simd128 {
    use core::arch::wasm32::*;

    #[inline(always)]
    pub(crate) fn space_stop(bytes: &[u8], mut at: usize) -> usize {
        // A text without white space comes here for its ends of lists, and need not look further.
        if bytes.get(at).is_some_and(|&byte| byte > b' ') {
            return at;
        }
        while at + 16 <= bytes.len() {
            // SAFETY: the 16 bytes from `at` lie within `bytes`; the load needs no alignment.
            let block = unsafe { v128_load(bytes.as_ptr().add(at).cast()) };
            let spaces = v128_or(
                v128_or(
                    i8x16_eq(block, i8x16_splat(b' ' as i8)),
                    i8x16_eq(block, i8x16_splat(b'\n' as i8)),
                ),
                v128_or(
                    i8x16_eq(block, i8x16_splat(b'\r' as i8)),
                    i8x16_eq(block, i8x16_splat(b'\t' as i8)),
                ),
            );
            let others = !i8x16_bitmask(spaces);
            if others != 0 {
                return at + others.trailing_zeros() as usize;
            }
            at += 16;
        }
        super::plain::space_stop(bytes, at)
    }

    #[inline(always)]
    pub(crate) fn window_ends(window: &[u8; super::WINDOW]) -> (u64, bool) {
        let start: *const v128 = window.as_ptr().cast();
        let (mut ends, mut all) = (0, u8x16_splat(0));
        for part in 0..super::WINDOW / 16 {
            // SAFETY: four blocks of 16 bytes are the window; the load needs no alignment.
            let block = unsafe { v128_load(start.add(part)) };
            let found = v128_or(
                i8x16_eq(block, i8x16_splat(b'\n' as i8)),
                i8x16_eq(block, i8x16_splat(b'\r' as i8)),
            );
            ends |= u64::from(i8x16_bitmask(found)) << (16 * part);
            all = v128_or(all, block);
        }
        (ends, i8x16_bitmask(all) == 0)
    }

    #[inline(always)]
    pub(crate) fn line_end(bytes: &[u8], mut at: usize) -> usize {
        while at + 16 <= bytes.len() {
            // SAFETY: the 16 bytes from `at` lie within `bytes`; the load needs no alignment.
            let block = unsafe { v128_load(bytes.as_ptr().add(at).cast()) };
            let ends = i8x16_bitmask(i8x16_eq(block, i8x16_splat(b'\n' as i8)));
            if ends != 0 {
                return at + ends.trailing_zeros() as usize;
            }
            at += 16;
        }
        super::plain::line_end(bytes, at)
    }

    #[inline(always)]
    pub(crate) fn ascii_stop(bytes: &[u8], mut at: usize) -> usize {
        while at + 16 <= bytes.len() {
            // SAFETY: the 16 bytes from `at` lie within `bytes`; the load needs no alignment.
            let block = unsafe { v128_load(bytes.as_ptr().add(at).cast()) };
            let stops = v128_or(
                v128_or(
                    i8x16_eq(block, i8x16_splat(b'"' as i8)),
                    i8x16_eq(block, i8x16_splat(b'\\' as i8)),
                ),
                // Signed, so that bytes from 0x80 on are below as well.
                i8x16_lt(block, i8x16_splat(0x20)),
            );
            let stops = i8x16_bitmask(stops);
            if stops != 0 {
                return at + stops.trailing_zeros() as usize;
            }
            at += 16;
        }
        super::plain::ascii_stop(bytes, at)
    }

    #[inline(always)]
    pub(crate) fn string_stop(bytes: &[u8], mut at: usize) -> (usize, bool) {
        let mut high = 0u16;
        while at + 16 <= bytes.len() {
            // SAFETY: the 16 bytes from `at` lie within `bytes`; the load needs no alignment.
            let block = unsafe { v128_load(bytes.as_ptr().add(at).cast()) };
            let stops = v128_or(
                v128_or(
                    i8x16_eq(block, i8x16_splat(b'"' as i8)),
                    i8x16_eq(block, i8x16_splat(b'\\' as i8)),
                ),
                u8x16_lt(block, u8x16_splat(0x20)),
            );
            let stops = i8x16_bitmask(stops);
            if stops != 0 {
                let before = stops.trailing_zeros();
                high |= i8x16_bitmask(block) & ((1u16 << before) - 1);
                return (at + before as usize, high != 0);
            }
            high |= i8x16_bitmask(block);
            at += 16;
        }
        let (end, tail) = super::plain::string_stop(bytes, at);
        (end, tail || high != 0)
    }
}
