//! Segments: rules over what is known of users, and who they hold for.
//!
//! A definition is parsed and checked into a [`Rule`]; what can be wrong with it is told there, so that a
//! rule cannot fail. It is asked of one user, or evaluated for all.
//!
//! Where to add what, with rows in `tests/segments/` and its plain twin in `tests/oracle/segment/`:
//! - an operator: its row in `operator.rs`; of a new predicate the compiler asks for the rest, but for
//!   `predicate` in `operand.rs`;
//! - a family: its entry in `families.rs`, its words in `words.rs`, the names that a workspace knows in
//!   `names.rs`, which go by the keys of members; of a new subject the compiler asks for most;
//! - an index: in `index/`, chosen in `plan/`; `tests/segments_agree.rs` holds it against the oracle.

mod allowed;
mod answer;
mod area;
mod ask;
mod check;
mod clock;
mod evaluate;
mod explain;
mod families;
mod family;
mod few;
pub mod index;
mod loaded;
mod meaning;
mod messages;
mod names;
mod near;
mod negatives;
mod observed;
mod operand;
mod operator;
mod parse;
mod pattern_operand;
mod patterns;
mod plan;
mod read_test;
mod recurring;
mod rule;
mod run;
mod schema;
mod seen;
mod single;
mod sweep;
mod tree;
mod version;
mod within;
mod words;

pub use allowed::{allowed, near_word};
pub use answer::Answer;
pub use ask::World;
pub use clock::{Clock, Zone};
pub use evaluate::{Counted, Found};
pub use explain::{APPS_PATH, Explained, Explanation, Part};
pub use families::FAMILIES;
pub use family::{Absent, Family, Field, Form, Wants, When};
pub use index::Indexes;
pub use loaded::ValueKind;
pub use meaning::{Meaning, MeaningRow, Status};
pub use names::{Lookup, NameKind, Names, Near};
pub use observed::{Looked, MAX_OBSERVED, Observed};
pub use operator::{Makes, OPERATORS, Operator, Takes, Types};
pub use parse::{Definition, parse};
#[cfg(feature = "regex")]
pub use patterns::Automata;
pub use patterns::{KEPT_PATTERNS, Patterns};
pub use rule::*;
pub use schema::schema;
pub use sweep::Sweep;
