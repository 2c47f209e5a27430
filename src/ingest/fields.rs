//! The default fields of a profile and what Braze writes in them.
//!
//! **Source**: Braze, "Export user profile by identifier" and "User attributes object". A field
//! that is not in the table is kept as it is.

use crate::json::Kind;

/// What a default field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Number,
    Bool,
    List,
    /// A list of objects in which ids of devices stand.
    Devices,
    /// A time zone, as IANA or as Rails names it.
    TimeZone,
    /// Two numbers.
    Coordinates,
    /// The custom attributes.
    Attributes,
}

use Holds::{Attributes, Bool, Coordinates, Devices, List, Number, Text, TimeZone};

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
    ("dob", Text),
    ("email", Text),
    ("email_click_tracking_disabled", Bool),
    ("email_open_tracking_disabled", Bool),
    ("email_opted_in_at", Text),
    ("email_subscribe", Text),
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
    ("push_subscribe", Text),
    ("push_tokens", Devices),
    ("push_unsubscribed_at", Text),
    ("random_bucket", Number),
    ("time_zone", TimeZone),
    ("total_revenue", Number),
    ("uninstalled_at", Text),
];

/// The field of this name.
pub(super) fn field(name: &[u8]) -> Option<(&'static str, Holds)> {
    let at = FIELDS.binary_search_by(|(field, _)| field.as_bytes().cmp(name));
    at.ok().and_then(|at| FIELDS.get(at)).copied()
}

/// The names of all.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, _)| *name)
}

/// Is it one of the states of `email_subscribe` and `push_subscribe`?
pub(super) fn is_subscription_state(text: &[u8]) -> bool {
    matches!(text, b"opted_in" | b"subscribed" | b"unsubscribed")
}

impl Holds {
    /// Can a value of this kind stand there?
    pub(super) fn takes(self, kind: Kind) -> bool {
        match self {
            Text | TimeZone => kind == Kind::String,
            Number => kind == Kind::Number,
            Bool => matches!(kind, Kind::True | Kind::False),
            List | Devices | Coordinates => kind == Kind::Array,
            Attributes => kind == Kind::Object,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, field};

    #[test]
    fn each_field_is_found_by_its_name() {
        assert!(FIELDS.is_sorted_by(|one, other| one.0 < other.0));
        for (name, holds) in FIELDS {
            assert!(field(name.as_bytes()) == Some((name, holds)));
        }
        assert!(field(b"Country").is_none());
    }
}
