//! A source of profiles whose format its first bytes show.

use super::csv::{self, CsvReader};
use super::export::Intake;
use crate::hash::Seed;
use crate::json::Stopped;
use crate::path::Path;
use crate::payload::braze::profiles::{Loaded, ProfileReader};
use crate::problem::{Code, Finding, Place, Problems, Span};
use alloc::vec::Vec;

/// In which format profiles come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// CSV if the first row names a column that Braze knows, else JSON.
    #[default]
    Guess,
    /// A profile a line, a JSON array, or answers of `/users/export/ids`.
    Json,
    /// CSV as Braze's user import takes it.
    Csv,
}

/// Bytes within which a source shows what it is. A longer header is judged by its beginning.
const SNIFFED: usize = 1 << 16;

const BOM: &[u8] = b"\xEF\xBB\xBF";

#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and a box could not be tried"
)]
enum State {
    /// Not known yet; what came is kept.
    Start(Vec<u8>),
    Json(ProfileReader),
    Csv(CsvReader),
    Refused,
}

/// A reader of profiles in pieces, in any format.
///
/// `Debug` says nothing, since profiles are people.
pub struct SourceReader {
    format: Format,
    seed: Seed,
    max_line_bytes: Option<usize>,
    state: State,
}

impl core::fmt::Debug for SourceReader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SourceReader(..)")
    }
}

impl SourceReader {
    /// A reader before its first piece; `seed` guards the look-up of repeated keys.
    pub fn new(format: Format, seed: Seed) -> SourceReader {
        SourceReader {
            format,
            seed,
            max_line_bytes: None,
            state: State::Start(Vec::new()),
        }
    }

    /// Refuses a line, a row, or an element of an array, of more than this many bytes. To be called
    /// before the first piece.
    pub fn set_max_line_bytes(&mut self, max: usize) {
        self.max_line_bytes = Some(max);
    }

    /// The numbers so far.
    pub fn loaded(&self) -> Loaded {
        match &self.state {
            State::Json(reader) => reader.loaded(),
            State::Csv(reader) => reader.loaded(),
            State::Start(_) | State::Refused => Loaded::default(),
        }
    }

    /// Takes the profiles that end in this piece.
    ///
    /// **Errors**: `profile.*`, `json.*`, `csv.*` and `text.*` in `problems`; [`Stopped`] when memory runs
    /// out, or where nothing of the source can be read.
    ///
    /// **Cost**: one pass over the bytes, and a second over what is not whole yet.
    pub fn push(
        &mut self,
        piece: &[u8],
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        match &mut self.state {
            State::Json(reader) => reader.push(piece, intake, problems),
            State::Csv(reader) => reader.push(piece, intake, problems),
            State::Refused => Err(Stopped),
            State::Start(kept) => {
                // No more than shows the format, whatever a piece's size.
                let room = (BOM.len() + SNIFFED).saturating_sub(kept.len());
                let (piece, rest) = piece.split_at(room.min(piece.len()));
                if kept.try_reserve(piece.len()).is_err() {
                    let finding = Finding::error(Code::LimitMemory);
                    problems.push(finding, &Path::Root, Span::default());
                    problems.locate(&[]);
                    self.state = State::Refused;
                    return Err(Stopped);
                }
                kept.extend_from_slice(piece);
                if !is_enough(kept, self.format) {
                    return Ok(());
                }
                self.begin(intake, problems)?;
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
        if matches!(self.state, State::Start(_)) {
            // What has stopped is told again below.
            let _ = self.begin(intake, problems);
        }
        match &mut self.state {
            State::Json(reader) => reader.finish(intake, problems),
            State::Csv(reader) => reader.finish(intake, problems),
            State::Start(_) | State::Refused => Err(Stopped),
        }
    }

    /// Decides by what has come, and gives it on.
    fn begin(&mut self, intake: &mut Intake<'_>, problems: &mut Problems) -> Result<(), Stopped> {
        let State::Start(kept) = core::mem::replace(&mut self.state, State::Refused) else {
            return Err(Stopped);
        };
        if is_utf16(&kept) {
            let finding = Finding::error(Code::TextUtf16);
            problems.push(finding, &Path::Root, Span::new(0, kept.len().min(2)));
            problems.locate(&[]);
            return Err(Stopped);
        }
        let text = kept.strip_prefix(BOM).unwrap_or(&kept);
        let (delimiter, is_known) = csv::sniff(first_row(text).0);
        let is_csv = match self.format {
            Format::Csv => true,
            Format::Json => false,
            Format::Guess => is_known && !is_json(text),
        };
        if is_csv {
            let mut place = Place::START;
            let start = kept.len() - text.len();
            if start > 0 {
                let finding = Finding::warning(Code::JsonBom);
                problems.push(finding, &Path::Root, Span::new(0, start));
                problems.locate_piece(BOM, place);
                place.advance(BOM);
            }
            let mut reader = CsvReader::new(delimiter, start as u64, place);
            if let Some(max) = self.max_line_bytes {
                reader.set_max_line_bytes(max);
            }
            let done = reader.push(text, intake, problems);
            self.state = State::Csv(reader);
            return done;
        }
        let mut reader = ProfileReader::new(self.seed.clone());
        if let Some(max) = self.max_line_bytes {
            reader.set_max_line_bytes(max);
        }
        let done = reader.push(&kept, intake, problems);
        self.state = State::Json(reader);
        done
    }
}

/// Has enough come to tell the format? What is decided is then the same whatever comes.
fn is_enough(kept: &[u8], format: Format) -> bool {
    let text = kept.strip_prefix(BOM).unwrap_or(kept);
    // A mark of byte order, or two letters of UTF-16.
    if text.len() < 4 {
        return false;
    }
    let is_settled = match format {
        Format::Json => true,
        Format::Csv => false,
        Format::Guess => is_json(text),
    };
    is_settled || text.len() >= SNIFFED || first_row(text).1
}

/// Does it begin as JSON does that could be profiles?
fn is_json(text: &[u8]) -> bool {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
}

/// The first row that is not blank, or what has come of it, and whether it is whole.
fn first_row(text: &[u8]) -> (&[u8], bool) {
    let text = text.get(..text.len().min(SNIFFED)).unwrap_or(&[]);
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let blank = text.iter().take_while(|byte| is_end(byte)).count();
    let text = text.get(blank..).unwrap_or(&[]);
    let mut quoted = false;
    let end = text.iter().position(|byte| {
        quoted ^= *byte == b'"';
        !quoted && is_end(byte)
    });
    (
        text.get(..end.unwrap_or(text.len())).unwrap_or(&[]),
        end.is_some(),
    )
}

/// Is it UTF-16, by its mark of byte order or since every other byte is zero, as of ASCII?
fn is_utf16(text: &[u8]) -> bool {
    match text {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [a, b, c, d, ..] => {
            let zeros = [*a == 0, *b == 0, *c == 0, *d == 0];
            zeros == [false, true, false, true] || zeros == [true, false, true, false]
        }
        _ => false,
    }
}
