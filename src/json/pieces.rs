//! Text that comes in pieces of any size, cut into the JSON values that it holds: one a line, the
//! elements of an array, or a single object over several lines.
//!
//! A value is given on when it has come whole.

use super::cut::Cut;
use super::scan::line_end;
use super::{BOM, Nesting, is_space};
use crate::limits::MAX_LINE_BYTES;
use crate::path::Path;
use crate::problem::{Code, Finding, Place, Problems, Span};
use alloc::vec::Vec;

/// There is no use in more; the problem is noted already, and what was taken stays.
#[derive(Clone, Copy, Debug)]
pub struct Stopped;

/// Lines that were taken.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Default, Debug)]
pub struct Taken {
    /// How many.
    pub lines: usize,
    /// Their bytes, with the line feeds.
    pub bytes: usize,
}

/// Where the values go.
pub trait TakeValue {
    /// Takes one, which stands at `path` in its line or document. Offsets of problems count from
    /// its first byte.
    ///
    /// **Errors**: [`Stopped`], with the problem noted.
    fn take_value(
        &mut self,
        value: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped>;

    /// One was too long to be kept.
    fn pass_over(&mut self);

    /// Takes lines off the front of `text` that are no longer than `max` bytes and of which there is
    /// nothing to tell.
    #[cfg(feature = "std")]
    fn take_lines(&mut self, _text: &[u8], _max: usize) -> Taken {
        Taken::default()
    }
}

/// How the input is cut.
enum Mode {
    /// Not known yet; what came is pending. Up to this place there is no end of a line.
    Start(usize),
    /// A value a line.
    Lines,
    /// One object over several lines.
    Document,
    /// The elements of an array.
    Array(Cut),
    /// After the array's end.
    After,
}

/// The walk through the pieces.
pub struct Pieces {
    mode: Mode,
    /// The beginning of a piece that is not whole yet.
    pending: Vec<u8>,
    /// Where the piece at hand begins.
    start: u64,
    place: Place,
    /// Bytes passed.
    at: u64,
    /// Is the piece at hand too long, and passed over?
    skips: bool,
    max_line_bytes: usize,
    stopped: bool,
}

impl Default for Pieces {
    /// Before the first piece.
    fn default() -> Pieces {
        Pieces {
            mode: Mode::Start(0),
            pending: Vec::new(),
            start: 0,
            place: Place::START,
            at: 0,
            skips: false,
            max_line_bytes: MAX_LINE_BYTES,
            stopped: false,
        }
    }
}

impl Pieces {
    /// Refuses a line, or an element of an array, of more than this many bytes.
    pub fn set_max_line_bytes(&mut self, max: usize) {
        self.max_line_bytes = max;
    }

    /// Gives on the values that end in this piece.
    ///
    /// **Errors**: `json.*` and those of `taker` in `problems`; [`Stopped`] when memory runs out or
    /// `taker` stops.
    ///
    /// **Cost**: one pass over the bytes, and a second over what is not whole yet.
    pub fn push(
        &mut self,
        piece: &[u8],
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        if self.stopped {
            return Err(Stopped);
        }
        let done = match self.mode {
            Mode::Start(_) => self.begin(piece, taker, problems),
            _ => self.feed(piece, taker, problems),
        };
        self.stopped = done.is_err();
        done
    }

    /// Gives on the last value, and fills in what the problems lack.
    ///
    /// **Errors**: as [`Pieces::push`].
    pub fn finish(
        &mut self,
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let done = if self.stopped {
            Err(Stopped)
        } else {
            self.finish_pieces(taker, problems)
        };
        self.stopped = true;
        problems.close(self.at, self.place);
        done
    }

    fn finish_pieces(
        &mut self,
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        if matches!(self.mode, Mode::Start(_)) {
            self.mode = Mode::Lines;
            let pending = core::mem::take(&mut self.pending);
            let from = self.pass_bom(&pending, problems);
            self.feed(pending.get(from..).unwrap_or(&[]), taker, problems)?;
        }
        let last = core::mem::take(&mut self.pending);
        match self.mode {
            // An array that is not closed: its last element tells so where it is cut itself.
            Mode::Array(cut) if !self.skips => {
                self.take(&last, &Path::Index(&Path::Root, cut.index), taker, problems)?;
                if cut.nesting.is_outside() {
                    let span = Span::new(last.len(), last.len());
                    self.note(Finding::error(Code::JsonTruncated), span, &last, problems);
                }
                Ok(())
            }
            Mode::Lines | Mode::Document if !self.skips => {
                self.take(&last, &Path::Root, taker, problems)
            }
            _ => Ok(()),
        }
    }

    /// Finds out how the input is to be cut.
    fn begin(
        &mut self,
        piece: &[u8],
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        self.keep(piece, taker, problems)?;
        let Some(mode) = self.decide() else {
            return Ok(());
        };
        let pending = core::mem::take(&mut self.pending);
        let from = self.pass_bom(&pending, problems);
        if super::is_packed(&pending) {
            let span = Span::new(0, 2);
            self.note(Finding::error(Code::JsonPacked), span, &pending, problems);
            return Err(Stopped);
        }
        self.mode = match mode {
            Mode::Array(_) => Mode::Array(Cut::new(self.place)),
            mode => mode,
        };
        self.feed(pending.get(from..).unwrap_or(&[]), taker, problems)
    }

    fn pass_bom(&mut self, bytes: &[u8], problems: &mut Problems) -> usize {
        if !bytes.starts_with(BOM) {
            return 0;
        }
        problems.set_base(0);
        let finding = Finding::warning(Code::JsonBom);
        problems.push(finding, &Path::Root, Span::new(0, BOM.len()));
        problems.locate_piece(BOM, Place::START);
        self.place.advance(BOM);
        self.at = BOM.len() as u64;
        self.start = self.at;
        BOM.len()
    }

    /// How the input is to be cut, once enough of it is pending to tell.
    ///
    /// An object whose first line does not close it is one over several lines if the next line
    /// goes on with a key or closes it, or if it is an answer whose users begin there. Otherwise it is
    /// a bad line among others.
    fn decide(&mut self) -> Option<Mode> {
        let Mode::Start(searched) = self.mode else {
            return None;
        };
        let bytes = self.pending.strip_prefix(BOM).unwrap_or(&self.pending);
        let max = self.max_line_bytes;
        let is_long = bytes.len() > max;
        let first = bytes.iter().position(|&byte| !is_space(byte));
        let Some(first) = first.filter(|&first| first <= max) else {
            return is_long.then_some(Mode::Lines);
        };
        match bytes.get(first) {
            Some(b'[') => return Some(Mode::Array(Cut::new(self.place))),
            // Half a mark of byte order may become a whole one.
            Some(0xEF) if bytes.len() < BOM.len() => return None,
            Some(b'{') => {}
            _ => return Some(Mode::Lines),
        }
        let from = searched.max(first);
        let line = bytes.get(from..).unwrap_or(&[]);
        let end = line.iter().position(|&byte| byte == b'\n');
        let Some(end) = end.map(|end| from + end).filter(|&end| end <= max) else {
            let searched = bytes.len();
            self.mode = Mode::Start(searched);
            return is_long.then_some(Mode::Lines);
        };
        let next = bytes.get(end..)?.iter().position(|&byte| !is_space(byte));
        let Some(next) = next.filter(|&next| next <= max) else {
            let is_long = bytes.len() - end > max;
            self.mode = Mode::Start(end);
            return is_long.then_some(Mode::Lines);
        };
        let mut nesting = Nesting::default();
        for &byte in bytes.get(first..end)? {
            nesting.pass(byte);
        }
        Some(match bytes.get(end + next) {
            Some(b'"' | b'}') if !nesting.is_outside() => Mode::Document,
            // Ours: what ends so is no profile that was cut off.
            Some(b'{') if opens_users(bytes.get(first..end)?) => Mode::Document,
            _ => Mode::Lines,
        })
    }

    fn feed(
        &mut self,
        piece: &[u8],
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        match self.mode {
            Mode::Array(cut) => self.feed_array(cut, piece, taker, problems),
            Mode::Lines => self.feed_lines(piece, taker, problems),
            Mode::After => match self.feed_after(piece, problems) {
                Some(array) => self.feed_array(Cut::new(self.place), array, taker, problems),
                None => Ok(()),
            },
            Mode::Start(_) | Mode::Document => {
                self.at += piece.len() as u64;
                self.keep(piece, taker, problems)
            }
        }
    }

    fn feed_lines(
        &mut self,
        piece: &[u8],
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let mut piece = self.ahead(piece, taker);
        while let Some((line, rest)) = piece.split_at_checked(line_end(piece, 0))
            && let Some((_, rest)) = rest.split_first()
        {
            self.end_piece(line, &Path::Root, taker, problems)?;
            self.at += 1;
            self.start = self.at;
            self.place.next_line();
            piece = self.ahead(rest, taker);
        }
        self.at += piece.len() as u64;
        self.keep(piece, taker, problems)
    }

    /// Passes what can be taken many lines at a time.
    #[cfg(feature = "std")]
    fn ahead<'p>(&mut self, piece: &'p [u8], taker: &mut dyn TakeValue) -> &'p [u8] {
        if !self.pending.is_empty() || self.skips {
            return piece;
        }
        let taken = taker.take_lines(piece, self.max_line_bytes);
        self.at += taken.bytes as u64;
        self.start = self.at;
        self.place.next_lines(taken.lines);
        piece.get(taken.bytes..).unwrap_or(&[])
    }

    /// Nothing is taken so where only ids are read.
    #[cfg(not(feature = "std"))]
    fn ahead<'p>(&mut self, piece: &'p [u8], _taker: &mut dyn TakeValue) -> &'p [u8] {
        piece
    }

    fn feed_array(
        &mut self,
        mut cut: Cut,
        mut piece: &[u8],
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        while let Some(end) = piece.iter().position(|&byte| cut.pass(byte)) {
            let (element, rest) = piece.split_at(end);
            let (mark, rest) = rest.split_at(1);
            piece = rest;
            cut.place.advance(element);
            let is_last = mark == b"]";
            if mark == b"[" {
                self.at += element.len() as u64;
            } else {
                self.end_element(element, cut.index, is_last, taker, problems)?;
                cut.index += 1;
            }
            cut.place.advance(mark);
            self.at += 1;
            self.start = self.at;
            self.place = cut.place;
            if is_last {
                self.mode = Mode::After;
                let Some(another) = self.feed_after(piece, problems) else {
                    return Ok(());
                };
                piece = another;
                cut = Cut::new(self.place);
            }
        }
        cut.place.advance(piece);
        self.mode = Mode::Array(cut);
        self.at += piece.len() as u64;
        self.keep(piece, taker, problems)
    }

    /// The end of an array's element: as of a line, but it may not be blank, unless there is none.
    fn end_element(
        &mut self,
        tail: &[u8],
        index: u32,
        is_last: bool,
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        if self.skips || !is_blank(tail) || !is_blank(&self.pending) {
            let path = Path::Index(&Path::Root, index);
            return self.end_piece(tail, &path, taker, problems);
        }
        self.keep(tail, taker, problems)?;
        self.at += tail.len() as u64;
        let blank = core::mem::take(&mut self.pending);
        if !(is_last && index == 0) {
            let span = Span::new(blank.len(), blank.len() + 1);
            self.note(Finding::error(Code::JsonSyntax), span, &blank, problems);
        }
        Ok(())
    }

    /// What follows an array: white space, or another array, as of several files, which is answered.
    fn feed_after<'p>(&mut self, piece: &'p [u8], problems: &mut Problems) -> Option<&'p [u8]> {
        let next = piece.iter().position(|&byte| !is_space(byte));
        let another = next.filter(|&at| piece.get(at) == Some(&b'[') && !self.skips);
        if let Some(at) = next
            && another.is_none()
            && !self.skips
        {
            // Noted once.
            self.skips = true;
            let finding = Finding::error(Code::JsonTrailing);
            self.note(finding, Span::new(at, at), piece, problems);
        }
        let (passed, rest) = piece.split_at(another.unwrap_or(piece.len()));
        self.place.advance(passed);
        self.at += passed.len() as u64;
        self.start = self.at;
        another.map(|_| rest)
    }

    /// The end of a line or an element, of which `tail` is what this piece of the input has.
    fn end_piece(
        &mut self,
        tail: &[u8],
        path: &Path<'_>,
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        self.at += tail.len() as u64;
        if self.pending.is_empty() && !self.skips && tail.len() <= self.max_line_bytes {
            return self.take(tail, path, taker, problems);
        }
        self.keep(tail, taker, problems)?;
        if core::mem::take(&mut self.skips) {
            return Ok(());
        }
        let mut whole = core::mem::take(&mut self.pending);
        let done = self.take(&whole, path, taker, problems);
        whole.clear();
        self.pending = whole;
        done
    }

    /// Adds to what is pending.
    fn keep(
        &mut self,
        piece: &[u8],
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        if self.skips {
            return Ok(());
        }
        if self.pending.len() + piece.len() > self.max_line_bytes
            && !matches!(self.mode, Mode::Start(_))
        {
            self.skips = true;
            taker.pass_over();
            let finding = Finding::error(Code::ProfileLine)
                .numbers(u32::try_from(self.max_line_bytes).unwrap_or(u32::MAX), 0);
            self.pending.clear();
            self.note(finding, Span::default(), &[], problems);
            return Ok(());
        }
        if self.pending.try_reserve(piece.len()).is_err() {
            let finding = Finding::error(Code::LimitMemory);
            self.note(finding, Span::default(), &[], problems);
            return Err(Stopped);
        }
        self.pending.extend_from_slice(piece);
        Ok(())
    }

    /// Notes what is wrong in the piece at hand.
    fn note(&self, finding: Finding, span: Span, piece: &[u8], problems: &mut Problems) {
        problems.set_base(self.start);
        problems.push(finding, &Path::Root, span);
        problems.locate_piece(piece, self.place);
    }

    /// Reads a whole line or element.
    fn take(
        &mut self,
        piece: &[u8],
        path: &Path<'_>,
        taker: &mut dyn TakeValue,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        if is_blank(piece) {
            return Ok(());
        }
        problems.set_base(self.start);
        let done = taker.take_value(piece, path, problems);
        problems.locate_piece(piece, self.place);
        done
    }
}

/// Does a line end where an answer's list of users begins?
fn opens_users(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b"\"users\":[")
        || line.trim_ascii_end().ends_with(b"\"users\": [")
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| is_space(byte))
}
