//! Inputs made from others by chance, for machines without a fuzzer.

use crate::support::chance::Chance;

/// What breaks readers: the bounds of numbers, strings and characters.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-0",
    b"1e400",
    b"0.1",
    b"9223372036854775808",
    b"\\ud83d",
    b"\\udc00",
    b"\\u0000",
    b"\0",
    b"\r\n",
    b"\t",
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xf0\x9f",
    b"\xef\xbb\xbf",
    b"__proto__",
    b"\"id\":",
    b"\"user_ids\":[",
    b"\"aliases\":{",
    b"\"should_remove\":",
    b"\"sync_info\":{",
    b"ts:",
    b"hmac:",
    b"{\"a\":[",
    b"//",
    b"\n",
    b";",
    b"\"\"",
    b"external_id",
    b"\"external_id\":\"a\"",
    b"\"attributes\":[{",
    b"\"events\":[{",
    b"\"$add\":[",
    b"{\"inc\":",
    b"\"_merge_objects\":true",
    b"2026-01-02",
];

/// An input with up to eight things changed, of which some come from another input.
pub fn mutated(input: &[u8], other: &[u8], dice: &mut Chance) -> Vec<u8> {
    let mut all = input.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(all.len() + 1);
        let end = (at + 1 + dice.below(16)).min(all.len());
        match dice.below(9) {
            0 if at < all.len() => all[at] ^= 1 << dice.below(8),
            1 if at < all.len() => all[at] = dice.below(256) as u8,
            2 => insert(&mut all, at, TOKENS[dice.below(TOKENS.len())]),
            3 if at < end => drop(all.drain(at..end)),
            4 if at < end => {
                let again = all[at..end].repeat(1 + dice.below(3));
                insert(&mut all, end, &again);
            }
            5 if !other.is_empty() => {
                let from = dice.below(other.len());
                let to = (from + 1 + dice.below(64)).min(other.len());
                insert(&mut all, at, &other[from..to]);
            }
            6 => all.truncate(at),
            7 => insert(
                &mut all,
                at,
                &b"[{\"a\":"[..1 + dice.below(6)].repeat(1 + dice.below(80)),
            ),
            _ => {
                let (from, to) = (dice.below(all.len() + 1), dice.below(all.len() + 1));
                if from < all.len() && to < all.len() {
                    all.swap(from, to);
                }
            }
        }
    }
    all
}

fn insert(all: &mut Vec<u8>, at: usize, more: &[u8]) {
    all.splice(at..at, more.iter().copied());
}
