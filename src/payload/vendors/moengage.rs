//! What MoEngage's cohort sync takes: who enters a cohort, and who leaves it, by their user ids.
//!
//! **Source**: MoEngage, "Cohort Sync API", as its OpenAPI file says it. A request has at most 128 KB and any
//! number of members; the keys go into headers, so that a body has none. Nothing here was tested against a
//! live MoEngage.

use crate::cohort::Direction;
use crate::cohort::id_list::IdList;
use crate::json::write;
use crate::limits::MAX_MOENGAGE_BYTES;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// Where requests go, below the address of a data center.
pub const PATH: &str = "/v1/integrations/cohortsync";

/// Characters that a cohort's name must not have, nor begin with a period.
const NOT_IN_NAMES: &[u8] = b"|*?\\:<>=$\"";

/// What a request says besides its members.
#[derive(Clone, Copy)]
pub struct Cohort<'a> {
    /// In whose name it is sent.
    pub partner: &'a str,
    /// The cohort's id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// A description for people.
    pub description: Option<&'a str>,
}

/// One request.
pub struct Request {
    /// Do its members enter or leave?
    pub direction: Direction,
    /// How many there are.
    pub ids: u32,
    /// JSON text.
    pub body: Vec<u8>,
}

/// The requests that bring these changes: all that enter before all that leave, in order, as few as the limit
/// of a request allows. Empty ids are left out, with a warning.
///
/// **Errors**: `moengage.cohort_name`, `moengage.too_large`, `limit.memory`; there is no request then.
pub fn requests(
    cohort: Cohort<'_>,
    add: &IdList,
    remove: &IdList,
    problems: &mut Problems,
) -> Vec<Request> {
    let name = cohort.name.as_bytes();
    if name.starts_with(b".") || name.iter().any(|byte| NOT_IN_NAMES.contains(byte)) {
        let path = &Path::Key(&Path::Key(&Path::Root, "segment"), "name");
        problems.push(Finding::error(Code::MoEngageName), path, Span::default());
    }
    let mut out = Vec::new();
    let mut empty = 0;
    for (direction, list) in [(Direction::Add, add), (Direction::Remove, remove)] {
        let mut maker = Maker {
            cohort,
            direction,
            body: Vec::new(),
            ids: 0,
        };
        for (index, id) in (0..).zip(list.iter()) {
            if id.is_empty() {
                empty += 1;
                continue;
            }
            if let Err(code) = maker.add(id, &mut out) {
                let list = match direction {
                    Direction::Add => "add",
                    Direction::Remove => "remove",
                };
                let path = &Path::Index(&Path::Key(&Path::Root, list), index);
                let finding = Finding::error(code).numbers(MAX_MOENGAGE_BYTES as u32, 0);
                problems.push(finding, path, Span::default());
                if code == Code::LimitMemory {
                    break;
                }
            }
        }
        maker.end(&mut out);
    }
    if empty > 0 {
        let finding = Finding::warning(Code::PlanNothing).numbers(empty, 0);
        problems.push(finding, &Path::Root, Span::default());
    }
    problems.locate(&[]);
    if !problems.ok() {
        out.clear();
    }
    out
}

/// Writes requests of one direction.
struct Maker<'a> {
    cohort: Cohort<'a>,
    direction: Direction,
    body: Vec<u8>,
    ids: u32,
}

/// What ends a body.
const END: &[u8] = b"]}}";

impl Maker<'_> {
    fn add(&mut self, id: &[u8], out: &mut Vec<Request>) -> Result<(), Code> {
        let mut member = Vec::new();
        member.extend_from_slice(b"{\"uid\":");
        write::string(id, &mut member)?;
        member.push(b'}');
        if self.ids > 0 && self.body.len() + 1 + member.len() + END.len() > MAX_MOENGAGE_BYTES {
            self.end(out);
        }
        if self.ids == 0 {
            self.begin()?;
        } else {
            self.body.push(b',');
        }
        if self.body.len() + member.len() + END.len() > MAX_MOENGAGE_BYTES {
            return Err(Code::MoEngageSize);
        }
        write::reserve(&mut self.body, member.len() + END.len() + 1)?;
        self.body.extend_from_slice(&member);
        self.ids += 1;
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Code> {
        let Cohort {
            partner,
            id,
            name,
            description,
        } = self.cohort;
        let out = &mut self.body;
        out.clear();
        out.extend_from_slice(match self.direction {
            Direction::Add => b"{\"action\":\"add_members\"",
            Direction::Remove => b"{\"action\":\"remove_members\"",
        });
        let fields: [(&[u8], Option<&str>); 4] = [
            (b",\"partner\":", Some(partner)),
            (b",\"parameters\":{\"cohort_name\":", Some(name)),
            (b",\"cohort_id\":", Some(id)),
            (b",\"cohort_description\":", description),
        ];
        for (key, value) in fields {
            if let Some(value) = value {
                out.extend_from_slice(key);
                write::string(value.as_bytes(), out)?;
            }
        }
        out.extend_from_slice(b",\"members\":[");
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<Request>) {
        if self.ids == 0 {
            return;
        }
        self.body.extend_from_slice(END);
        out.push(Request {
            direction: self.direction,
            ids: self.ids,
            body: core::mem::take(&mut self.body),
        });
        self.ids = 0;
    }
}
