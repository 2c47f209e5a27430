//! What is made of the parts of a body, once the walk through the pieces has cut them out.

use super::pieces::{Kept, State, TrackPieces, What, With};
use crate::json::{Reader, Stopped};
use crate::limits::MAX_DEPTH;
use crate::path::Path;
use crate::problem::{Code, Finding, Span};

impl TrackPieces {
    /// A whole key, value or object: `tail` is what this piece has of it.
    pub(super) fn end(
        &mut self,
        kept: Kept,
        tail: &[u8],
        with: &mut With<'_>,
    ) -> Result<(), Stopped> {
        if !self.pending.is_empty() || self.skips || tail.len() > self.max_line_bytes {
            self.keep(tail, with)?;
        }
        let mut whole = core::mem::take(&mut self.pending);
        let bytes = if whole.is_empty() { tail } else { &whole };
        let done = if core::mem::take(&mut self.skips) {
            Ok(())
        } else {
            self.take(kept, bytes, with)
        };
        whole.clear();
        self.pending = whole;
        self.state = match kept {
            Kept::Key => State::Colon,
            Kept::Value => State::AfterMember,
            Kept::Object => {
                self.object += 1;
                State::AfterObject
            }
            Kept::Odd => {
                self.body += 1;
                State::AfterBody
            }
        };
        done
    }

    fn take(&mut self, kept: Kept, bytes: &[u8], with: &mut With<'_>) -> Result<(), Stopped> {
        let body = Path::Index(&Path::Root, self.body);
        let path = if self.in_array { &body } else { &Path::Root };
        let With {
            seed,
            taker,
            problems,
        } = with;
        problems.set_base(self.start);
        let mut reader = Reader::new(bytes, MAX_DEPTH, *seed).quiet();
        let done = match (kept, self.what) {
            (Kept::Object, Some(what)) => {
                let list = Path::Key(path, what.name());
                let path = Path::Index(&list, self.object);
                taker.take_object(what, bytes, &path, problems)
            }
            (Kept::Key, _) => {
                let key = reader.string(path, problems);
                let key = key.map(|key| {
                    key.check(bytes, path, problems);
                    key.decode(bytes)
                });
                let is_key = |what: &What| {
                    key.as_ref()
                        .is_ok_and(|key| **key == *what.name().as_bytes())
                };
                self.what = What::ALL.into_iter().find(is_key);
                let seen = self.what.and_then(|what| self.seen.get_mut(what as usize));
                if seen.is_some_and(|seen| core::mem::replace(seen, true)) {
                    let finding = Finding::error(Code::JsonDuplicateKey);
                    problems.push(finding, path, Span::new(0, bytes.len()));
                    taker.reject();
                    self.what = None;
                }
                Ok(())
            }
            (Kept::Odd, _) => {
                let finding = Finding::error(Code::ProfileNotObject);
                let _ = reader.refuse(finding, path, problems);
                let _ = reader.finish(problems);
                taker.reject();
                Ok(())
            }
            (_, what) => {
                let errors = problems.error_count();
                let _ = reader.skip(path, problems);
                let read = problems.error_count() == errors && reader.finish(problems).is_ok();
                // One of the arrays that is null says no more than its absence.
                if read && what.is_some() && bytes.trim_ascii() != b"null" {
                    let path = Path::Key(path, what.map_or("", What::name));
                    let span = Span::new(0, bytes.trim_ascii().len());
                    problems.push(Finding::error(Code::TrackBody), &path, span);
                    taker.reject();
                }
                self.what = None;
                Ok(())
            }
        };
        problems.locate_piece(bytes, self.start_place);
        done
    }

    /// The end of a body, with the cursor before its brace.
    pub(super) fn end_body(&mut self, with: &mut With<'_>) {
        if self.seen == [false; 3] {
            self.note(Finding::error(Code::TrackBody), with);
            with.taker.reject();
        }
        self.body += 1;
        self.lines.get_or_insert(true);
        self.state = if self.in_array {
            State::AfterBody
        } else {
            State::Between { same_line: true }
        };
    }

    /// The text cannot go on like this: what follows is read from the next line on that begins
    /// a body.
    pub(super) fn wrong(&mut self, code: Code, with: &mut With<'_>) -> bool {
        if self.is_in_body() {
            with.taker.reject();
        }
        self.note(Finding::error(code), with);
        self.state = match self.state {
            _ if self.in_array => State::Lost,
            _ => State::Line {
                brace: self.lines != Some(true),
                at_start: false,
            },
        };
        true
    }

    /// The input, or a line that is to hold a body, ends within a body.
    pub(super) fn cut_short(&mut self, with: &mut With<'_>) {
        let here = (self.at, self.place);
        if let Some((_, at, place)) = self.line_ended.take() {
            (self.at, self.place) = (at, place);
        }
        self.note(Finding::error(Code::JsonTruncated), with);
        (self.at, self.place) = here;
        with.taker.reject();
        self.pending.clear();
        self.skips = false;
        self.body += 1;
    }

    pub(super) fn note(&self, finding: Finding, with: &mut With<'_>) {
        let body = Path::Index(&Path::Root, self.body);
        let path = if self.in_array { &body } else { &Path::Root };
        with.problems.set_base(self.at);
        // Of a character of several bytes not all may have come.
        let is_here = !matches!(finding.code, Code::JsonTruncated | Code::LimitMemory);
        let len = usize::from(is_here && self.byte.is_ascii());
        with.problems.push(finding, path, Span::new(0, len));
        with.problems.locate_piece(&[], self.place);
    }

    /// Adds to what is pending.
    pub(super) fn keep(&mut self, bytes: &[u8], with: &mut With<'_>) -> Result<(), Stopped> {
        if self.skips {
            return Ok(());
        }
        if self.pending.len() + bytes.len() > self.max_line_bytes {
            self.skips = true;
            self.pending.clear();
            with.taker.reject();
            let most = u32::try_from(self.max_line_bytes).unwrap_or(u32::MAX);
            self.note(Finding::error(Code::ProfileLine).numbers(most, 0), with);
            return Ok(());
        }
        if self.pending.try_reserve(bytes.len()).is_err() {
            self.note(Finding::error(Code::LimitMemory), with);
            return Err(Stopped);
        }
        self.pending.extend_from_slice(bytes);
        Ok(())
    }
}
