//! What parentheses say.

use super::fault::{Step, malformed, unsupported};
use super::node::Flags;
use super::parser::{Item, MAX_GROUPS, Parser};

/// What is not taken, by how it begins behind `(`. What begins with another stands before it.
const REFUSED: [(&str, &str); 22] = [
    ("*", "a verb or an assertion in words `(*…)`"),
    ("?=", "look-ahead `(?=…)`"),
    ("?!", "look-ahead `(?!…)`"),
    ("?*", "look-ahead `(?*…)`"),
    ("?<=", "look-behind `(?<=…)`"),
    ("?<!", "look-behind `(?<!…)`"),
    ("?<*", "look-behind `(?<*…)`"),
    ("?>", "an atomic group `(?>…)`"),
    ("?(", "a condition `(?(…)…)`"),
    ("?C", "a callout `(?C)`"),
    ("?R", "recursion `(?R)`"),
    ("?&", "recursion `(?&…)`"),
    ("?P>", "recursion `(?P>…)`"),
    ("?P=", "a back reference `(?P=…)`"),
    ("?+", "recursion `(?+1)`"),
    ("?[", "an extended class `(?[…])`"),
    ("?a", "the flag `a`"),
    ("?J", "the flag `J`"),
    ("?{", "code `(?{…})`"),
    ("?\"", "a name in these quotes"),
    ("?;", "this kind of group"),
    ("?~", "this kind of group"),
];

impl<'a> Parser<'a> {
    /// A group, or flags, behind `(`.
    pub(super) fn group(&mut self, start: usize, flags: &mut Flags) -> Step<Item> {
        if let Some((word, what)) = REFUSED
            .iter()
            .find(|(word, _)| self.cursor.starts_with(word))
        {
            return unsupported(what, start..self.cursor.at + word.len());
        }
        let mut inner = *flags;
        if self.cursor.eat("?") {
            match self.cursor.peek() {
                Some(':' | '|') => {
                    self.cursor.next();
                }
                Some('<' | 'P' | '\'') => self.name(start)?,
                Some(digit) if digit.is_ascii_digit() => {
                    return unsupported("recursion `(?1)`", start..self.cursor.at + 1);
                }
                _ => {
                    self.flags(start, &mut inner)?;
                    match self.cursor.next() {
                        Some(')') => {
                            *flags = inner;
                            return Ok(Item::Nothing);
                        }
                        Some(':') => {}
                        _ => {
                            return malformed(
                                "an unknown group or flag behind `(?`",
                                self.cursor.since(start),
                            );
                        }
                    }
                }
            }
        }
        self.level += 1;
        if self.level > MAX_GROUPS {
            return malformed("more than 250 groups in each other", start..start + 1);
        }
        let node = self.alternatives(&mut inner)?;
        if !self.cursor.eat(")") {
            return malformed("`(` is not closed", start..start + 1);
        }
        self.level -= 1;
        Ok(Item::Node(node))
    }

    fn name(&mut self, start: usize) -> Step<()> {
        self.cursor.eat("P");
        let end = match self.cursor.next() {
            Some('<') => ">",
            Some('\'') => "'",
            _ => {
                return malformed(
                    "an unknown group or flag behind `(?`",
                    self.cursor.since(start),
                );
            }
        };
        let name: &'a str = self
            .cursor
            .eat_while(|next| next.is_ascii_alphanumeric() || next == '_');
        let is_name = !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit());
        if !is_name || name.len() > 32 || !self.cursor.eat(end) {
            return malformed(
                "a group's name, which has 1 to 32 letters, digits and `_`, and begins with no digit",
                self.cursor.since(start),
            );
        }
        if !self.names.insert(name) {
            return malformed("two groups have one name", self.cursor.since(start));
        }
        Ok(())
    }

    fn flags(&mut self, start: usize, flags: &mut Flags) -> Step<()> {
        let unset = self.cursor.eat("^");
        if unset {
            *flags = Flags {
                fold: false,
                dot_all: false,
                lines: false,
                extended: false,
                extended_classes: false,
            };
        }
        let mut on = true;
        loop {
            let here = self.cursor;
            match self.cursor.next() {
                Some('i') => flags.fold = on,
                Some('s') => flags.dot_all = on,
                Some('m') => flags.lines = on,
                Some('x') => {
                    flags.extended = on;
                    flags.extended_classes = on && self.cursor.eat("x");
                    if !on {
                        self.cursor.eat("x");
                    }
                }
                // Whether groups are numbered, and which repetitions are greedy.
                Some('n' | 'U') => {}
                Some('J' | 'a') => {
                    return unsupported("the flags `J` and `a`", self.cursor.since(start));
                }
                Some(digit) if digit.is_ascii_digit() && !on => {
                    return unsupported("recursion `(?-1)`", self.cursor.since(start));
                }
                Some('-') if on && !unset => on = false,
                _ => {
                    self.cursor = here;
                    return Ok(());
                }
            }
        }
    }
}
