//! The calls of the vendors module, by the names under which JavaScript finds them (`pkg/js/vendors.ts`):
//! numbers alone cross, as with the edge module.

#![expect(
    unsafe_code,
    reason = "an export's name is told to the linker, which takes each once"
)]

use super::answer::Answer;
use super::input::Input;
use super::parts::{Parts, read_list};
use super::random;
use crate::cohort::Direction;
use crate::cohort::id_list::{IdList, RefusedList};
use crate::hash::Seed;
use crate::limits::{BodyLimits, MAX_PROBLEMS};
use crate::path::Path;
use crate::payload::vendors::moengage::{self, Cohort, Request};
use crate::payload::vendors::{Options, Source, VENDORS, guess, read};
use crate::problem::{Finding, Problems, Span};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What answers the calls.
struct Desk {
    input: Input,
    answer: Answer,
    seed: Seed,
    sources: Vec<Source>,
    lists: Vec<IdList>,
}

#[unsafe(no_mangle)]
extern "C" fn vendors_new() -> Box<Desk> {
    Box::new(Desk {
        input: Input::default(),
        answer: Answer::default(),
        seed: random::seed(),
        sources: Vec::new(),
        lists: Vec::new(),
    })
}

/// Where `len` bytes can be written; 0 where memory ran out.
#[unsafe(no_mangle)]
extern "C" fn vendors_reserve(desk: &mut Desk, len: usize) -> usize {
    desk.input.reserve(len)
}

/// Lets go of what the last answer named.
#[unsafe(no_mangle)]
extern "C" fn vendors_release(desk: &mut Desk) {
    desk.sources = Vec::new();
    desk.lists = Vec::new();
}

/// Reads the payload that was written after the name of the id's field and a cohort's id and name.
///
/// Numbers: how many sources there are, and of each what it asks for, what its ids are, page and count of pages
/// (0 where there are none), and the places of three lists' bytes and offsets: those that enter, that leave and
/// that are members. Words: label, cohort's id and name, and what names the sync.
#[unsafe(no_mangle)]
extern "C" fn vendors_read(
    desk: &mut Desk,
    vendor: usize,
    id_field: u32,
    cohort_id: u32,
    cohort_name: u32,
    body: u32,
    max_problems: u32,
    max_bytes: u32,
    max_depth: u32,
) -> usize {
    let mut parts = Parts(desk.input.get(usize::MAX));
    let id_field = parts.next(id_field);
    // JavaScript has looked whether each is a text.
    let mut text = |len| core::str::from_utf8(parts.next(len)?).ok();
    let (id, name) = (text(cohort_id), text(cohort_name));
    let body = parts.next(body).unwrap_or(&[]);
    let options = Options {
        limits: BodyLimits {
            max_bytes: max_bytes as usize,
            max_depth,
        },
        id_field,
        cohort: id.map(|id| (id, name)),
    };
    let mut problems = Problems::new(max_problems as usize);
    desk.sources = match VENDORS.get(vendor) {
        Some(vendor) => read(body, vendor, options, &desk.seed, &mut problems),
        None => Vec::new(),
    };
    let answer = &mut desk.answer;
    answer.begin();
    answer.number(desk.sources.len() as u32);
    for source in &desk.sources {
        answer.numbers(&[source.action as u32, source.kind as u32]);
        let (page, total) = source.part.unwrap_or_default();
        answer.wide(page);
        answer.wide(total);
        for list in [&source.add, &source.remove, &source.members] {
            answer.place(list.bytes());
            answer.place(list.offsets());
        }
        for word in [
            source.label.as_deref(),
            Some(&source.cohort_id),
            Some(&source.cohort_name),
            source.sync_id.as_deref(),
        ] {
            answer.word(word.map(str::as_bytes));
        }
    }
    answer.finish(&problems)
}

/// Says whose the payload of `len` bytes looks like. Numbers: how many vendors, and of each its number and how
/// many reasons there are; words: the reasons.
#[unsafe(no_mangle)]
extern "C" fn vendors_guess(
    desk: &mut Desk,
    len: usize,
    max_problems: u32,
    max_bytes: u32,
    max_depth: u32,
) -> usize {
    let mut problems = Problems::new(max_problems as usize);
    let limits = BodyLimits {
        max_bytes: max_bytes as usize,
        max_depth,
    };
    let guesses = guess(desk.input.get(len), limits, &desk.seed, &mut problems);
    let answer = &mut desk.answer;
    answer.begin();
    answer.number(guesses.len() as u32);
    for guess in &guesses {
        let number = VENDORS
            .iter()
            .position(|vendor| vendor.name == guess.vendor.name);
        answer.numbers(&[
            number.unwrap_or_default() as u32,
            guess.reasons.len() as u32,
        ]);
        for reason in &guess.reasons {
            answer.word(Some(reason.as_bytes()));
        }
    }
    answer.finish(&problems)
}

/// Takes a list of ids: its offsets in four bytes each, then its bytes. Those that enter, then those that leave.
#[unsafe(no_mangle)]
extern "C" fn vendors_take(desk: &mut Desk, offsets_len: u32, len: usize) -> usize {
    let mut problems = Problems::new(MAX_PROBLEMS);
    match read_list(desk.input.get(len), offsets_len) {
        Ok(list) => desk.lists.push(list),
        Err(RefusedList { code, index }) => {
            let path = &Path::Index(&Path::Root, index);
            problems.push(Finding::error(code), path, Span::default());
            problems.locate(&[]);
        }
    }
    desk.answer.begin();
    desk.answer.finish(&problems)
}

/// Writes MoEngage's requests for the two lists that were taken. The cohort's partner, id, name and description
/// were written one after another. Numbers: how many requests, and of each whether its members leave and how
/// many there are; words: the bodies.
#[unsafe(no_mangle)]
extern "C" fn vendors_moengage(
    desk: &mut Desk,
    partner: u32,
    id: u32,
    name: u32,
    description: u32,
) -> usize {
    let mut parts = Parts(desk.input.get(usize::MAX));
    // JavaScript has looked whether each is a text.
    let mut text = |len| core::str::from_utf8(parts.next(len)?).ok();
    let cohort = Cohort {
        partner: text(partner).unwrap_or_default(),
        id: text(id).unwrap_or_default(),
        name: text(name).unwrap_or_default(),
        description: text(description),
    };
    let mut problems = Problems::new(MAX_PROBLEMS);
    let remove = desk.lists.pop().unwrap_or_default();
    let add = desk.lists.pop().unwrap_or_default();
    let requests: Vec<Request> = moengage::requests(cohort, &add, &remove, &mut problems);
    let answer = &mut desk.answer;
    answer.begin();
    answer.number(requests.len() as u32);
    for request in &requests {
        let leaves = request.direction == Direction::Remove;
        answer.numbers(&[u32::from(leaves), request.ids]);
        answer.word(Some(&request.body));
    }
    answer.finish(&problems)
}
