//! The list of clusters, and what people type for one.

use kohort::hash::Seed;
use kohort::payload::braze::Options;
use kohort::payload::braze::clusters::{CLUSTERS, Endpoint};
use kohort::payload::braze::name_request::NameRequest;
use kohort::payload::braze::users_request::UsersRequest;
use kohort::problem::{Code, Problems};
use std::collections::BTreeSet;

#[test]
fn every_cluster_is_listed_once_and_is_known_by_its_endpoint() {
    assert_eq!(CLUSTERS.len(), 15);
    for cluster in CLUSTERS {
        assert_eq!(
            Endpoint::of(cluster.rest_endpoint),
            Endpoint::Listed(cluster)
        );
        assert!(cluster.instance.starts_with(cluster.region));
        let top_level = if cluster.region == "EU" {
            ".eu"
        } else {
            ".com"
        };
        assert!(cluster.rest_endpoint.ends_with(top_level));
    }
    let endpoints: BTreeSet<_> = CLUSTERS.iter().map(|c| c.rest_endpoint).collect();
    assert_eq!(endpoints.len(), CLUSTERS.len());
}

#[test]
fn what_people_type_is_listed_near_or_unlisted() {
    for (text, expected) in [
        ("https://rest.iad-03.braze.com", Ok("US-03")),
        ("https://rest.iad-03.braze.com/", Ok("US-03")),
        (
            "https://rest.fra-02.braze.eu/partners/heap/cohorts?x#y",
            Ok("EU-02"),
        ),
        (" HTTPS://REST.US-10.BRAZE.COM\n", Ok("US-10")),
        ("rest.kr-01.braze.com", Ok("KR-01")),
        // The wrong top-level domain.
        ("https://rest.fra-01.braze.com", Err(Some("EU-01"))),
        ("https://rest.iad-01.braze.eu", Err(Some("US-01"))),
        ("https://rest.jp-01.braze.eu", Err(Some("JP-01"))),
        // No `rest.`, or something else in its place.
        ("https://iad-05.braze.com", Err(Some("US-05"))),
        ("https://sdk.fra-02.braze.eu", Err(Some("EU-02"))),
        // Not encrypted.
        ("http://rest.iad-01.braze.com", Err(Some("US-01"))),
        // The dashboard.
        ("https://dashboard-04.braze.com", Err(Some("US-04"))),
        ("https://dashboard-02.braze.eu/sign_in", Err(Some("EU-02"))),
        ("https://dashboard.us-10.braze.com", Err(Some("US-10"))),
        ("https://dashboard.au-01.braze.com", Err(Some("AU-01"))),
        // The instance's name.
        ("https://rest.us-06.braze.com", Err(Some("US-06"))),
        ("https://rest.eu-01.braze.eu", Err(Some("EU-01"))),
        ("https://rest.iad-10.braze.com", Err(Some("US-10"))),
        // Nothing near.
        ("https://rest.iad-09.braze.com", Err(None)),
        ("https://rest.iad-01.example.com", Err(None)),
        ("https://rest.iad-01.brase.com", Err(None)),
        ("http://127.0.0.1:8787", Err(None)),
        ("braze", Err(None)),
        ("", Err(None)),
        ("https://", Err(None)),
        ("öäü-ß", Err(None)),
        ("httpß://rest.iad-01.braze.com", Err(None)),
    ] {
        let found = match Endpoint::of(text) {
            Endpoint::Listed(cluster) => Ok(cluster.instance),
            Endpoint::Near(cluster) => Err(Some(cluster.instance)),
            Endpoint::Unlisted => Err(None),
        };
        assert_eq!(found, expected, "{text}");
    }
}

fn warnings(endpoint: Option<&str>, lints: bool) -> Vec<(Code, String, String)> {
    let options = Options {
        rest_endpoint: endpoint.map(Endpoint::of),
        require_keys: false,
        lints,
        ..Options::default()
    };
    let seed = Seed::new(7);
    let bodies = [
        r#"{"cohort_id":"c","cohort_changes":[]}"#,
        r#"{"cohort_id":"c","name":"n","created_at":"2021-01-21T19:20:30Z"}"#,
    ];
    let [users, name] = [0, 1].map(|which: usize| {
        let mut problems = Problems::new(10);
        if which == 0 {
            UsersRequest::default().check(bodies[0].as_bytes(), &options, &seed, &mut problems);
        } else {
            NameRequest::check(bodies[1].as_bytes(), &options, &seed, &mut problems);
        }
        assert!(problems.ok());
        let found = problems.warnings().iter();
        found
            .map(|w| (w.code, w.message(), problems.path(w).to_owned()))
            .collect::<Vec<_>>()
    });
    assert_eq!(users, name, "both requests are linted alike");
    users
}

#[test]
fn a_check_warns_about_its_endpoint_once() {
    let found = warnings(Some("https://rest.fra-01.braze.com"), true);
    let [(code, message, path)] = &found[..] else {
        panic!("one warning")
    };
    assert_eq!(*code, Code::LintCluster);
    assert!(message.contains("`https://rest.fra-01.braze.eu`"));
    assert_eq!(path, "");

    let found = warnings(Some("https://example.com/hunter2"), true);
    assert_eq!(found[0].0, Code::LintClusterUnknown);
    assert!(
        !found[0].1.contains("hunter2"),
        "what was typed is not told"
    );

    assert!(warnings(Some("https://rest.fra-01.braze.eu"), true).is_empty());
    assert!(warnings(Some("https://rest.fra-01.braze.com"), false).is_empty());
    assert!(warnings(None, true).is_empty());
}
