//! What makes the codes that definitions of segments find.

use crate::samples::Input;

pub fn samples(add: &mut dyn FnMut(&'static str, Input)) {
    let mut filter = |code, filter: &str| {
        let text = format!("{{\"filter\":{filter}}}");
        add(code, Input::Segment(text.into_bytes()));
    };
    let plan = |test: &str| {
        format!("{{\"custom_attribute\":{{\"custom_attribute_name\":\"plan\",{test}}}}}")
    };
    let nested = |path: &str| {
        format!(
            "{{\"nested_custom_attribute\":{{\"custom_attribute_name\":\"pets\",\"path\":\"{path}\",\"comparison\":\"exists\"}}}}"
        )
    };
    let is = |value: &str| plan(&format!("\"comparison\":\"equals\",\"value\":{value}"));
    let metric = |rest: &str| {
        format!("{{\"custom_event\":{{\"event_name\":\"e\",\"comparison\":\"exactly\",{rest}}}}}")
    };
    let inside = |area: &str| format!("{{\"location\":{{\"comparison\":\"inside\",{area}}}}}");
    filter("segment.wrong_type", "[]");
    filter(
        "segment.missing",
        r#"{"random_bucket":{"comparison":"less_than"}}"#,
    );
    filter("segment.empty", r#"{"AND":[]}"#);
    filter(
        "segment.unknown_field",
        &plan(r#""x":1,"comparison":"exists""#),
    );
    filter("segment.near_field", &plan(r#""comparision":"exists""#));
    filter(
        "segment.field_not_here",
        &metric(r#""metric":"count","value":1,"days":7"#),
    );
    filter("segment.unknown_filter", r#"{"NOT":{}}"#);
    filter("segment.near_filter", r#"{"customAttribute":{}}"#);
    filter("segment.one_key", "{}");
    filter(
        "segment.one_of",
        r#"{"message":{"kind":"card","name":"n","api_id":"i","metric":"clicked","comparison":"is","value":true}}"#,
    );
    filter(
        "segment.unknown_attribute",
        r#"{"default_attribute":{"attribute_name":"shoe_size","comparison":"exists"}}"#,
    );
    filter(
        "segment.near_attribute",
        r#"{"default_attribute":{"attribute_name":"contry","comparison":"exists"}}"#,
    );
    filter(
        "segment.unknown_word",
        &metric(r#""metric":"median","value":1"#),
    );
    filter(
        "segment.near_word",
        &metric(r#""metric":"counts","value":1"#),
    );
    filter("segment.unknown_operator", &plan(r#""comparison":"~""#));
    filter(
        "segment.near_operator",
        &plan(r#""comparison":"is any off","value":["x"]"#),
    );
    filter(
        "segment.operator_type",
        r#"{"random_bucket":{"comparison":"matches_regex","value":"1"}}"#,
    );
    filter("segment.value_type", &is("null"));
    filter(
        "segment.value_ignored",
        &plan(r#""comparison":"exists","value":"x""#),
    );
    filter(
        "segment.range",
        &plan(r#""comparison":"less_than_x_days_ago","value":-1"#),
    );
    filter(
        "segment.whole_number",
        &metric(r#""metric":"count_in_days","days":31,"value":1"#),
    );
    filter("segment.number_range", &is("1e999"));
    let values = vec!["1"; 257].join(",");
    filter(
        "segment.too_many_values",
        &plan(&format!(
            "\"comparison\":\"is_all_of\",\"value\":[{values}]"
        )),
    );
    filter(
        "segment.filter_too_long",
        &is(&format!("\"{}\"", "x".repeat(10_000))),
    );
    let pattern = "x".repeat(32_765);
    filter(
        "segment.pattern_too_long",
        &plan(&format!(
            "\"comparison\":\"matches_regex\",\"value\":\"{pattern}\""
        )),
    );
    let matches = |pattern: &str| {
        plan(&format!(
            "\"comparison\":\"matches_regex\",\"value\":\"{pattern}\""
        ))
    };
    filter("segment.pattern_unsupported", &matches(r"\\bpro(?=\\d)"));
    filter("segment.pattern_syntax", &matches(r"^(pro|team$"));
    filter("segment.pattern_too_large", &matches(r"(\\w{500}){500}"));
    filter(
        "segment.too_deep",
        &format!("{}{}{}", "{\"AND\":[".repeat(65), is("1"), "]}".repeat(65)),
    );
    let many = vec![is("1"); 10_001].join(",");
    filter(
        "segment.too_many_conditions",
        &format!("{{\"OR\":[{many}]}}"),
    );
    let isnt = |value: &str| {
        plan(&format!(
            "\"comparison\":\"not_equal\",\"value\":\"{value}\""
        ))
    };
    filter(
        "segment.negatives",
        &format!("{{\"OR\":[{},{}]}}", isnt("trial"), isnt("free")),
    );
    filter(
        "segment.time",
        &plan(r#""comparison":"after","value":"yesterday""#),
    );
    filter(
        "segment.day",
        r#"{"recurring_day":{"attribute_name":"dob","comparison":"on","value":"02-30"}}"#,
    );
    filter(
        "segment.version",
        r#"{"app":{"app":"Web Shop","attribute_name":"version","comparison":"less_than","value":"1.x"}}"#,
    );
    filter("segment.path", &nested("[]"));
    filter(
        "segment.partner",
        r#"{"partner_cohort":{"partner":"Heap","comparison":"includes_value","value":"1"}}"#,
    );
    filter(
        "segment.degrees",
        &inside(r#""circle":{"latitude":91,"longitude":0,"radius_km":1}"#),
    );
    filter("segment.corners", &inside(r#""polygon":[[0,0],[1,0]]"#));
    filter(
        "segment.antimeridian",
        &inside(r#""polygon":[[170,0],[-170,0],[-170,9]]"#),
    );
    filter(
        "segment.needs",
        &metric(r#""metric":"count_in_days","days":7,"value":1"#),
    );
    add(
        "segment.unknown_name",
        Input::Named(
            r#"{"filter":{"custom_event":{"event_name":"signed up","metric":"last","comparison":"exists"}}}"#,
        ),
    );
    add(
        "segment.not_loaded",
        Input::Named(
            r#"{"filter":{"email_subscription_status":{"comparison":"is","value":"opted_in"}}}"#,
        ),
    );
    add(
        "segment.other_type",
        Input::Named(
            r#"{"filter":{"custom_attribute":{"custom_attribute_name":"plan","comparison":"equals","value":3}}}"#,
        ),
    );
    add(
        "segment.cohort_name",
        Input::Named(
            r#"{"filter":{"partner_cohort":{"partner":"heap","comparison":"includes_value","value":"Free Customers"}}}"#,
        ),
    );
    add(
        "segment.unknown_segment",
        Input::Named(
            r#"{"filter":{"segment_membership":{"comparison":"includes_value","value":"byers"}}}"#,
        ),
    );
    add(
        "segment.nested_membership",
        Input::Named(
            r#"{"filter":{"segment_membership":{"comparison":"includes_value","value":["buyers","me"]}},"name":"me"}"#,
        ),
    );
}
