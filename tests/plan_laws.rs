//! Laws of plans, over random pages: nothing is lost, nothing is sent twice, and no request more
//! than needed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use kohort::cohort::Direction;
use kohort::cohort::id_list::IdList;
use kohort::cohort::page::{Action, Page, Part};
use kohort::cohort::partner::Partner;
use kohort::cohort::plan::{Conflict, Mapping, Source};
use kohort::hash::Seed;
use kohort::identity::IdKind;
use kohort::payload::braze::Options;
use kohort::payload::braze::import::{Import, ImportOptions};
use kohort::payload::braze::users_request::UsersRequest;
use kohort::problem::Problems;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The ids of one page: to add, to remove.
type Lists = (Vec<String>, Vec<String>);

/// Ids that often repeat, and sometimes need escaping.
fn ids() -> impl Strategy<Value = Vec<String>> {
    let id = prop_oneof![
        8 => (0u32..40).prop_map(|n| format!("user{n}")),
        4 => (0u32..4000).prop_map(|n| format!("{n}")),
        1 => "[\\x00-\\x22\\\\é😀]{0,4}",
    ];
    let few = prop::collection::vec(id, 0..30);
    // Some lists pass the limit.
    (
        few,
        prop_oneof![9 => Just(0usize), 1 => 900usize..2100],
        any::<u8>(),
    )
        .prop_map(|(mut ids, more, prefix)| {
            ids.extend((0..more).map(|n| format!("{prefix}-{n}")));
            ids
        })
}

fn conflict() -> impl Strategy<Value = Conflict> {
    prop_oneof![Just(Conflict::Remove), Just(Conflict::Add)]
}

fn list(ids: &[String]) -> IdList {
    let mut list = IdList::new();
    ids.iter().for_each(|id| list.push(id).unwrap());
    list
}

/// The oracle: what becomes of each id, in the order of the pages.
fn expected(pages: &[Lists], conflict: Conflict) -> BTreeMap<String, Direction> {
    let mut all = BTreeMap::new();
    for (add, remove) in pages {
        let mut put = |ids: &[String], direction| {
            for id in ids.iter().filter(|id| !id.is_empty()) {
                all.insert(id.clone(), direction);
            }
        };
        match conflict {
            Conflict::Add => {
                put(remove, Direction::Remove);
                put(add, Direction::Add);
            }
            _ => {
                put(add, Direction::Add);
                put(remove, Direction::Remove);
            }
        }
    }
    all
}

fn with_pages<T>(pages: &[Lists], order: &[usize], then: impl FnOnce(&[Page<'_>]) -> T) -> T {
    let lists: Vec<_> = pages
        .iter()
        .map(|(add, remove)| (list(add), list(remove)))
        .collect();
    let pages: Vec<_> = order
        .iter()
        .map(|&index| Page {
            action: Action::Sync,
            segment_id: "1338065",
            segment_name: "Free Customers",
            part: Some(Part {
                sync_task_id: "task",
                page_number: index as u64 * 3 + 1,
                total_pages: 100,
            }),
            add: &lists[index].0,
            remove: &lists[index].1,
        })
        .collect();
    then(&pages)
}

fn import<'a>(pages: &[Page<'a>], conflict: Conflict, mapping: Mapping<'a>) -> Import<'a> {
    let mut options = ImportOptions::new(Partner::new("heap").unwrap());
    options.rules.conflict = conflict;
    options.mapping = mapping;
    let mut problems = Problems::new(100);
    Import::new(pages, &options, &Seed::new(7), &mut problems).unwrap()
}

/// Reads all requests back with our own check, which must find nothing to refuse.
fn sent(import: &Import<'_>, label: &str) -> Vec<(String, Direction)> {
    let options = Options {
        require_keys: false,
        strict: true,
        lints: false,
        ..Options::default()
    };
    let seed = Seed::new(9);
    let mut request = UsersRequest::default();
    let mut all = Vec::new();
    for index in 0..import.request_count() {
        let planned = import.request(index).unwrap();
        let mut problems = Problems::new(10);
        request.check(&planned.body, &options, &seed, &mut problems);
        assert!(problems.ok());
        let changes = request.changes();
        assert_eq!(changes.len(), planned.id_count as usize);
        assert!(changes.len() <= 1000 && !changes.is_empty());
        assert_eq!(request.counts().duplicates + request.counts().conflicts, 0);
        for at in 0..changes.len() as u32 {
            let id = changes.id(at, &planned.body).unwrap();
            if id.kind == IdKind::Alias {
                assert_eq!(&*id.label, label.as_bytes());
            }
            let text = String::from_utf8(id.name.into_owned()).unwrap();
            all.push((text, changes.direction_of(at)));
        }
    }
    all
}

proptest! {
    #[test]
    fn each_id_is_sent_once_as_the_last_page_has_it_and_the_totals_add_up(
        pages in prop::collection::vec((ids(), ids()), 1..4),
        order in Just(vec![0usize, 1, 2]).prop_shuffle(),
        conflict in conflict(),
        mapping in 0usize..3,
    ) {
        let mapping = [
            Mapping::UserIds,
            Mapping::DeviceIds,
            Mapping::Aliases { alias_label: "a\"b\n" },
        ][mapping];
        let order: Vec<_> = order.into_iter().filter(|&at| at < pages.len()).collect();
        with_pages(&pages, &order, |given| {
            let import = import(given, conflict, mapping);
            let counts = import.plan().counts();
            let sent = sent(&import, mapping.label());
            let wanted = expected(&pages, conflict);

            // Nothing is lost, nothing is sent twice.
            prop_assert_eq!(sent.len(), wanted.len());
            let set: BTreeMap<_, _> = sent.iter().cloned().collect();
            prop_assert_eq!(&set, &wanted);

            // No request more than needed.
            prop_assert_eq!(import.request_count(), wanted.len().div_ceil(1000));

            // The totals add up.
            let received: usize = pages.iter().map(|(add, remove)| add.len() + remove.len()).sum();
            prop_assert_eq!(counts.received as usize, received);
            prop_assert_eq!(counts.sent as usize, sent.len());
            prop_assert_eq!(counts.adds + counts.removes, counts.sent);
            prop_assert_eq!(
                counts.received,
                counts.sent + counts.duplicates + counts.conflicts + counts.superseded + counts.empty
            );

            // Each number is what the oracle counts, list by list.
            let mut empty = 0;
            let mut duplicates = 0;
            let mut conflicts = 0;
            for (add, remove) in &pages {
                let distinct = |ids: &[String]| -> std::collections::BTreeSet<String> {
                    ids.iter().filter(|id| !id.is_empty()).cloned().collect()
                };
                for ids in [add, remove] {
                    let full = ids.iter().filter(|id| !id.is_empty()).count();
                    empty += ids.len() - full;
                    duplicates += full - distinct(ids).len();
                }
                conflicts += distinct(add).intersection(&distinct(remove)).count();
            }
            prop_assert_eq!(counts.empty as usize, empty);
            prop_assert_eq!(counts.duplicates as usize, duplicates);
            prop_assert_eq!(counts.conflicts as usize, conflicts);
            prop_assert_eq!(import.plan().conflicts().count(), conflicts);

            // Each id stands where its origin says.
            let mut place = 0;
            for index in 0..import.request_count() {
                for &number in import.numbers(index) {
                    let origin = import.plan().origin(number);
                    let (add, remove) = &pages[order[origin.page as usize]];
                    let (ids, direction) = match origin.source {
                        Source::Add => (add, Direction::Add),
                        _ => (remove, Direction::Remove),
                    };
                    prop_assert_eq!(
                        (&ids[origin.index as usize], direction),
                        (&sent[place].0, sent[place].1)
                    );
                    place += 1;
                }
            }
            prop_assert_eq!(place, sent.len());
            Ok(())
        })?;
    }

    #[test]
    fn the_order_of_the_pages_given_changes_no_request(
        pages in prop::collection::vec((ids(), ids()), 3),
        order in Just(vec![0usize, 1, 2]).prop_shuffle(),
        conflict in conflict(),
    ) {
        let requests = |order: &[usize]| with_pages(&pages, order, |given| {
            let import = import(given, conflict, Mapping::UserIds);
            let all = (0..import.request_count()).map(|index| {
                let request = import.request(index).unwrap();
                (request.body, request.idempotency_key)
            });
            all.collect::<Vec<_>>()
        });
        prop_assert_eq!(requests(&order), requests(&[0, 1, 2]));
    }

    #[test]
    fn the_order_within_lists_that_fit_one_request_changes_no_key(
        (add, dda) in prop::collection::vec("[a-c]{1,3}", 0..30)
            .prop_flat_map(|ids| (Just(ids.clone()), Just(ids).prop_shuffle())),
        remove in prop::collection::vec("[a-c]{1,3}", 0..30),
    ) {
        let keys = |add: &[String]| with_pages(&[(add.to_vec(), remove.clone())], &[0], |given| {
            let import = import(given, Conflict::Remove, Mapping::UserIds);
            let all = (0..import.request_count())
                .map(|index| import.request(index).unwrap().idempotency_key);
            all.collect::<Vec<_>>()
        });
        prop_assert_eq!(keys(&add), keys(&dda));
    }

    #[test]
    fn any_text_is_written_so_that_it_reads_the_same(text in any::<String>()) {
        let mut out = Vec::new();
        kohort::json::write::string(text.as_bytes(), &mut out).unwrap();
        let read: String = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(read, text);
    }
}

#[test]
fn every_character_below_space_is_escaped_as_json_has_it() {
    let text: String = (0u8..0x80).map(char::from).collect();
    let mut out = Vec::new();
    kohort::json::write::string(text.as_bytes(), &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        serde_json::to_string(&text).unwrap()
    );
}
