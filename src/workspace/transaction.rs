//! One request, or a whole plan, as one transaction: all bodies are checked before the first is
//! applied, and a preview is an application that is taken back.

use super::Workspace;
use super::match_report::{List, MatchReport, Rows, Totals};
use crate::cohort::matching::{Effect, Matching, NO_USER, Outcome, Request};
use crate::cohort::membership::{Cohort, Undo};
use crate::cohort::partner::Partner;
use crate::hash::Table;
use crate::identity::Directory;
use crate::json::Text;
use crate::limits;
use crate::path::Path;
use crate::payload::braze::name_request::NameRequest;
use crate::payload::braze::request_kind::RequestKind;
use crate::payload::braze::users_request::UsersRequest;
use crate::payload::braze::{Options, lints};
use crate::problem::{Code, Finding, Problems, Span};
use alloc::string::String;
use alloc::vec::Vec;

/// Why nothing was done.
#[derive(Debug)]
pub struct Refused {
    /// The findings of each body, in order. At least one holds an error.
    pub problems: Vec<Problems>,
}

/// A body that was checked.
enum Checked {
    Users(UsersRequest),
    Name(NameRequest),
    /// Neither; its problems say so.
    Nothing,
}

impl Checked {
    fn cohort_id(&self) -> Option<Text> {
        match self {
            Checked::Users(request) => request.cohort_id(),
            Checked::Name(request) => request.cohort_id,
            Checked::Nothing => None,
        }
    }
}

impl Workspace {
    /// Tells what [`Workspace::apply`] would do, and changes nothing.
    ///
    /// **Errors**: as [`Workspace::apply`].
    pub fn preview(
        &mut self,
        bodies: &[&[u8]],
        partner: Partner<'_>,
    ) -> Result<MatchReport, Refused> {
        self.transact(bodies, partner, Reading::default(), false)
    }

    /// Applies the bodies of a request or of a plan, which are of one cohort: all or none, their
    /// changes in order, the last that means a person wins. Doing it again changes nothing more.
    ///
    /// A cohort that is not known comes into being; until a name request its id is its name.
    ///
    /// **Errors**: what the check of each body finds, `request.kind` for a body that is neither
    /// request, `request.cohorts_differ`, `limit.memory`. Then nothing has changed.
    ///
    /// **Cost**: constant an id, and one pass over the bodies.
    pub fn apply(
        &mut self,
        bodies: &[&[u8]],
        partner: Partner<'_>,
    ) -> Result<MatchReport, Refused> {
        self.transact(bodies, partner, Reading::default(), true)
    }

    /// [`Workspace::preview`], or [`Workspace::apply`] with `commits`, reading as far as `reading`
    /// says.
    pub fn transact(
        &mut self,
        bodies: &[&[u8]],
        partner: Partner<'_>,
        reading: Reading,
        commits: bool,
    ) -> Result<MatchReport, Refused> {
        let (checked, mut problems) = check(bodies, reading, &self.directory);
        if !problems.iter().all(Problems::ok) {
            return Err(Refused { problems });
        }
        let done = self.run(bodies, &checked, partner, &mut problems, commits);
        done.map_err(|code| {
            if let Some(first) = problems.first_mut() {
                first.push(Finding::error(code), &Path::Root, Span::default());
                first.locate(bodies.first().copied().unwrap_or(&[]));
            }
            Refused {
                problems: core::mem::take(&mut problems),
            }
        })
        .map(|report| MatchReport { problems, ..report })
    }

    /// Matches and applies checked bodies. What can fail comes before what changes anything.
    fn run(
        &mut self,
        bodies: &[&[u8]],
        checked: &[Checked],
        partner: Partner<'_>,
        problems: &mut [Problems],
        commits: bool,
    ) -> Result<MatchReport, Code> {
        let first = checked.iter().zip(bodies).next();
        let cohort_id = first.map_or(String::new(), |(checked, body)| {
            text_of(checked.cohort_id(), body)
        });
        let hashes = hashes(bodies, checked, &self.directory)?;
        let requests: Vec<Request<'_>> = users_requests(bodies, checked)
            .zip(&hashes)
            .map(|((_, request, body), hashes)| Request {
                changes: request.changes(),
                body,
                hashes,
            })
            .collect();
        let found;
        let repeats = match (users_requests(bodies, checked).next(), requests.len()) {
            (Some((_, request, _)), 1) => request.repeats(),
            _ => {
                found = repeats(&requests)?;
                &found[..]
            }
        };
        let mut matching = Matching::default();
        let only = self.identified_aliases_only;
        matching.run(&self.directory, &requests, repeats, only);

        self.look_at_devices(bodies, checked, &matching, problems);

        let name = partner.name();
        let known = self.cohorts.get(name, &cohort_id).is_some();
        let mut new = Cohort::unnamed(&cohort_id);
        let cohort = self.cohorts.get_mut(name, &cohort_id).unwrap_or(&mut new);
        cohort.members.reserve(self.directory.len())?;
        let mut undo = Undo::default();
        undo.reserve(matching.outcomes().len())?;
        let mut effects: Vec<Effect> = Vec::new();
        effects
            .try_reserve(matching.outcomes().len())
            .map_err(|_| Code::LimitMemory)?;

        undo.apply(&mut cohort.members, &matching, &mut effects);
        let people = people(&matching);
        let net = undo.net(&cohort.members, people);
        if commits {
            let named = checked.iter().any(|body| matches!(body, Checked::Name(_)));
            if net.added + net.removed > 0 || named || !(known || bodies.is_empty()) {
                self.revision += 1;
            }
            undo.commit();
            rename(cohort, bodies, checked);
            if !known && !bodies.is_empty() {
                self.cohorts.insert(name, &cohort_id, new);
            }
        } else {
            undo.roll_back(&mut cohort.members);
        }

        let outcomes = matching.counts();
        let (totals, unmatched) = totals(&matching, repeats, people);
        let lists = lists(bodies, checked);
        let (outcomes_of_rows, users) = matching.into_columns();
        Ok(MatchReport {
            partner: name.into(),
            cohort_id,
            known,
            outcomes,
            totals,
            net,
            unmatched,
            problems: Vec::new(),
            rows: Rows {
                outcomes: outcomes_of_rows,
                effects,
                users,
                lists,
            },
        })
    }

    /// Warns of ids in `user_ids` that are known as a device's only.
    fn look_at_devices(
        &self,
        bodies: &[&[u8]],
        checked: &[Checked],
        matching: &Matching,
        problems: &mut [Problems],
    ) {
        let mut before = 0;
        for (at, request, body) in users_requests(bodies, checked) {
            let changes = request.changes();
            let Some(problems) = problems.get_mut(at as usize) else {
                continue;
            };
            let is_unknown = |index: u32| {
                let outcome = matching.outcomes().get((before + index) as usize);
                outcome == Some(&Outcome::UnknownExternalId)
            };
            let found = problems.warnings().len();
            let max = limits::LINT_IDS as u32;
            lints::device_ids(changes, body, max, is_unknown, &self.directory, problems);
            if problems.warnings().len() > found {
                problems.locate(body);
            }
            before += changes.len() as u32;
        }
    }
}

/// How far a body is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Problems, and warnings, of a body that are listed.
    pub max_problems: usize,
    /// Bytes of the largest body.
    pub max_bytes: usize,
    /// Levels of the deepest nesting.
    pub max_depth: u32,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            max_problems: limits::MAX_PROBLEMS,
            max_bytes: limits::MAX_BODY_BYTES,
            max_depth: limits::MAX_DEPTH,
        }
    }
}

/// Checks every body, also after one is refused, so that all problems are told at once.
fn check(
    bodies: &[&[u8]],
    reading: Reading,
    directory: &Directory,
) -> (Vec<Checked>, Vec<Problems>) {
    let options = Options {
        // A planned body gets its keys at the last moment.
        require_keys: false,
        max_bytes: reading.max_bytes,
        max_depth: reading.max_depth,
        ..Options::default()
    };
    let mut checked: Vec<Checked> = Vec::new();
    let mut all = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        let mut problems = Problems::new(reading.max_problems);
        let seed = directory.seed();
        let request = match RequestKind::of(body, seed) {
            Some(RequestKind::Users) => {
                let mut request = UsersRequest::default();
                request.check(body, &options, seed, &mut problems);
                Checked::Users(request)
            }
            Some(RequestKind::Name) => {
                Checked::Name(NameRequest::check(body, &options, seed, &mut problems))
            }
            None => {
                let finding = Finding::error(Code::RequestKind);
                problems.push(finding, &Path::Root, Span::new(0, body.len()));
                problems.locate(body);
                Checked::Nothing
            }
        };
        let first = checked.first().and_then(Checked::cohort_id);
        if let (Some(first), Some(id)) = (first, request.cohort_id())
            && let Some(first_body) = bodies.first().filter(|_| index > 0)
            && first.decode(first_body) != id.decode(body)
        {
            let path = Path::Key(&Path::Root, "cohort_id");
            problems.push(Finding::error(Code::RequestCohorts), &path, id.span());
            problems.locate(body);
        }
        checked.push(request);
        all.push(problems);
    }
    (checked, all)
}

fn text_of(text: Option<Text>, body: &[u8]) -> String {
    let text = text.map(|text| text.decode(body).into_owned());
    String::from_utf8(text.unwrap_or_default()).unwrap_or_default()
}

/// The users requests among the bodies, each with its index.
fn users_requests<'a>(
    bodies: &'a [&'a [u8]],
    checked: &'a [Checked],
) -> impl Iterator<Item = (u32, &'a UsersRequest, &'a [u8])> {
    let bodies = checked.iter().zip(bodies).enumerate();
    bodies.filter_map(|(index, (checked, body))| match checked {
        Checked::Users(request) => Some((index as u32, request, *body)),
        _ => None,
    })
}

fn hashes(
    bodies: &[&[u8]],
    checked: &[Checked],
    directory: &Directory,
) -> Result<Vec<Vec<u64>>, Code> {
    let mut all = Vec::new();
    for (_, request, body) in users_requests(bodies, checked) {
        let mut hashes = Vec::new();
        hashes
            .try_reserve(request.changes().kept())
            .map_err(|_| Code::LimitMemory)?;
        let changes = request.changes();
        changes.hash_all(body, directory.seed(), &mut hashes);
        all.push(hashes);
    }
    Ok(all)
}

/// The ids that came before in any of the requests, counted over all of them.
fn repeats(requests: &[Request<'_>]) -> Result<Vec<(u32, u32)>, Code> {
    let count = requests.iter().map(|request| request.hashes.len()).sum();
    let mut table = Table::default();
    table.try_reset(count).ok_or(Code::LimitMemory)?;
    let mut firsts = Vec::new();
    let mut next = 0;
    for request in requests {
        firsts.push(next);
        next += request.hashes.len() as u32;
    }
    let id = |index: u32| {
        let at = firsts.partition_point(|&first| first <= index);
        let at = at.checked_sub(1)?;
        let request: &Request<'_> = requests.get(at)?;
        request.changes.id(index - firsts.get(at)?, request.body)
    };
    let mut repeats = Vec::new();
    let hashes = requests.iter().flat_map(|request| request.hashes);
    for (index, &hash) in hashes.enumerate() {
        let index = index as u32;
        let same = |first| id(first) == id(index);
        if let Some(first) = table.insert(hash, index, same) {
            repeats.try_reserve(1).map_err(|_| Code::LimitMemory)?;
            repeats.push((first, index));
        }
    }
    Ok(repeats)
}

/// How many users were matched.
fn people(matching: &Matching) -> usize {
    let rows = matching.outcomes().iter().zip(matching.users());
    let mut users: Vec<_> = rows
        .filter(|(outcome, user)| outcome.is_matched() && **user != NO_USER)
        .map(|(_, &user)| user)
        .collect();
    users.sort_unstable();
    users.dedup();
    users.len()
}

/// Rows, ids and people, and how many different ids matched nobody.
fn totals(matching: &Matching, repeats: &[(u32, u32)], people: usize) -> (Totals, u32) {
    let outcomes = matching.outcomes();
    let count = |test: fn(Outcome) -> bool| outcomes.iter().filter(|o| test(**o)).count() as u32;
    let rows = outcomes.len() as u32;
    let invalid = count(|outcome| outcome == Outcome::Invalid);
    let different = rows - repeats.len() as u32;
    // Every occurrence of an invalid id is invalid.
    let is_invalid = |index: u32| outcomes.get(index as usize) == Some(&Outcome::Invalid);
    let invalid_repeats = repeats.iter().filter(|(_, index)| is_invalid(*index));
    let different_invalid = invalid - invalid_repeats.count() as u32;
    let totals = Totals {
        rows,
        ids: rows - invalid,
        distinct_ids: different - different_invalid,
        people: people as u32,
    };
    // Of each different id that matched one row says so.
    (totals, different - count(Outcome::is_matched))
}

/// Gives the cohort the name and the time of its name requests, the last of which wins.
fn rename(cohort: &mut Cohort, bodies: &[&[u8]], checked: &[Checked]) {
    for (checked, body) in checked.iter().zip(bodies) {
        if let Checked::Name(request) = checked {
            cohort.name = text_of(request.name, body);
            cohort.created_at = Some(text_of(request.created_at, body));
        }
    }
}

fn lists(bodies: &[&[u8]], checked: &[Checked]) -> Vec<List> {
    let mut lists = Vec::new();
    let mut before = 0;
    for (index, request, _) in users_requests(bodies, checked) {
        lists.extend(request.changes().runs().map(|(run, _)| List {
            first: before + run.first,
            request: index,
            item: run.change,
            kind: run.kind,
        }));
        before += request.changes().len() as u32;
    }
    lists
}
