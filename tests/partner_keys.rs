//! Data import keys of partners.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::workspace::PartnerKeys;
use std::collections::BTreeSet;

#[test]
fn a_key_works_for_its_partner_until_it_is_revoked() {
    let mut keys = PartnerKeys::default();
    let heap = keys.issue("heap", 10.0).unwrap();
    let other = keys.issue("amplitude", 11.0).unwrap();
    let verify = |keys: &PartnerKeys, partner, key: &str| {
        keys.verify(partner, key.as_bytes(), 20.0)
            .map(|info| info.id.clone())
    };
    assert_eq!(verify(&keys, "heap", &heap.key), Some(heap.info.id.clone()));
    assert_eq!(
        verify(&keys, "amplitude", &other.key),
        Some(other.info.id.clone())
    );
    assert_eq!(verify(&keys, "amplitude", &heap.key), None);
    assert_eq!(verify(&keys, "heap", &heap.key[1..]), None);
    assert_eq!(verify(&keys, "heap", ""), None);
    assert!(!keys.revoke("heap", &other.info.id));
    assert!(keys.revoke("heap", &heap.info.id));
    assert!(!keys.revoke("heap", &heap.info.id));
    assert_eq!(verify(&keys, "heap", &heap.key), None);
    assert_eq!(verify(&keys, "amplitude", &other.key), Some(other.info.id));
}

#[test]
fn rotating_lets_the_old_key_work_until_the_time_given_or_no_more() {
    let mut keys = PartnerKeys::default();
    let first = keys.issue("heap", 0.0).unwrap();
    let second = keys.rotate("heap", 100.0, Some(200.0)).unwrap();
    let works =
        |keys: &PartnerKeys, key: &str, now| keys.verify("heap", key.as_bytes(), now).is_some();
    assert!(works(&keys, &first.key, 199.0));
    assert!(!works(&keys, &first.key, 200.0));
    assert!(!works(&keys, &first.key, f64::NAN));
    assert!(works(&keys, &second.key, 1e15));
    // The first one still ends at its own time, the second at once.
    let third = keys.rotate("heap", 150.0, None).unwrap();
    assert!(works(&keys, &first.key, 149.0));
    assert!(!works(&keys, &first.key, 150.0));
    assert!(!works(&keys, &second.key, 150.0));
    assert!(works(&keys, &third.key, 150.0));
    let ends: Vec<_> = keys.list("heap").map(|info| info.expires_at_ms).collect();
    assert_eq!(ends, [Some(150.0), Some(150.0), None]);
    assert_eq!(keys.partners().collect::<Vec<_>>(), ["heap"]);
}

#[test]
fn keys_are_long_differ_and_are_never_told_again() {
    let mut keys = PartnerKeys::default();
    let mut seen = BTreeSet::new();
    for _ in 0..100 {
        let issued = keys.issue("heap", 0.0).unwrap();
        let random = issued.key.strip_prefix("kohort_").unwrap();
        // 256 bits, six a character.
        assert_eq!(random.len(), 43);
        for told in [format!("{keys:?}"), format!("{issued:?}")] {
            assert!(!told.contains(random));
        }
        assert!(!keys.list("heap").any(|info| info.id.contains(random)));
        assert!(seen.insert(issued.key.clone()));
        assert!(seen.insert(issued.info.id.clone()));
    }
}
