//! The default fields of a profile and what Braze writes in them: the one place that says it for
//! exports, bodies of `/users/track` and CSV.
//!
//! **Source**: Braze, "Export user profile by identifier" and "User attributes object". A field
//! that is not in the table is kept as it is. Ours, as Braze does not say what becomes of other
//! values: they are left out, with a warning. Countries, languages, genders and times are texts of
//! any kind, since Braze maps and reads more than it lists.

use crate::json::{Kind, Words};
use crate::problem::{Code, Finding};
use crate::profile::{Time, iana};

/// What a default field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Number,
    Bool,
    List,
    /// A list of objects in which ids of devices stand.
    Devices,
    /// A day, as `YYYY-MM-DD`.
    Day,
    /// A subscription state.
    State,
    /// A time zone, as IANA or as Rails names it.
    TimeZone,
    /// Two numbers.
    Coordinates,
    /// The custom attributes.
    Attributes,
}

use Holds::{Attributes, Bool, Coordinates, Day, Devices, List, Number, State, Text, TimeZone};

static FIELDS: [(&str, Holds); 39] = [
    ("apps", List),
    ("attributed_ad", Text),
    ("attributed_adgroup", Text),
    ("attributed_campaign", Text),
    ("attributed_source", Text),
    ("campaigns_received", List),
    ("canvases_received", List),
    ("cards_clicked", List),
    ("country", Text),
    ("created_at", Text),
    ("custom_attributes", Attributes),
    ("custom_events", List),
    ("date_of_first_session", Text),
    ("date_of_last_session", Text),
    ("devices", Devices),
    ("dob", Day),
    ("email", Text),
    ("email_click_tracking_disabled", Bool),
    ("email_open_tracking_disabled", Bool),
    ("email_opted_in_at", Text),
    ("email_subscribe", State),
    ("email_unsubscribed_at", Text),
    ("first_name", Text),
    ("gender", Text),
    ("home_city", Text),
    ("language", Text),
    ("last_coordinates", Coordinates),
    ("last_name", Text),
    ("marked_email_as_spam_at", Text),
    ("phone", Text),
    ("purchases", List),
    ("push_opted_in_at", Text),
    ("push_subscribe", State),
    ("push_tokens", Devices),
    ("push_unsubscribed_at", Text),
    ("random_bucket", Number),
    ("time_zone", TimeZone),
    ("total_revenue", Number),
    ("uninstalled_at", Text),
];

/// The subscription states.
static STATES: [Words; 3] = [
    Words::new("opted_in"),
    Words::new("subscribed"),
    Words::new("unsubscribed"),
];

/// Does Braze document a field of this name?
pub(crate) fn is_default_field(name: &[u8]) -> bool {
    default_field(name).is_some()
}

/// The field of this name.
pub(super) fn default_field(name: &[u8]) -> Option<(&'static str, Holds)> {
    let at = FIELDS.binary_search_by(|(field, _)| field.as_bytes().cmp(name));
    at.ok().and_then(|at| FIELDS.get(at)).copied()
}

/// The names of all.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, _)| *name)
}

/// What is told of a value that Braze does not have there.
pub(super) fn wrong(name: &'static str) -> Finding {
    Finding::warning(Code::ProfileField).name(name)
}

/// The day that a text is.
pub(super) fn day(text: &[u8]) -> Option<Time> {
    let is_day = text.len() == 10 && text.get(4) == Some(&b'-');
    if is_day { Time::read(text) } else { None }
}

impl Holds {
    /// Can a value of this kind stand there?
    pub(super) fn takes(self, kind: Kind) -> bool {
        match self {
            Text | Day | State | TimeZone => kind == Kind::String,
            Number => kind == Kind::Number,
            Bool => matches!(kind, Kind::True | Kind::False),
            List | Devices | Coordinates => kind == Kind::Array,
            Attributes => kind == Kind::Object,
        }
    }

    /// What is kept of a text; `None` where Braze does not have it there.
    pub(super) fn text(self, text: &[u8]) -> Option<&[u8]> {
        let is_there = match self {
            Text => true,
            Day => day(text).is_some(),
            State => STATES.iter().any(|state| state.is(text)),
            TimeZone => return Some(iana(text).map_or(text, str::as_bytes)),
            _ => false,
        };
        is_there.then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, default_field};

    #[test]
    fn each_field_is_found_by_its_name() {
        assert!(FIELDS.is_sorted_by(|one, other| one.0 < other.0));
        for (name, holds) in FIELDS {
            assert!(default_field(name.as_bytes()) == Some((name, holds)));
        }
        assert!(default_field(b"Country").is_none());
    }
}
