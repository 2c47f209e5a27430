//! The calls that need no object of their own: signature, webhook, answers of Braze, and what a
//! plan is made from (`planner.rs` makes it).

use super::answer::{ABSENT, Answer, out_of_memory};
use super::input::Input;
use super::parts::Parts;
use super::random;
use crate::cohort::id_list::IdList;
use crate::cohort::page::{Action, OwnedPage};
use crate::hash::Seed;
use crate::limits::{BodyLimits, MAX_PROBLEMS};
use crate::payload::braze::response::{Headers, classify};
use crate::payload::heap::signature::{self, Verdict, verify};
use crate::payload::heap::webhook::Webhook;
use crate::problem::Problems;
use alloc::vec::Vec;

/// What answers the calls that need no object of their own.
pub(super) struct Desk {
    pub(super) input: Input,
    pub(super) answer: Answer,
    pub(super) seed: Seed,
    signature: signature::Options,
    pub(super) webhook: Webhook,
    decoded: Option<OwnedPage>,
    /// What the next plan is made from.
    pub(super) pages: Vec<OwnedPage>,
    pub(super) lists: Vec<IdList>,
}

impl Desk {
    pub(super) fn new() -> Desk {
        Desk {
            input: Input::default(),
            answer: Answer::default(),
            seed: random::seed(),
            signature: signature::Options::default(),
            webhook: Webhook::default(),
            decoded: None,
            pages: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub(super) fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Lets the next signature be made with the secret that was written as the first `len` bytes:
    /// besides those before it, or, if it is the first, with no other.
    pub(super) fn secret(&mut self, first: bool, len: usize) {
        if first {
            self.signature = signature::Options::default();
        }
        self.signature.allow(self.input.get(len));
    }

    /// Looks at the header and the body that were written one after the other. Numbers: the status
    /// and the time.
    pub(super) fn verify(
        &mut self,
        header_len: u32,
        body_len: usize,
        now_ms: f64,
        max_age_ms: f64,
        max_future_ms: f64,
    ) -> usize {
        let header_bytes = if header_len == ABSENT { 0 } else { header_len };
        let mut parts = Parts(self.input.get(header_bytes as usize + body_len));
        let header = parts.next(header_len);
        let mut options = core::mem::take(&mut self.signature);
        options.max_age_ms = max_age_ms;
        options.max_future_ms = max_future_ms;
        let mut problems = Problems::new(MAX_PROBLEMS);
        let verdict = verify(parts.0, header, &options, now_ms, &mut problems);
        self.answer.begin();
        self.answer.number(u32::from(verdict.status()));
        self.answer.wide(match verdict {
            Verdict::Valid { timestamp_ms } => timestamp_ms as u64,
            _ => 0,
        });
        self.answer.finish(&problems)
    }

    /// Reads the webhook that was written as the first `len` bytes, and tells what it says or, where
    /// `takes`, keeps it for the next plan.
    ///
    /// Numbers of what is told: is it a drain, page and total (0 where there are none), the places of the two
    /// lists' bytes and offsets, and how many fields there are. Words: sync task, id token, segment
    /// id and name, and id, type and value of each field.
    pub(super) fn webhook(
        &mut self,
        takes: bool,
        len: usize,
        max_problems: u32,
        max_bytes: u32,
        max_depth: u32,
    ) -> usize {
        self.decoded = None;
        let body = self.input.get(len);
        let mut problems = Problems::new(max_problems as usize);
        let limits = BodyLimits {
            max_bytes: max_bytes as usize,
            max_depth,
        };
        self.webhook.read(body, limits, &self.seed, &mut problems);
        self.answer.begin();
        match self.webhook.decode(body) {
            Ok(page) if takes => self.pages.extend(page),
            Ok(page) => self.decoded = page,
            Err(code) => out_of_memory(code, &mut problems),
        }
        if let Some(decoded) = &self.decoded {
            tell(decoded, &self.webhook, body, &mut self.answer);
        }
        self.answer.finish(&problems)
    }

    /// Lets the next plan be made from the webhook that was told last, and from nothing else.
    pub(super) fn take_told(&mut self) {
        let told = self.decoded.take();
        self.release();
        self.pages.extend(told);
    }

    /// Lets go of what the last answer named, and of what a plan was made from.
    pub(super) fn release(&mut self) {
        self.decoded = None;
        self.pages = Vec::new();
        self.lists = Vec::new();
    }

    /// Says what to do after an answer of Braze's whose body was written as the first `len`
    /// bytes; a header that is absent is not a number. Numbers: is there a wait, and the wait.
    /// Words: outcome and code.
    #[expect(
        clippy::too_many_arguments,
        reason = "numbers alone cross the boundary"
    )]
    pub(super) fn classify(
        &mut self,
        status: u16,
        retry_after_s: f64,
        retry_after_date_ms: f64,
        rate_limit_retry_after_s: f64,
        rate_limit_remaining: f64,
        rate_limit_reset_s: f64,
        now_ms: f64,
        len: usize,
    ) -> usize {
        let headers = Headers {
            retry_after_s: Some(retry_after_s),
            retry_after_date_ms: Some(retry_after_date_ms),
            rate_limit_retry_after_s: Some(rate_limit_retry_after_s),
            rate_limit_remaining: Some(rate_limit_remaining),
            rate_limit_reset_s: Some(rate_limit_reset_s),
        };
        let found = classify(status, &headers, self.input.get(len), now_ms, &self.seed);
        self.answer.begin();
        self.answer
            .number(u32::from(found.retry_after_ms.is_some()));
        self.answer.wide(found.retry_after_ms.unwrap_or(0.0) as u64);
        self.answer.word(Some(found.outcome.word().as_bytes()));
        self.answer.word(Some(found.code.as_bytes()));
        self.answer.finish(&Problems::new(0))
    }
}

fn tell(decoded: &OwnedPage, webhook: &Webhook, body: &[u8], answer: &mut Answer) {
    let page = decoded.page();
    answer.number(u32::from(page.action == Action::Drain));
    answer.wide(page.part.map_or(0, |part| part.page_number));
    answer.wide(page.part.map_or(0, |part| part.total_pages));
    for list in [page.add, page.remove] {
        answer.place(list.bytes());
        answer.place(list.offsets());
    }
    answer.number(webhook.fields().len() as u32);
    answer.word(page.part.map(|part| part.sync_task_id.as_bytes()));
    answer.word(webhook.id_token().map(|text| text.decode(body)).as_deref());
    answer.word(Some(page.segment_id.as_bytes()));
    answer.word(Some(page.segment_name.as_bytes()));
    for field in webhook.fields() {
        answer.word(Some(&field.id.decode(body)));
        answer.word(field.kind.map(|text| text.decode(body)).as_deref());
        answer.word(Some(&field.value.decode(body)));
    }
}
