//! `cargo xtask demo FILE`: looks at a request of the reader's own with the core itself,
//! natively, and shows every problem where it is.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::Renderer;
use anyhow::{Context, Result};
use kohort::cohort::Direction;
use kohort::cohort::page::Action;
use kohort::cohort::plan::{Plan, Rules};
use kohort::hash::Seed;
use kohort::limits::{BodyLimits, HARD_BODY_BYTES, MAX_DEPTH, MAX_PROBLEMS, MAX_REQUEST_IDS};
use kohort::path::Path as Place;
use kohort::payload::body_kind::BodyKind;
use kohort::payload::braze::Options;
use kohort::payload::braze::name_request::NameRequest;
use kohort::payload::braze::users_request::UsersRequest;
use kohort::payload::heap::webhook::Webhook;
use kohort::problem::{Code, Finding, Problem, Problems, Span};

use crate::underline;

/// The width that the picture is made for. Long lines are cut anyway.
const WIDTH: usize = 120;

const THE_THREE: &str = "a Heap webhook has `action_type` and `data`, a users request `cohort_changes`, a name request \
                         `name` and `created_at`";

// WHY: a fixed seed, since nobody floods a program that reads one file of its owner.
const SEED: Seed = Seed::new(0x6B6F_686F_7274);

/// Checks the file, or standard input for `-`, and ends with failure where it has errors.
pub fn run(file: &Path) -> Result<ExitCode> {
    let (name, body) = read(file)?;
    let colour = io::stdout().is_terminal()
        && env::var_os("NO_COLOR").is_none_or(|no_colour| no_colour.is_empty());
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let (text, ok) = report(&body, &name, &renderer.term_width(WIDTH));
    // A reader who looks at the first lines only, as `| head` does, has seen what they wanted.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(file: &Path) -> Result<(String, Vec<u8>)> {
    if file == Path::new("-") {
        let mut body = Vec::new();
        io::stdin()
            .take(HARD_BODY_BYTES as u64)
            .read_to_end(&mut body)
            .context("could not read standard input")?;
        return Ok(("standard input".to_owned(), body));
    }
    let body = fs::read(file).with_context(|| {
        format!(
            "could not read {}: give a file with a Heap webhook or a Braze cohort request, \
             or `-` for standard input",
            file.display()
        )
    })?;
    Ok((file.display().to_string(), body))
}

/// Everything there is to say about a body, and whether it has no error.
fn report(body: &[u8], name: &str, renderer: &Renderer) -> (String, bool) {
    let mut problems = Problems::new(MAX_PROBLEMS);
    let options = options(body);
    let kind = BodyKind::of(body, MAX_DEPTH, &SEED);
    let (title, facts) = match kind {
        BodyKind::Webhook => ("Heap webhook", webhook(body, &mut problems)),
        BodyKind::Name => ("Braze name request", names(body, &options, &mut problems)),
        BodyKind::Users => ("Braze users request", users(body, &options, &mut problems)),
        BodyKind::Unknown => ("unknown", unknown(body, &mut problems)),
        BodyKind::Unreadable => {
            users(body, &options, &mut problems);
            ("unknown", THE_THREE.to_owned())
        }
    };
    let mut out = String::new();
    for problem in problems.errors().iter().chain(problems.warnings()) {
        out.push_str(&underline::draw(problem, &problems, body, name, renderer));
        out.push('\n');
    }
    let errors = count(problems.errors().len(), "error");
    let warnings = count(problems.warnings().len(), "warning");
    out.push_str(&format!("{name}: {title}: {errors}, {warnings}\n"));
    if !facts.is_empty() {
        out.push_str(&format!("  {facts}\n"));
    }
    if let Some(fault) = problems.first_fault()
        && kind != BodyKind::Webhook
    {
        let (status, message) = fault.answer();
        out.push_str(&format!("  Braze would answer {status}: {message}\n"));
    }
    if matches!(kind, BodyKind::Users | BodyKind::Name) && !options.require_keys {
        out.push_str("  without the two keys, as in a plan, so they were not asked for\n");
    }
    (out, problems.ok())
}

fn webhook(body: &[u8], problems: &mut Problems) -> String {
    let mut webhook = Webhook::default();
    webhook.read(body, BodyLimits::default(), &SEED, problems);
    let (add, remove) = (
        webhook.ids(Direction::Add).len(),
        webhook.ids(Direction::Remove).len(),
    );
    let facts = match webhook.action() {
        Some(Action::Sync) => {
            let page = webhook.sync_info().map_or_else(String::new, |info| {
                format!(", page {} of {}", info.page_number, info.total_pages)
            });
            let requests = (add + remove).div_ceil(MAX_REQUEST_IDS);
            format!(
                "sync{page}: {} to add, {} to remove, in at most {}",
                count(add, "id"),
                count(remove, "id"),
                count(requests, "request")
            )
        }
        Some(Action::Drain) => "drain: every member leaves".to_owned(),
        None => String::new(),
    };
    facts + &planning(&webhook, body)
}

/// What a plan of this page alone, made without options, would say, a line each: a webhook without
/// a fault may still be none that can be planned as it is.
fn planning(webhook: &Webhook, body: &[u8]) -> String {
    let mut said = Problems::new(MAX_PROBLEMS);
    if let Ok(Some(page)) = webhook.decode(body) {
        Plan::new(&[page.page()], &Rules::default(), &SEED, &mut said);
    }
    let told = |problem: &Problem, verb: &str| {
        let (code, message, help) = (problem.code.row().code, problem.message(), problem.help());
        format!("\n  planning {verb} it: {code}: {message}; {help}")
    };
    let errors = said.errors().iter().map(|problem| told(problem, "refuses"));
    let warnings = said.warnings().iter();
    errors
        .chain(warnings.map(|problem| told(problem, "warns of")))
        .collect()
}

fn users(body: &[u8], options: &Options, problems: &mut Problems) -> String {
    let mut request = UsersRequest::default();
    request.check(body, options, &SEED, problems);
    let counts = request.counts();
    let sum = |side: kohort::payload::braze::users_request::KindCounts| {
        (side.external_ids + side.device_ids + side.aliases) as usize
    };
    format!(
        "{} to add, {} to remove; {} in all, {} distinct, {} repeated, {} in both",
        count(sum(counts.add), "id"),
        count(sum(counts.remove), "id"),
        counts.total,
        counts.distinct,
        counts.duplicates,
        counts.conflicts
    )
}

fn names(body: &[u8], options: &Options, problems: &mut Problems) -> String {
    NameRequest::check(body, options, &SEED, problems);
    String::new()
}

/// A body that is none of the three.
fn unknown(body: &[u8], problems: &mut Problems) -> String {
    let finding = Finding::error(Code::RequestKind);
    problems.push(finding, &Place::Root, Span::new(0, body.len()));
    problems.locate(body);
    THE_THREE.to_owned()
}

/// A planned body has neither key until it is sent, and then is not asked for them.
///
/// WHY: not read as JSON, since what breaks off is looked at as well. An id that is called as a key
/// is may mislead it.
fn options(body: &[u8]) -> Options {
    let has = |key: &str| body.windows(key.len()).any(|part| part == key.as_bytes());
    Options {
        require_keys: has(r#""partner_api_key""#) || has(r#""client_secret""#),
        ..Options::default()
    }
}

fn count(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> (String, bool) {
        report(body.as_bytes(), "it.json", &Renderer::plain())
    }

    #[test]
    fn the_three_bodies_are_told_apart_by_their_keys() {
        let kind = |body: &str| BodyKind::of(body.as_bytes(), MAX_DEPTH, &SEED);
        assert_eq!(kind(r#"{"id_token":"x","data":{}}"#), BodyKind::Webhook);
        assert_eq!(kind(r#"{"name":"n","cohort_changes":["#), BodyKind::Users);
        assert_eq!(kind(r#"{"data":1,"name":"n"}"#), BodyKind::Name);
        assert_eq!(kind(r#"{"name":"n","data":1}"#), BodyKind::Name);
        assert_eq!(
            kind(r#"{"x":{"data":1},"cohort_id":"1"}"#),
            BodyKind::Unknown
        );
        assert_eq!(kind(r#"{"cohort_id":"1""#), BodyKind::Unreadable);
        assert_eq!(kind("[1]"), BodyKind::Unreadable);
    }

    #[test]
    fn a_body_that_breaks_off_is_told_by_what_came_before() {
        let body = r#"{"cohort_id":"c","cohort_changes":[{"user_ids":["#;
        let (text, ok) = shown(body);
        assert!(!ok);
        assert!(text.contains("json.truncated"), "{text}");
        assert!(text.contains("Braze users request: 1 error"), "{text}");
    }

    #[test]
    fn a_problem_is_underlined_where_it_is() {
        let body =
            "{\n  \"cohort_id\": \"c\",\n  \"cohort_changes\": [{ \"user_ids\": [\"a\", 7] }]\n}";
        let (text, ok) = shown(body);
        assert!(!ok);
        assert!(text.contains("error[id.not_a_string]"), "{text}");
        assert!(text.contains("it.json:3:42"), "{text}");
        let column = |needle: &str| text.lines().find_map(|line| line.find(needle));
        assert_eq!(
            column("^ at /cohort_changes/0/user_ids/1"),
            column("7]"),
            "{text}"
        );
    }

    #[test]
    fn a_planned_body_is_not_asked_for_keys() {
        let (text, ok) = shown(r#"{"cohort_id":"c","cohort_changes":[{"user_ids":["a"]}]}"#);
        assert!(ok, "{text}");
        assert!(text.contains("without the two keys"), "{text}");
        let (text, ok) = shown(r#"{"client_secret":"s","cohort_id":"c","cohort_changes":[]}"#);
        assert!(!ok);
        assert!(text.contains("auth.partner_api_key_missing"), "{text}");
        assert!(text.contains("Braze would answer 401"), "{text}");
    }

    #[test]
    fn what_is_none_of_the_three_is_said_to_be_so() {
        let (text, ok) = shown(r#"{"cohort_id":"1"}"#);
        assert!(!ok);
        assert!(text.contains("request.kind"), "{text}");
        let (text, ok) = shown("");
        assert!(!ok);
        assert!(text.contains("json.empty"), "{text}");
        let (text, ok) = shown("[]");
        assert!(!ok);
        assert!(text.contains("json.not_an_object"), "{text}");
    }

    #[test]
    fn what_planning_says_to_a_good_webhook_is_told() {
        let drain =
            r#"{"action_type":"segment.users.drain","data":{"segment":{"id":1,"name":"n"}}}"#;
        let (text, ok) = shown(drain);
        assert!(ok, "{text}");
        for code in ["plan.needs_snapshot", "plan.needs_sync_id"] {
            let line = format!("planning refuses it: {code}: a drain needs");
            assert!(text.contains(&line), "{text}");
        }
        let (text, _) = shown(
            r#"{"action_type":"segment.users.sync","data":{"segment":{"id":1,"name":"n"},
            "sync_info":{"page_number":1,"total_pages":1,"sync_task_id":"t"},
            "add":[{"id":"a"},{"id":""}],"remove":[{"id":"a"}]}}"#,
        );
        for code in ["plan.conflict_resolved", "plan.unsendable"] {
            assert!(
                text.contains(&format!("planning warns of it: {code}")),
                "{text}"
            );
        }
    }

    #[test]
    fn heaps_webhook_is_told_in_numbers() {
        let body = include_str!("../../../www/demo/samples/sync.json");
        let (text, ok) = shown(body);
        assert!(ok, "{text}");
        assert!(
            text.contains("sync, page 1 of 1: 2 ids to add, 2 ids to remove"),
            "{text}"
        );
    }
}
