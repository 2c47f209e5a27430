//! What every body has in common, whoever sends it: its size, its root object, the length of its ids and
//! lists of them.

use crate::json::{Kind, Reader, Step, Stop, Text};
use crate::limits::{HARD_BODY_BYTES, MAX_ID_BYTES};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// Is the body small enough to be read at all? At most `max_bytes`, and never more than
/// [`HARD_BODY_BYTES`].
pub(super) fn fits(body: &[u8], max_bytes: usize, problems: &mut Problems) -> bool {
    let max = max_bytes.min(HARD_BODY_BYTES);
    if body.len() <= max {
        return true;
    }
    let finding = Finding::error(Code::LimitBytes).numbers(max as u32, 0);
    problems.push(finding, &Path::Root, Span::new(max, body.len()));
    problems.locate(body.get(..max).unwrap_or(body));
    false
}

/// Goes to the root object.
pub(super) fn open(reader: &mut Reader<'_>, problems: &mut Problems) -> Step<()> {
    reader.begin(problems)?;
    if reader.kind(&Path::Root, problems)? != Kind::Object {
        reader.refuse(Finding::error(Code::JsonRoot), &Path::Root, problems)?;
        reader.finish(problems)?;
        return Err(Stop);
    }
    Ok(())
}

/// Notes an id that can match nobody: one that is empty, which is an error if `empty_is_error`,
/// or one that is too long.
#[inline(always)]
pub(super) fn check_id(
    id: Text,
    bytes: &[u8],
    empty_is_error: bool,
    path: &Path<'_>,
    problems: &mut Problems,
) {
    if id.raw_len().wrapping_sub(1) >= MAX_ID_BYTES {
        odd_length(id, bytes, empty_is_error, path, problems);
    }
}

#[cold]
#[inline(never)]
fn odd_length(
    id: Text,
    bytes: &[u8],
    empty_is_error: bool,
    path: &Path<'_>,
    problems: &mut Problems,
) {
    if id.is_empty() {
        let finding = Finding::error_if(empty_is_error, Code::IdEmpty);
        problems.push(finding, path, id.span());
    } else if id.decode(bytes).len() > MAX_ID_BYTES {
        let finding = Finding::warning(Code::IdLong).numbers(MAX_ID_BYTES as u32, 0);
        problems.push(finding, path, id.span());
    }
}

/// Adds to a list whose length the sender decides.
#[inline(always)]
pub(super) fn push<T>(
    list: &mut Vec<T>,
    item: T,
    at: usize,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    if list.len() == list.capacity() && list.try_reserve(1).is_err() {
        problems.push(Finding::error(Code::LimitMemory), path, Span::new(at, at));
        return Err(Stop);
    }
    list.push(item);
    Ok(())
}
