//! A source of profiles, in whatever format.

use super::csv::CsvReader;
use super::format::{self, Format, MOST, Told};
use super::intake::Intake;
use super::track::TrackReader;
use crate::hash::Seed;
use crate::json::{BOM, Stopped};
use crate::limits::MAX_LINE_BYTES;
use crate::path::Path;
use crate::payload::braze::profiles::{Loaded, ProfileReader};
use crate::problem::{Code, Finding, Place, Problems, Span};
use alloc::vec::Vec;

#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and a box could not be tried"
)]
enum State {
    /// Not known yet: what came, and how much there has to be before it is looked at again.
    Start(Vec<u8>, usize),
    Export(ProfileReader),
    Track(TrackReader),
    Csv(CsvReader),
    Refused,
}

/// A reader of profiles in pieces, in any format.
///
/// `Debug` says nothing, since profiles are people.
pub struct SourceReader {
    format: Option<Format>,
    seed: Seed,
    max_line_bytes: usize,
    state: State,
}

impl core::fmt::Debug for SourceReader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SourceReader(..)")
    }
}

impl SourceReader {
    /// A reader before its first piece; without a format it is told by what comes first. `seed` guards
    /// the look-up of repeated keys.
    pub fn new(format: Option<Format>, seed: Seed) -> SourceReader {
        SourceReader {
            format,
            seed,
            max_line_bytes: MAX_LINE_BYTES,
            state: State::Start(Vec::new(), 0),
        }
    }

    /// Refuses a line, a row, or an element of an array, of more than this many bytes. To be called
    /// before the first piece.
    pub fn set_max_line_bytes(&mut self, max: usize) {
        self.max_line_bytes = max;
    }

    /// The numbers so far: of profiles, of rows, or of objects of `/users/track`.
    pub fn loaded(&self) -> Loaded {
        match &self.state {
            State::Export(reader) => reader.loaded(),
            State::Track(reader) => reader.loaded(),
            State::Csv(reader) => reader.loaded(),
            State::Start(..) | State::Refused => Loaded::default(),
        }
    }

    /// Takes the profiles that end in this piece.
    ///
    /// **Errors**: `profile.*`, `track.*`, `json.*`, `csv.*` and `text.*` in `problems`; [`Stopped`] when
    /// memory runs out, or where nothing of the source can be read.
    ///
    /// **Cost**: one pass over the bytes, and a second over what is not whole yet; of `/users/track` and
    /// CSV, of each user what is known of the attributes that change.
    pub fn push(
        &mut self,
        piece: &[u8],
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        match &mut self.state {
            State::Export(reader) => reader.push(piece, intake, problems),
            State::Track(reader) => reader.push(piece, intake, problems),
            State::Csv(reader) => reader.push(piece, intake, problems),
            State::Refused => Err(Stopped),
            State::Start(kept, next) => {
                if kept.is_empty()
                    && let Some(told) = format::tell(piece, self.format, false)
                {
                    return self.begin(told, piece, intake, problems);
                }
                // No more than shows the format, whatever a piece's size.
                let room = MOST.saturating_sub(kept.len());
                let (piece, rest) = piece.split_at(room.min(piece.len()));
                if kept.try_reserve(piece.len()).is_err() {
                    let finding = Finding::error(Code::LimitMemory);
                    return self.refuse(finding, &[], problems);
                }
                kept.extend_from_slice(piece);
                if kept.len() < *next {
                    return Ok(());
                }
                let Some(told) = format::tell(kept, self.format, false) else {
                    *next = (kept.len() + kept.len() / 2).min(MOST);
                    return Ok(());
                };
                let kept = core::mem::take(kept);
                self.begin(told, &kept, intake, problems)?;
                self.push(rest, intake, problems)
            }
        }
    }

    /// Takes the last profile, and fills in what the problems lack.
    ///
    /// **Errors**: as [`SourceReader::push`].
    pub fn finish(
        &mut self,
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        if let State::Start(kept, _) = &mut self.state {
            let kept = core::mem::take(kept);
            if let Some(told) = format::tell(&kept, self.format, true) {
                // What has stopped is told again below.
                let _ = self.begin(told, &kept, intake, problems);
            }
        }
        match &mut self.state {
            State::Export(reader) => reader.finish(intake, problems),
            State::Track(reader) => reader.finish(intake, problems),
            State::Csv(reader) => reader.finish(intake, problems),
            State::Start(..) | State::Refused => Err(Stopped),
        }
    }

    /// Begins to read as what it was told to be, with what has come.
    fn begin(
        &mut self,
        told: Told,
        piece: &[u8],
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let max = self.max_line_bytes;
        let mut text = piece;
        self.state = match told {
            Told::Utf16 => {
                return self.refuse(Finding::error(Code::TextUtf16), piece, problems);
            }
            Told::NotAsSaid(name) => {
                let finding = Finding::error(Code::ProfileOtherFormat).name(name);
                return self.refuse(finding, piece, problems);
            }
            Told::Unknown(fields) => {
                let finding = Finding::error(Code::ProfileNoFormat).numbers(fields, 0);
                return self.refuse(finding, piece, problems);
            }
            Told::Export => {
                let mut reader = ProfileReader::new(self.seed.clone());
                reader.set_max_line_bytes(max);
                State::Export(reader)
            }
            Told::Track => {
                let (rest, start, place) = pass_mark(piece, problems);
                text = rest;
                let mut reader = TrackReader::new(self.seed.clone(), start, place);
                reader.set_max_line_bytes(max);
                State::Track(reader)
            }
            Told::Csv(delimiter) => {
                let (rest, start, place) = pass_mark(piece, problems);
                text = rest;
                let mut reader = CsvReader::new(delimiter, start, place);
                reader.set_max_line_bytes(max);
                State::Csv(reader)
            }
        };
        self.push(text, intake, problems)
    }

    /// Nothing is read of the source, which begins so.
    fn refuse(
        &mut self,
        finding: Finding,
        start: &[u8],
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        self.state = State::Refused;
        let at = start.len() - start.trim_ascii_start().len();
        problems.push(finding, &Path::Root, Span::new(at, at));
        problems.locate(start);
        Err(Stopped)
    }
}

/// What follows a mark of byte order, which is told, and where that is.
fn pass_mark<'a>(piece: &'a [u8], problems: &mut Problems) -> (&'a [u8], u64, Place) {
    let mut place = Place::START;
    let Some(text) = piece.strip_prefix(BOM) else {
        return (piece, 0, place);
    };
    let span = Span::new(0, BOM.len());
    problems.push(Finding::warning(Code::JsonBom), &Path::Root, span);
    problems.locate_piece(BOM, place);
    place.advance(BOM);
    (text, BOM.len() as u64, place)
}
