//! A segment's definition, from its JSON to its rule: all faults at once, each where it stands.

use super::check::{Checked, filter};
use super::families::FAMILIES;
use super::names::{Lookup, NameKind};
use super::near::nearest;
use super::negatives::{Negative, Negatives};
use super::operand::unknown_field;
use super::operator::{OPERATORS, Takes};
use super::read_test::Object;
use super::rule::{Apps, Node, Rule, Text};
use super::tree::{Json, Tree, TreeReader};
use crate::hash::SeedSource;
use crate::json::{Field, Key, Kind, Reader, Step};
use crate::limits::{
    HARD_BODY_BYTES, HARD_DEPTH, MAX_CONDITIONS, MAX_FILTER_BYTES, MAX_SEGMENT_LEVELS, MAX_VALUES,
};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::order;
use alloc::vec::Vec;
use std::sync::OnceLock;

/// A definition that was read and checked.
pub struct Definition {
    /// The segment's name, where it has one.
    pub name: Option<Text>,
    /// Who is in it.
    pub rule: Rule,
}

const NAME: usize = 0;
const APPS: usize = 1;
const FILTER: usize = 2;

static ROOT: [Field; 4] = [
    Field::own("name", 0),
    Field::own("apps", 1),
    Field::own("filter", 2),
    Field::own("exclude", 3),
];

static ANY_OF: [Field; 1] = [Field::own("any_of", 0)];

const GROUPS: [&str; 2] = ["AND", "OR"];

/// The keys within circles that no body has.
const INNER: [&str; 3] = ["latitude", "longitude", "radius_km"];

/// Values that no filter within its limit can have more of: each takes a byte and a comma.
const MOST_VALUES: usize = MAX_FILTER_BYTES / 2 + 2;

/// Reads a definition of at most `max_bytes` bytes; `None` if it has an error, which is in `problems` as are
/// all others. Names that only a workspace can know are looked up where there is one. Patterns are not
/// compiled.
///
/// **Cost**: one pass over the bytes; of one filter at a time a small tree is built.
pub fn parse(
    definition: &[u8],
    max_bytes: usize,
    seed: &dyn SeedSource,
    lookup: Option<&mut Lookup<'_>>,
    problems: &mut Problems,
) -> Option<Definition> {
    let max = max_bytes.min(HARD_BODY_BYTES);
    if definition.len() > max {
        let finding = Finding::error(Code::LimitBytes).numbers(max as u32, 0);
        let span = Span::new(max, definition.len());
        problems.push(finding, &Path::Root, span);
        problems.locate(definition.get(..max).unwrap_or(definition));
        return None;
    }
    let mut parser = Parser {
        keys: KEYS.get_or_init(Keys::of_families),
        conditions: 0,
        groups: 0,
        seed,
        lookup,
        problems,
    };
    let mut reader = Reader::new(definition, HARD_DEPTH, seed);
    let read = parser.root(&mut reader);
    problems.locate(definition);
    read.ok().filter(|_| problems.ok())
}

/// The keys that objects may have.
struct Keys {
    /// Of a filter: `AND`, `OR`, and the families.
    nodes: Vec<Field>,
    /// Of bodies.
    members: Vec<Field>,
}

/// Made once: of all that a definition of a few hundred bytes costs they were a third.
static KEYS: OnceLock<Keys> = OnceLock::new();

impl Keys {
    fn of_families() -> Keys {
        let families = FAMILIES.iter().map(|family| family.key);
        let members = FAMILIES.iter().flat_map(|family| family.keys());
        let mut members = order::sorted(members.chain(INNER).collect());
        members.dedup();
        let own = |key| Field::own(key, 0);
        Keys {
            nodes: GROUPS.into_iter().chain(families).map(own).collect(),
            members: members.into_iter().map(own).collect(),
        }
    }
}

struct Parser<'p, 'n> {
    keys: &'p Keys,
    conditions: u32,
    groups: u32,
    seed: &'p dyn SeedSource,
    lookup: Option<&'p mut Lookup<'n>>,
    problems: &'p mut Problems,
}

/// Where a filter stands.
#[derive(Clone, Copy)]
struct At<'p> {
    path: &'p Path<'p>,
    /// How many `AND` and `OR` are around it.
    level: u32,
}

impl Parser<'_, '_> {
    fn root(&mut self, reader: &mut Reader<'_>) -> Step<Definition> {
        let path = &Path::Root;
        let mut out = Definition {
            name: None,
            rule: Rule {
                apps: Apps::All,
                filter: None,
                exclude: Vec::new(),
            },
        };
        reader.begin(self.problems)?;
        if reader.kind(path, self.problems)? != Kind::Object {
            reader.refuse(Finding::error(Code::JsonRoot), path, self.problems)?;
            reader.finish(self.problems)?;
            return Ok(out);
        }
        let mut members = reader.object(path, self.problems)?;
        while let Some(key) = reader.next_key(&mut members, &ROOT, path, self.problems)? {
            let index = match key {
                Key::Known(index) => index,
                Key::Unknown(place, key) => {
                    let written = key.decode(reader.bytes());
                    let finding = unknown_field(&written, ROOT.iter().map(|field| field.name));
                    let path = &Path::Unknown(path, place);
                    self.problems.push(finding, path, key.span());
                    reader.skip(path, self.problems)?;
                    continue;
                }
            };
            let name = ROOT.get(index).map_or("", |field| field.name);
            let path = &Path::Key(path, name);
            match index {
                NAME => out.name = self.name(name, reader, path)?,
                APPS => out.rule.apps = self.apps(reader, path)?,
                FILTER => {
                    let at = At { path, level: 0 };
                    out.rule.filter = self.node(reader, at, None)?;
                }
                _ => {
                    let mut negatives = Negatives::of(true);
                    let at = At { path, level: 0 };
                    let exclude = self.list(name, reader, at, Some(&mut negatives))?;
                    out.rule.exclude = exclude.unwrap_or_default();
                }
            }
        }
        reader.finish(self.problems)?;
        Ok(out)
    }

    fn wrong_type(
        &mut self,
        name: &'static str,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
    ) -> Step<()> {
        let finding = Finding::error(Code::SegmentType).name(name);
        reader.refuse(finding, path, self.problems)
    }

    /// A text that is not empty.
    fn name(
        &mut self,
        name: &'static str,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
    ) -> Step<Option<Text>> {
        if reader.kind(path, self.problems)? != Kind::String {
            self.wrong_type(name, reader, path)?;
            return Ok(None);
        }
        let start = reader.offset();
        let text = reader.string(path, self.problems)?;
        text.check(reader.bytes(), path, self.problems);
        if text.is_empty() {
            let finding = Finding::error(Code::SegmentEmpty).name(name);
            let span = Span::new(start, reader.offset());
            self.problems.push(finding, path, span);
        }
        Ok(Some(Text::from(&*text.decode(reader.bytes()))))
    }

    fn apps(&mut self, reader: &mut Reader<'_>, path: &Path<'_>) -> Step<Apps> {
        match reader.kind(path, self.problems)? {
            Kind::String => {
                let start = reader.offset();
                let text = reader.string(path, self.problems)?;
                text.check(reader.bytes(), path, self.problems);
                let text = text.decode(reader.bytes());
                match &*text {
                    b"all" => return Ok(Apps::All),
                    b"none" => return Ok(Apps::None),
                    _ => {}
                }
                let finding = match nearest(&text, ["all", "none"].into_iter()) {
                    Some(near) => Finding::error(Code::SegmentWordNear).name(near),
                    None => Finding::error(Code::SegmentWord),
                };
                let span = Span::new(start, reader.offset());
                self.problems.push(finding, path, span);
            }
            Kind::Object => return self.any_of(reader, path),
            _ => self.wrong_type("apps", reader, path)?,
        }
        Ok(Apps::All)
    }

    fn any_of(&mut self, reader: &mut Reader<'_>, path: &Path<'_>) -> Step<Apps> {
        let start = reader.offset();
        let mut apps = None;
        let mut members = reader.object(path, self.problems)?;
        while let Some(key) = reader.next_key(&mut members, &ANY_OF, path, self.problems)? {
            match key {
                Key::Known(_) => {
                    let path = &Path::Key(path, "any_of");
                    apps = Some(self.app_names(reader, path)?);
                }
                Key::Unknown(place, key) => {
                    let written = key.decode(reader.bytes());
                    let finding = unknown_field(&written, ["any_of"].into_iter());
                    let path = &Path::Unknown(path, place);
                    self.problems.push(finding, path, key.span());
                    reader.skip(path, self.problems)?;
                }
            }
        }
        if apps.is_none() {
            let finding = Finding::error(Code::SegmentMissing).name("any_of");
            let span = Span::new(start, reader.offset());
            self.problems.push(finding, path, span);
        }
        Ok(Apps::AnyOf(apps.unwrap_or_default()))
    }

    fn app_names(&mut self, reader: &mut Reader<'_>, path: &Path<'_>) -> Step<Vec<Text>> {
        let mut names = Vec::new();
        if reader.kind(path, self.problems)? != Kind::Array {
            self.wrong_type("any_of", reader, path)?;
            return Ok(names);
        }
        let start = reader.offset();
        let mut count = 0;
        let mut items = reader.array(path, self.problems)?;
        while let Some(index) = reader.next_item(&mut items, path, self.problems)? {
            count = index + 1;
            let path = &Path::Index(path, index);
            let start = reader.offset();
            let name = self.name("any_of", reader, path)?;
            if let (Some(lookup), Some(name)) = (self.lookup.as_deref_mut(), &name) {
                let at = (path, Span::new(start, reader.offset()));
                lookup.name(NameKind::App, name, at, self.problems);
            }
            names.extend(name.filter(|_| count as usize <= MAX_VALUES));
        }
        let span = Span::new(start, reader.offset());
        if count == 0 {
            let finding = Finding::error(Code::SegmentEmpty).name("any_of");
            self.problems.push(finding, path, span);
        }
        if count as usize > MAX_VALUES {
            let finding = Finding::error(Code::SegmentValues).numbers(count, MAX_VALUES as u32);
            self.problems.push(finding, path, span);
        }
        Ok(names)
    }

    /// A list of filters. Its negations come to `negatives`, unless it is an `AND` of several.
    fn list(
        &mut self,
        name: &'static str,
        reader: &mut Reader<'_>,
        at: At<'_>,
        mut negatives: Option<&mut Negatives>,
    ) -> Step<Option<Vec<Node>>> {
        let At { path, level } = at;
        if reader.kind(path, self.problems)? != Kind::Array {
            self.wrong_type(name, reader, path)?;
            return Ok(None);
        }
        let start = reader.offset();
        let mut nodes = Vec::new();
        let mut items = reader.array(path, self.problems)?;
        while let Some(index) = reader.next_item(&mut items, path, self.problems)? {
            if index == 1
                && name == "AND"
                && let Some(negatives) = negatives.take()
            {
                negatives.forget();
            }
            let path = &Path::Index(path, index);
            let at = At { path, level };
            let node = self.node(reader, at, negatives.as_deref_mut())?;
            // What is refused is only read on.
            nodes.extend(node.filter(|_| self.problems.ok()));
        }
        if items.is_empty() && GROUPS.contains(&name) {
            let finding = Finding::error(Code::SegmentEmpty).name(name);
            let span = Span::new(start, reader.offset());
            self.problems.push(finding, path, span);
        }
        Ok(Some(nodes))
    }

    /// One filter: `None` if something is wrong with it. Its negation comes to `negatives`.
    fn node(
        &mut self,
        reader: &mut Reader<'_>,
        at: At<'_>,
        mut negatives: Option<&mut Negatives>,
    ) -> Step<Option<Node>> {
        let path = at.path;
        if reader.kind(path, self.problems)? != Kind::Object {
            self.wrong_type("filter", reader, path)?;
            return Ok(None);
        }
        let start = reader.offset();
        let keys = self.keys;
        let (mut found, mut count) = (None, 0);
        let mut members = reader.object(path, self.problems)?;
        while let Some(key) = reader.next_key(&mut members, &keys.nodes, path, self.problems)? {
            count += 1;
            match key {
                Key::Known(index) => {
                    let negatives = negatives.as_deref_mut();
                    found = self.member(index, reader, at, negatives)?;
                }
                Key::Unknown(place, key) => {
                    let written = key.decode(reader.bytes());
                    let words = keys.nodes.iter().map(|field| field.name);
                    let finding = match nearest(&written, words) {
                        Some(near) => Finding::error(Code::SegmentFamilyNear).name(near),
                        None => Finding::error(Code::SegmentFamily),
                    };
                    let path = &Path::Unknown(path, place);
                    self.problems.push(finding, path, key.span());
                    reader.skip(path, self.problems)?;
                }
            }
        }
        if count != 1 {
            let span = Span::new(start, reader.offset());
            let finding = Finding::error(Code::SegmentOneKey);
            self.problems.push(finding, path, span);
        }
        Ok(found)
    }

    /// What stands behind a key of a filter.
    fn member(
        &mut self,
        index: usize,
        reader: &mut Reader<'_>,
        at: At<'_>,
        negatives: Option<&mut Negatives>,
    ) -> Step<Option<Node>> {
        let At { path, level } = at;
        let keys = self.keys;
        let name = keys.nodes.get(index).map_or("", |field| field.name);
        let family = index
            .checked_sub(GROUPS.len())
            .and_then(|index| FAMILIES.get(index));
        let inner = &Path::Key(path, name);
        reader.kind(inner, self.problems)?;
        let start = reader.offset();
        let count = match family {
            Some(_) => &mut self.conditions,
            None => &mut self.groups,
        };
        *count += 1;
        let finding = if *count == MAX_CONDITIONS + 1 {
            Some(Finding::error(Code::SegmentConditions).numbers(MAX_CONDITIONS, 0))
        } else if family.is_none() && level == MAX_SEGMENT_LEVELS {
            Some(Finding::error(Code::SegmentDepth).numbers(MAX_SEGMENT_LEVELS, 0))
        } else {
            None
        };
        if finding.is_some() || *count > MAX_CONDITIONS {
            reader.skip(inner, self.problems)?;
            if let Some(finding) = finding {
                let span = Span::new(start, reader.offset());
                self.problems.push(finding, inner, span);
            }
            return Ok(None);
        }
        if let Some(family) = family {
            let checked = self.condition(family, reader, path, inner)?;
            let span = Span::new(start, reader.offset());
            return Ok(checked.map(|checked| {
                if let (Some(negatives), Some(of)) = (negatives, checked.negative) {
                    negatives.add(Negative::new(of, inner, span), self.problems);
                }
                Node::Condition(checked.condition)
            }));
        }
        let is_or = name == "OR";
        let mut own = Negatives::of(is_or);
        let at = At {
            path: inner,
            level: level + 1,
        };
        let joined = (is_or || negatives.is_some()).then_some(&mut own);
        let nodes = self.list(name, reader, at, joined)?;
        if let Some(negatives) = negatives {
            negatives.join(own, self.problems);
        }
        let Some(nodes) = nodes else {
            return Ok(None);
        };
        Ok(Some(if is_or {
            Node::Or(nodes)
        } else {
            Node::And(nodes)
        }))
    }

    fn condition(
        &mut self,
        family: &'static super::family::Family,
        reader: &mut Reader<'_>,
        node: &Path<'_>,
        path: &Path<'_>,
    ) -> Step<Option<Checked>> {
        let mut trees = TreeReader {
            fields: &self.keys.members,
            left: MOST_VALUES,
        };
        let tree = trees.read(reader, path, self.problems)?;
        let mut long = tree.span.end - tree.span.start;
        if let Some(pattern) = pattern(&tree) {
            long -= pattern;
        }
        if long > MAX_FILTER_BYTES || trees.left == 0 {
            let finding = Finding::error(Code::SegmentBytes).numbers(MAX_FILTER_BYTES as u32, 0);
            self.problems.push(finding, path, tree.span);
            return Ok(None);
        }
        self.conditions += criteria(&tree);
        let mut lookup = self.lookup.as_deref_mut();
        if let (Some(lookup), "segment_membership", Some(object)) =
            (lookup.as_deref_mut(), family.key, Object::of(&tree, path))
        {
            lookup.memberships(&object, reader.bytes(), self.seed, self.problems);
        }
        let bytes = reader.bytes();
        Ok(filter(
            family,
            &tree,
            bytes,
            node,
            path,
            lookup,
            self.problems,
        ))
    }
}

/// How many conditions a filter holds beyond one.
fn criteria(tree: &Tree<'_>) -> u32 {
    match member(tree, "all_of").map(|all_of| &all_of.json) {
        Some(Json::List(list)) => (list.len() as u32).saturating_sub(1),
        _ => 0,
    }
}

/// Bytes of the pattern in a filter, which has a limit of its own.
fn pattern(tree: &Tree<'_>) -> Option<usize> {
    let Json::Text(word) = &member(tree, "comparison")?.json else {
        return None;
    };
    let mut rows = OPERATORS.iter().filter(|operator| operator.is(word));
    let value = member(tree, "value")?;
    let is_pattern = rows.any(|operator| operator.takes == Takes::Pattern);
    (is_pattern && matches!(value.json, Json::Text(_))).then_some(value.span.end - value.span.start)
}

fn member<'t, 'a>(tree: &'t Tree<'a>, name: &str) -> Option<&'t Tree<'a>> {
    let Json::Object(members) = &tree.json else {
        return None;
    };
    let mut members = members.iter();
    let member = members.find(|member| member.name == Some(name))?;
    Some(&member.value)
}
