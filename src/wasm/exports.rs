//! The calls of the edge entry, by the names under which JavaScript finds them
//! (`pkg/js/engine.ts`). The first argument is where the object stands.
//!
//! WHY: without wasm-bindgen, which binds all other calls. Numbers alone cross here, so that its
//! bindings would only make each call slower, and what a worker loads larger: README.md says by how much.

#![expect(
    unsafe_code,
    reason = "an export's name is told to the linker, which takes each once"
)]

use super::checker::RawChecker;
use super::desk::Desk;
use alloc::boxed::Box;

macro_rules! exports {
    ($($name:ident = $object:ident.$method:ident($($argument:ident: $type:ty),*) $(-> $answer:ty)?;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(object: &mut $object $(, $argument: $type)*) $(-> $answer)? {
            object.$method($($argument),*)
        }
    )*};
}

exports! {
    checker_reserve = RawChecker.reserve(len: usize) -> usize;
    checker_allow = RawChecker.allow(client_secret: bool, len: usize);
    checker_rest_endpoint = RawChecker.rest_endpoint(len: usize);
    checker_check = RawChecker.check(len: usize) -> usize;

    desk_reserve = Desk.reserve(len: usize) -> usize;
    desk_secret = Desk.secret(first: bool, len: usize);
    desk_verify = Desk.verify(header: u32, body: usize, now_ms: f64, max_age_ms: f64, max_future_ms: f64) -> usize;
    desk_webhook = Desk.webhook(takes: bool, len: usize, max_problems: u32, max_bytes: u32, max_depth: u32) -> usize;
    desk_take_told = Desk.take_told();
    desk_classify = Desk.classify(status: u16, retry_after_s: f64, retry_after_date_ms: f64, rate_limit_retry_after_s: f64, rate_limit_remaining: f64, rate_limit_reset_s: f64, now_ms: f64, len: usize) -> usize;
    desk_take_list = Desk.take_list(offsets: u32, len: usize) -> usize;
    desk_take_page = Desk.take_page(drain: bool, page: f64, total: f64, id: u32, name: u32, task: u32);
    desk_plan = Desk.plan(tells_ids: bool, keys: u32, mapping: u32, conflict: u32, partner: u32, label: u32, created_at: u32, cohort_id: u32, cohort_name: u32, sync_id: u32) -> usize;
    desk_release = Desk.release();
}

#[unsafe(no_mangle)]
extern "C" fn desk_new() -> Box<Desk> {
    Box::new(Desk::new())
}

#[unsafe(no_mangle)]
extern "C" fn checker_new(
    flags: u32,
    max_problems: u32,
    max_bytes: u32,
    max_depth: u32,
) -> Box<RawChecker> {
    Box::new(RawChecker::new(flags, max_problems, max_bytes, max_depth))
}

#[unsafe(no_mangle)]
extern "C" fn checker_free(_: Box<RawChecker>) {}
