//! What a payload looks like.

use super::adapter::{Form, Forms, MESSAGES};
use super::list::{VENDORS, Vendor};
use super::scout::Scout;
use crate::hash::Seed;
use crate::json::{Kind, Own, Reader, Step};
use crate::limits::BodyLimits;
use crate::path::Path;
use crate::payload::body;
use crate::problem::Problems;
use alloc::string::String;
use alloc::vec::Vec;

/// A vendor whose payloads look like this one.
pub struct Guess {
    /// The vendor.
    pub vendor: &'static Vendor,
    /// The fields by which it looks so, as pointers of keys that the adapter knows.
    pub reasons: Vec<String>,
}

/// The vendors whose payloads look like this one: several, or none. It looks at which fields there are, not at
/// what they hold; [`read`](super::read) tells whether it is one.
///
/// **Cost**: a pass over the body, and up to three for each vendor.
pub fn guess(bytes: &[u8], limits: BodyLimits, seed: &Seed, problems: &mut Problems) -> Vec<Guess> {
    let mut start = 0;
    if body::fits(bytes, limits.max_bytes, problems) {
        let mut reader = Reader::new(bytes, limits.max_depth, seed).quiet();
        // A stop is noted already.
        let _ = pass(&mut reader, &mut start, problems);
        problems.locate(bytes);
    }
    if !problems.ok() {
        return Vec::new();
    }
    let scout = Scout {
        body: bytes,
        max_depth: limits.max_depth,
        seed,
    };
    VENDORS
        .iter()
        .filter_map(|vendor| {
            let reasons = reasons(scout, vendor, &vendor.adapter.root, start, "")?;
            Some(Guess { vendor, reasons })
        })
        .collect()
}

fn pass(reader: &mut Reader<'_>, start: &mut usize, problems: &mut Problems) -> Step<()> {
    body::open(reader, problems)?;
    *start = reader.offset();
    reader.skip(&Path::Root, problems)?;
    reader.finish(problems)
}

/// Why the message at `start` looks like one of these forms; `None` where it does not.
fn reasons(
    scout: Scout<'_>,
    vendor: &'static Vendor,
    forms: &'static Forms,
    start: usize,
    prefix: &str,
) -> Option<Vec<String>> {
    let form: &Form = scout.form(forms, start)?;
    let mut first = None;
    let look: &mut Own<'_> = &mut |slot, reader, path, problems| {
        if slot == MESSAGES && reader.kind(path, problems)? == Kind::Array {
            first = first_item(reader.offset(), scout);
        }
        reader.skip(path, problems)
    };
    let seen = scout.walk(form.shape, start, look);
    if !form.signs.iter().all(|&(slot, _)| seen.saw(slot)) {
        return None;
    }
    let mut found: Vec<String> = Vec::new();
    for (_, pointer) in form.signs {
        let mut reason = String::from(prefix);
        reason.push_str(pointer);
        found.push(reason);
    }
    if let Some(nested) = &vendor.adapter.nested
        && seen.saw(MESSAGES)
        && nested.of.iter().any(|form| !form.signs.is_empty())
    {
        // A list alone is no sign: its first message must be.
        let mut prefix = found.last().cloned().unwrap_or_default();
        prefix.push_str("/0");
        found.extend(reasons(scout, vendor, nested, first?, &prefix)?);
    }
    Some(found)
}

/// Where the first element of the array at `at` begins, if it is an object.
fn first_item(at: usize, scout: Scout<'_>) -> Option<usize> {
    let mut reader = Reader::new(scout.body, scout.max_depth, scout.seed).at(at);
    let (path, problems) = (&Path::Root, &mut Problems::new(0));
    let mut items = reader.array(path, problems).ok()?;
    reader.next_item(&mut items, path, problems).ok()??;
    (reader.kind(path, problems).ok()? == Kind::Object).then(|| reader.offset())
}
