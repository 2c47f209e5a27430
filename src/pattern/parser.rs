//! Alternatives, what stands one behind the other, and how often.

use super::cursor::Cursor;
use super::fault::{Step, malformed, unsupported};
use super::node::{Class, Flags, Kind, Node, Place};
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// Levels of groups, as many as PCRE2 has by default.
pub(super) const MAX_GROUPS: usize = 250;

/// Repetitions, as many as PCRE2 counts.
const MAX_REPEAT: u32 = 65_535;

pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    /// Behind `\Q`.
    pub(super) quoted: bool,
    /// The names of groups.
    pub(super) names: BTreeSet<&'a str>,
    /// Groups that are open.
    pub(super) level: usize,
}

pub(super) fn parse(text: &str) -> Step<Node> {
    let mut parser = Parser {
        cursor: Cursor::new(text),
        quoted: false,
        names: BTreeSet::new(),
        level: 0,
    };
    let mut flags = Flags {
        fold: true,
        dot_all: false,
        lines: false,
        extended: false,
        extended_classes: false,
    };
    let node = parser.alternatives(&mut flags)?;
    if parser.cursor.peek().is_some() {
        let start = parser.cursor.at;
        return malformed("`)` closes nothing", start..start + 1);
    }
    Ok(node)
}

/// An item, and whether it can be repeated.
pub(super) enum Item {
    Node(Node),
    /// Flags, or a comment.
    Nothing,
}

/// Is it passed over where the flag `x` says so?
fn is_ignored(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
    )
}

impl Parser<'_> {
    /// Alternatives up to the end of the group, which is not passed over. Flags that are set within hold to
    /// the end of it, in later alternatives too.
    pub(super) fn alternatives(&mut self, flags: &mut Flags) -> Step<Node> {
        let mut branches = Vec::new();
        loop {
            branches.push(self.branch(flags)?);
            if !self.cursor.eat("|") {
                return Ok(match branches.pop() {
                    Some(only) if branches.is_empty() => only,
                    last => {
                        branches.extend(last);
                        Node::Alternate(branches)
                    }
                });
            }
        }
    }

    fn branch(&mut self, flags: &mut Flags) -> Step<Node> {
        let mut nodes = Vec::new();
        loop {
            self.pass_over(*flags)?;
            let start = self.cursor.at;
            let item = if self.quoted {
                match self.cursor.next() {
                    Some(value) => Item::Node(literal(value, *flags)),
                    None => break,
                }
            } else {
                match self.cursor.peek() {
                    None | Some('|' | ')') => break,
                    Some(_) => self.item(flags, nodes.is_empty())?,
                }
            };
            let Item::Node(node) = item else {
                continue;
            };
            self.pass_over(*flags)?;
            nodes.push(self.repeated(node, start)?);
        }
        Ok(Node::Concat(nodes))
    }

    /// Passes over what says nothing: `\E`, `\Q\E`, comments, and with the flag `x` white space.
    fn pass_over(&mut self, flags: Flags) -> Step<()> {
        loop {
            let start = self.cursor.at;
            if self.cursor.eat("\\E") {
                self.quoted = false;
            } else if self.quoted {
                return Ok(());
            } else if self.cursor.eat("\\Q") {
                self.quoted = true;
            } else if self.cursor.eat("(?#") {
                self.cursor.eat_while(|next| next != ')');
                if !self.cursor.eat(")") {
                    return malformed("a comment is not closed", self.cursor.since(start));
                }
            } else if flags.extended && self.cursor.peek().is_some_and(is_ignored) {
                self.cursor.eat_while(is_ignored);
            } else if flags.extended && self.cursor.eat("#") {
                self.cursor.eat_while(|next| next != '\n');
            } else {
                return Ok(());
            }
        }
    }

    fn item(&mut self, flags: &mut Flags, is_first: bool) -> Step<Item> {
        let start = self.cursor.at;
        if self.count()?.is_some() {
            let at = self.cursor.since(start);
            return if is_first {
                malformed("there is nothing to repeat", at)
            } else {
                // With the flag `x` it may be that of the repetition before.
                unsupported("a repetition apart from what it repeats", at)
            };
        }
        Ok(Item::Node(match self.cursor.next() {
            Some('^') if flags.lines => Node::Place(Place::LineStart, start),
            Some('^') => Node::Place(Place::Start, start),
            Some('$') if flags.lines => Node::Place(Place::LineEnd, start),
            Some('$') => Node::Place(Place::EndOrLastNewline, start),
            Some('.') if flags.dot_all => Class::of(Kind::any()),
            Some('.') => Class::of(Kind::not_newline()),
            Some('[') => self.class(start, *flags)?,
            Some('(') => return self.group(start, flags),
            Some('\\') => self.escape(start, *flags)?,
            Some(value) => literal(value, *flags),
            None => return Ok(Item::Nothing),
        }))
    }

    /// How often the item before it is meant, if that is said here.
    fn repeated(&mut self, node: Node, item: usize) -> Step<Node> {
        let start = self.cursor.at;
        if self.quoted {
            return Ok(node);
        }
        let Some((least, most)) = self.count()? else {
            return Ok(node);
        };
        if self.cursor.eat("+") {
            return unsupported("a possessive repetition", self.cursor.since(start));
        }
        self.cursor.eat("?");
        let end = self.cursor.at;
        if self.count()?.is_some() {
            return malformed(
                "a repetition follows another",
                end..self.cursor.at.max(end + 1),
            );
        }
        if let Node::Place(..) = node {
            return malformed("a place cannot be repeated", item..end);
        }
        Ok(Node::Repeat(Box::new(node), least, most))
    }

    /// A count, which is passed over.
    pub(super) fn count(&mut self) -> Step<Option<(u32, Option<u32>)>> {
        let start = self.cursor.at;
        let simple = match self.cursor.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.braces(start),
            _ => return Ok(None),
        };
        self.cursor.next();
        Ok(Some(simple))
    }

    fn braces(&mut self, start: usize) -> Step<Option<(u32, Option<u32>)>> {
        let mut inner = self.cursor;
        inner.eat("{");
        let text = inner.eat_while(|next| matches!(next, '0'..='9' | ',' | ' ' | '\t'));
        if !inner.eat("}") || !text.contains(|digit: char| digit.is_ascii_digit()) {
            return Ok(None);
        }
        let (least, most) = text
            .split_once(',')
            .map_or((text, None), |(least, most)| (least, Some(most)));
        let is_number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        if least.is_empty() || !is_number(least) || !most.is_none_or(is_number) {
            return if text.matches(',').count() > 1 {
                Ok(None)
            } else {
                unsupported(
                    "braces that older versions take as characters",
                    inner.since(start),
                )
            };
        }
        self.cursor = inner;
        let number = |text: &str| text.parse().ok().filter(|&number| number <= MAX_REPEAT);
        let most = most.map(|most| (!most.is_empty()).then(|| number(most)));
        let (Some(least), false) = (number(least), matches!(most, Some(Some(None)))) else {
            return malformed("a repetition of more than 65535", inner.since(start));
        };
        let most = match most {
            None => Some(least),
            Some(None) => None,
            Some(Some(most)) => most,
        };
        if most.is_some_and(|most| most < least) {
            return malformed("a repetition counts down", inner.since(start));
        }
        Ok(Some((least, most)))
    }
}

pub(super) fn literal(value: char, flags: Flags) -> Node {
    Node::Char {
        value,
        fold: flags.fold,
    }
}
