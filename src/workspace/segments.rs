//! The segments of a workspace: each a rule, and who it held for when that was asked last.

use super::Workspace;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::json::write::{reserve, string};
use crate::problem::{Code, Problems};
use crate::segment::{
    Answer, Clock, Definition, Explained, Explanation, Found, Node, Part, Patterns, Predicate,
    Rule, Subject, Value, World, Zone, parse,
};
use alloc::vec::Vec;

/// A segment's number in its workspace.
pub type SegmentIx = u32;

/// The segments.
#[derive(Default)]
pub(super) struct Segments {
    /// By number; none once it was freed.
    kept: Vec<Option<Kept>>,
}

struct Kept {
    definition: Definition,
    /// Can others name it?
    is_defined: bool,
    /// Who was in it, at which revision, and when.
    last: Option<(u64, i64, Found)>,
}

impl Segments {
    fn get(&self, segment: SegmentIx) -> Option<&Kept> {
        self.kept.get(segment as usize)?.as_ref()
    }

    /// The rule of the segment that has this name.
    fn named(&self, name: &[u8]) -> Option<&Rule> {
        let mut defined = self.kept.iter().flatten().filter(|kept| kept.is_defined);
        let kept = defined.find(|kept| kept.definition.name.as_deref() == Some(name));
        kept.map(|kept| &kept.definition.rule)
    }
}

/// No pattern is in a rule, as long as there is nothing to match them with.
struct NoPatterns;

impl Patterns for NoPatterns {
    fn matches(&self, _pattern: &[u8], _text: &[u8]) -> bool {
        false
    }
}

/// The names of segments that a rule asks about, and whether it matches a pattern.
fn each_predicate<'a>(rule: &'a Rule, each: &mut dyn FnMut(&'a Subject, &'a Predicate)) {
    fn walk<'a>(node: &'a Node, each: &mut dyn FnMut(&'a Subject, &'a Predicate)) {
        match node {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| walk(node, each)),
            Node::Condition(condition) => {
                if let Subject::Element { all_of, .. } = &condition.subject {
                    for (_, test) in all_of {
                        each(&condition.subject, &test.predicate);
                    }
                }
                each(&condition.subject, &condition.test.predicate);
            }
        }
    }
    for node in rule.filter.iter().chain(&rule.exclude) {
        walk(node, each);
    }
}

fn segments_of(rule: &Rule) -> Vec<&[u8]> {
    let mut names: Vec<&[u8]> = Vec::new();
    each_predicate(rule, &mut |subject, predicate| {
        if let (Subject::Segments, Predicate::IncludesAnyOf(values)) = (subject, predicate) {
            names.extend(values.iter().filter_map(|value| match value {
                Value::Text(name) => Some(&**name),
                _ => None,
            }));
        }
    });
    names
}

/// What a segment counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// Who is in it.
    pub count: u32,
    /// Of whom nobody can say.
    pub unknown: u32,
}

impl Workspace {
    /// Reads a definition and keeps the segment, whose number is answered if nothing is wrong. One that is
    /// defined can be named by others, and takes the place of the one that had its name.
    ///
    /// **Cost**: see [`parse`].
    pub fn compile_segment(
        &mut self,
        definition: &[u8],
        is_defined: bool,
        max_bytes: usize,
        max_problems: usize,
    ) -> (Option<SegmentIx>, Problems) {
        let mut problems = Problems::new(max_problems);
        let seed = self.directory.seed().clone();
        let parsed = parse(definition, max_bytes, &seed, &mut problems);
        problems.locate(definition);
        let segment = parsed.and_then(|definition| self.keep_segment(definition, is_defined));
        (segment, problems)
    }

    fn keep_segment(&mut self, definition: Definition, is_defined: bool) -> Option<SegmentIx> {
        let kept = &mut self.segments.kept;
        let name = definition.name.as_deref();
        if is_defined && name.is_some() {
            let same =
                |other: &&mut Kept| other.is_defined && other.definition.name.as_deref() == name;
            if let Some(other) = kept.iter_mut().flatten().find(same) {
                other.is_defined = false;
            }
        }
        let number = kept.iter().position(Option::is_none).unwrap_or(kept.len());
        if number == kept.len() {
            kept.try_reserve(1).ok()?;
            kept.push(None);
        }
        *kept.get_mut(number)? = Some(Kept {
            definition,
            is_defined,
            last: None,
        });
        self.revision += u64::from(is_defined);
        u32::try_from(number).ok()
    }

    /// Forgets a segment.
    pub fn free_segment(&mut self, segment: SegmentIx) {
        if let Some(kept) = self.segments.kept.get_mut(segment as usize) {
            *kept = None;
        }
    }

    /// Says which clock hangs on the company's wall.
    pub fn set_zone(&mut self, zone: Zone) {
        self.zone = zone;
        self.revision += 1;
    }

    fn with_world<T>(&self, now: i64, ask: impl FnOnce(&World<'_>) -> T) -> T {
        let clock = Clock {
            now,
            zone: self.zone.clone(),
        };
        let rules = |name: &[u8]| {
            let rule = self.segments.named(name)?;
            // One level: a segment that asks about others cannot be asked about.
            segments_of(rule).is_empty().then_some(rule)
        };
        ask(&World {
            directory: &self.directory,
            profiles: &self.profiles,
            cohorts: &self.cohorts,
            clock: &clock,
            patterns: &NoPatterns,
            rules: &rules,
        })
    }

    /// How many users are in a segment, now being `now`; `None` if there is no such segment.
    ///
    /// **Units**: milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: see [`Rule::evaluate`]; nothing where that was asked last, for the same moment and revision.
    pub fn count_segment(&mut self, segment: SegmentIx, now: i64) -> Result<Option<Counted>, Code> {
        let Some(kept) = self.segments.get(segment) else {
            return Ok(None);
        };
        let is_there =
            |(revision, at, _): &&(u64, i64, Found)| (*revision, *at) == (self.revision, now);
        if let Some((_, _, found)) = kept.last.as_ref().filter(is_there) {
            return Ok(Some(Counted {
                count: found.count,
                unknown: found.unknown,
            }));
        }
        let live = self.live_users()?;
        let rule = &kept.definition.rule;
        let found = self.with_world(now, |world| rule.evaluate(world, live.words()));
        let found = found.map_err(|Full| Code::LimitMemory)?;
        let counted = Counted {
            count: found.count,
            unknown: found.unknown,
        };
        let revision = self.revision;
        if let Some(Some(kept)) = self.segments.kept.get_mut(segment as usize) {
            kept.last = Some((revision, now, found));
        }
        Ok(Some(counted))
    }

    /// The members of a segment that was counted last, rising, from the one with this index on.
    pub fn segment_members(
        &self,
        segment: SegmentIx,
        offset: usize,
    ) -> impl Iterator<Item = UserIx> + '_ {
        let kept = self.segments.get(segment);
        let words = kept.and_then(|kept| kept.last.as_ref());
        let words = words.map_or(&[][..], |(_, _, found)| &found.members);
        let mut left = offset;
        let mut first = 0;
        // Whole words are passed over at once.
        for word in words {
            let ones = word.count_ones() as usize;
            if ones > left {
                break;
            }
            left -= ones;
            first += 1;
        }
        let words = words.iter().zip(0_u32..).skip(first);
        words
            .flat_map(|(&word, at)| {
                let mut rest = word;
                core::iter::from_fn(move || {
                    let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                    rest &= rest - 1;
                    Some(at * 64 + bit)
                })
            })
            .skip(left)
    }

    /// Why a user is in a segment, or not, as JSON; see [`Rule::explain`]. False if there is no such segment.
    pub fn explain_segment(
        &self,
        segment: SegmentIx,
        user: UserIx,
        now: i64,
        out: &mut Vec<u8>,
    ) -> Result<bool, Code> {
        let Some(kept) = self.segments.get(segment) else {
            return Ok(false);
        };
        self.with_world(now, |world| {
            let explanation = kept.definition.rule.explain(world, user);
            write_explanation(&explanation, out)
        })?;
        Ok(true)
    }
}

fn raw(text: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    reserve(out, text.len())?;
    out.extend_from_slice(text);
    Ok(())
}

fn write_answer(answer: Answer, out: &mut Vec<u8>) -> Result<(), Code> {
    raw(
        match answer {
            Answer::True => b"{\"result\":true",
            Answer::False => b"{\"result\":false",
            Answer::Unknown => b"{\"result\":\"unknown\"",
        },
        out,
    )
}

fn write_explanation(explanation: &Explanation<'_>, out: &mut Vec<u8>) -> Result<(), Code> {
    write_answer(explanation.answer, out)?;
    raw(b",\"apps\":", out)?;
    write_answer(explanation.apps, out)?;
    raw(b"}", out)?;
    if let Some(filter) = &explanation.filter {
        raw(b",\"filter\":", out)?;
        write_part(filter, out)?;
    }
    raw(b",\"exclude\":[", out)?;
    for (index, part) in explanation.exclude.iter().enumerate() {
        raw(if index > 0 { b"," } else { b"" }, out)?;
        write_part(part, out)?;
    }
    raw(b"],\"failing\":[", out)?;
    for (index, condition) in explanation.failing.iter().enumerate() {
        raw(if index > 0 { b"," } else { b"" }, out)?;
        string(&condition.path, out)?;
    }
    raw(b"]}", out)
}

fn write_part(explained: &Explained<'_>, out: &mut Vec<u8>) -> Result<(), Code> {
    write_answer(explained.answer, out)?;
    let (key, parts): (&[u8], &[Explained<'_>]) = match &explained.part {
        Part::And(parts) => (b",\"and\":[", parts),
        Part::Or(parts) => (b",\"or\":[", parts),
        Part::Condition(condition) => {
            raw(b",\"path\":", out)?;
            string(&condition.path, out)?;
            return raw(b"}", out);
        }
    };
    raw(key, out)?;
    for (index, part) in parts.iter().enumerate() {
        raw(if index > 0 { b"," } else { b"" }, out)?;
        write_part(part, out)?;
    }
    raw(b"]}", out)
}
