//! What bodies of `/users/track` change, rule by rule.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/loading.rs"]
mod loading;

use kohort::identity::ProfileIdKind;
use loading::{Loading, known};
use serde_json::json;

#[test]
fn a_body_changes_what_it_names_and_nothing_else() {
    let loading = Loading::new()
        .load(r#"{"external_id":"a","country":"AT","language":"de","custom_attributes":{"plan":"free","age":3}}"#)
        .set(&json!({"country": "DE", "plan": "paid", "new": [1, {"b": null}], "age": null}));
    assert_eq!(loading.counts(), [0, 1, 0, 0]);
    assert_eq!(
        loading.profile(),
        json!({"external_id": "a", "country": "DE", "language": "de",
            "custom_attributes": {"plan": "paid", "new": [1, {"b": null}]}})
    );
}

#[test]
fn somebody_new_is_created_by_each_kind_of_object() {
    let loading = Loading::new().load(
        r#"{"attributes":[{"external_id":"a","x":1}],"events":[{"external_id":"b","name":"seen","time":"2024-01-01T00:00:00Z"}],
        "purchases":[{"braze_id":"c","product_id":"p","currency":"USD","price":2,"time":"2024-01-01"}]}"#,
    );
    assert_eq!(loading.counts(), [3, 0, 0, 0]);
    assert_eq!(loading.profile_of(2)["braze_id"], "c");
}

#[test]
fn inc_adds_to_a_number_and_takes_an_absent_attribute_for_zero() {
    let loading = known(&json!({"n": 5})).set(&json!({"n": {"inc": -7.5}, "m": {"inc": 2}}));
    assert_eq!(loading.custom(), json!({"n": -2.5, "m": 2}));
}

#[test]
fn an_object_is_applied_wholly_or_not_at_all() {
    let loading =
        known(&json!({"text": "x"})).set(&json!({"first": 1, "text": {"inc": 1}, "zlast": 2}));
    assert_eq!(loading.counts(), [0, 0, 1, 0]);
    assert_eq!(loading.found(), ["track.operation 1/attributes/0/~?2"]);
    assert_eq!(loading.custom(), json!({"text": "x"}));
}

#[test]
fn an_operation_on_a_value_of_another_type_is_a_problem() {
    for (now, change) in [
        (json!("x"), json!({"inc": 1})),
        (json!(1), json!({"inc": "1"})),
        (json!(1e308), json!({"inc": 1e308})),
        (json!(1), json!({"add": ["x"]})),
        (json!({"a": 1}), json!({"remove": ["x"]})),
        (json!(["x"]), json!({"add": "y"})),
        (json!("x"), json!({"$add": [{"id": 1}]})),
        (json!([]), json!({"$add": [1]})),
        (json!([]), json!({"$add": {"id": 1}})),
        (json!([]), json!({"$remove": [{"$identifier_key": "id"}]})),
        (
            json!([]),
            json!({"$update": [{"$identifier_key": "id", "$identifier_value": 1}]}),
        ),
        (json!([]), json!({"$add": [], "name": 1})),
    ] {
        let loading = known(&json!({"v": now})).set(&json!({"v": change}));
        assert_eq!(loading.counts(), [0, 0, 1, 0], "{change}");
        assert!(
            loading.found()[0].starts_with("track.operation 1/attributes/0/~?"),
            "{change}"
        );
        assert_eq!(loading.custom(), json!({"v": now}));
    }
}

#[test]
fn add_moves_what_is_there_to_the_end_and_remove_takes_each() {
    let loading = known(&json!({"l": ["a", "b", "b", {"x": 1, "y": 2}]}));
    let loading = loading.set(&json!({"l": {"add": ["c", "a", "c"]}}));
    assert_eq!(
        loading.custom()["l"],
        json!(["b", "b", {"x": 1, "y": 2}, "a", "c"])
    );
    let loading =
        loading.set(&json!({"l": {"remove": ["b", "none", {"y": 2, "x": 1}]}, "m": {"add": [1]}}));
    assert_eq!(loading.custom(), json!({"l": ["a", "c"], "m": [1]}));
}

#[test]
fn objects_are_replaced_or_merged_deeply() {
    let now = json!({"o": {"a": {"b": 1, "c": [1]}, "d": 1}});
    let change = json!({"o": {"a": {"c": [2], "e": null}, "f": {}}});
    assert_eq!(known(&now).set(&change).custom(), change);
    let mut merging = change.clone();
    merging["_merge_objects"] = json!(true);
    let merged = json!({"o": {"a": {"b": 1, "c": [2], "e": null}, "d": 1, "f": {}}});
    assert_eq!(known(&now).set(&merging).custom(), merged);
}

#[test]
fn elements_are_added_then_removed_then_updated() {
    let now = json!({"pets": [{"id": 1, "name": "Rex", "age": 3}, {"id": 2, "name": "Tom"}]});
    let change = json!({"pets": {
        "$update": [{"$identifier_key": "id", "$identifier_value": 1, "$new_object": {"age": 4}},
            {"$identifier_key": "id", "$identifier_value": 3, "$new_object": {"name": "Zoe"}}],
        "$remove": [{"$identifier_key": "id", "$identifier_value": 2}, {"$identifier_key": "id", "$identifier_value": 4}],
        "$add": [{"id": 3, "name": "Kim"}, {"id": 4}]}});
    let loading = known(&now).set(&change);
    assert_eq!(
        loading.custom()["pets"],
        json!([{"age": 4}, {"name": "Zoe"}])
    );
    let mut merging = change.clone();
    merging["_merge_objects"] = json!(true);
    let loading = known(&now).set(&merging);
    let merged = json!([{"id": 1, "name": "Rex", "age": 4}, {"id": 3, "name": "Zoe"}]);
    assert_eq!(loading.custom()["pets"], merged);
}

#[test]
fn default_fields_are_kept_as_an_export_has_them() {
    let loading = known(&json!({})).set(&json!({
        "current_location": {"longitude": 16.37, "latitude": 48.2}, "time_zone": "Eastern Time (US & Canada)",
        "facebook": {"id": "7"}, "email_open_tracking_disabled": true, "total_revenue": 5,
        "push_tokens": [{"app_id": "app", "token": "t1", "device_id": "d"}],
        "subscription_groups": [{"subscription_group_id": "g", "subscription_state": "subscribed"}]}));
    assert_eq!(loading.found(), [""; 0]);
    assert_eq!(
        loading.profile(),
        json!({"external_id": "a", "last_coordinates": [16.37, 48.2], "time_zone": "America/New_York",
            "facebook": {"id": "7"}, "email_open_tracking_disabled": true, "custom_attributes": {"total_revenue": 5},
            "push_tokens": [{"app": "app", "token": "t1", "device_id": "d"}],
            "subscription_groups": [{"subscription_group_id": "g", "subscription_state": "subscribed"}]})
    );
    let loading = loading.set(&json!({"current_location": null, "time_zone": null, "facebook": null,
        "email_open_tracking_disabled": null, "total_revenue": null, "push_tokens": null, "subscription_groups": null}));
    assert_eq!(
        loading.profile(),
        json!({"external_id": "a", "devices": [{"device_id": "d"}]})
    );
}

#[test]
fn a_default_field_of_another_type_is_left_out_with_a_warning() {
    let wrong = json!({"country": 5, "time_zone": {}, "current_location": {"longitude": 16.37, "latitude": 91},
        "push_tokens": [{"token": "t"}], "subscription_groups": [{"subscription_group_id": "g", "subscription_state": "on"}],
        "twitter": "x", "email_click_tracking_disabled": "no", "x": 1});
    let loading = known(&json!({})).set(&wrong);
    assert_eq!(loading.counts(), [0, 1, 0, 0]);
    assert!(loading.problems.ok());
    assert_eq!(loading.problems.warnings().len(), 7);
    assert_eq!(
        loading.found()[0],
        "profile.wrong_field 1/attributes/0/country"
    );
    assert_eq!(
        loading.profile(),
        json!({"external_id": "a", "custom_attributes": {"x": 1}})
    );
}

#[test]
fn tokens_and_groups_come_to_those_that_there_are() {
    let export = json!({"external_id": "a", "devices": [{"device_id": "d0"}, {"device_id": "d1"}]});
    let group =
        |id: &str, state: &str| json!({"subscription_group_id": id, "subscription_state": state});
    let loading = Loading::new().load(&export.to_string());
    let loading = loading
        .set(&json!({"push_tokens": [{"app_id": "x", "token": "t", "device_id": "d1"}, {"app_id": "x", "token": "u"}],
            "subscription_groups": [group("g", "subscribed"), group("h", "subscribed")]}))
        .set(&json!({"push_tokens": [{"app_id": "y", "token": "t", "device_id": "d2"}],
            "subscription_groups": [group("g", "unsubscribed")]}));
    let profile = loading.profile();
    assert_eq!(
        profile["devices"],
        json!([{"device_id": "d0"}, {"device_id": "d1"}])
    );
    assert_eq!(
        profile["push_tokens"],
        json!([{"app": "x", "token": "u"}, {"app": "y", "token": "t", "device_id": "d2"}])
    );
    assert_eq!(
        profile["subscription_groups"],
        json!([group("h", "subscribed"), group("g", "unsubscribed")])
    );
    let devices = loading
        .workspace
        .directory()
        .ids(0)
        .filter(|id| id.kind == ProfileIdKind::Device);
    assert_eq!(
        devices.map(|id| id.name).collect::<Vec<_>>(),
        [b"d0", b"d1", b"d2"]
    );
}

#[test]
fn an_imported_token_is_of_whoever_has_its_device() {
    let tokens = |device: &str| json!([{"app_id": "x", "token": "t", "device_id": device}]);
    let body = json!({"attributes": [{"push_token_import": true, "push_tokens": tokens("new")},
        {"push_token_import": true, "push_tokens": tokens("d")},
        {"push_token_import": true, "push_tokens": [{"app_id": "x", "token": "t"}]},
        {"push_token_import": true}, {"push_token_import": true, "external_id": "a"}]});
    let loading = Loading::new()
        .load(r#"{"external_id":"a","devices":[{"device_id":"d"}]}"#)
        .load(&body.to_string());
    assert_eq!(loading.counts(), [1, 1, 3, 0]);
    assert_eq!(
        loading.found(),
        [
            "profile.no_id 1/attributes/2/push_tokens",
            "track.field 1/attributes/3",
            "track.field 1/attributes/4/external_id"
        ]
    );
    assert_eq!(loading.profile()["push_tokens"][0]["device_id"], "d");
    assert_eq!(
        loading.profile_of(1),
        json!({"push_tokens": [{"app": "x", "token": "t", "device_id": "new"}]})
    );
}

#[test]
fn an_object_names_its_user_by_exactly_one_id_that_is_looked_up() {
    let export = r#"{"external_id":"a","braze_id":"b","user_aliases":[{"alias_name":"n","alias_label":"l"}],"deprecated_external_ids":["old"]}"#;
    let body = json!({"attributes": [{"external_id": "a", "x": 1}, {"braze_id": "b", "y": 1}, {"external_id": "old", "w": 1},
        {"user_alias": {"alias_name": "n", "alias_label": "l"}, "z": 1},
        {"external_id": "a", "braze_id": "b"}, {"email": "a@b.c", "x": 2}, {"phone": "+43", "x": 2}, {"x": 2}, {"external_id": 5},
        {"user_alias": {"alias_name": "n"}}, {"external_id": ""}]});
    let loading = Loading::new().load(export).load(&body.to_string());
    assert_eq!(loading.counts(), [0, 4, 7, 0]);
    assert_eq!(loading.custom(), json!({"x": 1, "y": 1, "z": 1, "w": 1}));
    assert_eq!(
        loading.found(),
        [
            "track.identifier 1/attributes/4/braze_id",
            "track.not_looked_up 1/attributes/5",
            "track.not_looked_up 1/attributes/6",
            "profile.no_id 1/attributes/7",
            "profile.wrong_type 1/attributes/8/external_id",
            "profile.wrong_type 1/attributes/9/user_alias",
            "profile.no_id 1/attributes/10/external_id"
        ]
    );
}

#[test]
fn an_unknown_user_is_not_created_where_only_known_ones_are_to_change() {
    let alias = json!({"alias_name": "n", "alias_label": "l"});
    let body = json!({"attributes": [{"external_id": "a", "_update_existing_only": true}, {"user_alias": alias}]});
    let loading = Loading::new().load(&body.to_string());
    assert_eq!(
        (loading.counts(), loading.problems.ok()),
        ([0, 0, 2, 0], true)
    );
    assert_eq!(
        loading.found(),
        [
            "track.unknown_user 1/attributes/0/external_id",
            "track.unknown_user 1/attributes/1/user_alias"
        ]
    );
    let body =
        json!({"attributes": [{"user_alias": alias, "_update_existing_only": false, "x": 1}]});
    let loading = loading.load(&body.to_string());
    assert_eq!(loading.counts(), [1, 0, 0, 0]);
    assert_eq!(
        loading.profile(),
        json!({"user_aliases": [alias], "custom_attributes": {"x": 1}})
    );
}

#[test]
fn events_and_purchases_are_counted_with_their_first_and_last() {
    let event = |time: &str| json!({"external_id": "a", "name": "seen", "time": time});
    let purchase = |price: f64, quantity: u32| json!({"external_id": "a", "product_id": "p", "currency": "USD", "price": price, "quantity": quantity, "time": "2024-05-01"});
    let body = json!({"events": [event("2024-03-01T12:00:00+02:00"), event("2024-01-01"), event("2024-02-01T00:00:00:500Z")],
        "purchases": [purchase(2.5, 3), purchase(-1.0, 1)]});
    let loading = Loading::new()
        .load(r#"{"external_id":"a","total_revenue":10}"#)
        .load(&body.to_string());
    assert_eq!(loading.counts(), [0, 5, 0, 0]);
    assert_eq!(
        loading.profile(),
        json!({"external_id": "a", "total_revenue": 16.5,
            "custom_events": [{"name": "seen", "first": "2024-01-01T00:00:00.000Z", "last": "2024-03-01T10:00:00.000Z", "count": 3}],
            "purchases": [{"name": "p", "first": "2024-05-01T00:00:00.000Z", "last": "2024-05-01T00:00:00.000Z", "count": 4}]})
    );
}

#[test]
fn an_event_or_purchase_without_what_it_needs_is_a_problem() {
    let bad = json!({"events": [{"external_id": "a", "time": "2024-01-01"}, {"external_id": "a", "name": "x"}, {"external_id": "a", "name": "x", "time": "soon"}],
        "purchases": [{"external_id": "a", "product_id": "p", "currency": "dollars", "price": 1, "time": "2024-01-01"},
            {"external_id": "a", "product_id": "p", "currency": "USD", "price": "1", "time": "2024-01-01"},
            {"external_id": "a", "product_id": "p", "currency": "USD", "price": 1, "quantity": 101, "time": "2024-01-01"}]});
    let loading = known(&json!({})).load(&bad.to_string());
    assert_eq!(loading.counts(), [0, 0, 6, 0]);
    assert_eq!(
        loading.found(),
        [
            "track.field 1/events/0",
            "track.field 1/events/1",
            "track.field 1/events/2/time",
            "track.field 1/purchases/0/currency",
            "track.field 1/purchases/1/price",
            "track.field 1/purchases/2/quantity"
        ]
    );
    assert_eq!(loading.profile(), json!({"external_id": "a"}));
}

#[test]
fn a_price_in_another_currency_is_taken_as_it_is_with_a_warning() {
    let body = r#"{"purchases":[{"external_id":"a","product_id":"p","currency":"EUR","price":3,"time":"2024-01-01"}]}"#;
    let loading = Loading::new().load(body);
    assert_eq!(loading.found(), ["track.currency 1/purchases/0/currency"]);
    assert_eq!(loading.profile()["total_revenue"], 3.0);
}

#[test]
fn what_the_export_knew_already_counts_no_more() {
    let mut loading = Loading::new();
    loading.workspace.set_as_of(Some(1_704_067_200_000)); // 2024-01-01
    let mut loading = loading.load(r#"{"external_id":"a"}"#);
    loading.workspace.set_as_of(None);
    let loading = loading.load(r#"{"external_id":"b"}"#);
    let event = |id: &str, time: &str| json!({"external_id": id, "name": "seen", "time": time});
    let body = json!({"events": [event("a", "2024-01-01T00:00:00Z"), event("a", "2024-01-01T00:00:00.001Z"), event("b", "2020-01-01")],
        "purchases": [{"external_id": "a", "product_id": "p", "currency": "EUR", "price": 1, "time": "2023-12-31"}]});
    let mut loading = loading.load(&body.to_string());
    assert_eq!((loading.counts(), loading.found().len()), ([0, 2, 0, 2], 0));
    assert_eq!(loading.profile()["custom_events"][0]["count"], 1);
    // A newer export of which that is not known covers nothing.
    loading.workspace.set_as_of(None);
    let loading = loading
        .load(r#"{"external_id":"a"}"#)
        .load(&body.to_string());
    assert_eq!(loading.counts(), [0, 4, 0, 0]);
}
