//! The names of columns, and which one a name that is none of them may mean.
//!
//! **Source**: Braze, "CSV import": headers are compared exactly, and every other one is a custom
//! attribute. The dashboard's own exports call the `braze_id` `Appboy ID`, and older pages the name of
//! an alias `user_alias`.

use crate::ingest::fields;

/// Names that are no default fields.
pub(super) const OF_CSV: [&str; 6] = [
    "external_id",
    "braze_id",
    "user_alias_name",
    "user_alias_label",
    "subscription_group_id",
    "subscription_state",
];

/// Other words for them, folded.
const WORDS: [(&[u8], &str); 3] = [
    (b"appboyid", "braze_id"),
    (b"useralias", "user_alias_name"),
    (b"userid", "external_id"),
];

/// Longer names are none of these.
const LONGEST: usize = 64;

/// Letters from which on two names that differ in one are near.
const LETTERS: usize = 5;

/// Letters and digits alone, in lower case.
struct Folded {
    text: [u8; LONGEST],
    len: usize,
}

impl Folded {
    fn of(name: &[u8]) -> Folded {
        let mut text = [0; LONGEST];
        let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let mut len = 0;
        for (place, letter) in text.iter_mut().zip(letters) {
            *place = letter.to_ascii_lowercase();
            len += 1;
        }
        Folded { text, len }
    }

    fn text(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or(&[])
    }
}

/// Does a column of this name mean anything to Braze, or is it nearly so?
pub(super) fn is_known(name: &[u8]) -> bool {
    is_exact(name) || same_letters(name).is_some()
}

fn is_exact(name: &[u8]) -> bool {
    OF_CSV.iter().any(|known| known.as_bytes() == name) || fields::default_field(name).is_some()
}

/// The name with the same letters and digits.
fn same_letters(name: &[u8]) -> Option<&'static str> {
    if name.len() > LONGEST || !name.is_ascii() {
        return None;
    }
    let folded = Folded::of(name);
    let word = WORDS.iter().find(|(word, _)| *word == folded.text());
    let same = || all().find(|known| Folded::of(known.as_bytes()).text() == folded.text());
    word.map(|(_, name)| *name).or_else(same)
}

/// The name that may be meant by one that is none of them.
pub(super) fn nearest(name: &[u8]) -> Option<&'static str> {
    same_letters(name).or_else(|| {
        let folded = Folded::of(name.get(..name.len().min(LONGEST))?);
        let is_short = folded.len < LETTERS || name.len() > LONGEST || !name.is_ascii();
        all()
            .filter(|_| !is_short)
            .find(|known| is_near(folded.text(), Folded::of(known.as_bytes()).text()))
    })
}

fn all() -> impl Iterator<Item = &'static str> {
    OF_CSV.into_iter().chain(fields::names())
}

/// Is one letter missing, too many or another, or are two neighbours swapped?
fn is_near(one: &[u8], other: &[u8]) -> bool {
    let same = |(a, b): &(&u8, &u8)| a == b;
    let start = one.iter().zip(other).take_while(same).count();
    let one = one.get(start..).unwrap_or(&[]);
    let other = other.get(start..).unwrap_or(&[]);
    let end = one.iter().rev().zip(other.iter().rev());
    let end = end.take_while(same).count();
    let one = one.get(..one.len() - end).unwrap_or(&[]);
    let other = other.get(..other.len() - end).unwrap_or(&[]);
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        _ => one.len() <= 1 && other.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_known, nearest};

    #[test]
    fn what_may_be_meant_is_found() {
        for (name, meant) in [
            ("Email", Some("email")),
            ("First Name", Some("first_name")),
            ("emial", Some("email")),
            ("fist_name", Some("first_name")),
            ("Appboy ID", Some("braze_id")),
            ("externalId", Some("external_id")),
            ("dab", None),
            ("shoe_size", None),
            ("", None),
            ("😀", None),
        ] {
            assert_eq!(nearest(name.as_bytes()), meant, "{name}");
        }
        assert!(is_known(b"dob") && is_known(b"E-Mail") && !is_known(b"emial") && !is_known(b""));
    }
}
