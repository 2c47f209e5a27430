//! Payloads of other vendors, by adapters that are data: a row of words ([`VENDORS`]) and a table of the fields
//! that matter, which one reader reads. What is in no table is a problem or is passed over; no action is taken
//! for another. Another vendor is a row and a file.
//!
//! How well each shape is known; where it is a reading of ours, the file says which part. None was tested
//! against a live vendor.
//!
//! | vendor | known how | what is INFERRED or UNKNOWN |
//! |---|---|---|
//! | Amplitude | documented | other fields of a user than `user_id`, which a customer's template may write |
//! | Mixpanel | documented | that `page_info` may be missing; what it says of a message without members; several actions in a session |
//! | Segment (Engage) | documented | several events in a `batch` |
//! | Hightouch | its example code | all; the audience is not told |
//! | Census | documented in part | that the object is the audience; `delete` for records that left |
//! | RudderStack | its transformer's code | all; the audience is not told |
//! | Tealium | the customer's template | the shape is ours to choose |
//! | Braze-shaped | documented | nothing that is read here |
//!
//! Out goes [`moengage`].

mod adapter;
mod amplitude;
mod braze_shaped;
mod census;
mod guess;
mod hightouch;
mod ids;
mod list;
mod member;
mod mixpanel;
pub mod moengage;
mod reader;
mod rudderstack;
mod scout;
mod segment;
mod source;
mod tealium;

pub use guess::{Guess, guess};
pub use ids::IdKind;
pub use list::{ABOUT, About, IdField, Status, VENDORS, Vendor};
pub use reader::{Options, read};
pub use source::{Source, SourceAction};
