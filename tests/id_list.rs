//! Lists of ids: what is taken, and what is refused at which id.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::cohort::id_list::{IdList, RefusedList};
use kohort::problem::Code;

fn refused(code: Code, index: u32) -> Option<RefusedList> {
    Some(RefusedList { code, index })
}

fn texts(list: &IdList) -> Vec<&str> {
    list.iter()
        .map(|id| std::str::from_utf8(id).unwrap())
        .collect()
}

#[test]
fn ids_stand_between_their_offsets() {
    let list = IdList::from_parts("annböé".into(), vec![0, 3, 3, 6, 8]).unwrap();
    assert_eq!(texts(&list), ["ann", "", "bö", "é"]);
    assert_eq!(list.len(), 4);
    assert_eq!(list.get(2), "bö".as_bytes());
    assert_eq!(list.get(4), b"");
    assert_eq!(list.get(usize::MAX), b"");
}

#[test]
fn a_slice_of_a_longer_list_is_a_list() {
    let list = IdList::from_parts(b"annbocy".to_vec(), vec![3, 5]).unwrap();
    assert_eq!(texts(&list), ["bo"]);
}

#[test]
fn offsets_that_fall_or_leave_the_text_or_split_a_character_are_refused() {
    let try_offsets =
        |text: &str, offsets: &[u32]| IdList::from_parts(text.into(), offsets.to_vec()).err();
    assert_eq!(try_offsets("ann", &[]), refused(Code::ListOffsets, 0));
    assert_eq!(
        try_offsets("ann", &[0, 2, 1]),
        refused(Code::ListOffsets, 1)
    );
    assert_eq!(
        try_offsets("ann", &[0, 3, 4]),
        refused(Code::ListOffsets, 1)
    );
    assert_eq!(
        try_offsets("ann", &[u32::MAX]),
        refused(Code::ListOffsets, 0)
    );
    assert_eq!(try_offsets("aé", &[0, 2, 3]), refused(Code::ListOffsets, 0));
    assert_eq!(try_offsets("", &[0]), None);
    assert_eq!(try_offsets("", &[0, 0]), None);
}

#[test]
fn text_that_is_not_utf8_is_refused_at_its_id() {
    let list = IdList::from_parts(b"a\xFFb".to_vec(), vec![0, 1, 2, 3]);
    assert_eq!(list.err(), refused(Code::JsonUtf8, 1));
}

#[test]
fn pushed_ids_are_the_same_as_given_parts() {
    let mut list = IdList::new();
    assert_eq!(list.offsets(), [0]);
    assert!(list.is_empty());
    list.push("ann").unwrap();
    list.push("").unwrap();
    list.push("bö").unwrap();
    assert_eq!(texts(&list), ["ann", "", "bö"]);
    assert_eq!(
        (list.bytes(), list.offsets()),
        ("annbö".as_bytes(), &[0, 3, 3, 6][..])
    );
}
