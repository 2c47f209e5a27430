//! A strict JSON reader: one pass over the bytes, directed by the caller's schema, with nothing
//! built on the way.
//!
//! Stricter than RFC 8259 asks, because a gateway and the service behind it must read the same
//! thing: duplicate keys, lone surrogates, invalid UTF-8 and deep nesting are errors.
//!
//! Faults of grammar end the reading ([`Stop`]); everything else is noted in [`Problems`] and
//! reading goes on, so that one call reports all.

mod blocks;
mod cut;
mod fast;
mod keys;
mod nesting;
#[cfg(feature = "std")]
mod number;
mod object;
mod pieces;
mod scan;
mod shape;
mod text;
pub mod write;

pub(crate) use blocks::{BLOCK, append};
pub(crate) use fast::{END, Fast, Words};
pub(crate) use nesting::Nesting;
#[cfg(feature = "std")]
pub(crate) use number::Number;
#[cfg(feature = "std")]
pub use pieces::Taken;
pub use pieces::{Pieces, Stopped, TakeValue};
#[cfg(feature = "std")]
pub(crate) use scan::line_end;
pub(crate) use scan::string_stop;
pub use shape::{Field, Found, Own, Shape, Wants};
pub use text::Text;
pub(crate) use text::owned;

use crate::hash::SeedSource;
use crate::limits::HARD_DEPTH;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Severity, Span};
pub(crate) use object::Key;

/// What a text in UTF-8 may begin with, its mark of byte order, which is no part of it.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Is it one of the four bytes that JSON takes for white space?
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Does a text begin as gzip and zip do, and no JSON or text in UTF-8? Three bytes tell.
#[inline(never)]
pub(crate) fn is_packed(text: &[u8]) -> bool {
    text.starts_with(b"\x1F\x8B") || text.starts_with(b"PK\x03")
}

/// Reading cannot go on; the problem is noted already.
#[derive(Clone, Copy, Debug)]
pub struct Stop;

/// The answer of a step that may meet a fault of grammar.
pub type Step<T> = Result<T, Stop>;

/// What kind of value begins here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the kinds of JSON values")]
pub enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// A cursor over a JSON text.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u32,
    max_depth: u32,
    quiet: bool,
    seed: &'a dyn SeedSource,
}

/// The state of a walk through one array.
pub struct Items {
    next: u32,
}

impl Items {
    /// Has no element been taken yet?
    pub(crate) fn is_empty(&self) -> bool {
        self.next == 0
    }
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`; `seed` guards the look-up of repeated keys. More than
    /// [`HARD_DEPTH`] levels are not followed, whatever `max_depth` says.
    pub fn new(bytes: &'a [u8], max_depth: u32, seed: &'a dyn SeedSource) -> Reader<'a> {
        Reader {
            bytes,
            at: 0,
            depth: 0,
            max_depth: max_depth.min(HARD_DEPTH),
            quiet: false,
            seed,
        }
    }

    /// A reader that passes fields outside the schema without a word.
    pub fn quiet(mut self) -> Reader<'a> {
        self.quiet = true;
        self
    }

    /// A reader of the value that stands at `at`.
    pub fn at(mut self, at: usize) -> Reader<'a> {
        self.at = at;
        self
    }

    /// The whole text.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The place of the cursor.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Goes back to a value that was read, to read it in another way.
    pub(crate) fn go_back(&mut self, at: usize) {
        self.at = at;
    }

    /// Passes a byte order mark with a warning, and finds that the text is not empty.
    pub fn begin(&mut self, problems: &mut Problems) -> Step<()> {
        if self.bytes.starts_with(BOM) {
            problems.push(
                Finding::warning(Code::JsonBom),
                &Path::Root,
                Span::new(0, BOM.len()),
            );
            self.at = BOM.len();
        }
        self.space();
        let code = if self.at >= self.bytes.len() {
            Code::JsonEmpty
        } else if is_packed(self.bytes) {
            Code::JsonPacked
        } else {
            return Ok(());
        };
        let span = Span::new(self.at, self.bytes.len().min(self.at + 2));
        problems.push(Finding::error(code), &Path::Root, span);
        Err(Stop)
    }

    /// Finds that nothing but white space follows.
    pub fn finish(&mut self, problems: &mut Problems) -> Step<()> {
        self.space();
        if self.at < self.bytes.len() {
            let span = Span::new(self.at, self.bytes.len());
            problems.push(Finding::error(Code::JsonTrailing), &Path::Root, span);
            return Err(Stop);
        }
        Ok(())
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes white space.
    #[inline]
    pub fn space(&mut self) {
        self.at = scan::space_stop(self.bytes, self.at);
    }

    /// What kind of value begins at the cursor, after white space.
    #[inline(never)]
    pub fn kind(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<Kind> {
        self.space();
        match self.byte() {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b't') => Ok(Kind::True),
            Some(b'f') => Ok(Kind::False),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            _ => Err(self.syntax(path, problems)),
        }
    }

    /// Notes that the text cannot go on like this at the cursor.
    #[cold]
    #[inline(never)]
    pub fn syntax(&self, path: &Path<'_>, problems: &mut Problems) -> Stop {
        let (code, end) = match self.byte() {
            None => (Code::JsonTruncated, self.at),
            Some(_) => (Code::JsonSyntax, self.character_end(self.at)),
        };
        problems.push(Finding::error(code), path, Span::new(self.at, end));
        Stop
    }

    /// Where the character that begins at `at` ends, so that no span ends inside one.
    #[cold]
    fn character_end(&self, at: usize) -> usize {
        let Some([0xC0..=0xFF, tail @ ..]) = self.bytes.get(at..) else {
            return (at + 1).min(self.bytes.len());
        };
        let more = tail.iter().take(3).take_while(|&&byte| byte & 0xC0 == 0x80);
        at + 1 + more.count()
    }

    #[cold]
    #[inline(never)]
    fn stop(&self, code: Code, span: Span, path: &Path<'_>, problems: &mut Problems) -> Stop {
        problems.push(Finding::error(code), path, span);
        Stop
    }

    /// Enters the array at the cursor, which [`Reader::kind`] has seen.
    #[inline]
    pub fn array(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<Items> {
        self.enter(path, problems)?;
        Ok(Items { next: 0 })
    }

    #[inline(never)]
    fn enter(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<()> {
        if self.depth >= self.max_depth {
            let finding = Finding::error(Code::JsonDepth).numbers(self.max_depth, 0);
            problems.push(finding, path, Span::new(self.at, self.at + 1));
            return Err(Stop);
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Goes to the next element, with the cursor before it; `None` after the last.
    #[inline(never)]
    pub fn next_item(
        &mut self,
        items: &mut Items,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<Option<u32>> {
        self.space();
        match self.byte() {
            Some(b']') => {
                self.at += 1;
                self.depth -= 1;
                return Ok(None);
            }
            Some(b',') if items.next > 0 => {
                self.at += 1;
                self.space();
                if self.byte() == Some(b']') {
                    return Err(self.syntax(path, problems));
                }
            }
            Some(_) if items.next == 0 => {}
            _ => return Err(self.syntax(path, problems)),
        }
        let index = items.next;
        items.next += 1;
        Ok(Some(index))
    }

    /// The string at the cursor, which [`Reader::kind`] has seen. Its UTF-8 and surrogates are not
    /// looked at yet: see [`Text::check`].
    #[inline(never)]
    pub fn string(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<Text> {
        let start = self.at + 1;
        let (mut end, mut high, mut escaped) = (start, false, false);
        loop {
            let (stop, more) = scan::string_stop(self.bytes, end);
            end = stop;
            high |= more;
            match self.bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(Text::new(start, end, high, escaped));
                }
                Some(b'\\') => match text::escape(self.bytes, end) {
                    Some((_, len)) => end += len,
                    None => return Err(self.bad_escape(end, path, problems)),
                },
                Some(_) => {
                    let span = Span::new(end, end + 1);
                    return Err(self.stop(Code::JsonControlCharacter, span, path, problems));
                }
                None => return Err(self.cut(path, problems)),
            }
            escaped = true;
        }
    }

    /// Notes that JSON has no escape like the one at `at`, up to where it goes wrong.
    #[cold]
    fn bad_escape(&self, at: usize, path: &Path<'_>, problems: &mut Problems) -> Stop {
        let mut wrong = at + 1;
        if self.bytes.get(wrong) == Some(&b'u') {
            let digits = self.bytes.get(at + 2..).unwrap_or(&[]).iter();
            wrong += 1 + digits.take_while(|digit| digit.is_ascii_hexdigit()).count();
        }
        if wrong >= self.bytes.len() {
            return self.cut(path, problems);
        }
        let span = Span::new(at, self.character_end(wrong));
        self.stop(Code::JsonEscape, span, path, problems)
    }

    #[cold]
    fn cut(&self, path: &Path<'_>, problems: &mut Problems) -> Stop {
        let end = self.bytes.len();
        self.stop(Code::JsonTruncated, Span::new(end, end), path, problems)
    }

    /// The number at the cursor, as it is written.
    pub fn number(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<Span> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let from = reader.at;
            while let Some(b'0'..=b'9') = reader.byte() {
                reader.at += 1;
            }
            reader.at - from
        };
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.byte() == Some(b'0');
        let mut last = digits(self);
        let mut good = last > 0 && !(leading_zero && last > 1);
        if self.byte() == Some(b'.') {
            self.at += 1;
            last = digits(self);
            good &= last > 0;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            last = digits(self);
            good &= last > 0;
        }
        let span = Span::new(start, self.at);
        if good {
            return Ok(span);
        }
        if last == 0 && self.at >= self.bytes.len() {
            return Err(self.cut(path, problems));
        }
        Err(self.stop(
            Code::JsonNumber,
            Span::new(start, self.at.max(start + 1)),
            path,
            problems,
        ))
    }

    /// `true`, `false` or `null`, of which [`Reader::kind`] has seen the first letter.
    pub fn word(
        &mut self,
        word: &'static str,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        for &expected in word.as_bytes() {
            if self.byte() != Some(expected) {
                return Err(self.syntax(path, problems));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Passes the value at the cursor. Inside it grammar, UTF-8, surrogates, depth and repeated keys
    /// are looked at as everywhere.
    #[inline(never)]
    pub fn skip(&mut self, path: &Path<'_>, problems: &mut Problems) -> Step<()> {
        match self.kind(path, problems)? {
            Kind::String => {
                let text = self.string(path, problems)?;
                text.check(self.bytes, path, problems);
            }
            Kind::Number => {
                self.number(path, problems)?;
            }
            Kind::True => self.word("true", path, problems)?,
            Kind::False => self.word("false", path, problems)?,
            Kind::Null => self.word("null", path, problems)?,
            Kind::Array => {
                let mut items = self.array(path, problems)?;
                while let Some(index) = self.next_item(&mut items, path, problems)? {
                    self.skip(&Path::Index(path, index), problems)?;
                }
            }
            Kind::Object => {
                let mut members = self.object(path, problems)?;
                while let Some(key) = self.next_key(&mut members, &[], path, problems)? {
                    let Key::Unknown(place, _) = key else {
                        continue;
                    };
                    self.skip(&Path::Unknown(path, place), problems)?;
                }
            }
        }
        Ok(())
    }

    /// Passes the value at the cursor, which has the wrong type or is not wanted, and notes the
    /// finding at it.
    // WHY: in line, as `Problems::push` is.
    #[inline(always)]
    pub fn refuse(
        &mut self,
        finding: Finding,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let (code, severity, name) = (finding.code, finding.severity, finding.name);
        self.refuse_as(code, severity, name, path, problems)
    }

    #[cold]
    #[inline(never)]
    fn refuse_as(
        &mut self,
        code: Code,
        severity: Severity,
        name: &'static str,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        self.space();
        let start = self.at;
        self.skip(path, problems)?;
        let finding = Finding {
            code,
            severity,
            name,
            numbers: [0; 2],
        };
        problems.push(finding, path, Span::new(start, self.at));
        Ok(())
    }
}
