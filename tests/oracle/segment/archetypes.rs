//! Users who each stand at the edge of a rule, by a name that says which.

use super::times::{DAY, iso};
use serde_json::{Value, json};

/// The users around a moment. None has an id yet.
pub fn archetypes(now: i64) -> Vec<(&'static str, Value)> {
    let mut all = attributes(now);
    all.extend(fields(now));
    all.extend(doings(now));
    all.extend(messages(now));
    all
}

/// Custom attributes: absent, of other types, and at the edges of time.
fn attributes(now: i64) -> Vec<(&'static str, Value)> {
    let with = |attributes: Value| json!({ "custom_attributes": attributes });
    vec![
        ("nothing at all", json!({})),
        (
            "every attribute null",
            with(
                json!({"plan": null, "score": null, "vip": null, "tags": null, "renewal": null, "car": null, "pets": null}),
            ),
        ),
        (
            "empty text and empty lists",
            with(
                json!({"plan": "", "score": "", "vip": "", "tags": [], "renewal": "", "pets": []}),
            ),
        ),
        (
            "white space alone",
            with(json!({"plan": " ", "tags": [" "], "car": {"model": " "}})),
        ),
        (
            "every attribute of another type",
            with(
                json!({"plan": 5, "score": "5", "vip": "true", "tags": "red", "renewal": 20260101, "car": [1], "pets": {"name": "Rex"}}),
            ),
        ),
        (
            "texts that are numbers and truth values",
            with(json!({"plan": "0", "score": true, "vip": 1, "tags": [1, true, "1"]})),
        ),
        (
            "negative zero",
            with(json!({"score": -0.0, "car": {"year": -0.0}})),
        ),
        (
            "zero and a negative number",
            with(json!({"score": 0, "car": {"year": -5}, "tags": [0]})),
        ),
        (
            "numbers beyond 2^53",
            with(json!({"score": 9_007_199_254_740_993_u64, "car": {"year": 1e300}})),
        ),
        (
            "a small fraction",
            with(json!({"score": 0.1, "car": {"year": 2018.5}})),
        ),
        (
            "upper case",
            with(json!({"plan": "TRIAL", "tags": ["RED", "Größe"], "car": {"model": "KÄFER"}})),
        ),
        (
            "text composed otherwise",
            with(json!({"plan": "Gro\u{308}ße", "tags": ["Gro\u{308}ße", "Größe"]})),
        ),
        (
            "repeated and mixed elements",
            with(json!({"tags": ["red", "red", 1, 1.0, null, true, "", ["red"]]})),
        ),
        (
            "elements that are no texts",
            with(json!({"tags": [1, 2.5, false]})),
        ),
        (
            "true and a blank text",
            with(json!({"vip": true, "plan": "trial", "tags": [""]})),
        ),
        (
            "explicitly false",
            with(json!({"vip": false, "plan": "pro"})),
        ),
        (
            "time of this very moment",
            with(json!({"renewal": iso(now), "car": {"sold": {"$time": iso(now)}}})),
        ),
        (
            "exactly seven days ago",
            with(
                json!({"renewal": iso(now - 7 * DAY), "car": {"sold": {"$time": iso(now - 7 * DAY)}}}),
            ),
        ),
        (
            "a millisecond more than seven days ahead",
            with(
                json!({"renewal": iso(now + 7 * DAY + 1), "car": {"sold": {"$time": iso(now + 7 * DAY - 1)}}}),
            ),
        ),
        (
            "date alone",
            with(json!({"renewal": "2026-03-29", "car": {"sold": {"$time": "2026-03-29"}}})),
        ),
        (
            "time without a zone",
            with(
                json!({"renewal": "2026-03-29T00:30:00", "car": {"sold": {"$time": "2026-03-29 00:30:00"}}}),
            ),
        ),
        (
            "time far ahead of UTC",
            with(json!({"renewal": "2026-01-01T00:30:00.5+14:00"})),
        ),
        (
            "colon before the milliseconds",
            with(json!({"renewal": "2026-02-28T23:59:59:999Z"})),
        ),
        ("month first", with(json!({"renewal": "02/29/2024"}))),
        (
            "year 3001 is a text",
            with(
                json!({"renewal": "3001-01-01", "car": {"sold": {"$time": "3001-01-01T00:00:00Z"}}}),
            ),
        ),
        (
            "unreadable times",
            with(json!({"renewal": "2026-02-30", "car": {"sold": "2026-01-01T00:00:00Z"}})),
        ),
        (
            "29 February",
            json!({"dob": "2004-02-29", "custom_attributes": {"renewal": "2024-02-29"}}),
        ),
        (
            "a leaf that is null, and one within a text",
            with(
                json!({"car": {"model": null, "year": null, "specs": "fast"}, "pets": [{"name": null}, {"age": 3}]}),
            ),
        ),
        (
            "one of two elements matches",
            with(
                json!({"pets": [{"name": "Rex", "age": 3, "vaccinated": true}, {"name": "Mia", "age": 9, "vaccinated": false}]}),
            ),
        ),
        (
            "elements that are no objects",
            with(json!({"pets": [1, "Rex", null, {"name": "Rex"}]})),
        ),
    ]
}

/// Fields of Braze's own.
fn fields(now: i64) -> Vec<(&'static str, Value)> {
    vec![
        (
            "born in the future",
            json!({"dob": "2090-06-01", "gender": "F", "random_bucket": 0}),
        ),
        (
            "born on 1 March, bucket 9999",
            json!({"dob": "2001-03-01", "random_bucket": 9999, "country": "AT"}),
        ),
        (
            "born on 31 December",
            json!({"dob": "1985-12-31", "country": "DE", "language": "de"}),
        ),
        (
            "born on 1 January 2000",
            json!({"dob": "2000-01-01", "created_at": "2020-07-10 15:00:00.000 UTC"}),
        ),
        (
            "default fields of the wrong type",
            json!({"country": 49, "dob": "1. Mai", "email": ["a@b.c"], "random_bucket": "7", "total_revenue": "9.5", "email_subscribe": "yes", "push_subscribe": true, "last_coordinates": [1], "apps": "none"}),
        ),
        (
            "blank e-mail and no revenue",
            json!({"email": "", "first_name": "", "total_revenue": 0, "email_subscribe": "opted_in"}),
        ),
        (
            "refunds alone",
            json!({"total_revenue": -12.5, "email": "eva@example.com"}),
        ),
        (
            "unsubscribed everywhere",
            json!({"email": "max@example.com", "email_subscribe": "unsubscribed", "push_subscribe": "unsubscribed", "email_unsubscribed_at": iso(now - 3 * DAY), "push_unsubscribed_at": iso(now - 30 * DAY), "push_tokens": [{"app": "Shop", "platform": "iOS", "token": "t", "notifications_enabled": true}]}),
        ),
        (
            "Rails's time zone",
            json!({"time_zone": "Eastern Time (US & Canada)", "home_city": "New York", "last_coordinates": [-74.0, 40.7]}),
        ),
        (
            "IANA's time zone",
            json!({"time_zone": "America/New_York", "uninstalled_at": iso(now - DAY)}),
        ),
        (
            "latitude first",
            json!({"last_coordinates": [48.0, 116.0], "language": "en"}),
        ),
        (
            "on the edge and at a corner",
            json!({"last_coordinates": [10.0, 50.0]}),
        ),
        (
            "at the antimeridian",
            json!({"last_coordinates": [180.0, -90.0]}),
        ),
        (
            "attributed",
            json!({"attributed_source": "Organic", "attributed_campaign": "", "attributed_adgroup": "group 1", "attributed_ad": "ad-7"}),
        ),
        (
            "in one subscription group",
            json!({"subscription_groups": [{"subscription_group_id": "sms-1", "subscription_state": "subscribed"}]}),
        ),
    ]
}

/// Devices, apps, events and purchases.
fn doings(now: i64) -> Vec<(&'static str, Value)> {
    vec![
        (
            "two devices of which one matches",
            json!({"devices": [
            {"model": "iPhone 15", "os": "17.1", "carrier": null, "idfv": "IDFV-1", "ad_tracking_enabled": true},
            {"model": "Pixel 8", "os": "Android (Q)", "carrier": "A1", "device_id": "dev-a", "google_ad_id": "GA-1", "ad_tracking_enabled": false}]}),
        ),
        (
            "a device that says nothing",
            json!({"devices": [{"model": "", "carrier": 7, "ad_tracking_enabled": null}]}),
        ),
        (
            "app without sessions",
            json!({"apps": [{"name": "Shop", "platform": "iOS", "version": "1.2.3"}], "push_tokens": [{"app": "Shop", "platform": "Android", "token": "t", "notifications_enabled": false}]}),
        ),
        (
            "app without a version",
            json!({"apps": [{"name": "Shop", "platform": "Web", "version": null, "sessions": 3, "first_used": iso(now - 80 * DAY), "last_used": iso(now - DAY)}]}),
        ),
        (
            "version of two parts",
            json!({"apps": [{"name": "Shop", "version": "1.2", "sessions": 1, "first_used": iso(now - 9 * DAY), "last_used": iso(now)}]}),
        ),
        (
            "version that is a word",
            json!({"apps": [{"name": "Shop", "version": "beta", "sessions": 0}]}),
        ),
        (
            "an app on two platforms",
            json!({"apps": [
            {"name": "Shop", "platform": "iOS", "version": "1.10.0", "sessions": 2, "first_used": iso(now - 60 * DAY), "last_used": iso(now - 14 * DAY)},
            {"name": "Shop", "platform": "Android", "version": "1.9.9", "sessions": 5, "first_used": iso(now - 7 * DAY), "last_used": iso(now - 2 * DAY)},
            {"name": "News", "platform": "Web", "version": "2.0", "sessions": 1, "first_used": iso(now - 6 * DAY), "last_used": "never"}]}),
        ),
        (
            "did and bought once",
            json!({"custom_events": [{"name": "signed_up", "first": iso(now - 14 * DAY), "last": iso(now - 14 * DAY), "count": 1}], "purchases": [{"name": "mug", "first": iso(now - 7 * DAY), "last": iso(now - 7 * DAY), "count": 1}], "total_revenue": 9.5}),
        ),
        (
            "did and bought often",
            json!({"custom_events": [{"name": "signed_up", "first": iso(now - 89 * DAY), "last": iso(now), "count": 12}, {"name": "searched", "first": iso(now - 3 * DAY), "last": iso(now - DAY), "count": 3}], "purchases": [{"name": "mug", "first": iso(now - 40 * DAY), "last": iso(now - 2 * DAY), "count": 4}, {"name": "pen", "first": iso(now - DAY), "last": iso(now - DAY), "count": 100}], "total_revenue": 499.99}),
        ),
        (
            "events in the future and without times",
            json!({"custom_events": [{"name": "signed_up", "first": iso(now + DAY), "last": iso(now + 7 * DAY), "count": 2}, {"name": "searched", "first": null, "last": "soon", "count": 0}]}),
        ),
        (
            "web push",
            json!({"push_tokens": [{"app": "Shop", "platform": "Web", "token": "w", "notifications_enabled": true}], "push_subscribe": "opted_in", "push_opted_in_at": iso(now - 5 * DAY)}),
        ),
    ]
}

/// Campaigns, Canvases and cards.
fn messages(now: i64) -> Vec<(&'static str, Value)> {
    vec![
        (
            "campaign received and clicked",
            json!({"campaigns_received": [{"name": "Welcome", "api_campaign_id": "c-1", "last_received": iso(now - 7 * DAY), "engaged": {"opened_email": true, "clicked_email": true}, "converted": true, "in_control": false, "variation_name": "A"}]}),
        ),
        (
            "campaign opened alone",
            json!({"campaigns_received": [{"name": "Welcome", "api_campaign_id": "c-1", "last_received": iso(now - DAY), "engaged": {"opened_push": true, "clicked_email": false}, "converted": false, "variation_name": "B"}]}),
        ),
        (
            "control group of a campaign",
            json!({"campaigns_received": [{"name": "Welcome", "api_campaign_id": "c-1", "last_received": iso(now - DAY), "engaged": {"clicked_email": true}, "converted": true, "in_control": true, "variation_name": "Control"}]}),
        ),
        (
            "two campaigns of one name",
            json!({"campaigns_received": [{"name": "Welcome", "api_campaign_id": "c-1", "in_control": true}, {"name": "Welcome", "api_campaign_id": "c-2", "last_received": iso(now - 3 * DAY), "variation_name": ""}]}),
        ),
        (
            "Canvas with a step",
            json!({"canvases_received": [{"name": "Journey", "api_canvas_id": "v-1", "last_received_message": iso(now - 2 * DAY), "last_entered": iso(now - 4 * DAY), "variation_name": "Variant 1", "in_control": false, "steps_received": [{"name": "Step 1", "api_canvas_step_id": "s-1", "last_received": iso(now - 2 * DAY)}]}]}),
        ),
        (
            "control group of a Canvas",
            json!({"canvases_received": [{"name": "Journey", "api_canvas_id": "v-1", "last_entered": iso(now - 4 * DAY), "variation_name": "Control", "in_control": true, "last_entered_control_at": iso(now - 4 * DAY), "steps_received": [{"name": "Step 1", "api_canvas_step_id": "s-1", "last_received": iso(now - DAY)}]}]}),
        ),
        (
            "card clicked",
            json!({"cards_clicked": [{"name": "Spring"}, {"name": "Summer"}]}),
        ),
    ]
}
