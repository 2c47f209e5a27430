//! What a backslash says.

use super::fault::{Step, malformed, unsupported};
use super::node::{Class, Flags, Kind, Node, Place};
use super::parser::{Parser, literal};

/// What stands behind a backslash, within classes and without.
pub(super) enum Escaped {
    Char(char),
    Kind(Kind),
    /// A letter or digit that means something else within a class.
    Other(char),
}

impl Parser<'_> {
    /// An escape out of classes, behind its backslash.
    pub(super) fn escape(&mut self, start: usize, flags: Flags) -> Step<Node> {
        let letter = match self.escaped(start)? {
            Escaped::Char(value) => return Ok(literal(value, flags)),
            Escaped::Kind(kind) => return Ok(Class::of(kind)),
            Escaped::Other(letter) => letter,
        };
        let place = |place| Ok(Node::Place(place, start));
        let what = match letter {
            'A' => return place(Place::Start),
            'Z' => return place(Place::EndOrLastNewline),
            'z' => return place(Place::End),
            'b' => return place(Place::WordBoundary),
            'B' => return place(Place::NotWordBoundary),
            'N' if self.names_character()? => "a character by name `\\N{…}`",
            'N' => return Ok(Class::of(Kind::not_newline())),
            '1'..='9' => "a back reference `\\1`",
            'g' => "a back reference or a call `\\g`",
            'k' => "a back reference `\\k`",
            'K' => "the start of the match `\\K`",
            'G' => "the start of the search `\\G`",
            'R' => "a line's end `\\R`",
            'X' => "a grapheme cluster `\\X`",
            'C' => "a single byte `\\C`",
            _ => return malformed("an unknown letter behind `\\`", self.cursor.since(start)),
        };
        unsupported(what, self.cursor.since(start))
    }

    /// Do braces follow that are no count?
    fn names_character(&mut self) -> Step<bool> {
        let here = self.cursor;
        let is_count = self.count()?.is_some();
        self.cursor = here;
        Ok(here.starts_with("{") && !is_count)
    }

    /// What stands behind a backslash.
    pub(super) fn escaped(&mut self, start: usize) -> Step<Escaped> {
        let Some(letter) = self.cursor.next() else {
            return malformed("`\\` is the last character", self.cursor.since(start));
        };
        if let Some(kind) = Kind::of_letter(letter) {
            return Ok(Escaped::Kind(kind));
        }
        Ok(Escaped::Char(match letter {
            'a' => '\x07',
            'e' => '\x1B',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'c' => return self.control(start),
            'o' => {
                return if self.cursor.eat("{") {
                    self.code(start, 8)
                } else {
                    malformed("`\\o` without braces", self.cursor.since(start))
                };
            }
            'x' if self.cursor.eat("{") => return self.code(start, 16),
            'x' => self.digits(16, 2, 0),
            '0' => self.digits(8, 2, 0),
            'p' | 'P' => return self.category(start, letter == 'P').map(Escaped::Kind),
            _ if letter.is_ascii_alphanumeric() => return Ok(Escaped::Other(letter)),
            _ => letter,
        }))
    }

    /// A character by at most so many digits, behind those of a value; small enough to be one.
    pub(super) fn digits(&mut self, radix: u32, most: usize, first: u32) -> char {
        let mut value = first;
        for _ in 0..most {
            let Some(digit) = self.cursor.peek().and_then(|next| next.to_digit(radix)) else {
                break;
            };
            self.cursor.next();
            value = value * radix + digit;
        }
        char::from_u32(value).unwrap_or('\0')
    }

    /// A character by its code, behind `{`.
    fn code(&mut self, start: usize, radix: u32) -> Step<Escaped> {
        let digits = self.cursor.eat_while(|next| next.is_digit(radix));
        if digits.is_empty() || !self.cursor.eat("}") {
            return malformed(
                "a character's code, which has digits between braces",
                self.cursor.since(start),
            );
        }
        let value = u32::from_str_radix(digits, radix);
        match value.ok().and_then(char::from_u32) {
            Some(value) => Ok(Escaped::Char(value)),
            None => malformed("there is no such character", self.cursor.since(start)),
        }
    }

    fn control(&mut self, start: usize) -> Step<Escaped> {
        match self.cursor.next() {
            Some(letter @ ' '..='~') => {
                let code = letter.to_ascii_uppercase() as u8 ^ 0x40;
                Ok(Escaped::Char(char::from(code)))
            }
            _ => malformed(
                "`\\c` stands before no ASCII character",
                self.cursor.since(start),
            ),
        }
    }

    fn category(&mut self, start: usize, negated: bool) -> Step<Kind> {
        let mut negated = negated;
        let name = if self.cursor.eat("{") {
            negated ^= self.cursor.eat("^");
            let name = self.cursor.eat_while(|next| next != '}');
            if !self.cursor.eat("}") {
                return malformed("`\\p{` is not closed", self.cursor.since(start));
            }
            name
        } else {
            let rest = self.cursor.rest();
            self.cursor.next();
            rest.get(..rest.len() - self.cursor.rest().len())
                .unwrap_or("")
        };
        match Kind::of_category(name, negated) {
            Some(kind) => Ok(kind),
            None => unsupported(
                "a property other than a general category, or one of letters' case",
                self.cursor.since(start),
            ),
        }
    }
}
