//! Directories as bytes: whole, cut, damaged, forged, and from another target.
#![allow(
    clippy::unwrap_used,
    clippy::unreachable,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "oracle/people.rs"]
mod people_oracle;
#[path = "support/people.rs"]
mod people_support;

use kohort::hash::Seed;
use kohort::identity::{
    Compact, CompactBuilder, Directory, Found, Id, IdKind, Restoring, Stored, Storing,
};
use kohort::problem::Code;
use people_oracle::Profile;
use people_support::{profile, profile_ids, request_id};
use proptest::prelude::*;
use xxhash_rust::xxh64::xxh64;

/// Where the stored parts begin: the letters, version and kind, checksum, seed and probe.
const VERSION: usize = 4;
const CHECKSUM: usize = 8;
const SEED: usize = 16;
const PROBE: usize = 24;

fn directory(profiles: &[Profile]) -> Directory {
    let mut directory = Directory::new(Seed::new(9));
    for profile in profiles {
        // Whether it is taken is looked at elsewhere.
        let _ = directory.put(&mut profile_ids(profile));
    }
    directory
}

/// What is known of a user, in an order of its own.
fn known(directory: &Directory, user: u32) -> Vec<(u8, Vec<u8>, Vec<u8>)> {
    let ids = directory.ids(user);
    let mut ids: Vec<_> = ids
        .map(|id| (id.kind as u8, id.name.to_vec(), id.label.to_vec()))
        .collect();
    ids.sort();
    ids
}

fn some_profiles(count: usize) -> Vec<Profile> {
    (0..count)
        .map(|n| Profile {
            external: (n % 3 > 0).then(|| format!("external {n}")),
            braze: Some(format!("braze {n}")),
            devices: vec![format!("device {}", n / 2), format!("own device {n}")],
            aliases: vec![(format!("name {n}"), format!("label {}", n % 100))],
            deprecated: None,
        })
        .collect()
}

fn verified(bytes: &[u8]) -> Directory {
    match Stored::from_bytes(bytes).unwrap() {
        Stored::Verified(directory) => directory,
        Stored::Compact(_) => unreachable!(),
    }
}

fn compact(bytes: &[u8]) -> Compact {
    match Stored::from_bytes(bytes).unwrap() {
        Stored::Compact(compact) => compact,
        Stored::Verified(_) => unreachable!(),
    }
}

/// As JavaScript puts the pieces together.
fn stored_bytes(stored: &Stored) -> Vec<u8> {
    let mut storing = Storing::new(stored);
    let (mut bytes, mut piece) = (vec![0; Storing::HEAD], Vec::new());
    loop {
        storing.piece(stored, &mut piece).unwrap();
        if piece.is_empty() {
            let head = bytes.split_off(bytes.len() - Storing::HEAD);
            bytes[..Storing::HEAD].copy_from_slice(&head);
            return bytes;
        }
        bytes.extend_from_slice(&piece);
    }
}

fn refusal(bytes: &[u8]) -> Code {
    Stored::from_bytes(bytes).err().unwrap()
}

/// As one who knows how it is done would hide what was changed.
fn forge(bytes: &mut [u8]) {
    let sum = xxh64(&bytes[SEED..], 0);
    bytes[CHECKSUM..SEED].copy_from_slice(&sum.to_le_bytes());
}

fn library_id(id: &people_oracle::Id) -> Id<'_> {
    let (kind, name, label) = match id {
        people_oracle::Id::External(id) => (IdKind::External, id.as_str(), ""),
        people_oracle::Id::Device(id) => (IdKind::Device, id.as_str(), ""),
        people_oracle::Id::Alias(name, label) => (IdKind::Alias, name.as_str(), label.as_str()),
    };
    Id {
        kind,
        name: name.as_bytes().into(),
        label: label.as_bytes().into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_stored_directory_answers_and_goes_on_as_before(
        profiles in prop::collection::vec(profile(), 0..15),
        more in prop::collection::vec(profile(), 0..5),
        removed in prop::collection::vec(0u32..15, 0..4),
        ids in prop::collection::vec(request_id(), 20),
        other_target: bool,
    ) {
        let mut before = directory(&profiles);
        for &user in &removed {
            before.remove(user);
        }
        let mut bytes = before.to_bytes().unwrap();
        if other_target {
            bytes[PROBE] ^= 1;
            forge(&mut bytes);
        }
        let mut after = verified(&bytes);
        for profile in &more {
            prop_assert_eq!(before.put(&mut profile_ids(profile)), after.put(&mut profile_ids(profile)));
        }
        prop_assert_eq!(before.len(), after.len());
        prop_assert_eq!(before.user_count(), after.user_count());
        prop_assert_eq!(before.id_count(), after.id_count());
        for id in &ids {
            let id = library_id(id);
            prop_assert_eq!(before.find_id(&id, false), after.find_id(&id, false));
        }
        for user in 0..before.len() as u32 {
            prop_assert!(known(&before, user) == known(&after, user));
        }
    }

    #[test]
    fn fingerprints_know_what_would_match_and_nothing_else(
        profiles in prop::collection::vec(profile(), 0..15),
        removed in prop::collection::vec(0u32..15, 0..4),
        ids in prop::collection::vec(request_id(), 20),
    ) {
        let mut directory = directory(&profiles);
        for user in removed {
            directory.remove(user);
        }
        let fresh = Compact::of(&directory).unwrap();
        let stored = compact(&fresh.to_bytes().unwrap());
        for id in &ids {
            let id = library_id(id);
            let expected = match directory.find_id(&id, false) {
                Found::User(_) => Found::Probable,
                _ => Found::Unknown,
            };
            prop_assert_eq!(fresh.find_id(&id), expected);
            prop_assert_eq!(stored.find_id(&id), expected);
        }
        prop_assert_eq!(fresh.len(), stored.len());
    }

    #[test]
    fn fingerprints_built_from_profiles_are_those_of_the_directory_built_from_them(
        profiles in prop::collection::vec(profile(), 0..40),
        ids in prop::collection::vec(request_id(), 40),
        seed: u64,
    ) {
        let mut directory = Directory::new(Seed::new(seed));
        let mut builder = CompactBuilder::new(Seed::new(seed));
        for profile in &profiles {
            let kept = builder.put(&profile_ids(profile));
            let taken = directory.put(&mut profile_ids(profile));
            // The numbers of users are of no use to those who keep no texts.
            prop_assert_eq!(
                kept.map(|put| (put.is_new, put.taken_aliases, put.taken_ids)),
                taken.map(|put| (put.is_new, put.taken_aliases, put.taken_ids))
            );
        }
        let compact = builder.finish().unwrap();
        prop_assert_eq!(compact.len(), Compact::of(&directory).unwrap().len());
        for id in &ids {
            let id = library_id(id);
            let expected = match directory.find_id(&id, false) {
                Found::User(_) => Found::Probable,
                _ => Found::Unknown,
            };
            prop_assert_eq!(compact.find_id(&id), expected);
        }
    }

    #[test]
    fn pieces_of_any_size_are_the_same_bytes(
        profiles in prop::collection::vec(profile(), 0..15),
        sizes in prop::collection::vec(1usize..60, 1..8),
        is_compact: bool,
    ) {
        let directory = directory(&profiles);
        let stored = if is_compact {
            Stored::Compact(Compact::of(&directory).unwrap())
        } else {
            Stored::Verified(directory)
        };
        let bytes = stored_bytes(&stored);
        prop_assert_eq!(bytes.len(), Storing::bytes(&stored));
        let mut restoring = Restoring::new(bytes.len() as u64);
        let (mut rest, mut turn) = (&bytes[..], 0);
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(sizes[turn % sizes.len()].min(rest.len()));
            restoring.push(piece);
            (rest, turn) = (more, turn + 1);
        }
        prop_assert!(stored_bytes(&restoring.finish().unwrap()) == bytes);
    }

    #[test]
    fn forged_bytes_give_wrong_answers_at_worst(
        profiles in prop::collection::vec(profile(), 1..8),
        more in prop::collection::vec(profile(), 0..5),
        ids in prop::collection::vec(request_id(), 10),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![Just(0u8), Just(1), Just(0xFF), any::<u8>()]), 1..12),
        // Mostly past the long index, where the records are.
        late: bool,
    ) {
        let directory = directory(&profiles);
        for mut bytes in [directory.to_bytes().unwrap(), Compact::of(&directory).unwrap().to_bytes().unwrap()] {
            let from = if late { bytes.len() / 2 } else { PROBE };
            for (at, byte) in &damage {
                let at = from + at.index(bytes.len() - from);
                bytes[at] = *byte;
            }
            forge(&mut bytes);
            match Stored::from_bytes(&bytes) {
                Err(code) => prop_assert!(matches!(code, Code::DirectoryBytes | Code::DirectoryVersion | Code::LimitMemory)),
                Ok(Stored::Compact(compact)) => {
                    for id in &ids {
                        compact.find_id(&library_id(id));
                    }
                }
                Ok(Stored::Verified(mut directory)) => {
                    for id in &ids {
                        if let Found::User(user) = directory.find_id(&library_id(id), false) {
                            prop_assert!((user as usize) < directory.len());
                        }
                    }
                    for profile in profiles.iter().chain(&more) {
                        if let Ok(put) = directory.put(&mut profile_ids(profile)) {
                            prop_assert!((put.user as usize) < directory.len());
                        }
                    }
                    for user in 0..directory.len() as u32 {
                        directory.ids(user).count();
                    }
                    Compact::of(&directory).unwrap();
                    let bytes = directory.to_bytes().unwrap();
                    Stored::from_bytes(&bytes).ok().unwrap();
                }
            }
        }
    }
}

#[test]
fn bytes_that_are_cut_or_changed_are_refused() {
    let directory = directory(&some_profiles(20));
    for bytes in [
        directory.to_bytes().unwrap(),
        Compact::of(&directory).unwrap().to_bytes().unwrap(),
    ] {
        for len in 0..bytes.len() {
            let code = refusal(&bytes[..len]);
            let expected = if len < SEED {
                Code::DirectoryBytes
            } else {
                Code::DirectoryChecksum
            };
            assert_eq!(code, expected, "{len}");
            // Cut, and the checksum made to fit.
            if len > PROBE {
                let mut cut = bytes[..len].to_vec();
                forge(&mut cut);
                assert_eq!(refusal(&cut), Code::DirectoryBytes, "{len}");
            }
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            let code = refusal(&changed);
            let expected = match at {
                0..VERSION => Code::DirectoryBytes,
                4..6 => Code::DirectoryVersion,
                // The kind is not covered, and there is no other.
                6..CHECKSUM => Code::DirectoryBytes,
                _ => Code::DirectoryChecksum,
            };
            assert_eq!(code, expected, "{at}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(refusal(&longer), Code::DirectoryChecksum);
        forge(&mut longer);
        assert_eq!(refusal(&longer), Code::DirectoryBytes);
    }
}

#[test]
fn fingerprints_of_another_target_are_refused() {
    let directory = directory(&some_profiles(3));
    let mut bytes = Compact::of(&directory).unwrap().to_bytes().unwrap();
    bytes[PROBE] ^= 1;
    forge(&mut bytes);
    assert_eq!(refusal(&bytes), Code::DirectoryVersion);
}

#[test]
fn a_directory_of_nobody_is_one_too() {
    let directory = directory(&[]);
    assert!(verified(&directory.to_bytes().unwrap()).is_empty());
    let compact = compact(&Compact::of(&directory).unwrap().to_bytes().unwrap());
    assert!(compact.is_empty());
    assert_eq!(compact.false_positive_rate(), 0.0);
    let id = Id {
        kind: IdKind::External,
        name: b"a"[..].into(),
        label: b""[..].into(),
    };
    assert_eq!(compact.find_id(&id), Found::Unknown);
}

#[test]
fn fingerprints_take_a_tenth_and_state_how_often_they_err() {
    let users = 30_000;
    let directory = directory(&some_profiles(users));
    let compact = Compact::of(&directory).unwrap();
    assert!(
        compact.memory_bytes() <= 20 * users,
        "{}",
        compact.memory_bytes() / users
    );
    let rate = compact.false_positive_rate();
    assert!(rate > 2.3e-10 && rate < 2.4e-10, "{rate}");
    let mut hits = 0;
    for n in 0..100_000 {
        let name = format!("nobody {n}");
        let id = Id {
            kind: IdKind::External,
            name: name.as_bytes().into(),
            label: b""[..].into(),
        };
        hits += usize::from(compact.find_id(&id) != Found::Unknown);
    }
    assert_eq!(
        hits, 0,
        "of a hundred thousand at this rate none is expected"
    );
}

#[test]
fn dropped_ids_are_in_no_byte_and_take_no_memory_for_long() {
    let mut directory = Directory::new(Seed::new(1));
    let put = |directory: &mut Directory, user: usize, round: usize| {
        let profile = Profile {
            external: Some(format!("user {user}")),
            devices: (0..20)
                .map(|n| format!("secret device {round} {user} {n}"))
                .collect(),
            ..Profile::default()
        };
        directory.put(&mut profile_ids(&profile)).unwrap()
    };
    for round in 0..20 {
        for user in 0..1_000 {
            assert_eq!(put(&mut directory, user, round).user as usize, user);
        }
    }
    // A thousand users with 20 devices are 0.7 MB of records and 0.3 MB of index.
    assert!(
        directory.memory_bytes() < 5 << 20,
        "{}",
        directory.memory_bytes()
    );
    assert_eq!(directory.len(), 1_000);
    assert_eq!(directory.id_count(), 21_000);
    let bytes = directory.to_bytes().unwrap();
    let holds = |needle: &str| bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(holds("secret device 19 7 3"));
    assert!(!holds("secret device 18 "));
}

#[test]
fn fingerprints_of_users_that_change_again_and_again_take_no_memory_for_long() {
    let mut builder = CompactBuilder::new(Seed::new(1));
    let mut directory = Directory::new(Seed::new(1));
    // Many ids a user, some of them shared with the next one, by users with and without a name.
    let profile_of = |user: usize, round: usize| Profile {
        external: user.is_multiple_of(4).then(|| format!("user {user}")),
        braze: Some(format!("braze {user}")),
        devices: (0..70)
            .map(|n| format!("device {round} {} {n}", (user + n / 60) % 300))
            .collect(),
        ..Profile::default()
    };
    for round in 0..20 {
        for user in 0..300 {
            let profile = profile_of(user, round);
            let kept = builder.put(&profile_ids(&profile)).unwrap();
            let taken = directory.put(&mut profile_ids(&profile)).unwrap();
            assert_eq!(kept.is_new, taken.is_new);
        }
    }
    assert!(
        builder.memory_bytes() < 4 << 20,
        "{}",
        builder.memory_bytes()
    );
    let compact = builder.finish().unwrap();
    assert_eq!(compact.len(), Compact::of(&directory).unwrap().len());
    for (round, user, n) in
        (18..20).flat_map(|r| (0..300).flat_map(move |u| (0..70).map(move |n| (r, u, n))))
    {
        let id = people_oracle::Id::Device(format!("device {round} {user} {n}"));
        let id = library_id(&id);
        let is_known = directory.find_id(&id, false) != Found::DeviceOfIdentified
            && directory.find_id(&id, false) != Found::DeviceAmbiguous
            && directory.find_id(&id, false) != Found::Unknown;
        assert_eq!(
            compact.find_id(&id) != Found::Unknown,
            is_known,
            "{round} {user} {n}"
        );
    }
}

#[test]
fn fingerprints_of_a_user_with_two_ids_that_match_take_37_bytes_while_they_are_built() {
    let mut builder = CompactBuilder::new(Seed::new(1));
    let mut ids = kohort::identity::ProfileIds::default();
    let users = 100_000;
    for user in 0..users {
        ids.clear();
        ids.push(
            kohort::identity::ProfileIdKind::External,
            format!("{user:036}").as_bytes(),
        );
        ids.push(
            kohort::identity::ProfileIdKind::Device,
            format!("d{user:035}").as_bytes(),
        );
        ids.push_alias(format!("a{user:035}").as_bytes(), b"email");
        assert!(builder.put(&ids).unwrap().is_new);
        // Smaller ones double their first segments.
        let bytes = 37 * (user + 1) + (1 << 19);
        assert!(
            builder.memory_bytes() <= bytes,
            "{} for {user}",
            builder.memory_bytes()
        );
    }
    let compact = builder.finish().unwrap();
    assert_eq!(compact.len(), 2 * users as u64);
    assert!(
        compact.memory_bytes() <= 11 * users,
        "{}",
        compact.memory_bytes()
    );
}
