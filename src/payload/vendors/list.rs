//! The vendors, a row each: the only place that knows their words. `pkg/tables.mjs` reads this table for
//! `vendors` of `kohort/vendors`, so that the module carries no title and no address.
//!
//! A row: its module here, its name, its title, how well its shape is known, where that stands, where the id
//! of a member is, and what its actions are called: add, remove, full, drain. Anything else is a problem.

use super::adapter::Adapter;

/// How well it is known what a vendor sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// The vendor documents the shape.
    Documented,
    /// Read from the vendor's public code, or only in part from its documentation: a reading of ours.
    Inferred,
    /// The customer writes the body as a template: this is the one to write.
    Configured,
}

/// Where the id of a member stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdField {
    /// In this field, unless the caller names another.
    Named(&'static str),
    /// In the field that the payload says, unless the caller names another.
    Told,
    /// Where it always stands.
    Fixed,
}

use IdField::{Fixed, Named, Told};
use Status::{Configured, Documented, Inferred};

/// What is read of a vendor.
pub struct Vendor {
    /// Its name in calls.
    pub name: &'static str,
    /// Where the id of a member stands.
    pub id_field: IdField,
    /// Actions by which members enter.
    pub add: &'static [&'static str],
    /// Actions by which members leave.
    pub remove: &'static [&'static str],
    /// Actions that list the whole membership.
    pub full: &'static [&'static str],
    /// Actions by which every member leaves.
    pub drain: &'static [&'static str],
    pub(super) adapter: &'static Adapter,
}

/// What is known of a vendor besides.
pub struct About {
    /// As people write it.
    pub title: &'static str,
    /// How well its shape is known.
    pub status: Status,
    /// Where that stands.
    pub source: &'static str,
}

macro_rules! vendors {
    ($($module:ident $name:literal $title:literal $status:ident $source:literal $id:expr, $add:expr, $remove:expr, $full:expr, $drain:expr;)*) => {
        /// The vendors, by the numbers that cross to JavaScript.
        pub static VENDORS: &[Vendor] = &[$(Vendor {
            name: $name,
            id_field: $id,
            add: &$add,
            remove: &$remove,
            full: &$full,
            drain: &$drain,
            adapter: &super::$module::ADAPTER,
        }),*];

        /// The same, in their words for people.
        pub static ABOUT: &[About] = &[$(About { title: $title, status: $status, source: $source }),*];
    };
}

vendors! {
    amplitude "amplitude" "Amplitude" Documented "https://amplitude.com/docs/data/destination-catalog/cohort-webhooks" Named("user_id"), ["true"], ["false"], [], [];
    mixpanel "mixpanel" "Mixpanel" Documented "https://docs.mixpanel.com/docs/cohort-sync/webhooks" Named("mixpanel_distinct_id"), ["add_members"], ["remove_members"], ["members"], [];
    segment "segment" "Segment (Engage)" Documented "https://www.twilio.com/docs/segment/engage/using-engage-data" Fixed, ["Audience Entered", "true"], ["Audience Exited", "false"], [], [];
    hightouch "hightouch" "Hightouch" Inferred "https://github.com/hightouchio/custom-destinations" Told, ["add", "change"], ["remove"], [], [];
    census "census" "Census" Inferred "https://developers.getcensus.com/custom-destinations" Told, ["upsert", "insert"], ["delete"], [], [];
    rudderstack "rudderstack" "RudderStack" Inferred "https://github.com/rudderlabs/rudder-transformer" Told, ["insert", "update"], ["delete"], [], [];
    tealium "tealium" "Tealium" Configured "https://docs.tealium.com/server-side/connectors/webhook-connectors/actions-and-parameters/" Fixed, ["joined"], ["left"], [], ["emptied"];
    braze_shaped "braze" "Braze-shaped" Documented "https://www.braze.com/docs/partners/isv_partners/cohort_import" Fixed, ["false"], ["true"], [], [];
}

impl Vendor {
    /// The vendor of this name.
    pub fn named(name: &str) -> Option<&'static Vendor> {
        VENDORS.iter().find(|vendor| vendor.name == name)
    }
}
