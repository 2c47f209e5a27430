//! The segments of a workspace: each a rule, asked as things stand.

use super::{Workspace, explanation_json};
use crate::cohort::id_list::IdList;
use crate::cohort::membership::Members;
use crate::identity::directory::Full;
use crate::identity::{ProfileIdKind, UserIx};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use crate::segment::{
    Clock, Counted, Definition, Found, Indexes, Lookup, Near, Patterns, Rule, Sweep, Text, World,
    Zone, parse,
};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A segment's number in its workspace.
pub type SegmentIx = u32;

/// How a definition is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DefinitionOptions {
    /// Can other segments name it?
    pub is_defined: bool,
    /// Bytes it may have.
    pub max_bytes: usize,
    /// Problems that are listed.
    pub max_problems: usize,
}

/// What became of a definition.
pub struct Compiled {
    /// The segment's number, if nothing is wrong.
    pub segment: Option<SegmentIx>,
    /// What is wrong, and what is odd.
    pub problems: Problems,
    /// For names that are not known, those that may be meant.
    pub near: Vec<Near>,
}

/// The segments, and what was found last.
pub(super) struct Segments {
    /// What matches their patterns.
    patterns: Box<dyn Patterns + Send>,
    /// By number; none once it was freed.
    kept: Vec<Option<Kept>>,
    zone: Zone,
    indexes: Indexes,
    live: Live,
    /// Of the segment whose members were asked for last, for its pages.
    last: Option<Last>,
    /// Of the segment that was swept last.
    swept: Option<Swept>,
}

/// A segment's users by what one of its conditions asks for.
struct Swept {
    segment: SegmentIx,
    path: Text,
    revision: u64,
    clock: Clock,
    sweep: Sweep,
}

/// The users there are.
#[derive(Default)]
struct Live {
    users: Members,
    /// How many numbers of users there were then, and how many of them were not those of deleted ones: as
    /// neither comes back, the same two mean the same users.
    of: (usize, usize),
}

struct Kept {
    definition: Definition,
    is_defined: bool,
}

/// Who was in a segment.
struct Last {
    segment: SegmentIx,
    revision: u64,
    now: i64,
    found: Found,
}

impl Segments {
    fn get(&self, segment: SegmentIx) -> Option<&Kept> {
        self.kept.get(segment as usize)?.as_ref()
    }

    /// The names and rules of those that others can name.
    fn defined(&self) -> impl Iterator<Item = (&[u8], &Rule)> {
        let defined = self.kept.iter().flatten().filter(|kept| kept.is_defined);
        defined.filter_map(|kept| Some((kept.definition.name.as_deref()?, &kept.definition.rule)))
    }
}

/// Where there is nothing that matches patterns, no segment with one is kept.
#[cfg(not(feature = "regex"))]
struct NoPatterns;

#[cfg(not(feature = "regex"))]
impl Patterns for NoPatterns {
    fn prepare(&self, _pattern: &[u8]) -> bool {
        false
    }

    fn matches(&self, _pattern: &[u8], _text: &[u8]) -> bool {
        false
    }
}

impl Default for Segments {
    fn default() -> Segments {
        Segments {
            #[cfg(feature = "regex")]
            patterns: Box::new(crate::segment::Automata::default()),
            #[cfg(not(feature = "regex"))]
            patterns: Box::new(NoPatterns),
            kept: Vec::new(),
            zone: Zone::default(),
            indexes: Indexes::default(),
            live: Live::default(),
            last: None,
            swept: None,
        }
    }
}

impl Workspace {
    /// Reads a definition and keeps the segment, whose number is answered if nothing is wrong. One that is
    /// defined can be named by others, and takes the place of the one that had its name.
    ///
    /// **Errors**: those of [`parse`]; `segment.missing` where one that is to be named has no name;
    /// `limit.memory`.
    ///
    /// **Cost**: see [`parse`].
    pub fn compile_segment(&mut self, definition: &[u8], reading: DefinitionOptions) -> Compiled {
        let mut problems = Problems::new(reading.max_problems);
        let defined: Vec<_> = self.segments.defined().collect();
        let names = self.segment_names(&defined);
        let mut lookup = Lookup::new(&names);
        let seed = self.directory.seed();
        let parsed = parse(
            definition,
            reading.max_bytes,
            seed,
            Some(&mut lookup),
            &mut problems,
        );
        let near = lookup.into_near();
        let segment = parsed.and_then(|parsed| self.keep_segment(parsed, reading, &mut problems));
        problems.locate(definition);
        Compiled {
            segment,
            problems,
            near,
        }
    }

    fn keep_segment(
        &mut self,
        definition: Definition,
        reading: DefinitionOptions,
        problems: &mut Problems,
    ) -> Option<SegmentIx> {
        let Segments { patterns, kept, .. } = &mut self.segments;
        let is_ready = definition
            .rule
            .patterns_are(&mut |pattern| patterns.prepare(pattern));
        if !is_ready {
            let finding = Finding::error(Code::LimitMemory);
            problems.push(finding, &Path::Root, Span::default());
            return None;
        }
        let name = definition.name.as_deref();
        if reading.is_defined && name.is_none() {
            let finding = Finding::error(Code::SegmentMissing).name("name");
            problems.push(finding, &Path::Root, Span::default());
            return None;
        }
        let number = kept.iter().position(Option::is_none);
        let number = number.unwrap_or(kept.len());
        if number == kept.len() {
            if kept.try_reserve(1).is_err() {
                let finding = Finding::error(Code::LimitMemory);
                problems.push(finding, &Path::Root, Span::default());
                return None;
            }
            kept.push(None);
        }
        if reading.is_defined {
            let mut defined = kept.iter_mut().flatten().filter(|kept| kept.is_defined);
            if let Some(before) = defined.find(|kept| kept.definition.name.as_deref() == name) {
                before.is_defined = false;
            }
            // Those that name it hold for others now.
            self.revision += 1;
        }
        *kept.get_mut(number)? = Some(Kept {
            definition,
            is_defined: reading.is_defined,
        });
        Some(number as SegmentIx)
    }

    /// Forgets a segment.
    pub fn free_segment(&mut self, segment: SegmentIx) {
        let segments = &mut self.segments;
        if segments
            .last
            .as_ref()
            .is_some_and(|last| last.segment == segment)
        {
            segments.last = None;
        }
        if segments
            .swept
            .as_ref()
            .is_some_and(|swept| swept.segment == segment)
        {
            segments.swept = None;
        }
        let kept = segments.kept.get_mut(segment as usize);
        if kept
            .and_then(Option::take)
            .is_some_and(|kept| kept.is_defined)
        {
            self.revision += 1;
        }
    }

    /// Says who matches patterns from now on.
    pub fn set_patterns(&mut self, patterns: Box<dyn Patterns + Send>) {
        self.segments.patterns = patterns;
    }

    /// Says which clock hangs on the company's wall.
    pub fn set_zone(&mut self, zone: Zone) {
        self.segments.zone = zone;
        self.revision += 1;
    }

    /// The company's clock at a moment.
    fn clock(&self, now: i64) -> Clock {
        Clock {
            now,
            zone: self.segments.zone.clone(),
        }
    }

    fn with_world<T>(&self, now: i64, ask: impl FnOnce(&World<'_>) -> T) -> T {
        let clock = self.clock(now);
        // What they ask is no segment: a definition that would is refused.
        let rules = |name: &[u8]| {
            let mut defined = self.segments.defined();
            defined
                .find(|(other, _)| *other == name)
                .map(|(_, rule)| rule)
        };
        ask(&World {
            directory: &self.directory,
            profiles: &self.profiles,
            cohorts: &self.cohorts,
            clock: &clock,
            patterns: &*self.segments.patterns,
            rules: &rules,
        })
    }

    /// Asks a rule of all users, with what was found out of them before.
    fn ask_segment<T>(
        &mut self,
        segment: SegmentIx,
        now: i64,
        ask: impl FnOnce(&Rule, &World<'_>, &Members, &mut Indexes) -> Result<T, Full>,
    ) -> Result<Option<T>, Code> {
        let of = (self.directory.len(), self.directory.user_count());
        if self.segments.live.of != of {
            let users = self.live_users()?;
            self.segments.live = Live { users, of };
        }
        let mut indexes = core::mem::take(&mut self.segments.indexes);
        let asked = self.segments.get(segment).map(|kept| {
            let live = &self.segments.live.users;
            let rule = &kept.definition.rule;
            self.with_world(now, |world| ask(rule, world, live, &mut indexes))
        });
        if self.segments.patterns.take_failed() {
            // What was found out since may be wrong.
            return Err(Code::LimitMemory);
        }
        self.segments.indexes = indexes;
        asked.transpose().map_err(|Full| Code::LimitMemory)
    }

    /// How many users are in a segment, now being `now`; `None` if there is no such segment.
    ///
    /// **Units**: milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: see [`Rule::count`].
    pub fn count_segment(&mut self, segment: SegmentIx, now: i64) -> Result<Option<Counted>, Code> {
        self.ask_segment(segment, now, Rule::count)
    }

    /// Finds out how many users a segment holds for while the number or time moves that the condition at a place
    /// of its definition asks for; false if there is no such segment, or no such condition.
    ///
    /// **Units, errors**: those of `count_segment`. **Cost**: see [`Rule::sweep`].
    pub fn sweep_segment(
        &mut self,
        segment: SegmentIx,
        path: &[u8],
        now: i64,
    ) -> Result<bool, Code> {
        self.segments.swept = None;
        let swept = self.ask_segment(segment, now, |rule, world, live, indexes| {
            rule.sweep(path, world, live, indexes)
        });
        let (revision, path) = (self.revision, Text::from(path));
        let clock = self.clock(now);
        let sweep = swept?.flatten();
        self.segments.swept = sweep.map(|sweep| Swept {
            segment,
            path,
            revision,
            clock,
            sweep,
        });
        Ok(self.segments.swept.is_some())
    }

    /// How many the segment that was swept last would hold for with another number there; `None` if something
    /// has changed since, or a definition would not take that one, for which there is a problem then.
    ///
    /// **Units**: of times milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// **Cost**: some binary searches.
    pub fn swept_count(&self, number: f64, problems: &mut Problems) -> Option<u32> {
        let swept = self.segments.swept.as_ref()?;
        if swept.revision != self.revision {
            return None;
        }
        let rule = &self.segments.get(swept.segment)?.definition.rule;
        let test = rule.condition_at(&swept.path)?.with(number, problems)?;
        swept.sweep.count(&test, &swept.clock)
    }

    /// A page of the members of a segment, rising, and how many there are; `None` if there is no such segment.
    /// Where no moment is given and nothing has changed, it is one of the pages of who was found last.
    ///
    /// **Units, errors, cost**: those of `count_segment`.
    pub fn segment_members(
        &mut self,
        segment: SegmentIx,
        now: Option<i64>,
    ) -> Result<Option<SegmentMembers<'_>>, Code> {
        let last = self.find(segment, now)?;
        Ok(last.map(|last| SegmentMembers { found: &last.found }))
    }

    /// Who is in a segment; where no moment is given, at the one at which that was asked last.
    fn find(&mut self, segment: SegmentIx, now: Option<i64>) -> Result<Option<&Last>, Code> {
        let revision = self.revision;
        let is_there = self.segments.last.as_ref().is_some_and(|last| {
            (last.segment, last.revision) == (segment, revision)
                && now.is_none_or(|now| now == last.now)
        });
        if !is_there {
            let Some(now) = now else {
                return Ok(None);
            };
            let found = self.ask_segment(segment, now, Rule::evaluate)?;
            self.segments.last = found.map(|found| Last {
                segment,
                revision,
                now,
                found,
            });
        }
        Ok(self.segments.last.as_ref())
    }

    /// Was this segment the last that was asked about, and has nothing changed since?
    pub fn is_found(&self, segment: SegmentIx) -> bool {
        let last = self.segments.last.as_ref();
        last.is_some_and(|last| (last.segment, last.revision) == (segment, self.revision))
    }

    /// Why a user is in a segment, or not, as JSON, `now` being so: see [`explanation_json::write`]. False if
    /// there is no such segment.
    ///
    /// **Units**: milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: some microseconds a condition, and what the user has in lists.
    ///
    /// [`explanation_json::write`]: super::explanation_json::write
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
            explanation_json::write(&kept.definition.rule.explain(world, user)?, out)
        })?;
        if self.segments.patterns.take_failed() {
            return Err(Code::LimitMemory);
        }
        Ok(true)
    }

    /// All ids of a kind that the members of a segment have, and how many members have none; of aliases the
    /// names of those with this label. `None` if there is no such segment.
    ///
    /// **Units, errors, cost**: those of `count_segment`, and a look at each member's ids.
    pub fn segment_ids(
        &mut self,
        segment: SegmentIx,
        now: i64,
        kind: ProfileIdKind,
        label: &[u8],
    ) -> Result<Option<(IdList, u32)>, Code> {
        if self.find(segment, Some(now))?.is_none() {
            return Ok(None);
        }
        let (mut ids, mut without) = (IdList::new(), 0);
        let last = self.segments.last.as_ref();
        let members = last.into_iter().flat_map(|last| bits(&last.found.members));
        for user in members {
            let mut has_any = false;
            for id in self.directory.ids(user) {
                if id.kind == kind && id.label == label {
                    ids.push_utf8(id.name)?;
                    has_any = true;
                }
            }
            without += u32::from(!has_any);
        }
        Ok(Some((ids, without)))
    }
}

/// Who was found to be in a segment.
pub struct SegmentMembers<'a> {
    found: &'a Found,
}

impl SegmentMembers<'_> {
    /// How many there are.
    pub fn counted(&self) -> Counted {
        Counted {
            count: self.found.count,
            unknown: self.found.unknown,
        }
    }

    /// The members, rising, from the one with this index on.
    ///
    /// **Cost**: a look at 64 users at a time up to there.
    pub fn from(&self, offset: usize) -> impl Iterator<Item = UserIx> {
        let members = &self.found.members;
        let (mut left, mut first) = (offset, 0);
        for word in members {
            let ones = word.count_ones() as usize;
            if ones > left {
                break;
            }
            left -= ones;
            first += 1;
        }
        let base = first as UserIx * 64;
        bits(members.get(first..).unwrap_or(&[]))
            .map(move |user| base + user)
            .skip(left)
    }
}

/// The places of the bits that are set.
fn bits(words: &[u64]) -> impl Iterator<Item = UserIx> {
    words.iter().zip(0..).flat_map(|(&word, at): (_, UserIx)| {
        let mut rest = word;
        core::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            Some(at * 64 + bit)
        })
    })
}
