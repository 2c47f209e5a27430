//! Names in a definition that only a workspace can know.
//!
//! What nobody has ever had compiles, and reads as empty or absent: that is told. No problem says a name;
//! names that are near stand beside the problems, in a list of their own.

use super::loaded::ValueKind;
use super::near::Nearest;
use super::read_test::Object;
use super::rule::{MessageKind, Node, Predicate, Rule, Subject, Text, Value};
use super::tree::{Json, Tree};
use super::words::{kind_of_message, word_of_message};
use crate::hash::SeedSource;
use crate::json::{Field, Key, Kind, Reader};
use crate::limits::{HARD_DEPTH, MAX_PROBLEMS, MAX_VALUES};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Severity, Span};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Where a name stands.
pub(super) type At<'p> = (&'p Path<'p>, Span);

/// Whose name it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NameKind<'a> {
    /// A partner.
    Partner,
    /// The id of a cohort of this partner.
    Cohort(&'a [u8]),
    /// A field of Braze's own profile.
    Default,
    /// A custom attribute.
    Attribute,
    /// A custom event.
    Event,
    /// A product.
    Product,
    /// An app.
    App,
    /// The name of a message.
    Message(MessageKind),
    /// The API identifier of a message.
    MessageId(MessageKind),
    /// The id of a subscription group.
    Group,
}

impl NameKind<'_> {
    /// Its word in a problem.
    fn word(self) -> &'static str {
        match self {
            NameKind::Partner => "partner",
            NameKind::Cohort(_) => "partner_cohort",
            NameKind::Default => "default_attribute",
            NameKind::Attribute => "custom_attribute",
            NameKind::Event => "custom_event",
            NameKind::Product => "product",
            NameKind::App => "app",
            NameKind::Message(kind) | NameKind::MessageId(kind) => word_of_message(kind),
            NameKind::Group => "subscription_group",
        }
    }
}

/// What a workspace knows.
pub trait Names {
    /// Has anybody, or any cohort, this name? True also where that cannot be said.
    fn has(&self, kind: NameKind<'_>, name: &[u8]) -> bool;

    /// Calls with each name of a kind, as long as that answers true.
    fn each(&self, kind: NameKind<'_>, each: &mut dyn FnMut(&[u8]) -> bool);

    /// Has anybody this field of an export? True also where there is nobody.
    fn has_field(&self, field: &str) -> bool;

    /// Has anybody a value of this kind of the custom attribute? True also where nobody has one of any kind.
    fn has_kind(&self, attribute: &[u8], kind: ValueKind) -> bool;

    /// Has the partner's cohort with this id this name?
    fn cohort_is_named(&self, partner: &[u8], id: &[u8], name: &[u8]) -> bool;

    /// The segments that are defined: their names and rules.
    fn segments(&self) -> &[(&[u8], &Rule)];
}

/// A name that may be meant.
///
/// `Debug` is not offered, since names are the workspace's.
pub struct Near {
    /// Where the unknown one stands, as the problem's path has it.
    pub path: String,
    /// The nearest that is known.
    pub name: Text,
}

/// Calls with each of some names, as long as that answers true.
type EachName<'e> = dyn FnMut(&mut dyn FnMut(&[u8]) -> bool) + 'e;

/// Steps of comparing that the names of a definition may take in all, which is a fraction of a second.
const MOST_STEPS: usize = 1 << 24;

/// Looks up the names of one definition.
pub struct Lookup<'n> {
    names: &'n dyn Names,
    near: Vec<Near>,
    searches_left: usize,
    steps_left: usize,
    segments: Option<Segments<'n>>,
}

/// The defined segments.
struct Segments<'n> {
    /// Of each whether it asks about segments itself.
    asks: BTreeMap<&'n [u8], bool>,
    /// The definition's own name.
    own: Option<Text>,
    /// Does another ask about the one of that name?
    own_is_asked: bool,
}

impl<'n> Lookup<'n> {
    /// For one definition.
    pub fn new(names: &'n dyn Names) -> Lookup<'n> {
        Lookup {
            names,
            near: Vec::new(),
            searches_left: MAX_PROBLEMS,
            steps_left: MOST_STEPS,
            segments: None,
        }
    }

    /// For names that are not known and whose problem is listed, those that may be meant: looked for the first 100 of
    /// them, among some hundred thousand names in all.
    pub fn into_near(self) -> Vec<Near> {
        self.near
    }

    pub(super) fn names(&self) -> &'n dyn Names {
        self.names
    }

    /// Looks up the name in a member of a filter.
    pub(super) fn member(
        &mut self,
        object: &Object<'_, '_>,
        member: &'static str,
        name: &[u8],
        at: At<'_>,
        problems: &mut Problems,
    ) {
        let message = || match &object.get("kind")?.value.json {
            Json::Text(kind) => kind_of_message(kind),
            _ => None,
        };
        let kind = match member {
            "partner" => Some(NameKind::Partner),
            "custom_attribute_name" => Some(NameKind::Attribute),
            "event_name" => Some(NameKind::Event),
            "product_id" => Some(NameKind::Product),
            "app" => Some(NameKind::App),
            "name" => message().map(NameKind::Message),
            "api_id" => message().map(NameKind::MessageId),
            // Of a group what is missing is told at the filter.
            _ => None,
        };
        if let Some(kind) = kind {
            self.name(kind, name, at, problems);
        }
    }

    /// Looks up one name, which stands there.
    pub fn name(
        &mut self,
        kind: NameKind<'_>,
        name: &[u8],
        (path, span): (&Path<'_>, Span),
        problems: &mut Problems,
    ) {
        // What is empty is told elsewhere.
        if name.is_empty() || self.names.has(kind, name) {
            return;
        }
        if problems.is_full(Severity::Warning) {
            // It is counted, and nothing is looked for: what is told beside belongs to what is listed.
            let finding = Finding::warning(Code::SegmentUnknownName);
            problems.push(finding, path, span);
            return;
        }
        let names = self.names;
        let mut finding = Finding::warning(Code::SegmentUnknownName).name(kind.word());
        if let (NameKind::Cohort(partner), true) = (kind, self.searches_left > 0) {
            self.searches_left -= 1;
            let noted = self.near.len();
            names.each(kind, &mut |id| {
                if names.cohort_is_named(partner, id, name) {
                    self.note(path, id.into());
                }
                self.near.len() - noted < MAX_PROBLEMS
            });
            if self.near.len() > noted {
                finding = Finding::warning(Code::SegmentCohortName);
                problems.push(finding, path, span);
                return;
            }
        }
        problems.push(finding, path, span);
        self.suggest(name, path, &mut |each| names.each(kind, each));
    }

    /// Looks up the names that are asked for as a `value`: of cohorts and of apps.
    pub(super) fn values(
        &mut self,
        family: &'static str,
        object: &Object<'_, '_>,
        problems: &mut Problems,
    ) {
        let text = |name: &str| match &object.get(name)?.value.json {
            Json::Text(text) => Some(&**text),
            _ => None,
        };
        let kind = match family {
            // None of an unknown partner's is known.
            "partner_cohort" => {
                let partner = text("partner");
                let known = partner.filter(|name| self.names.has(NameKind::Partner, name));
                known.map(NameKind::Cohort)
            }
            "app" if object.get("attribute_name").is_none() => Some(NameKind::App),
            _ => None,
        };
        if let Some(kind) = kind {
            each_text(object, &mut |name, at| {
                self.name(kind, name, at, problems);
            });
        }
    }

    /// Looks up the segments that are asked for. None of them may ask about segments itself, which leaves
    /// no circles.
    pub(super) fn memberships(
        &mut self,
        object: &Object<'_, '_>,
        definition: &[u8],
        seed: &dyn SeedSource,
        problems: &mut Problems,
    ) {
        let names = self.names;
        let segments = self
            .segments
            .take()
            .unwrap_or_else(|| Segments::of(names, own_name(definition, seed)));
        each_text(object, &mut |name, (path, span)| {
            let known = segments.asks.get(name).copied();
            let is_own = segments.own.as_deref() == Some(name);
            if is_own || segments.own_is_asked && known.is_some() || known == Some(true) {
                problems.push(Finding::error(Code::SegmentNested), path, span);
            } else if known.is_none() && !name.is_empty() {
                let is_listed = !problems.is_full(Severity::Error);
                problems.push(Finding::error(Code::SegmentUnknown), path, span);
                if !is_listed {
                    return;
                }
                self.suggest(name, path, &mut |each| {
                    let names = segments.asks.keys();
                    let own = segments.own.as_deref();
                    let mut others = names.filter(|name| Some(**name) != own);
                    others.all(|name| each(name));
                });
            }
        });
        self.segments = Some(segments);
    }

    /// Notes the nearest of the names that there are, if one is near.
    fn suggest(&mut self, written: &[u8], path: &Path<'_>, names: &mut EachName<'_>) {
        let Some(mut nearest) = Nearest::of(written).filter(|_| self.searches_left > 0) else {
            return;
        };
        self.searches_left -= 1;
        let mut found: Option<Text> = None;
        names(&mut |name| {
            let steps = nearest.steps(name);
            self.steps_left = self.steps_left.saturating_sub(steps);
            if self.steps_left > 0 && nearest.is_nearer_name(name) {
                found = Some(name.into());
            }
            self.steps_left > 0
        });
        if let Some(name) = found {
            self.note(path, name);
        }
    }

    #[inline(never)]
    fn note(&mut self, path: &Path<'_>, name: Text) {
        let mut pointer = String::new();
        path.write(&mut pointer);
        self.near.push(Near {
            path: pointer,
            name,
        });
    }
}

impl<'n> Segments<'n> {
    /// **Cost**: a pass over the rules.
    fn of(names: &'n dyn Names, own: Option<Text>) -> Segments<'n> {
        let mut asks = BTreeMap::new();
        let mut own_is_asked = false;
        for &(name, rule) in names.segments() {
            let mut asks_about_any = false;
            let is_other = own.as_deref() != Some(name);
            rule.each_segment(&mut |asked| {
                asks_about_any = true;
                own_is_asked |= is_other && own.as_deref() == Some(asked);
            });
            asks.insert(name, asks_about_any);
        }
        Segments {
            asks,
            own,
            own_is_asked,
        }
    }
}

impl Rule {
    /// Calls with the name of each segment that it asks about.
    ///
    /// **Cost**: a pass over its conditions.
    pub fn each_segment(&self, each: &mut dyn FnMut(&[u8])) {
        for node in self.filter.iter().chain(&self.exclude) {
            node.each_segment(each);
        }
    }
}

impl Node {
    // It calls itself as deep as a definition may be.
    fn each_segment(&self, each: &mut dyn FnMut(&[u8])) {
        match self {
            Node::And(nodes) | Node::Or(nodes) => {
                nodes.iter().for_each(|node| node.each_segment(each));
            }
            Node::Condition(condition) => {
                if let (Subject::Segments, Predicate::IncludesAnyOf(values)) =
                    (&condition.subject, &condition.test.predicate)
                {
                    values
                        .iter()
                        .filter_map(Value::text)
                        .for_each(|name| each(name));
                }
            }
        }
    }
}

/// Calls with each text of a filter's `value` and with its place.
fn each_text(object: &Object<'_, '_>, each: &mut dyn FnMut(&[u8], At<'_>)) {
    let Some(member) = object.get("value") else {
        return;
    };
    let path = &member.path(object.path);
    let mut text = |tree: &Tree<'_>, path: &Path<'_>| {
        if let Json::Text(text) = &tree.json {
            each(text, (path, tree.span));
        }
    };
    match &member.value.json {
        Json::List(list) => {
            for (item, index) in list.iter().zip(0..).take(MAX_VALUES) {
                text(item, &Path::Index(path, index));
            }
        }
        _ => text(&member.value, path),
    }
}

/// The name that a definition gives itself, wherever it stands.
///
/// **Cost**: a pass over it.
fn own_name(definition: &[u8], seed: &dyn SeedSource) -> Option<Text> {
    static NAME: [Field; 1] = [Field::own("name", 0)];
    let (problems, path) = (&mut Problems::new(0), &Path::Root);
    let mut reader = Reader::new(definition, HARD_DEPTH, seed);
    reader.begin(problems).ok()?;
    if reader.kind(path, problems).ok()? != Kind::Object {
        return None;
    }
    let mut members = reader.object(path, problems).ok()?;
    while let Some(key) = reader.next_key(&mut members, &NAME, path, problems).ok()? {
        let kind = reader.kind(path, problems).ok()?;
        if matches!(key, Key::Known(_)) && kind == Kind::String {
            let text = reader.string(path, problems).ok()?;
            return Some(Text::from(&*text.decode(reader.bytes())));
        }
        reader.skip(path, problems).ok()?;
    }
    None
}
