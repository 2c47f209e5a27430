//! CSV as Braze's user import takes it: a header with the names of attributes, and a row a user, which
//! changes the attributes that it names.
//!
//! **Source**: Braze, "CSV import". Ours: a row whose user is not known makes one, also by `braze_id`
//! alone, since a workspace is told here whom Braze has; an alias finds its user, also one with an
//! external id, and with an external id that nobody has identifies somebody anonymous, as profiles do;
//! an email address or a phone number finds nobody, as cohorts do not look for them.

mod cells;
mod dialect;
mod header;
mod names;
mod row;

pub(super) use dialect::sniff;

use super::intake::Intake;
use crate::identity::ProfileIds;
use crate::json::Stopped;
use crate::limits::{MAX_CSV_COLUMNS, MAX_LINE_BYTES};
use crate::path::Path;
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Code, Finding, Place, Problems, Span};
use alloc::vec::Vec;
use cells::{Cell, Row};
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use header::{Header, NoHeader};
use row::{Take, Taken};

/// Bytes of a piece that are read at once, so that the texts of a row need no more room than they and
/// the row itself.
const AT_ONCE: usize = 1 << 16;

/// A reader of CSV in pieces.
pub(super) struct CsvReader {
    reader: Reader,
    header: Option<Header>,
    /// The row at hand as it came.
    raw: Vec<u8>,
    /// The texts of its fields; behind `text_len` room for more.
    text: Vec<u8>,
    text_len: usize,
    cells: Vec<Cell>,
    count: usize,
    /// Is the row too long, and passed over?
    skips: bool,
    /// Where the row begins.
    start: u64,
    place: Place,
    max_line_bytes: usize,
    ids: ProfileIds,
    loaded: Loaded,
    stopped: bool,
}

impl CsvReader {
    /// A reader before its first row, which begins at this place.
    pub(super) fn new(delimiter: u8, start: u64, place: Place) -> CsvReader {
        CsvReader {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            header: None,
            raw: Vec::new(),
            text: Vec::new(),
            text_len: 0,
            cells: Vec::new(),
            count: 0,
            skips: false,
            start,
            place,
            max_line_bytes: MAX_LINE_BYTES,
            ids: ProfileIds::default(),
            loaded: Loaded::default(),
            stopped: false,
        }
    }

    /// Refuses a row of more than this many bytes.
    pub(super) fn set_max_line_bytes(&mut self, max: usize) {
        self.max_line_bytes = max;
    }

    /// The numbers so far.
    pub(super) fn loaded(&self) -> Loaded {
        self.loaded
    }

    /// Takes the rows that end in this piece.
    ///
    /// **Errors**: `csv.*` and `profile.*` in `problems`; [`Stopped`] when memory runs out, or where no
    /// header says what the columns are.
    pub(super) fn push(
        &mut self,
        piece: &[u8],
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        for piece in piece.chunks(AT_ONCE) {
            if self.stopped {
                return Err(Stopped);
            }
            let done = self.feed(piece, intake, problems);
            self.stopped = done.is_err();
        }
        if self.stopped { Err(Stopped) } else { Ok(()) }
    }

    /// Takes the last row, and fills in what the problems lack.
    ///
    /// **Errors**: as [`CsvReader::push`].
    pub(super) fn finish(
        &mut self,
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let mut done = if self.stopped { Err(Stopped) } else { Ok(()) };
        while done.is_ok() {
            done = self.make_room(1, problems);
            if done.is_err() {
                break;
            }
            let room = self.text.get_mut(self.text_len..).unwrap_or(&mut []);
            let (result, _, written) = self.reader.read_field(&[], room);
            self.text_len += written;
            let ReadFieldResult::Field { .. } = result else {
                break;
            };
            done = self.end_field(self.raw.len(), problems);
            if done.is_ok() {
                done = self.end_row(intake, problems);
            }
        }
        if done.is_ok() && self.header.is_none() {
            self.note(Finding::error(Code::CsvNoHeader), Span::default(), problems);
            done = Err(Stopped);
        }
        self.stopped = true;
        problems.close(self.start, self.place);
        done
    }

    fn feed(
        &mut self,
        mut piece: &[u8],
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        while !piece.is_empty() {
            self.make_room(piece.len(), problems)?;
            let room = self.text.get_mut(self.text_len..).unwrap_or(&mut []);
            let (result, read, written) = self.reader.read_field(piece, room);
            let (read, rest) = piece.split_at(read.min(piece.len()));
            piece = rest;
            self.text_len += written;
            self.keep(read, problems)?;
            if let ReadFieldResult::Field { record_end } = result {
                self.end_field(self.raw.len().saturating_sub(1), problems)?;
                if record_end {
                    self.end_row(intake, problems)?;
                }
            }
        }
        Ok(())
    }

    /// Makes room for texts of so many bytes, since a text is no longer than the field was.
    fn make_room(&mut self, len: usize, problems: &mut Problems) -> Result<(), Stopped> {
        let len = self.text_len + len;
        if self.text.len() < len {
            if self.text.try_reserve(len - self.text.len()).is_err() {
                return self.out_of_memory(problems);
            }
            self.text.resize(len, 0);
        }
        Ok(())
    }

    fn out_of_memory(&mut self, problems: &mut Problems) -> Result<(), Stopped> {
        self.note(Finding::error(Code::LimitMemory), Span::default(), problems);
        Err(Stopped)
    }

    /// Adds to the row at hand. Ends of lines before it are no part of it.
    fn keep(&mut self, mut read: &[u8], problems: &mut Problems) -> Result<(), Stopped> {
        if self.raw.is_empty() && !self.skips {
            let blank = read.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let (blank, row) = read.split_at(blank.count());
            self.pass(blank);
            read = row;
        }
        if !self.skips && self.raw.len() + read.len() > self.max_line_bytes {
            let max = u32::try_from(self.max_line_bytes).unwrap_or(u32::MAX);
            let finding = Finding::error(Code::ProfileLine).numbers(max, 0);
            self.note(finding, Span::default(), problems);
            if self.header.is_none() {
                return Err(Stopped);
            }
            self.loaded.rejected += 1;
            self.skips = true;
            let raw = core::mem::take(&mut self.raw);
            self.pass(&raw);
        }
        if self.skips {
            self.pass(read);
            self.text_len = 0;
            self.cells.clear();
            return Ok(());
        }
        if self.raw.try_reserve(read.len()).is_err() {
            return self.out_of_memory(problems);
        }
        self.raw.extend_from_slice(read);
        Ok(())
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.place.advance(bytes);
        self.start += bytes.len() as u64;
    }

    /// The end of a field, which ends at this place of the row. Fields too many are counted only.
    fn end_field(&mut self, to: usize, problems: &mut Problems) -> Result<(), Stopped> {
        self.count += 1;
        let max = self
            .header
            .as_ref()
            .map_or(MAX_CSV_COLUMNS, |header| header.columns.len());
        if self.skips || self.cells.len() > max {
            return Ok(());
        }
        let from = self.cells.last().map_or(0, |cell| cell.to + 1);
        if self.cells.try_reserve(1).is_err() {
            return self.out_of_memory(problems);
        }
        self.cells.push(Cell {
            end: self.text_len,
            from,
            to,
        });
        Ok(())
    }

    fn end_row(&mut self, intake: &mut Intake<'_>, problems: &mut Problems) -> Result<(), Stopped> {
        if self.skips {
            self.pass_row();
            return Ok(());
        }
        problems.set_base(self.start);
        let row = Row {
            raw: &self.raw,
            text: self.text.get(..self.text_len).unwrap_or(&[]),
            cells: &self.cells,
            count: self.count,
        };
        let mut done = Ok(());
        match &mut self.header {
            Some(header) => match Take(&row).take(header, intake, &mut self.ids, problems) {
                Taken::New => self.loaded.loaded += 1,
                Taken::Known => self.loaded.updated += 1,
                Taken::Rejected => self.loaded.rejected += 1,
                Taken::Blank => {}
                Taken::Last => {
                    self.loaded.rejected += 1;
                    done = Err(Stopped);
                }
            },
            None => match Header::read(&row, problems) {
                Ok(header) => self.header = Some(header),
                Err(why) => {
                    if let NoHeader::Full = why {
                        let finding = Finding::error(Code::LimitMemory);
                        problems.push(finding, &Path::Root, row.span());
                    }
                    done = Err(Stopped);
                }
            },
        }
        problems.locate_piece(&self.raw, self.place);
        self.pass_row();
        done
    }

    /// Goes on behind the row at hand.
    fn pass_row(&mut self) {
        let mut raw = core::mem::take(&mut self.raw);
        self.pass(&raw);
        raw.clear();
        self.raw = raw;
        self.text_len = 0;
        self.cells.clear();
        self.count = 0;
        self.skips = false;
    }

    /// Notes what is wrong in the row at hand.
    fn note(&self, finding: Finding, span: Span, problems: &mut Problems) {
        problems.set_base(self.start);
        problems.push(finding, &Path::Root, span);
        problems.locate_piece(&self.raw, self.place);
    }
}
