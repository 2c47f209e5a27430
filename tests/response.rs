//! What to do after an answer of Braze's, as a table.

use kohort::hash::Seed;
use kohort::payload::braze::response::{Classified, Headers, Outcome, classify};

const NOW_MS: f64 = 1_700_000_000_000.0;
const NONE: Headers = Headers {
    retry_after_s: None,
    retry_after_date_ms: None,
    rate_limit_retry_after_s: None,
    rate_limit_remaining: None,
    rate_limit_reset_s: None,
};

fn answer(status: u16, headers: Headers, body: &str) -> Classified {
    classify(status, &headers, body.as_bytes(), NOW_MS, &Seed::new(7))
}

#[test]
fn every_status_has_an_outcome_and_a_word() {
    use Outcome::*;
    for (status, outcome, code) in [
        (0, Retry, "response.no_answer"),
        (101, Stop, "response.unexpected_status"),
        (200, Accepted, "response.accepted"),
        (201, Accepted, "response.accepted"),
        (202, Accepted, "response.accepted"),
        (204, Accepted, "response.accepted"),
        (299, Accepted, "response.accepted"),
        (301, Stop, "response.redirected"),
        (304, Stop, "response.redirected"),
        (308, Stop, "response.redirected"),
        (400, Rejected, "response.bad_request"),
        (401, Stop, "response.unauthorized"),
        (402, Rejected, "response.rejected"),
        (403, Stop, "response.forbidden"),
        (404, Stop, "response.not_found"),
        (405, Rejected, "response.rejected"),
        (408, Retry, "response.timeout"),
        (410, Rejected, "response.rejected"),
        (413, Split, "response.too_large"),
        (422, Rejected, "response.rejected"),
        (423, Retry, "response.locked"),
        (429, Retry, "response.rate_limited"),
        (499, Rejected, "response.rejected"),
        (500, Retry, "response.server_error"),
        (502, Retry, "response.server_error"),
        (503, Retry, "response.server_error"),
        (504, Retry, "response.server_error"),
        (599, Retry, "response.server_error"),
        (600, Stop, "response.unexpected_status"),
        (u16::MAX, Stop, "response.unexpected_status"),
    ] {
        let found = answer(status, NONE, "");
        assert_eq!((found.outcome, found.code), (outcome, code), "{status}");
        assert_eq!(found.retry_after_ms, None, "{status}");
    }
}

#[test]
fn a_success_may_have_any_body_and_tells_its_errors_apart() {
    for body in [
        "",
        "{}",
        r#"{"message":"success"}"#,
        r#"{"message":"success","errors":[]}"#,
        r#"{"message":"success","errors":[ ]}"#,
        r#"{"message":"success","errors":null}"#,
        r#"{"errors":{}}"#,
        r#"{"errors":{ }}"#,
        r#"{"errors":""}"#,
        r#"{"errors":0}"#,
        r#"{"errors":false}"#,
        "not JSON",
        "[1]",
        "{\"errors\":[",
    ] {
        assert_eq!(answer(201, NONE, body).code, "response.accepted", "{body}");
    }
    for body in [
        r#"{"message":"success","errors":["minor"]}"#,
        r#"{"errors":[{"type":"x"}],"message":"success"}"#,
        r#"{"errors":"text"}"#,
        r#"{"errors":{"0":"minor"}}"#,
        r#"{"errors":1}"#,
        r#"{"errors":12}"#,
        r#"{"errors":true}"#,
        "{ \"x\" : [[]] , \"errors\" : [ null ] }",
    ] {
        let found = answer(200, NONE, body);
        assert_eq!(found.code, "response.accepted_with_errors", "{body}");
        assert_eq!(found.outcome, Outcome::Accepted);
    }
    let huge = format!(r#"{{"x":"{}","errors":["minor"]}}"#, "x".repeat(1 << 17));
    assert_eq!(answer(200, NONE, &huge).code, "response.accepted");
}

#[test]
fn the_body_of_a_refusal_changes_nothing() {
    let echo = r#"{"message":"Partner not enabled for client with client secret: s3cr3t"}"#;
    let found = answer(401, NONE, echo);
    assert_eq!(found, answer(401, NONE, ""));
    assert!(!format!("{found:?}").contains("s3cr3t"));
}

#[test]
fn the_wait_is_what_the_headers_say() {
    let now_s = NOW_MS / 1000.0;
    for (what, status, headers, wait_ms) in [
        (
            "seconds",
            429,
            Headers {
                retry_after_s: Some(2.0),
                ..NONE
            },
            Some(2000.0),
        ),
        (
            "part of a second, up",
            429,
            Headers {
                retry_after_s: Some(0.0005),
                ..NONE
            },
            Some(1.0),
        ),
        (
            "a date",
            503,
            Headers {
                retry_after_date_ms: Some(NOW_MS + 1500.0),
                ..NONE
            },
            Some(1500.0),
        ),
        (
            "a date that is past",
            503,
            Headers {
                retry_after_date_ms: Some(NOW_MS - 1.0),
                ..NONE
            },
            Some(0.0),
        ),
        (
            "Braze's own header",
            429,
            Headers {
                rate_limit_retry_after_s: Some(3.0),
                ..NONE
            },
            Some(3000.0),
        ),
        (
            "reset after too many",
            429,
            Headers {
                rate_limit_reset_s: Some(now_s + 4.0),
                ..NONE
            },
            Some(4000.0),
        ),
        (
            "reset that is past",
            429,
            Headers {
                rate_limit_reset_s: Some(now_s - 4.0),
                ..NONE
            },
            Some(0.0),
        ),
        (
            "reset, some remain",
            503,
            Headers {
                rate_limit_reset_s: Some(now_s + 4.0),
                rate_limit_remaining: Some(5.0),
                ..NONE
            },
            None,
        ),
        (
            "reset, none remains",
            200,
            Headers {
                rate_limit_reset_s: Some(now_s + 4.0),
                rate_limit_remaining: Some(0.0),
                ..NONE
            },
            Some(4000.0),
        ),
        (
            "reset, none remains",
            400,
            Headers {
                rate_limit_reset_s: Some(now_s + 4.0),
                rate_limit_remaining: Some(0.0),
                ..NONE
            },
            Some(4000.0),
        ),
        (
            "no reset, none remains",
            200,
            Headers {
                rate_limit_remaining: Some(0.0),
                ..NONE
            },
            None,
        ),
        (
            "locked",
            423,
            Headers {
                retry_after_s: Some(1.0),
                ..NONE
            },
            Some(1000.0),
        ),
        (
            "split",
            413,
            Headers {
                retry_after_s: Some(1.0),
                ..NONE
            },
            Some(1000.0),
        ),
        (
            "stop waits for nothing",
            401,
            Headers {
                retry_after_s: Some(1.0),
                ..NONE
            },
            None,
        ),
        (
            "stop waits for nothing",
            301,
            Headers {
                retry_after_s: Some(1.0),
                ..NONE
            },
            None,
        ),
        (
            "seconds before a date",
            429,
            Headers {
                retry_after_s: Some(1.0),
                retry_after_date_ms: Some(NOW_MS + 9e3),
                ..NONE
            },
            Some(1000.0),
        ),
        (
            "Retry-After before Braze's",
            429,
            Headers {
                retry_after_s: Some(1.0),
                rate_limit_retry_after_s: Some(9.0),
                ..NONE
            },
            Some(1000.0),
        ),
        (
            "Braze's before the reset",
            429,
            Headers {
                rate_limit_retry_after_s: Some(9.0),
                rate_limit_reset_s: Some(now_s),
                ..NONE
            },
            Some(9000.0),
        ),
        (
            "negative counts as absent",
            429,
            Headers {
                retry_after_s: Some(-1.0),
                rate_limit_retry_after_s: Some(9.0),
                ..NONE
            },
            Some(9000.0),
        ),
        (
            "NaN counts as absent",
            429,
            Headers {
                retry_after_s: Some(f64::NAN),
                retry_after_date_ms: Some(f64::NAN),
                rate_limit_reset_s: Some(f64::NAN),
                ..NONE
            },
            None,
        ),
        (
            "infinity counts as absent",
            429,
            Headers {
                retry_after_s: Some(f64::INFINITY),
                rate_limit_retry_after_s: Some(2.0),
                ..NONE
            },
            Some(2000.0),
        ),
        (
            "at most a day",
            429,
            Headers {
                retry_after_s: Some(1e300),
                ..NONE
            },
            Some(86_400_000.0),
        ),
        (
            "milliseconds for seconds",
            429,
            Headers {
                rate_limit_reset_s: Some(NOW_MS),
                ..NONE
            },
            Some(86_400_000.0),
        ),
    ] {
        assert_eq!(
            answer(status, headers, "").retry_after_ms,
            wait_ms,
            "{what}"
        );
    }
}

#[test]
fn without_a_clock_there_is_no_time_until_anything() {
    let headers = Headers {
        retry_after_date_ms: Some(NOW_MS),
        ..NONE
    };
    let found = classify(503, &headers, b"", f64::NAN, &Seed::new(7));
    assert_eq!(found.retry_after_ms, None);
    assert_eq!(found.outcome, Outcome::Retry);
}

#[test]
fn each_outcome_has_its_word() {
    use Outcome::*;
    let words = [Accepted, Retry, Split, Rejected, Stop].map(Outcome::word);
    assert_eq!(words, ["accepted", "retry", "split", "rejected", "stop"]);
}
