//! One request, or a whole plan, as one transaction: all bodies are checked before the first is
//! applied, and a preview is an application that is taken back.

use super::Workspace;
use super::match_report::{List, MatchReport, Rows, Totals};
use crate::cohort::matching::{Effect, Matching, Outcome, Request};
use crate::cohort::membership::{Cohort, Undo, UserSet};
use crate::cohort::partner::Partner;
use crate::hash::Seed;
use crate::json::Text;
use crate::limits::{BodyLimits, LINT_IDS, MAX_PROBLEMS, MAX_REQUEST_IDS};
use crate::path::Path;
use crate::payload::body_kind::BodyKind;
use crate::payload::braze::name_request::NameRequest;
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

/// Requests whose memory is kept for the next ones: those of a few bodies.
const KEPT_REQUESTS: usize = 4;

/// Ids up to which the memory of a call is kept for the next.
const KEPT_IDS: usize = 4 * MAX_REQUEST_IDS;

/// What one transaction leaves for the next: memory, and nothing in it.
#[derive(Default)]
pub(super) struct Scratch {
    requests: Vec<UsersRequest>,
    matching: Matching,
    undo: Undo,
    /// An empty set with room for the members of a cohort that nobody knows yet.
    nobody: UserSet,
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
        let mut scratch = core::mem::take(&mut self.scratch);
        let seed = self.directory.seed();
        let (checked, mut problems) = check(bodies, reading, seed, &mut scratch.requests);
        let done = if problems.iter().all(Problems::ok) {
            let done = self.run(
                bodies,
                &checked,
                partner,
                &mut problems,
                commits,
                &mut scratch,
            );
            match done {
                Ok(report) => Ok(MatchReport { problems, ..report }),
                Err(code) => {
                    if let Some(first) = problems.first_mut() {
                        first.push(Finding::error(code), &Path::Root, Span::default());
                        first.locate(bodies.first().copied().unwrap_or(&[]));
                    }
                    Err(Refused { problems })
                }
            }
        } else {
            Err(Refused { problems })
        };
        scratch.keep(checked);
        self.scratch = scratch;
        done
    }

    /// Matches and applies checked bodies. What can fail comes before what changes anything.
    fn run(
        &mut self,
        bodies: &[&[u8]],
        checked: &[Checked],
        partner: Partner<'_>,
        problems: &mut [Problems],
        commits: bool,
        Scratch {
            matching,
            undo,
            nobody,
            ..
        }: &mut Scratch,
    ) -> Result<MatchReport, Code> {
        let first = checked.iter().zip(bodies).next();
        let cohort_id = first.map_or(String::new(), |(checked, body)| {
            text_of(checked.cohort_id(), body)
        });
        let mut requests: Vec<Request<'_>> = Vec::new();
        requests
            .try_reserve_exact(bodies.len())
            .map_err(|_| Code::LimitMemory)?;
        requests.extend(
            users_requests(bodies, checked).map(|(_, request, body)| Request {
                changes: request.changes(),
                body,
            }),
        );
        // A single request knows its repeats; those of several are found among all their ids.
        let repeats = users_requests(bodies, checked)
            .next()
            .filter(|_| requests.len() == 1)
            .map(|(_, request, _)| request.repeats());
        let only = self.identified_aliases_only;
        matching.run(&self.directory, &requests, repeats, only)?;

        self.look_at_devices(bodies, checked, matching, problems);

        let name = partner.name();
        let known = self.cohorts.get(name, &cohort_id).is_some();
        let mut new = Cohort::unnamed(&cohort_id);
        new.members = core::mem::take(nobody);
        let cohort = self.cohorts.get_mut(name, &cohort_id).unwrap_or(&mut new);
        cohort.members.reserve(self.directory.len())?;
        undo.reserve(matching.outcomes().len(), self.directory.len())?;
        let mut effects: Vec<Effect> = Vec::new();
        effects
            .try_reserve_exact(matching.outcomes().len())
            .map_err(|_| Code::LimitMemory)?;

        undo.apply(&mut cohort.members, matching, &mut effects);
        let net = undo.net();
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
            *nobody = new.members;
        }

        let outcomes = matching.counts();
        let (totals, unmatched) = totals(matching, &outcomes, undo.people());
        let lists = lists(bodies, checked);
        let (outcomes_of_rows, users) = matching.take_columns();
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
            let max = LINT_IDS as u32;
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
    /// How large each may be.
    pub limits: BodyLimits,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            max_problems: MAX_PROBLEMS,
            limits: BodyLimits::default(),
        }
    }
}

impl Scratch {
    /// Keeps the memory of what was checked, if that is little.
    fn keep(&mut self, checked: Vec<Checked>) {
        for checked in checked {
            if let Checked::Users(request) = checked
                && self.requests.len() < KEPT_REQUESTS
                && request.changes().kept() <= KEPT_IDS
            {
                self.requests.push(request);
            }
        }
        if self.matching.received() > KEPT_IDS {
            self.matching = Matching::default();
            self.undo = Undo::default();
        }
    }
}

/// Checks every body, also after one is refused, so that all problems are told at once.
fn check(
    bodies: &[&[u8]],
    reading: Reading,
    seed: &Seed,
    spare: &mut Vec<UsersRequest>,
) -> (Vec<Checked>, Vec<Problems>) {
    let options = Options {
        // A planned body gets its keys at the last moment.
        require_keys: false,
        limits: reading.limits,
        ..Options::default()
    };
    let mut checked: Vec<Checked> = Vec::new();
    let mut all = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        let mut problems = Problems::new(reading.max_problems);
        let request = match BodyKind::of(body, reading.limits.max_depth, seed) {
            BodyKind::Users | BodyKind::Unreadable => {
                let mut request = spare.pop().unwrap_or_default();
                request.check(body, &options, seed, &mut problems);
                Checked::Users(request)
            }
            BodyKind::Name => {
                Checked::Name(NameRequest::check(body, &options, seed, &mut problems))
            }
            BodyKind::Webhook | BodyKind::Unknown => {
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

/// Rows, ids and people, and how many different ids matched nobody.
fn totals(matching: &Matching, counts: &[u32; Outcome::COUNT], people: usize) -> (Totals, u32) {
    let outcomes = matching.outcomes();
    let rows = outcomes.len() as u32;
    let each = || Outcome::ALL.iter().zip(counts);
    let count = |test: fn(Outcome) -> bool| -> u32 {
        let tested = each().filter(|(outcome, _)| test(**outcome));
        tested.map(|(_, count)| count).sum()
    };
    let invalid = count(|outcome| outcome == Outcome::Invalid);
    let different = rows - matching.repeats().len() as u32;
    // Every occurrence of an invalid id is invalid.
    let is_invalid = |index: u32| outcomes.get(index as usize) == Some(&Outcome::Invalid);
    let repeats = matching.repeats().iter();
    let invalid_repeats = repeats.filter(|(_, index)| is_invalid(*index));
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
