//! Cohorts: what a request changes, who is a member, how a list becomes requests.

mod bits;
pub mod changes;
pub mod diff;
pub mod id_list;
pub mod matching;
pub mod membership;
pub mod page;
pub mod partner;
pub mod plan;

/// Does a change add its ids to the cohort or remove them?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the two words say it")]
#[repr(u8)]
pub enum Direction {
    Add,
    Remove,
}
