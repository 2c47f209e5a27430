//! Devices, places, apps and messages: T true, F false, ? unknown.

use crate::family;
use serde_json::{Value, json};

/// Rule 9: a positive condition holds if any device satisfies it, a negative one is NOT that.
#[test]
fn rule_9_devices() {
    let profiles = [
        json!({}),
        json!({"devices": [{"model": "Pixel 8", "carrier": null, "ad_tracking_enabled": true}]}),
        json!({"devices": [{"model": "Pixel 8", "carrier": "A1"}, {"model": "iPhone 15", "ad_tracking_enabled": false}]}),
        json!({"devices": [{"model": ""}]}),
        json!({"devices": [{"model": 8, "carrier": ""}]}),
    ];
    let of = |name: &str, comparison: &str, value: Value| json!({"attribute_name": name, "comparison": comparison, "value": value});
    family(
        "device",
        &profiles,
        &[
            (of("model", "is_any_of", json!(["iPhone 15"])), "FFTFF"),
            (of("model", "is_none_of", json!(["iPhone 15"])), "TTFTT"),
            (of("model", "not_equal", json!("Pixel 8")), "TFFTT"),
            (of("model", "is_blank", json!(null)), "TFFTF"),
            (of("model", "is_not_blank", json!(null)), "FTTFT"),
            (of("model", "exists", json!(null)), "FTTTT"),
            (of("carrier", "does_not_exist", json!(null)), "TTFTF"),
            (of("model", "matches_regex", json!("iphone")), "FFTFF"),
            (
                of("model", "does_not_match_regex", json!("iphone")),
                "FTFFF",
            ),
            (of("ad_tracking_enabled", "true", json!(null)), "FTFFF"),
            (of("ad_tracking_enabled", "false", json!(null)), "FFTFF"),
            (
                of("ad_tracking_enabled", "true_or_not_set", json!(null)),
                "FTTTT",
            ),
            (
                of("ad_tracking_enabled", "not_equal", json!(false)),
                "TTFTT",
            ),
            (of("count", "exactly", json!(0)), "TFFFF"),
            (of("count", "more_than", json!(1)), "FFTFF"),
        ],
    );
}

/// Rule 9: versions part by part; one that is absent satisfies `less_than` and `less_than_or_equal_to`.
#[test]
fn rule_9_versions_and_apps() {
    let app = |version: Value| json!({"apps": [{"name": "Shop", "version": version}]});
    let profiles = [
        json!({}),
        app(json!(null)),
        app(json!("1.2")),
        app(json!("1.2.0")),
        app(json!("1.10")),
        app(json!("01.2.0.0")),
        app(json!("beta")),
        json!({"apps": [{"name": "News", "version": "1.2"}]}),
        app(json!("1.99999999999999999999")),
    ];
    let of = |comparison: &str| json!({"app": "Shop", "attribute_name": "version", "comparison": comparison, "value": "1.2"});
    family(
        "app",
        &profiles,
        &[
            (of("equals"), "FFTTFTFFF"),
            (of("not_equal"), "TTFFTFTTT"),
            (of("more_than"), "FFFFTFFFT"),
            (of("greater_than_or_equal_to"), "FFTTTTFFT"),
            (of("less_than"), "TTFFFFFTF"),
            (of("less_than_or_equal_to"), "TTTTFTFTF"),
            (
                json!({"comparison": "includes_value", "value": "Shop"}),
                "FTTTTTTFT",
            ),
            (
                json!({"comparison": "does_not_include_value", "value": "Shop"}),
                "TFFFFFFTF",
            ),
        ],
    );
}

#[test]
fn sessions_and_last_used_app() {
    let profiles = [
        json!({}),
        json!({"apps": [{"name": "Shop", "sessions": 2, "first_used": "2026-11-01T00:00:00Z", "last_used": "2026-11-30T00:00:00Z"}, {"name": "News", "sessions": 1, "first_used": "2026-10-01T00:00:00Z", "last_used": "2026-10-02T00:00:00Z"}]}),
        json!({"apps": [{"name": "Shop", "last_used": "never"}]}),
    ];
    let of = |metric: &str, comparison: &str, value: Value| json!({"metric": metric, "comparison": comparison, "value": value});
    let of_shop = |metric: &str, comparison: &str, value: Value| json!({"metric": metric, "app": "Shop", "comparison": comparison, "value": value});
    family(
        "session",
        &profiles,
        &[
            (of("count", "exactly", json!(3)), "FTF"),
            (of_shop("count", "exactly", json!(2)), "FTF"),
            (of_shop("count", "less_than", json!(1)), "TFT"),
            (of("first", "before", json!("2026-10-15")), "FTF"),
            (of_shop("first", "before", json!("2026-10-15")), "FFF"),
            (of("last", "less_than_x_days_ago", json!(1)), "FTF"),
            (of("last", "is_blank", json!(null)), "TFT"),
        ],
    );
    family(
        "last_used_app",
        &profiles,
        &[
            (json!({"comparison": "after", "value": "2026-11-29"}), "FTF"),
            (
                json!({"comparison": "before", "value": "2026-11-29"}),
                "FFF",
            ),
            (
                json!({"comparison": "greater_than_x_days_ago", "value": 3}),
                "FFF",
            ),
        ],
    );
}

/// The whole of `total_revenue` is what was spent; a product or all of them are counted.
#[test]
fn purchases() {
    let profiles = [
        json!({"total_revenue": 5}),
        json!({"purchases": [{"name": "mug", "first": "2026-11-01T00:00:00Z", "last": "2026-11-02T00:00:00Z", "count": 2}, {"name": "pen", "first": "2026-11-03T00:00:00Z", "last": "2026-11-04T00:00:00Z", "count": 1}]}),
    ];
    let all = |metric: &str, comparison: &str, value: Value| json!({"metric": metric, "comparison": comparison, "value": value});
    let mug = |metric: &str, comparison: &str, value: Value| json!({"metric": metric, "product_id": "mug", "comparison": comparison, "value": value});
    family(
        "purchase",
        &profiles,
        &[
            (all("count", "exactly", json!(3)), "FT"),
            (mug("count", "exactly", json!(2)), "FT"),
            (mug("count", "exactly", json!(0)), "TF"),
            (all("last", "after", json!("2026-11-03")), "FT"),
            (mug("last", "after", json!("2026-11-03")), "FF"),
            (all("money_spent", "more_than", json!(4)), "TF"),
            (all("money_spent", "exactly", json!(0)), "FT"),
        ],
    );
}

/// Rule 9: outside needs coordinates, and the edge is inside.
#[test]
fn rule_9_places() {
    let at = |first: f64, second: f64| json!({"last_coordinates": [first, second]});
    let profiles = [
        json!({}),
        at(16.0, 48.0),
        at(17.0, 48.0),
        at(16.5, 48.5),
        // A second number beyond ±90 is a longitude.
        at(48.0, 117.0),
        json!({"last_coordinates": [16.0]}),
        json!({"last_coordinates": [500.0, 48.0]}),
    ];
    let circle = |comparison: &str, radius: f64| json!({"comparison": comparison, "circle": {"latitude": 48.0, "longitude": 16.0, "radius_km": radius}});
    let square = json!([[15.0, 47.0], [16.0, 47.0], [16.0, 49.0], [15.0, 49.0]]);
    let triangle = json!([[16.0, 48.0], [18.0, 48.0], [16.0, 50.0]]);
    let polygon =
        |comparison: &str, polygon: &Value| json!({"comparison": comparison, "polygon": polygon});
    family(
        "location",
        &profiles,
        &[
            (json!({"comparison": "is_blank"}), "TFFFFTT"),
            (json!({"comparison": "is_not_blank"}), "FTTTTFF"),
            (circle("inside", 0.0), "FTFFFFF"),
            // A degree of longitude is 111.19508 km at the equator, and 74.4033 km along the great circle here.
            (circle("inside", 74.5), "FTTTFFF"),
            (circle("inside", 74.3), "FTFTFFF"),
            (circle("outside", 74.3), "FFTFTFF"),
            (polygon("inside", &square), "FTFFFFF"),
            (polygon("outside", &square), "FFTTTFF"),
            (polygon("inside", &triangle), "FTTTFFF"),
        ],
    );
    // A degree along the equator, by the radius of the rule.
    let degree = 6_371.008_8 * std::f64::consts::PI / 180.0;
    let circle = |radius: f64| json!({"comparison": "inside", "circle": {"latitude": 0.0, "longitude": 0.0, "radius_km": radius}});
    family(
        "location",
        &[at(1.0, 0.0), at(0.0, 1.0), at(-1.0, 0.0), at(0.5, 0.5)],
        &[
            (circle(degree + 0.0001), "TTTT"),
            (circle(degree - 0.0001), "FFFT"),
        ],
    );
}

/// Rules 2 and 14: the control group is told apart among those alone who have a row, and received nothing.
#[test]
fn rule_14_messages() {
    let campaign = |row: Value| {
        let mut campaign = json!({"name": "Sale", "api_campaign_id": "c", "last_received": "2026-11-29T00:00:00Z"});
        campaign
            .as_object_mut()
            .unwrap()
            .extend(row.as_object().unwrap().clone());
        json!({"campaigns_received": [campaign]})
    };
    let profiles = [
        json!({}),
        campaign(json!({})),
        campaign(
            json!({"in_control": true, "converted": true, "engaged": {"clicked_email": true}, "variation_name": "Control"}),
        ),
        campaign(
            json!({"in_control": false, "converted": true, "engaged": {"opened_email": true, "clicked_email": false}, "variation_name": "A"}),
        ),
        campaign(
            json!({"engaged": {"clicked_triggered_in_app_message": true}, "variation_name": "a"}),
        ),
    ];
    let of = |metric: &str, comparison: &str, value: Value| json!({"kind": "campaign", "name": "Sale", "metric": metric, "comparison": comparison, "value": value});
    family(
        "message",
        &profiles,
        &[
            (of("received", "is", json!(true)), "FTFTT"),
            (of("received", "is_not", json!(true)), "TFTFF"),
            (of("received", "is", json!(false)), "TFTFF"),
            (of("engaged", "is", json!(true)), "FFFTT"),
            (of("clicked", "is", json!(true)), "FFFFT"),
            (of("converted", "is", json!(true)), "FFFTF"),
            (of("converted", "is_not", json!(true)), "TTTFT"),
            (of("in_control", "is", json!(true)), "FFTFF"),
            (of("in_control", "is_not", json!(true)), "FTFTT"),
            (of("in_control", "is", json!(false)), "FTFTT"),
            (of("in_control", "is_not", json!(false)), "TFTFF"),
            (
                of("last_received", "less_than_x_days_ago", json!(7)),
                "FTFTT",
            ),
            (of("last_received", "is_blank", json!(null)), "TFTFF"),
            (of("variation", "equals", json!("A")), "FFFTF"),
            (of("variation", "not_equal", json!("A")), "TTTFT"),
            (of("variation", "matches_regex", json!("^a$")), "FFFTT"),
            (
                of("variation", "does_not_match_regex", json!("^a$")),
                "FFTFF",
            ),
            (
                json!({"kind": "campaign", "api_id": "c", "metric": "received", "comparison": "is", "value": true}),
                "FTFTT",
            ),
            (
                json!({"kind": "campaign", "api_id": "Sale", "metric": "received", "comparison": "is", "value": true}),
                "FFFFF",
            ),
            (
                json!({"kind": "canvas", "name": "Sale", "metric": "received", "comparison": "is", "value": true}),
                "FFFFF",
            ),
        ],
    );
}

#[test]
fn canvases_their_steps_and_cards() {
    let canvas = |in_control: bool| {
        json!({"canvases_received": [{"name": "Journey", "api_canvas_id": "v", "last_received_message": "2026-11-29T00:00:00Z", "in_control": in_control, "variation_name": "V1",
            "steps_received": [{"name": "S1", "api_canvas_step_id": "s", "last_received": "2026-11-28T00:00:00Z"}]}]})
    };
    let profiles = [
        json!({}),
        canvas(false),
        canvas(true),
        json!({"cards_clicked": [{"name": "S1"}]}),
    ];
    let of = |kind: &str, name: &str, metric: &str, comparison: &str, value: Value| json!({"kind": kind, "name": name, "metric": metric, "comparison": comparison, "value": value});
    family(
        "message",
        &profiles,
        &[
            (
                of("canvas", "Journey", "received", "is", json!(true)),
                "FTFF",
            ),
            (
                of("canvas", "Journey", "in_control", "is", json!(true)),
                "FFTF",
            ),
            (
                of("canvas", "Journey", "in_control", "is_not", json!(true)),
                "FTFF",
            ),
            // Which variation users entered is asked of all.
            (
                of("canvas", "Journey", "variation", "equals", json!("V1")),
                "FTTF",
            ),
            (
                of(
                    "canvas",
                    "Journey",
                    "last_received",
                    "after",
                    json!("2026-11-28T12:00:00Z"),
                ),
                "FTFF",
            ),
            (
                of("canvas_step", "S1", "received", "is", json!(true)),
                "FTFF",
            ),
            (
                of("canvas_step", "S1", "received", "is_not", json!(true)),
                "TFTT",
            ),
            (
                of(
                    "canvas_step",
                    "S1",
                    "last_received",
                    "after",
                    json!("2026-11-28T12:00:00Z"),
                ),
                "FFFF",
            ),
            (of("card", "S1", "clicked", "is", json!(true)), "FFFT"),
            (of("card", "S1", "clicked", "is_not", json!(true)), "TTTF"),
            // An export does not tell who engaged with a Canvas.
            (
                of("canvas", "Journey", "converted", "is", json!(true)),
                "????",
            ),
        ],
    );
}

#[test]
fn install_attribution() {
    let profiles = [
        json!({}),
        json!({"attributed_source": "Organic"}),
        json!({"attributed_source": ""}),
    ];
    let of = |comparison: &str, value: Value| json!({"attribute_name": "source", "comparison": comparison, "value": value});
    family(
        "install_attribution",
        &profiles,
        &[
            (of("equals", json!("Organic")), "FTF"),
            (of("not_equal", json!("organic")), "TTT"),
            (of("matches_regex", json!("^org")), "FTF"),
            (of("is_blank", json!(null)), "TFT"),
        ],
    );
}
