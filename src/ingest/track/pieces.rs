//! Bodies of `/users/track` that come in pieces of any size, cut into their objects: one body, one a
//! line, or an array of them.
//!
//! Only the object at hand is kept, so an array of a million objects takes no more than one of 75.

use crate::hash::Seed;
use crate::identity::directory::Full;
use crate::json::{Nesting, Stopped, is_space};
use crate::limits::MAX_LINE_BYTES;
use crate::path::Path;
use crate::problem::{Code, Finding, Place, Problems};
use alloc::vec::Vec;

/// What an object tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Attributes,
    Events,
    Purchases,
}

impl What {
    pub(super) const ALL: [What; 3] = [What::Attributes, What::Events, What::Purchases];

    /// The array in which it stands.
    pub(super) fn name(self) -> &'static str {
        match self {
            What::Attributes => "attributes",
            What::Events => "events",
            What::Purchases => "purchases",
        }
    }
}

/// Where the objects go.
pub(super) trait TakeObject {
    /// Takes one, or whatever stands in its place.
    fn take_object(
        &mut self,
        what: What,
        object: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped>;

    /// There was something that is no object.
    fn reject(&mut self);

    /// Applies what waits for more of its kind, before others see what was taken.
    fn end_piece(&mut self) -> Result<(), Full>;
}

/// What is being kept until it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// A key of a body.
    Key,
    /// A value of a body that is passed over.
    Value,
    /// An element of one of the arrays.
    Object,
    /// What stands in an array of bodies and is none.
    Odd,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The first body, or an array of bodies.
    Start,
    /// Another body, after one on this line, or on a line of its own.
    Between {
        same_line: bool,
    },
    /// In an array of bodies: its first, the comma after one, the one after a comma.
    FirstBody,
    AfterBody,
    NextBody,
    /// In a body.
    FirstKey,
    AfterMember,
    NextKey,
    Colon,
    Value,
    FirstObject,
    NextObject,
    AfterObject,
    Keep(Kept),
    /// The next line, after what is no JSON: any, or one that begins with a brace.
    Line {
        brace: bool,
        at_start: bool,
    },
    /// Nothing but white space, or in what cannot be read further nothing at all.
    After,
    Lost,
}

/// The walk through the pieces.
pub(super) struct TrackPieces {
    pub(super) state: State,
    /// Is there an array around the bodies?
    pub(super) in_array: bool,
    /// Does a line end a body? Not known before the first line or the first body has ended.
    pub(super) lines: Option<bool>,
    /// Where that is not known: what stood before the end of the line, and where that was.
    pub(super) line_ended: Option<(u8, u64, Place)>,
    last: u8,
    pub(super) body: u32,
    pub(super) object: u32,
    pub(super) what: Option<What>,
    /// The arrays of this body that there were.
    pub(super) seen: [bool; 3],
    /// The beginning of what is kept, of earlier pieces, and where it began.
    pub(super) pending: Vec<u8>,
    pub(super) start: u64,
    pub(super) start_place: Place,
    /// Within what is kept.
    nesting: Nesting,
    pub(super) skips: bool,
    /// Where the walk is, and what stands there.
    pub(super) at: u64,
    pub(super) place: Place,
    pub(super) byte: u8,
    pub(super) max_line_bytes: usize,
    stopped: bool,
}

/// What the walk reads with.
pub(super) struct With<'a> {
    pub(super) seed: &'a Seed,
    pub(super) taker: &'a mut dyn TakeObject,
    pub(super) problems: &'a mut Problems,
}

impl TrackPieces {
    /// Before the first piece, which begins at this place.
    pub(super) fn new(start: u64, place: Place) -> TrackPieces {
        TrackPieces {
            state: State::Start,
            in_array: false,
            lines: None,
            line_ended: None,
            last: 0,
            body: 0,
            object: 0,
            what: None,
            seen: [false; 3],
            pending: Vec::new(),
            start: 0,
            start_place: Place::START,
            nesting: Nesting::default(),
            skips: false,
            at: start,
            place,
            byte: b' ',
            max_line_bytes: MAX_LINE_BYTES,
            stopped: false,
        }
    }

    /// Refuses an object of more than this many bytes.
    pub(super) fn set_max_line_bytes(&mut self, max: usize) {
        self.max_line_bytes = max;
    }

    /// Gives on the objects that end in this piece.
    pub(super) fn push(
        &mut self,
        piece: &[u8],
        seed: &Seed,
        taker: &mut dyn TakeObject,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let with = &mut With {
            seed,
            taker,
            problems,
        };
        if self.stopped {
            return Err(Stopped);
        }
        let mut done = self.walk(piece, with);
        if with.taker.end_piece().is_err() {
            // What stopped the walk was told.
            if done.is_ok() {
                self.note(Finding::error(Code::LimitMemory), with);
            }
            done = Err(Stopped);
        }
        self.stopped = done.is_err();
        done
    }

    /// Tells what is missing at the end, and fills in what the problems lack.
    pub(super) fn finish(
        &mut self,
        seed: &Seed,
        taker: &mut dyn TakeObject,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let done = if self.stopped { Err(Stopped) } else { Ok(()) };
        self.stopped = true;
        let with = &mut With {
            seed,
            taker,
            problems,
        };
        if done.is_ok() && (self.is_in_body() || self.is_in_array()) {
            self.cut_short(with);
        }
        problems.close(self.at, self.place);
        done
    }

    pub(super) fn is_in_body(&self) -> bool {
        use State::{
            AfterMember, AfterObject, Colon, FirstKey, FirstObject, Keep, NextKey, NextObject,
            Value,
        };
        match self.state {
            FirstKey | AfterMember | NextKey | Colon | Value => true,
            FirstObject | NextObject | AfterObject => true,
            Keep(kept) => kept != Kept::Odd,
            _ => false,
        }
    }

    fn is_in_array(&self) -> bool {
        use State::{AfterBody, FirstBody, Keep, NextBody};
        matches!(
            self.state,
            FirstBody | AfterBody | NextBody | Keep(Kept::Odd)
        )
    }

    fn walk(&mut self, piece: &[u8], with: &mut With<'_>) -> Result<(), Stopped> {
        // Where what is kept begins in this piece.
        let mut from = 0;
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            self.byte = byte;
            if self.lines != Some(false) && self.is_in_body() && self.line_ends(byte) {
                self.cut_short(with);
                self.state = State::Between { same_line: false };
            }
            if let State::Keep(kept) = self.state {
                let rest = piece.get(at..).unwrap_or(&[]);
                let len = self.pass_kept(kept, rest);
                at += len;
                if len == rest.len() {
                    break;
                }
                if len > 0 && self.lines != Some(false) {
                    // The line may end here.
                    continue;
                }
                let tail = piece.get(from..at).unwrap_or(&[]);
                self.end(kept, tail, with)?;
            }
            self.byte = byte_at(piece, at);
            if self.step(self.byte, with) {
                self.pass(self.byte);
                at += 1;
            } else {
                from = at;
                (self.start, self.start_place) = (self.at, self.place);
                self.nesting = Nesting::default();
            }
        }
        if matches!(self.state, State::Keep(_)) {
            self.keep(piece.get(from..).unwrap_or(&[]), with)?;
        }
        Ok(())
    }

    fn pass(&mut self, byte: u8) {
        self.place.advance(&[byte]);
        self.at += 1;
        if !is_space(byte) {
            self.last = byte;
        }
    }

    /// Passes what is kept, up to its end or that of a line that may end it.
    fn pass_kept(&mut self, kept: Kept, bytes: &[u8]) -> usize {
        let mut len = 0;
        for &byte in bytes {
            let looks = self.lines != Some(false) && len > 0;
            // Behind the first line its next byte tells whether lines end bodies.
            let tells = byte == b'\n' || self.lines.is_none() && self.line_ended.is_some();
            let is_first = len == 0 && self.at == self.start;
            if looks && tells || !is_first && self.ends(kept, byte) {
                break;
            }
            self.nesting.pass(byte);
            len += 1;
            if !is_space(byte) {
                self.last = byte;
            }
        }
        let passed = bytes.get(..len).unwrap_or(&[]);
        self.place.advance(passed);
        self.at += len as u64;
        len
    }

    /// Ends the body here, since the line does? Where it is not known yet whether lines end bodies,
    /// what follows the first line tells: a brace that cannot stand there begins another body.
    fn line_ends(&mut self, byte: u8) -> bool {
        if self.lines.is_some() {
            return byte == b'\n';
        }
        if byte == b'\n' {
            self.line_ended
                .get_or_insert((self.last, self.at, self.place));
        } else if let Some((last, ..)) = self.line_ended.filter(|_| !is_space(byte)) {
            let is_cut = byte == b'{' && !b"[,:".contains(&last);
            self.lines = Some(is_cut);
            return is_cut;
        }
        false
    }

    /// Does what is kept end before this byte, which is not its first?
    fn ends(&self, kept: Kept, byte: u8) -> bool {
        self.nesting.is_outside()
            && match kept {
                // A key is one string.
                Kept::Key => true,
                Kept::Value => matches!(byte, b',' | b'}'),
                Kept::Object | Kept::Odd => matches!(byte, b',' | b']'),
            }
    }

    /// Goes on by a byte that stands between what is kept; false if it is to be looked at again.
    fn step(&mut self, byte: u8, with: &mut With<'_>) -> bool {
        use State::{
            After, AfterBody, AfterMember, AfterObject, Between, Colon, FirstBody, FirstKey,
            FirstObject, Keep, Line, Lost, NextBody, NextKey, NextObject, Start, Value,
        };
        if let Line { brace, at_start } = self.state {
            self.state = match byte {
                b'\n' if brace => Line {
                    brace,
                    at_start: true,
                },
                b'\n' => Between { same_line: false },
                b'{' if at_start => Between { same_line: false },
                _ => Line {
                    brace,
                    at_start: false,
                },
            };
            return byte != b'{' || !at_start;
        }
        if self.state == Lost {
            return true;
        }
        if is_space(byte) {
            if byte == b'\n' && matches!(self.state, Between { .. }) {
                self.state = Between { same_line: false };
            }
            return true;
        }
        self.state = match (self.state, byte) {
            (Start, b'[') => {
                (self.in_array, self.lines) = (true, Some(false));
                FirstBody
            }
            (Start | Between { same_line: false } | FirstBody | NextBody, b'{') => {
                (self.what, self.seen) = (None, [false; 3]);
                self.line_ended = None;
                FirstKey
            }
            (FirstBody | AfterBody, b']') => After,
            (AfterBody, b',') => NextBody,
            (FirstBody | NextBody, b',' | b']') => return self.wrong(Code::JsonSyntax, with),
            (FirstBody | NextBody, _) => {
                self.state = Keep(Kept::Odd);
                return false;
            }
            (FirstKey | AfterMember, b'}') => {
                self.end_body(with);
                return true;
            }
            (FirstKey | NextKey, b'"') => {
                self.state = Keep(Kept::Key);
                return false;
            }
            (AfterMember, b',') => NextKey,
            (Colon, b':') => Value,
            (Value, b'[') if self.what.is_some() => {
                self.object = 0;
                FirstObject
            }
            (Value, b',' | b'}' | b']' | b':') => return self.wrong(Code::JsonSyntax, with),
            (Value, _) => {
                self.state = Keep(Kept::Value);
                return false;
            }
            (FirstObject | AfterObject, b']') => {
                self.what = None;
                AfterMember
            }
            (AfterObject, b',') => NextObject,
            (FirstObject, b',') | (NextObject, b',' | b']') => {
                self.note(Finding::error(Code::JsonSyntax), with);
                with.taker.reject();
                self.object += 1;
                if byte == b']' {
                    AfterMember
                } else {
                    NextObject
                }
            }
            (FirstObject | NextObject, _) => {
                self.state = Keep(Kept::Object);
                return false;
            }
            (Between { same_line: true } | After, _) => {
                return self.wrong(Code::JsonTrailing, with);
            }
            (Start | Between { .. }, _) => {
                with.taker.reject();
                return self.wrong(Code::ProfileNotObject, with);
            }
            _ => return self.wrong(Code::JsonSyntax, with),
        };
        true
    }
}

fn byte_at(piece: &[u8], at: usize) -> u8 {
    piece.get(at).copied().unwrap_or(b' ')
}
