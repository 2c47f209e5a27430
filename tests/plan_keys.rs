//! The idempotency key of a planned request: what it stands for, and nothing else, is in it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/pages.rs"]
mod pages_support;

use kohort::cohort::page::Page;
use kohort::cohort::partner::Partner;
use kohort::cohort::plan::Mapping;
use kohort::hash::Seed;
use kohort::payload::braze::import::{Import, ImportOptions, key};
use kohort::problem::Problems;
use pages_support::{NOBODY, list, numbered, options, page};

/// The keys of the requests, in order.
fn keys(pages: &[Page<'_>], options: &ImportOptions<'_>) -> Vec<String> {
    let mut problems = Problems::new(100);
    let import = Import::new(pages, options, &Seed::new(7), &mut problems).unwrap();
    (0..import.request_count())
        .map(|index| import.request(index).unwrap().idempotency_key)
        .collect()
}

#[test]
fn a_key_is_the_same_for_the_same_changes_in_another_order() {
    let (add, remove) = (list(&["ann", "bo"]), list(&["cy", "dee"]));
    let (dda, evomer) = (list(&["bo", "ann", "bo"]), list(&["dee", "cy"]));
    let key = keys(&[page(1, &add, &remove)], &options());
    assert_eq!(key, keys(&[page(1, &dda, &evomer)], &options()));
    assert_eq!(key[0].len(), 64);
    assert!(
        key[0]
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
}

#[test]
fn a_key_differs_with_everything_else() {
    let (add, remove) = (list(&["ann", "bo"]), list(&["cy"]));
    let plain = page(1, &add, &remove);
    let mut all = vec![];
    all.extend(keys(&[plain], &options()));
    all.extend(keys(&[page(1, &remove, &add)], &options()));
    all.extend(keys(&[page(2, &add, &remove)], &options()));
    all.extend(keys(
        &[page(1, &add, &remove), page(2, &NOBODY, &NOBODY)],
        &options(),
    ));
    let mut other = plain;
    other.part.as_mut().unwrap().sync_task_id = "tas";
    all.extend(keys(&[other], &options()));
    other.segment_id = "7";
    all.extend(keys(&[other], &options()));
    other.part = None;
    all.extend(keys(&[other], &options()));
    // Where one text ends and the next begins is part of the key.
    let (an, nbo) = (list(&["an", "nbo"]), list(&["annbo"]));
    all.extend(keys(&[page(1, &an, &remove)], &options()));
    all.extend(keys(&[page(1, &nbo, &remove)], &options()));
    let long = numbered("a", 2500);
    all.extend(keys(&[page(1, &long, &NOBODY)], &options()));
    let mut options = options();
    options.created_at = Some("2026-01-21T00:00:00Z");
    all.push(keys(&[plain], &options).remove(0));
    options.created_at = Some("2026-01-21T00:00:01Z");
    all.push(keys(&[plain], &options).remove(0));
    options.created_at = None;
    options.rules.sync_id = Some("mine");
    all.extend(keys(&[plain], &options));
    options.partner = Partner::new("hea").unwrap();
    all.extend(keys(&[plain], &options));
    options.mapping = Mapping::DeviceIds;
    all.extend(keys(&[plain], &options));
    options.mapping = Mapping::Aliases { alias_label: "a" };
    all.extend(keys(&[plain], &options));
    options.mapping = Mapping::Aliases { alias_label: "b" };
    all.extend(keys(&[plain], &options));
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

/// A host that hashes quicker makes the keys itself.
#[test]
fn a_key_is_made_of_its_material_and_the_rest_of_the_request_needs_none() {
    let (add, remove) = (numbered("a", 1500), list(&["cy", "dee"]));
    let mut options = options();
    options.created_at = Some("2026-01-21T00:00:00Z");
    let mut problems = Problems::new(100);
    let pages = [page(1, &add, &remove)];
    let import = Import::new(&pages, &options, &Seed::new(7), &mut problems).unwrap();
    assert_eq!(import.request_count(), 3, "a name and two of ids");
    for index in 0..import.request_count() {
        let (request, unnamed) = (
            import.request(index).unwrap(),
            import.unnamed(index).unwrap(),
        );
        assert_eq!(
            request.idempotency_key,
            key(&import.material(index).unwrap())
        );
        assert_eq!(unnamed.idempotency_key, "");
        assert_eq!(
            (unnamed.path, unnamed.body, unnamed.id_count),
            (request.path, request.body, request.id_count)
        );
    }
}
