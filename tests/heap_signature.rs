//! Heap's signature over raw bytes. The right signatures were computed by Python's `hmac` and
//! `hashlib`, and are constants here.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use kohort::payload::heap::signature::{Options, Verdict, sign, verify};
use kohort::problem::{Code, Problems};

const SECRET: &str = "whsec-one";
const NOW_MS: f64 = 1_690_000_000_500.0;
const TS: &str = "1690000000000";

fn options(secrets: &[&str]) -> Options {
    let mut options = Options::default();
    for secret in secrets {
        options.allow(secret.as_bytes());
    }
    options
}

/// The verdict, and each problem as its code and the stretch of the header that it points at.
fn look<'h>(
    body: &[u8],
    header: &'h str,
    options: &Options,
    now_ms: f64,
) -> (Verdict, Vec<(Code, &'h str)>) {
    let mut problems = Problems::new(100);
    let verdict = verify(
        body,
        Some(header.as_bytes()),
        options,
        now_ms,
        &mut problems,
    );
    assert!(problems.warnings().is_empty());
    let found = problems.errors().iter().map(|problem| {
        let place = problem.offset as usize..problem.end_offset as usize;
        (problem.code, &header[place])
    });
    (verdict, found.collect())
}

const VALID: Verdict = Verdict::Valid {
    timestamp_ms: 1_690_000_000_000.0,
};

/// Bodies that a receiver which reads and writes them again would sign differently.
const VECTORS: &[(&[u8], &str)] = &[
    (
        b"{ \"action_type\" : \"segment.users.drain\",\n\t\"data\": { \"segment\": { \"id\": 1, \"name\": \"n\" } } }\r\n",
        "+OCk3keOO+/MOHsldpK87CvGC0sOyz30jisSt0BsNBk=",
    ),
    (
        br#"{"a":1.0,"b":1e2,"c":9223372036854775807,"d":-0,"e":0.10}"#,
        "hhNZWfSRl/qU183fdnhTHYg6e8M+J5nChQwOU3t33nQ=",
    ),
    (
        br#"{"\u0061":"\u00e9\/\ud83d\ude00"}"#,
        "s3SMrhj8tOfILTa8ADm9v0XffIvkK5vyLqUXSQQ7E9Q=",
    ),
    (
        br#"{"a":1,"a":2}"#,
        "CIInwk907vSigo1/3UhOKsnAX6jj4aepI02pwSoh2So=",
    ),
    (b"", "thckeWm2lboTNh+qJkHdtb00i/K1ab2T2OM0YdUw/is="),
    (
        b"\x00\xff\xfe\n\r\"",
        "KCA2jk9FKrbqxmnvGgkcGObhKxZiuxvRyHlzf9Wi+4E=",
    ),
];

#[test]
fn a_signature_holds_over_the_bytes_as_they_came() {
    for (body, hmac) in VECTORS {
        let header = format!("ts:{TS},hmac:{hmac}");
        let (verdict, problems) = look(body, &header, &options(&[SECRET]), NOW_MS);
        assert_eq!(verdict, VALID);
        assert!(problems.is_empty());
        assert_eq!(sign(TS, body, SECRET.as_bytes()), header);
    }
}

#[test]
fn a_secret_longer_than_a_block_and_outside_ascii_signs_as_its_bytes() {
    let secret = "sécret-two-".repeat(10);
    let header = format!("ts:{TS},hmac:DRWN41ks3m4nT/8+ObJLOkQZAJlcVo1RsROPsxZ9744=");
    let (verdict, _) = look(br#"{"a":1,"a":2}"#, &header, &options(&[&secret]), NOW_MS);
    assert_eq!(verdict, VALID);
}

#[test]
fn the_timestamp_is_signed_as_it_is_written() {
    let padded = "ts:0001690000000000,hmac:sEEAQptmDBYRXoHiH3gdkWNzZD5NZqIAu0TE838FJN8=";
    let (verdict, _) = look(b"{}", padded, &options(&[SECRET]), NOW_MS);
    assert_eq!(verdict, VALID);
    let shorter = padded.replace("000169", "169");
    let (verdict, problems) = look(b"{}", &shorter, &options(&[SECRET]), NOW_MS);
    assert_eq!(verdict, Verdict::Refused);
    assert_eq!(problems[0].0, Code::SignatureMismatch);
}

#[test]
fn one_bit_of_the_body_the_time_or_the_secret_breaks_it() {
    let good = sign(TS, b"{}", SECRET.as_bytes());
    let later = good.replace("ts:1690000000000", "ts:1690000000001");
    for (body, header, secret) in [
        (&b"{}\n"[..], &good, SECRET),
        (b"{}", &later, SECRET),
        (b"{}", &good, "whsec-onf"),
        (b"{}", &good, "whsec-on"),
    ] {
        let (verdict, problems) = look(body, header, &options(&[secret]), NOW_MS);
        assert_eq!(verdict.status(), 403);
        let [(Code::SignatureMismatch, place)] = problems[..] else {
            panic!("one problem, the mismatch")
        };
        assert!(header.ends_with(place), "it points at the hash as sent");
    }
}

#[test]
fn any_of_several_secrets_lets_a_body_in() {
    let body = b"{}";
    for secret in ["one", "two", "three"] {
        let header = sign(TS, body, secret.as_bytes());
        let options = options(&["one", "two", "three"]);
        assert_eq!(look(body, &header, &options, NOW_MS).0, VALID);
    }
    let header = sign(TS, body, b"four");
    let (verdict, _) = look(body, &header, &options(&["one", "two", "three"]), NOW_MS);
    assert_eq!(verdict, Verdict::Refused);
}

#[test]
fn no_secret_and_an_empty_secret_let_nothing_in() {
    let header = sign(TS, b"{}", b"");
    for secrets in [&[][..], &[""], &["", SECRET]] {
        let (verdict, problems) = look(b"{}", &header, &options(secrets), NOW_MS);
        assert_eq!(verdict, Verdict::Refused);
        assert_eq!(problems[0].0, Code::SignatureMismatch);
    }
}

#[test]
fn the_window_ends_a_minute_after_and_begins_a_second_before() {
    let signed_ms = 1_690_000_000_000.0;
    let header = sign(TS, b"{}", SECRET.as_bytes());
    for (age_ms, expected) in [
        (60_000.0, None),
        (60_001.0, Some(Code::SignatureExpired)),
        (-1_000.0, None),
        (-1_001.0, Some(Code::SignatureFuture)),
        (f64::INFINITY, Some(Code::SignatureExpired)),
        (f64::NEG_INFINITY, Some(Code::SignatureFuture)),
        (f64::NAN, Some(Code::SignatureExpired)),
    ] {
        let (verdict, problems) = look(b"{}", &header, &options(&[SECRET]), signed_ms + age_ms);
        assert_eq!(problems.first().map(|found| found.0), expected);
        assert_eq!(verdict.status(), if expected.is_some() { 403 } else { 200 });
        assert!(problems.iter().all(|found| found.1 == TS));
    }
}

#[test]
fn the_window_is_the_callers_and_one_that_is_no_number_lets_nothing_in() {
    let header = sign(TS, b"{}", SECRET.as_bytes());
    let window = |max_age_ms, max_future_ms, now_ms| {
        let mut options = options(&[SECRET]);
        options.max_age_ms = max_age_ms;
        options.max_future_ms = max_future_ms;
        look(b"{}", &header, &options, now_ms).0.status()
    };
    assert_eq!(window(0.0, 0.0, 1_690_000_000_000.0), 200);
    assert_eq!(window(0.0, 0.0, 1_690_000_000_001.0), 403);
    assert_eq!(window(f64::INFINITY, 0.0, 2e12), 200);
    assert_eq!(window(f64::NAN, 0.0, 1_690_000_000_000.0), 403);
    assert_eq!(window(0.0, f64::NAN, 1_690_000_000_000.0), 403);
}

#[test]
fn whether_it_expired_is_told_only_to_who_has_the_secret() {
    let header = sign(TS, b"{}", b"another");
    let (_, problems) = look(b"{}", &header, &options(&[SECRET]), 2e12);
    let codes: Vec<_> = problems.iter().map(|found| found.0).collect();
    assert_eq!(codes, [Code::SignatureMismatch]);
}

#[test]
fn parts_may_change_places_and_have_white_space_around() {
    let hmac = "CIInwk907vSigo1/3UhOKsnAX6jj4aepI02pwSoh2So=";
    for header in [
        format!("ts:{TS}, hmac:{hmac}"),
        format!("  ts:{TS}\t,\t hmac:{hmac}  "),
        format!("hmac:{hmac},ts:{TS}"),
    ] {
        let (verdict, _) = look(br#"{"a":1,"a":2}"#, &header, &options(&[SECRET]), NOW_MS);
        assert_eq!(verdict, VALID, "{header}");
    }
}

#[test]
fn a_missing_header_is_told_from_an_empty_one() {
    let mut problems = Problems::new(100);
    let verdict = verify(b"{}", None, &options(&[SECRET]), NOW_MS, &mut problems);
    assert_eq!(verdict.status(), 400);
    assert_eq!(problems.errors()[0].code, Code::SignatureMissing);

    let (verdict, problems) = look(b"{}", "", &options(&[SECRET]), NOW_MS);
    assert_eq!(verdict.status(), 400);
    assert_eq!(problems, [(Code::SignatureFormat, "")]);
}

#[test]
fn each_malformation_has_its_code_and_its_place() {
    use Code::*;
    let hmac = "CIInwk907vSigo1/3UhOKsnAX6jj4aepI02pwSoh2So=";
    let ts = "ts:1690000000000";
    let long = "CIInwk907vSigo1/3UhOKsnAX6jj4aepI02pwSoh2SpA";
    let cases: Vec<(String, Vec<(Code, &str)>)> = vec![
        ("garbage".into(), vec![(SignatureFormat, "garbage")]),
        (
            format!("{ts};hmac:{hmac}"),
            vec![
                (SignaturePart, "*"),
                (SignatureTimestamp, "1690000000000;hmac:*"),
            ],
        ),
        // Whoever sends it chooses how many there are: each is told once.
        (",".repeat(5000), vec![(SignatureFormat, "")]),
        (
            format!("{ts},{ts},{ts},{ts},hmac:{hmac}"),
            vec![(SignatureDuplicate, ts)],
        ),
        (
            format!("{ts},hmac={hmac}"),
            vec![(SignatureFormat, "hmac=*")],
        ),
        (format!("{ts},hmac:{hmac},"), vec![(SignatureFormat, "")]),
        (
            format!("{ts},hmac:{hmac},v:1"),
            vec![(SignatureFormat, "v:1")],
        ),
        (
            format!("TS:1690000000000,hmac:{hmac}"),
            vec![(SignatureFormat, "TS:1690000000000")],
        ),
        (
            format!("{ts},{ts},hmac:{hmac}"),
            vec![(SignatureDuplicate, ts)],
        ),
        (
            format!("{ts},hmac:{hmac}, {ts},hmac:{hmac}"),
            vec![(SignatureDuplicate, ts), (SignatureDuplicate, "hmac:*")],
        ),
        (format!("hmac:{hmac}"), vec![(SignaturePart, "*")]),
        (ts.into(), vec![(SignaturePart, ts)]),
        (format!("ts:,hmac:{hmac}"), vec![(SignatureTimestamp, "")]),
        (
            format!("ts: 1,hmac:{hmac}"),
            vec![(SignatureTimestamp, " 1")],
        ),
        (
            format!("ts:-1,hmac:{hmac}"),
            vec![(SignatureTimestamp, "-1")],
        ),
        (
            format!("ts:1e3,hmac:{hmac}"),
            vec![(SignatureTimestamp, "1e3")],
        ),
        (
            format!("ts:1.5,hmac:{hmac}"),
            vec![(SignatureTimestamp, "1.5")],
        ),
        (format!("ts:١,hmac:{hmac}"), vec![(SignatureTimestamp, "١")]),
        (
            format!("ts:9007199254740992,hmac:{hmac}"),
            vec![(SignatureTimestamp, "9007199254740992")],
        ),
        (
            format!("ts:00000000000000001,hmac:{hmac}"),
            vec![(SignatureTimestamp, "00000000000000001")],
        ),
        (
            format!("ts:18446744073709551617,hmac:{hmac}"),
            vec![(SignatureTimestamp, "18446744073709551617")],
        ),
        (format!("{ts},hmac:"), vec![(SignatureLength, "")]),
        (format!("{ts},hmac:AAAA"), vec![(SignatureLength, "AAAA")]),
        (format!("{ts},hmac:{long}"), vec![(SignatureLength, long)]),
        (
            format!("{ts},hmac:{}", &hmac[..43]),
            vec![(SignatureBase64, &hmac[..43])],
        ),
        (
            format!("{ts},hmac:{}", hmac.replace('/', "_")),
            vec![(SignatureBase64, "CIInwk907vSigo1_*")],
        ),
        // The last digit has bits that stand for nothing: another text for the same bytes.
        (
            format!("{ts},hmac:{}", hmac.replace("2So=", "2Sp=")),
            vec![(SignatureBase64, "CI*")],
        ),
        (
            format!("{ts},hmac:no base64!"),
            vec![(SignatureBase64, "no base64!")],
        ),
        (
            "ts:x,hmac:y".into(),
            vec![(SignatureTimestamp, "x"), (SignatureBase64, "y")],
        ),
    ];
    for (header, expected) in cases {
        let (verdict, found) = look(br#"{"a":1,"a":2}"#, &header, &options(&[SECRET]), NOW_MS);
        assert_eq!(verdict, Verdict::Malformed, "{header}");
        assert_eq!(verdict.status(), 400);
        assert_eq!(found.len(), expected.len(), "{header}: {found:?}");
        for ((code, place), (expected_code, expected_place)) in found.into_iter().zip(expected) {
            assert_eq!(code, expected_code, "{header}");
            match expected_place.strip_suffix('*') {
                Some(start) => assert!(place.starts_with(start), "{header}: {place}"),
                None => assert_eq!(place, expected_place, "{header}"),
            }
        }
    }
}

#[test]
fn debug_tells_no_secret() {
    assert_eq!(format!("{:?}", options(&[SECRET])), "Options(..)");
}
