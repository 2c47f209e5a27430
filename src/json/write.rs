//! JSON strings, written.

use super::string_stop;
use crate::problem::Code;
use alloc::vec::Vec;

/// Appends a JSON string that reads as `text`, which is UTF-8.
///
/// **Errors**: `limit.memory`.
///
/// **Cost**: one pass over the bytes; a text without quotes, backslashes and control characters is
/// copied in one piece.
pub fn string(text: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    // An id is rarely longer when it is escaped; then growing is tried again.
    reserve(out, text.len() + 2)?;
    out.push(b'"');
    string_inside(text, out)?;
    out.push(b'"');
    Ok(())
}

/// As [`string`], without the quotes. After what was to be escaped there is room for one of them.
#[inline(never)]
pub(crate) fn string_inside(text: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    reserve(out, text.len())?;
    let (stop, _) = string_stop(text, 0);
    out.extend_from_slice(text.get(..stop).unwrap_or(&[]));
    if stop < text.len() {
        escape(text.get(stop..).unwrap_or(&[]), out)?;
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn escape(text: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    // No character needs more than `\u001f` does; one byte for the quote at the end.
    reserve(out, text.len().saturating_mul(6).saturating_add(1))?;
    for &byte in text {
        let letter = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0A => b'n',
            0x0C => b'f',
            0x0D => b'r',
            0..0x20 => {
                out.extend_from_slice(b"\\u00");
                out.push(b'0' | byte >> 4);
                out.push(hex_digit(byte & 0xF));
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', letter]);
    }
    Ok(())
}

#[inline(never)]
pub(crate) fn reserve(out: &mut Vec<u8>, more: usize) -> Result<(), Code> {
    out.try_reserve(more).map_err(|_| Code::LimitMemory)
}

/// A digit of a hexadecimal number, for values below 16.
pub(crate) fn hex_digit(value: u8) -> u8 {
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}
