//! Where a JSON string stops, white space or a line: the loops through which every byte of every id passes.
//!
//! 16 bytes at a time with simd128, byte by byte elsewhere. Tried besides, over bodies of 42 KB:
//! eight bytes at a time in a `u64` (0.6 times as fast), and 32 bytes at a time (no faster, since
//! most ids end within 48 bytes).

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use plain as kernels;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd128 as kernels;

/// The first byte from `at` on that a JSON string cannot hold as it stands (a quote, a backslash
/// or a control character), and whether any byte before it is not ASCII. The length of `bytes` if
/// there is none.
// WHY: one copy in the edge module, where only what is odd comes here.
#[cfg_attr(feature = "edge", inline(never))]
#[cfg_attr(not(feature = "edge"), inline(always))]
pub(crate) fn string_stop(bytes: &[u8], at: usize) -> (usize, bool) {
    kernels::string_stop(bytes, at)
}

/// As [`string_stop`], and stops at bytes that are not ASCII too: one comparison less a block,
/// for the ids that are written plainly, which is nearly all.
#[inline(always)]
pub(crate) fn ascii_stop(bytes: &[u8], at: usize) -> usize {
    kernels::ascii_stop(bytes, at)
}

/// The first line feed from `at` on. The length of `bytes` if there is none.
#[inline(always)]
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    kernels::line_end(bytes, at)
}

/// The first byte from `at` on that is not white space. The length of `bytes` if there is none.
// WHY: one copy, since in a minified text there is none to pass.
#[inline(never)]
pub(crate) fn space_stop(bytes: &[u8], at: usize) -> usize {
    kernels::space_stop(bytes, at)
}

/// The twins without unsafe code.
mod plain {
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
