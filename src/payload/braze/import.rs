//! A plan as the requests that carry it out: first the cohort's name, where it is to be sent, then
//! the ids.

use super::idempotency::Key;
pub use super::idempotency::key;
use super::write;
use crate::cohort::page::Page;
use crate::cohort::partner::Partner;
use crate::cohort::plan::{Mapping, Number, Part, Plan, Rules};
use crate::hash::Seed;
use crate::path::Path;
use crate::payload::timestamp;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::string::String;
use alloc::vec::Vec;

/// A cohort as Braze is to know it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CohortName<'a> {
    /// The partner's id of it.
    pub id: &'a str,
    /// Its display name.
    pub name: &'a str,
}

/// What the caller decides.
#[derive(Clone, Copy)]
pub struct ImportOptions<'a> {
    /// In whose name the cohort is sent.
    pub partner: Partner<'a>,
    /// What the ids are.
    pub mapping: Mapping<'a>,
    /// When the cohort was made, as ISO 8601 writes it: with it a name request comes first.
    pub created_at: Option<&'a str>,
    /// The cohort, where it is not called as the segment is.
    pub cohort: Option<CohortName<'a>>,
    /// How ids are chosen.
    pub rules: Rules<'a>,
}

impl<'a> ImportOptions<'a> {
    /// Ids as `user_ids`, no name request, and each rule as it is by default.
    pub fn new(partner: Partner<'a>) -> ImportOptions<'a> {
        ImportOptions {
            partner,
            mapping: Mapping::UserIds,
            created_at: None,
            cohort: None,
            rules: Rules::default(),
        }
    }
}

/// One request, to be sent after those before it and before those after it.
///
/// `Debug` is not offered, since ids are people.
pub struct Request {
    /// Where it is posted, below the REST endpoint.
    pub path: String,
    /// A JSON object without the two keys.
    pub body: Vec<u8>,
    /// By which a repeat is known within the sync.
    pub idempotency_key: String,
    /// How many ids it has.
    pub id_count: u32,
}

/// The requests of a plan. They are written one by one when asked for, so that a drain of millions
/// of members needs no memory for all of them at once.
pub struct Import<'a> {
    plan: Plan<'a>,
    partner: Partner<'a>,
    mapping: Mapping<'a>,
    cohort: CohortName<'a>,
    created_at: Option<&'a str>,
}

impl<'a> Import<'a> {
    /// Plans one page, or all pages of one sync in any order. `None` when there is an error among
    /// the problems.
    ///
    /// **Errors**: those of [`Plan::new`], `cohort_id.empty`, and with `created_at` also
    /// `created_at.invalid` and `name.empty`. **Warnings**: those of [`Plan::new`] and
    /// `created_at.no_zone`.
    pub fn new(
        pages: &[Page<'a>],
        options: &ImportOptions<'a>,
        seed: &Seed,
        problems: &mut Problems,
    ) -> Option<Import<'a>> {
        let root = Path::Root;
        let option = Path::Key(&root, "cohort");
        let plan = Plan::new(pages, &options.rules, seed, problems);
        if let Some(created_at) = options.created_at
            && let Some(finding) = timestamp::finding(created_at.as_bytes())
        {
            note(finding, &root, "createdAt", problems);
        }
        // Without a page, which is noted already, there is no segment to be named after.
        let segment = pages.last()?;
        let cohort = options.cohort.unwrap_or(CohortName {
            id: segment.segment_id,
            name: plan
                .as_ref()
                .map_or(segment.segment_name, |plan| plan.segment_name()),
        });
        if cohort.id.is_empty() {
            note(
                Finding::error(Code::CohortIdEmpty),
                &option,
                "cohortId",
                problems,
            );
        }
        if cohort.name.is_empty() && options.created_at.is_some() {
            note(Finding::error(Code::NameEmpty), &option, "name", problems);
        }
        problems.locate(&[]);
        Some(Import {
            plan: plan.filter(|_| problems.ok())?,
            partner: options.partner,
            mapping: options.mapping,
            cohort,
            created_at: options.created_at,
        })
    }

    /// How many requests there are.
    pub fn request_count(&self) -> usize {
        usize::from(self.created_at.is_some()) + self.plan.part_count()
    }

    /// What is sent, and where each id came from.
    pub fn plan(&self) -> &Plan<'a> {
        &self.plan
    }

    /// The part that the request with this index carries, and its number among the parts; none for
    /// the name request.
    fn part(&self, index: usize) -> Option<(usize, Part<'_>)> {
        let number = index.checked_sub(usize::from(self.created_at.is_some()))?;
        Some((number, self.plan.part(number)))
    }

    /// The ids of the request with this index, in the order in which its body has them.
    pub fn numbers(&self, index: usize) -> &[Number] {
        self.part(index).map_or(&[], |(_, part)| part.numbers())
    }

    /// The request with this index.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: three passes over its ids, of which hashing is the slowest.
    pub fn request(&self, index: usize) -> Result<Request, Code> {
        let mut request = self.unnamed(index)?;
        request.idempotency_key = key(&self.material(index)?);
        Ok(request)
    }

    /// The request with this index, its key left out.
    ///
    /// **Errors**: `limit.memory`.
    pub fn unnamed(&self, index: usize) -> Result<Request, Code> {
        let mut path = String::from("/partners/");
        path.push_str(self.partner.name());
        path.push_str("/cohorts");
        let part = self.part(index);
        let body = match &part {
            None => {
                let created_at = self.created_at.unwrap_or_default();
                write::name_body(self.cohort.id, self.cohort.name, created_at)?
            }
            Some((_, part)) => {
                path.push_str("/users");
                write::users_body(self.cohort.id, self.mapping, &self.plan, part)?
            }
        };
        Ok(Request {
            path,
            body,
            idempotency_key: String::new(),
            id_count: part.map_or(0, |(_, part)| part.len() as u32),
        })
    }

    /// What the key of the request with this index is made from by [`key`], for a host that hashes
    /// quicker.
    ///
    /// **Errors**: `limit.memory`.
    pub fn material(&self, index: usize) -> Result<Vec<u8>, Code> {
        let key = |kind| Key::new(kind, self.partner.name(), self.cohort.id, &self.plan);
        match self.part(index) {
            None => key("name").of_name(self.cohort.name, self.created_at.unwrap_or_default()),
            Some((number, part)) => key("users").of_users(number, self.mapping, &self.plan, &part),
        }
    }
}

/// Notes a finding about an option.
fn note(finding: Finding, parent: &Path<'_>, option: &'static str, problems: &mut Problems) {
    problems.push(finding, &Path::Key(parent, option), Span::default());
}
