//! Regular expressions of segments: what PCRE2 says of them, what is refused and where, and their cost.
//!
//! `KOHORT_PATTERNS` names a larger table: see `tests/segments/pcre2.py`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use kohort::limits::{MAX_DEFINITION_BYTES, MAX_PATTERN_STATES};
use kohort::pattern::{Automaton, Fault, Pattern, Reason};
use kohort::problem::Problems;
use kohort::segment::{Automata, KEPT_PATTERNS, Patterns, parse};
use serde_json::{Value, json};
use support::SEED;

/// Answers of PCRE2, by `tests/segments/pcre2.py`.
fn table() -> Vec<Value> {
    let file = std::env::var("KOHORT_PATTERNS")
        .unwrap_or_else(|_| "tests/segments/patterns.jsonl".to_string());
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.split('\n').filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn what_is_taken_matches_as_in_pcre2() {
    let (mut taken, mut compared, mut wrong) = (0, 0, Vec::new());
    for row in table() {
        let text = row["pattern"].as_str().unwrap();
        let is_error = row.get("error").is_some();
        match Pattern::parse(text) {
            Err(Fault {
                reason: Reason::Malformed(what),
                at,
            }) if !is_error => {
                wrong.push(format!("{text:?} is not malformed: {what} {at:?}"));
            }
            Err(Fault { at, .. }) => {
                assert!(
                    text.get(at.clone()).is_some_and(|place| !place.is_empty()),
                    "{text:?} {at:?}"
                );
            }
            Ok(_) if is_error => wrong.push(format!("{text:?} is taken, and PCRE2 refuses it")),
            Ok(pattern) => {
                taken += 1;
                let mut automaton = Automaton::new(&pattern).unwrap();
                let texts = row["texts"].as_array().unwrap();
                for (seen, said) in texts.iter().zip(row["matches"].as_str().unwrap().chars()) {
                    let seen = seen.as_str().unwrap();
                    let matches = automaton.matches(seen.as_bytes());
                    compared += 1;
                    if said != '?' && matches != (said == '1') {
                        wrong.push(format!("{text:?} of {seen:?}: {said} in PCRE2"));
                    }
                }
            }
        }
    }
    assert!(taken > 300 && compared > 1_500, "{taken} {compared}");
    eprintln!("{taken} patterns, {compared} texts");
    let few = &wrong[..wrong.len().min(40)];
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        few.join("\n")
    );
}

fn automaton(pattern: &str) -> Automaton {
    let pattern = Pattern::parse(pattern).unwrap_or_else(|fault| panic!("{pattern}: {fault:?}"));
    Automaton::new(&pattern).unwrap()
}

/// What is refused, why, and what it points at.
fn refused(pattern: &str) -> (Reason, &str) {
    let Err(fault) = Pattern::parse(pattern) else {
        panic!("{pattern} is taken");
    };
    (fault.reason, &pattern[fault.at])
}

#[test]
fn what_needs_more_than_linear_time_is_refused_by_its_name() {
    let rows = [
        ("a(?=b)c", "look-ahead `(?=…)`", "(?="),
        ("(?<!a)b", "look-behind `(?<!…)`", "(?<!"),
        (r"(a)\1", "a back reference `\\1`", r"\1"),
        (r"(?<n>a)\k<n>", "a back reference `\\k`", r"\k"),
        ("(?>a)", "an atomic group `(?>…)`", "(?>"),
        ("x{2}+y", "a possessive repetition", "{2}+"),
        ("a(?R)?", "recursion `(?R)`", "(?R"),
        ("(a(?1)?)", "recursion `(?1)`", "(?1"),
        ("(?(1)a|b)", "a condition `(?(…)…)`", "(?("),
        (r"a\Kb", "the start of the match `\\K`", r"\K"),
        (r"\R", "a line's end `\\R`", r"\R"),
        ("(*UTF)a", "a verb or an assertion in words `(*…)`", "(*"),
        ("a$b", "an end before what must follow it", "$"),
        (r"(?m)^\s*", "a line's start before what can be empty", "^"),
        (
            "a{,2}",
            "braces that older versions take as characters",
            "{,2}",
        ),
        (
            r"\p{Greek}",
            "a property other than a general category, or one of letters' case",
            r"\p{Greek}",
        ),
        (
            r"[\W[:alpha:]]",
            r"`\W`, `\D`, `\S` or `[:^…:]` beside `[:…:]` or `\p`",
            r"[\W[:alpha:]]",
        ),
    ];
    for (pattern, what, at) in rows {
        assert_eq!(
            refused(pattern),
            (Reason::Unsupported(what), at),
            "{pattern}"
        );
    }
}

#[test]
fn what_is_malformed_is_pointed_at() {
    let rows = [
        ("(a", "`(` is not closed", "("),
        ("ä)", "`)` closes nothing", ")"),
        ("a[b", "`[` is not closed", "["),
        ("a|*", "there is nothing to repeat", "*"),
        ("a{2}{3}", "a repetition follows another", "{3}"),
        ("a{3,2}", "a repetition counts down", "{3,2}"),
        ("a{65536}", "a repetition of more than 65535", "{65536}"),
        ("[b-a]", "a range counts down", "a"),
        (
            r"[\w-.]",
            "`-` beside a class makes no range: write `\\-`",
            r"\w-",
        ),
        ("[[:foo:]]", "an unknown name within `[: :]`", "[:foo:]"),
        (r"a\", "`\\` is the last character", r"\"),
        (r"\y", "an unknown letter behind `\\`", r"\y"),
        (r"\x{110000}", "there is no such character", r"\x{110000}"),
        ("(?<n>a)(?<n>b)", "two groups have one name", "(?<n>"),
    ];
    for (pattern, what, at) in rows {
        assert_eq!(refused(pattern), (Reason::Malformed(what), at), "{pattern}");
    }
    let deep = |levels: usize| "(".repeat(levels) + &")".repeat(levels);
    automaton(&deep(250));
    assert_eq!(
        refused(&deep(251)).0,
        Reason::Malformed("more than 250 groups in each other")
    );
}

#[test]
fn a_definition_points_at_the_place_within_its_text() {
    // As it is written in JSON, and what of it is meant.
    let rows = [
        (r"a(?=b)", "(?="),
        (r"\\d(?=b)", "(?="),
        (r"\u00e9\u20ac\ud83d\ude00\u0041é(?=b)", "(?="),
        (r"\n\/\\(?=b)", ")"),
        (r"(a)\\1", r"\\1"),
        (r"[b-\u0061]", r"\u0061"),
    ];
    for (written, at) in rows {
        let text = format!(
            r#"{{"filter":{{"custom_attribute":{{"custom_attribute_name":"é","comparison":"matches_regex","value":"{written}"}}}}}}"#
        );
        let mut problems = Problems::new(10);
        let definition = parse(
            text.as_bytes(),
            MAX_DEFINITION_BYTES,
            &SEED,
            None,
            &mut problems,
        );
        assert_eq!(definition.is_some(), at.is_empty(), "{written}");
        for problem in problems.errors() {
            let span = problem.offset as usize..problem.end_offset as usize;
            assert_eq!(&text[span], at, "{written}");
            assert_eq!(problems.path(problem), "/filter/custom_attribute/value");
        }
    }
}

#[test]
fn a_pattern_within_the_limit_has_an_automaton_within_it() {
    let atoms = [
        "a",
        "k",
        "é",
        "ß",
        "中",
        "(?-i)中",
        ".",
        "(?s).",
        r"\w",
        r"\W",
        r"\h",
        r"\V",
        r"[^a]",
        r"[^é\h]",
        "[é-ö]",
        "[!-\u{10ffff}]",
        r"\p{L}",
        r"\P{So}",
        r"[^\p{Cn}é]",
        "a?",
        "(?:a|b)*",
        "(?:|a|é)+",
        r"\b",
        "^",
        "()",
        "(?:ab){2,3}",
        "x{0,9}",
        "[ſ-ж]",
    ];
    for atom in atoms {
        let takes = |times: u32| {
            Pattern::parse(&format!(
                "(?:(?:{atom}){{{}}}){{{}}}",
                times % 1_000 + 1,
                times / 1_000 + 1
            ))
            .is_ok()
        };
        let (mut most, mut none) = (0, 1_000_000);
        while none - most > 1_000 {
            let middle = (most + none) / 2 / 1_000 * 1_000 + 999;
            if takes(middle) {
                most = middle
            } else {
                none = middle
            }
        }
        let pattern = format!(
            "(?:(?:{atom}){{{}}}){{{}}}",
            most % 1_000 + 1,
            most / 1_000 + 1
        );
        let Ok(pattern) = Pattern::parse(&pattern) else {
            continue;
        };
        let automaton = Automaton::new(&pattern);
        let states = automaton.map(|automaton| automaton.states());
        assert!(
            states.is_some_and(|states| states <= MAX_PATTERN_STATES as usize + 500),
            "{atom} {most}: {states:?}"
        );
    }
}

#[test]
fn a_pattern_of_characters_alone_is_never_too_large() {
    for part in [
        "é", "k", "\u{345}", "[a-z]", "a|", "(?:x)", "𐐀", r"\d", r"\.",
    ] {
        let pattern = part.repeat(32_764 / part.chars().count());
        let states = automaton(&pattern).states();
        assert!(
            states <= MAX_PATTERN_STATES as usize + 5 * pattern.len(),
            "{part} {states}"
        );
    }
}

#[test]
fn what_grows_beyond_the_limit_is_refused_at_once() {
    for pattern in [
        "((a{1000}){1000}){1000}",
        r"(\p{L}{100}){100}",
        "((((.{9}){9}){9}){9}){99}",
        "(x{65535}y{65535})*",
    ] {
        assert_eq!(
            refused(pattern),
            (
                Reason::TooLarge(MAX_PATTERN_STATES + 5 * pattern.len() as u32),
                pattern
            )
        );
    }
}

/// With backtracking these would not end within anybody's patience.
#[test]
fn patterns_that_explode_elsewhere_are_linear() {
    let (many, unlike) = ("a".repeat(100_000), "ab".repeat(50_000));
    for pattern in [
        "(a+)+$",
        "(a|a)*b$",
        "(.*)*x",
        "(a*)*c",
        "(a|aa)+$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(?:a?){50}a{50}c",
        r"(\w*)*[^\wa]c",
    ] {
        let mut automaton = automaton(pattern);
        for text in [&many, &unlike] {
            let text = format!("{text}!");
            assert!(!automaton.matches(text.as_bytes()), "{pattern}");
        }
    }
    // Each byte leads to another state here.
    let mut automaton = automaton("(?:a|b)*a(?:a|b){500}c");
    let mut chance = support::chance::Chance::new(5);
    let text: String = (0..100_000)
        .map(|_| if chance.one_in(2) { 'a' } else { 'b' })
        .collect();
    assert!(!automaton.matches(text.as_bytes()));
    assert!(automaton.matches((text + "c").as_bytes()));
}

#[test]
fn patterns_are_kept_and_made_again() {
    let automata = Automata::default();
    for round in 0..3 {
        for number in 0..KEPT_PATTERNS + 5 {
            let (pattern, text) = (format!("^{number}$"), format!("{}", number + round % 2));
            assert!(automata.prepare(pattern.as_bytes()));
            assert_eq!(
                automata.matches(pattern.as_bytes(), text.as_bytes()),
                round % 2 == 0
            );
        }
    }
    assert!(!automata.prepare(b"(?=a)"));
    let mut matched = vec![true];
    automata.match_each(b"B", b"abbc", &[1, 3, 3, 4], &mut matched);
    assert_eq!(matched, [true, false, true, false, false]);
}

#[test]
fn every_pattern_of_a_rule_is_asked_for() {
    let matches = |name: &str| json!({"custom_attribute":{"custom_attribute_name":"a","comparison":"matches_regex","value":name}});
    let element = json!({"nested_custom_attribute":{"custom_attribute_name":"a","path":"[]","all_of":[{"path":"b","comparison":"does_not_match_regex","value":"4"}]}});
    let definition = json!({"filter":{"OR":[matches("1"),{"AND":[matches("2"),matches("3")]},element]},"exclude":[matches("5")]});
    let mut problems = Problems::new(10);
    let definition = parse(
        definition.to_string().as_bytes(),
        MAX_DEFINITION_BYTES,
        &SEED,
        None,
        &mut problems,
    );
    let rule = definition.unwrap().rule;
    let mut seen = Vec::new();
    assert!(rule.patterns_are(&mut |pattern| {
        seen.extend_from_slice(pattern);
        true
    }));
    assert_eq!(seen, b"12345");
    assert!(!rule.patterns_are(&mut |pattern| pattern != b"5"));
}
