//! Why a user is in a segment, or not, as JSON.

use super::profile_json::Writer;
use crate::problem::Code;
use crate::profile::{Scalar, Tree};
use crate::segment::{
    APPS_PATH, Answer, Apps, Condition, Explained, Explanation, Looked, MAX_OBSERVED, Observed,
    Part,
};
use alloc::vec::Vec;

/// Bytes of texts and keys that are written at most of what a condition saw.
pub const MAX_OBSERVED_BYTES: usize = 2_000;

/// Appends `{ "ok": true, "result", "tree", "failing" }`.
///
/// A place of the tree is an RFC 6901 pointer into the definition; an exclusion stands within `NOT`, which
/// has its place. Of what a condition saw at most [`MAX_OBSERVED`] values are written and
/// [`MAX_OBSERVED_BYTES`] bytes of texts; `observedCut` says that there was more. Below a condition about
/// segments stand the trees of these, each with the name of its `segment` and places in its own definition.
///
/// **Errors**: `limit.memory`.
///
/// **Cost**: one pass over the explanation.
pub fn write(explanation: &Explanation<'_>, out: &mut Vec<u8>) -> Result<(), Code> {
    let mut tree = TreeWriter {
        json: Writer::new(out),
        path: Vec::new(),
    };
    let json = &mut tree.json;
    json.open(b"{");
    json.key(b"ok");
    json.value(b"true");
    result(explanation.tree.answer, json);
    json.key(b"tree");
    tree.root(&explanation.tree, None)?;
    let json = &mut tree.json;
    json.key(b"failing");
    json.open(b"[");
    for path in &explanation.failing {
        json.next();
        json.text(path);
    }
    json.close(b"]");
    json.close(b"}");
    tree.json.finish()
}

fn result(answer: Answer, json: &mut Writer<'_>) {
    json.key(b"result");
    json.value(match answer {
        Answer::True => b"true",
        Answer::False => b"false",
        Answer::Unknown => b"\"unknown\"",
    });
}

struct TreeWriter<'o> {
    json: Writer<'o>,
    /// The place of the part at hand.
    path: Vec<u8>,
}

impl TreeWriter<'_> {
    /// Goes to a part of the part at hand; answers how to come back.
    fn enter(&mut self, key: &str, index: Option<usize>) -> Result<usize, Code> {
        let before = self.path.len();
        // A word and a number of twenty digits at most.
        let more = key.len() + 22;
        self.path.try_reserve(more).map_err(|_| Code::LimitMemory)?;
        self.path.push(b'/');
        self.path.extend_from_slice(key.as_bytes());
        if let Some(index) = index {
            let mut digits = alloc::string::String::new();
            crate::path::push_number(&mut digits, index as u32);
            self.path.push(b'/');
            self.path.extend_from_slice(digits.as_bytes());
        }
        Ok(before)
    }

    /// A whole rule, of a segment that another asks for if it has a name here.
    fn root(&mut self, rule: &Explained<'_>, segment: Option<&[u8]>) -> Result<(), Code> {
        let outer = core::mem::take(&mut self.path);
        self.open(rule.answer, "AND");
        if let Some(name) = segment {
            self.json.field("segment", name);
        }
        self.json.key(b"children");
        self.json.open(b"[");
        let mut excluded = 0;
        for part in rule.part.children() {
            let before = match &part.part {
                Part::Not(_) => {
                    excluded += 1;
                    self.enter("exclude", Some(excluded - 1))?
                }
                Part::Apps(..) => self.path.len(),
                _ => self.enter("filter", None)?,
            };
            self.node(part)?;
            self.path.truncate(before);
        }
        self.json.close(b"]");
        self.json.close(b"}");
        self.path = outer;
        Ok(())
    }

    /// The head of a node that has parts.
    fn open(&mut self, answer: Answer, operator: &str) {
        self.json.open(b"{");
        result(answer, &mut self.json);
        self.json.field("path", &self.path);
        self.json.field("operator", operator.as_bytes());
    }

    fn node(&mut self, node: &Explained<'_>) -> Result<(), Code> {
        let operator = match &node.part {
            Part::And(_) => "AND",
            Part::Or(_) => "OR",
            Part::Not(_) => "NOT",
            Part::Apps(apps, looked) => {
                self.apps(node.answer, apps, looked);
                return Ok(());
            }
            Part::Condition(condition, looked) => {
                self.condition(node.answer, condition, looked);
                self.json.close(b"}");
                return Ok(());
            }
            Part::Segments(condition, looked, segments) => {
                self.condition(node.answer, condition, looked);
                self.json.key(b"children");
                self.json.open(b"[");
                for (name, segment) in segments {
                    self.root(segment, Some(name))?;
                }
                self.json.close(b"]");
                self.json.close(b"}");
                return Ok(());
            }
        };
        self.open(node.answer, operator);
        self.json.key(b"children");
        self.json.open(b"[");
        for (index, part) in node.part.children().iter().enumerate() {
            let before = match &node.part {
                // An exclusion stands where it is excluded.
                Part::Not(_) => self.path.len(),
                _ => self.enter(operator, Some(index))?,
            };
            self.node(part)?;
            self.path.truncate(before);
        }
        self.json.close(b"]");
        self.json.close(b"}");
        Ok(())
    }

    fn apps(&mut self, answer: Answer, apps: &Apps, looked: &Looked<'_>) {
        let json = &mut self.json;
        json.open(b"{");
        result(answer, json);
        json.field("path", APPS_PATH);
        match apps {
            Apps::AnyOf(names) => {
                json.field("operator", b"any_of");
                json.key(b"operand");
                json.open(b"[");
                for name in names {
                    json.next();
                    json.text(name);
                }
                json.close(b"]");
            }
            Apps::All | Apps::None => json.field("operator", b"none"),
        }
        seen(looked, json);
        json.close(b"}");
    }

    /// A condition, whose object is left open.
    fn condition(&mut self, answer: Answer, condition: &Condition, looked: &Looked<'_>) {
        let json = &mut self.json;
        json.open(b"{");
        result(answer, json);
        json.field("path", &condition.path);
        json.field("family", condition.family.as_bytes());
        if let Some(name) = &condition.name {
            json.field("name", name);
        }
        json.field("operator", condition.operator.as_bytes());
        if let Some(operand) = &condition.operand {
            json.key(b"operand");
            json.value(operand);
        }
        seen(looked, json);
    }
}

/// What was seen, and what decided.
fn seen(looked: &Looked<'_>, json: &mut Writer<'_>) {
    let mut cutter = Cutter {
        values: MAX_OBSERVED,
        bytes: MAX_OBSERVED_BYTES,
        cut: false,
    };
    if !matches!(looked.observed, Observed::Unknown) {
        json.key(b"observed");
        cutter.observed(&looked.observed, json);
    }
    if cutter.cut {
        json.key(b"observedCut");
        json.value(b"true");
    }
    json.field("rule", looked.meaning.code().as_bytes());
}

/// Writes values as long as they are not too long.
struct Cutter {
    values: usize,
    bytes: usize,
    cut: bool,
}

impl Cutter {
    fn observed(&mut self, observed: &Observed<'_>, json: &mut Writer<'_>) {
        match observed {
            Observed::Unknown => {}
            Observed::One(tree) => {
                self.tree(*tree, json);
            }
            Observed::Many(trees) => {
                json.open(b"[");
                let _ = trees.iter().all(|tree| self.tree(*tree, json));
                json.close(b"]");
            }
            Observed::Fields(fields) => {
                json.open(b"{");
                for (name, observed) in fields {
                    json.key(name.as_bytes());
                    self.observed(observed, json);
                }
                json.close(b"}");
            }
        }
    }

    /// Writes a value; false where nothing more is to be written.
    fn tree(&mut self, tree: Tree<'_>, json: &mut Writer<'_>) -> bool {
        let Some(values) = self.values.checked_sub(1) else {
            self.cut = true;
            return false;
        };
        self.values = values;
        match tree {
            // Ids were turned into texts.
            Tree::Null | Tree::Id(_) => json.value(b"null"),
            Tree::Scalar(Scalar::Text(text)) => {
                let fitting = cut(text, self.bytes);
                self.cut |= fitting.len() < text.len();
                self.bytes -= fitting.len();
                json.next();
                json.text(fitting);
            }
            // What a sum of counts may be; it reads as infinite.
            Tree::Scalar(Scalar::Number(number)) if !number.is_finite() => json.value(b"1e999"),
            Tree::Scalar(scalar) => json.scalar(scalar),
            Tree::List(parts) => {
                json.open(b"[");
                let _ = parts.elements().all(|element| self.tree(element, json));
                json.close(b"]");
            }
            Tree::Object(parts) => {
                json.open(b"{");
                for (key, value) in parts.members() {
                    // A key never stands without its value.
                    if self.values == 0 || key.len() > self.bytes {
                        self.cut = true;
                        break;
                    }
                    self.bytes -= key.len();
                    json.key(key);
                    self.tree(value, json);
                }
                json.close(b"}");
            }
        }
        true
    }
}

/// So many bytes of a text at most, without half a character.
fn cut(text: &[u8], most: usize) -> &[u8] {
    let mut end = text.len().min(most);
    // The bytes of a character behind its first.
    while end < text.len() && text.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    text.get(..end).unwrap_or(&[])
}
