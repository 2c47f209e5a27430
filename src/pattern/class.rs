//! What brackets say.

use super::escape::Escaped;
use super::fault::{Step, malformed, unsupported};
use super::node::{Class, Flags, Kind, Names, Node};
use super::parser::Parser;
use alloc::vec::Vec;

/// What the characters before mean for a `-`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    /// It is a character.
    Impossible,
    /// A range can begin with the last character.
    Possible,
    /// It was `-`, and a range has begun with the last character.
    Begun,
}

/// One thing within brackets.
enum Part {
    Char(char),
    /// A `-` that is not escaped.
    Hyphen,
    Kind(Kind),
}

/// Do versions of PCRE2 disagree about them? Before 10.43 all characters beyond ASCII can get lost.
fn disagree(kinds: &[Kind]) -> bool {
    kinds.len() > 1
        && kinds.iter().any(|kind| kind.negated && kind.of.is_ascii())
        && kinds
            .iter()
            .any(|kind| matches!(kind.of, Names::Posix | Names::Categories))
}

impl Parser<'_> {
    /// A class, behind `[`.
    pub(super) fn class(&mut self, start: usize, flags: Flags) -> Step<Node> {
        if self.posix_end().is_some() {
            return malformed("`[:…:]` stands within brackets only", start..start + 2);
        }
        let mut class = Class {
            negated: false,
            ranges: Vec::new(),
            fold: flags.fold,
            kinds: Vec::new(),
        };
        loop {
            if !class.negated && self.cursor.eat("^") {
                class.negated = true;
            } else if !(self.cursor.eat("\\E")
                || self.cursor.eat("\\Q\\E")
                || self.passes_space(flags))
            {
                break;
            }
        }
        let mut range = Range::Impossible;
        let mut quoted = false;
        let mut is_first = true;
        loop {
            let here = self.cursor.at;
            if self.cursor.eat("\\E") {
                quoted = false;
                continue;
            }
            if !quoted && self.cursor.eat("\\Q") {
                quoted = true;
                continue;
            }
            if !quoted && self.passes_space(flags) {
                continue;
            }
            if !quoted && !is_first && self.cursor.eat("]") {
                break;
            }
            let Some(part) = self.part(here, quoted, flags)? else {
                return malformed("`[` is not closed", start..start + 1);
            };
            is_first = false;
            match part {
                Part::Hyphen if range == Range::Possible => range = Range::Begun,
                Part::Char(_) | Part::Hyphen => {
                    let value = if let Part::Char(value) = part {
                        value
                    } else {
                        '-'
                    };
                    let last = class.ranges.last_mut().filter(|_| range == Range::Begun);
                    range = match last {
                        Some((first, _)) if value < *first => {
                            return malformed("a range counts down", self.cursor.since(here));
                        }
                        Some((_, last)) => {
                            *last = value;
                            Range::Impossible
                        }
                        None => {
                            class.ranges.push((value, value));
                            Range::Possible
                        }
                    };
                }
                Part::Kind(kind) => {
                    let follows = self.cursor.starts_with("-") && !self.cursor.starts_with("-]");
                    if range == Range::Begun || follows {
                        return malformed(
                            "`-` beside a class makes no range: write `\\-`",
                            here..self.cursor.at + usize::from(follows),
                        );
                    }
                    range = Range::Impossible;
                    class.kinds.push(kind);
                }
            }
        }
        if range == Range::Begun {
            class.ranges.push(('-', '-'));
        }
        if disagree(&class.kinds) {
            return unsupported(
                "`\\W`, `\\D`, `\\S` or `[:^…:]` beside `[:…:]` or `\\p`",
                self.cursor.since(start),
            );
        }
        Ok(Node::Class(class))
    }

    /// Passes over what the flag `xx` says.
    fn passes_space(&mut self, flags: Flags) -> bool {
        flags.extended_classes && (self.cursor.eat(" ") || self.cursor.eat("\t"))
    }

    fn part(&mut self, start: usize, quoted: bool, flags: Flags) -> Step<Option<Part>> {
        let Some(next) = self.cursor.next() else {
            return Ok(None);
        };
        Ok(Some(match next {
            _ if quoted => Part::Char(next),
            '-' => Part::Hyphen,
            '\\' => self.class_escape(start)?,
            '[' => match self.posix_end() {
                Some(len) => Part::Kind(self.posix(start, len, flags)?),
                None => Part::Char(next),
            },
            _ => Part::Char(next),
        }))
    }

    fn class_escape(&mut self, start: usize) -> Step<Part> {
        Ok(match self.escaped(start)? {
            Escaped::Char(value) => Part::Char(value),
            Escaped::Kind(kind) => Part::Kind(kind),
            Escaped::Other('b') => Part::Char('\x08'),
            Escaped::Other(digit @ '1'..='7') => {
                let first = digit.to_digit(8).unwrap_or(0);
                Part::Char(self.digits(8, 2, first))
            }
            Escaped::Other('8' | '9') => {
                return unsupported("`\\8` or `\\9` within brackets", self.cursor.since(start));
            }
            Escaped::Other(_) => {
                return malformed(
                    "an unknown letter behind `\\` within brackets",
                    self.cursor.since(start),
                );
            }
        })
    }

    /// The length of a name as `:alpha:` that stands behind `[` and is closed by `]`.
    fn posix_end(&self) -> Option<usize> {
        let rest = self.cursor.rest().as_bytes();
        let sign = *rest
            .first()
            .filter(|sign| matches!(sign, b':' | b'.' | b'='))?;
        let mut at = 1;
        loop {
            match (rest.get(at)?, rest.get(at + 1)?) {
                (b'\\', b']' | b'\\') => at += 2,
                (b'[', next) if *next == sign => return None,
                (b']', _) => return None,
                (here, b']') if *here == sign => return Some(at + 1),
                _ => at += 1,
            }
        }
    }

    /// `[:alpha:]`, behind its `[`.
    fn posix(&mut self, start: usize, len: usize, flags: Flags) -> Step<Kind> {
        let name = self.cursor.rest().get(1..len - 1).unwrap_or("");
        let is_class = self.cursor.starts_with(":");
        self.cursor.at += len + 1;
        let (name, negated) = match name.strip_prefix('^') {
            Some(name) => (name, true),
            None => (name, false),
        };
        match Kind::of_posix(name, negated, flags.fold).filter(|_| is_class) {
            Some(kind) => Ok(kind),
            None => malformed("an unknown name within `[: :]`", self.cursor.since(start)),
        }
    }
}
