// Good and bad definitions, written from tests/segments/ by `UPDATE=1 cargo test --test segment_types`.
import type { SegmentDefinition } from "kohort";

const take = (_: SegmentDefinition) => {};

take({ "filter": {"custom_attribute":{"comparison":"equals","custom_attribute_name":"x","value":"v"}} });
take({ "filter": {"custom_attribute":{"comparison":"equals","custom_attribute_name":"x","value":0}} });
take({ "filter": {"custom_attribute":{"comparison":"equals","custom_attribute_name":"x","value":true}} });
take({ "filter": {"custom_attribute":{"comparison":"not_equal","custom_attribute_name":"x","value":"v"}} });
take({ "filter": {"custom_attribute":{"comparison":"not_equal","custom_attribute_name":"x","value":-2.5}} });
take({ "filter": {"custom_attribute":{"comparison":"does_not_equal","custom_attribute_name":"x","value":1}} });
take({ "filter": {"custom_attribute":{"comparison":"does_not_equal","custom_attribute_name":"x","value":false}} });
take({ "filter": {"custom_attribute":{"comparison":"exactly","custom_attribute_name":"x","value":3}} });
take({ "filter": {"custom_attribute":{"comparison":"less_than","custom_attribute_name":"x","value":3}} });
take({ "filter": {"custom_attribute":{"comparison":"less_than_or_equal_to","custom_attribute_name":"x","value":3}} });
take({ "filter": {"custom_attribute":{"comparison":"more_than","custom_attribute_name":"x","value":3}} });
take({ "filter": {"custom_attribute":{"comparison":"greater_than","custom_attribute_name":"x","value":3}} });
take({ "filter": {"custom_attribute":{"comparison":"greater_than_or_equal_to","custom_attribute_name":"x","value":3}} });
take({ "filter": {"custom_attribute":{"comparison":"matches_regex","custom_attribute_name":"x","value":"a.c"}} });
take({ "filter": {"custom_attribute":{"comparison":"does_not_match_regex","custom_attribute_name":"x","value":"a.c"}} });
take({ "filter": {"custom_attribute":{"comparison":"exists","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"does_not_exist","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"is_blank","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"is_not_blank","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"includes_value","custom_attribute_name":"x","value":"v"}} });
take({ "filter": {"custom_attribute":{"comparison":"does_not_include_value","custom_attribute_name":"x","value":7}} });
take({ "filter": {"custom_attribute":{"comparison":"includes_any_of","custom_attribute_name":"x","value":["v",7,true]}} });
take({ "filter": {"custom_attribute":{"comparison":"includes_none_of","custom_attribute_name":"x","value":"v"}} });
take({ "filter": {"custom_attribute":{"comparison":"is_all_of","custom_attribute_name":"x","value":["v"]}} });
take({ "filter": {"custom_attribute":{"comparison":"isnt_all_of","custom_attribute_name":"x","value":["v"]}} });
take({ "filter": {"custom_attribute":{"comparison":"values_contain_any_of","custom_attribute_name":"x","value":["v","w"]}} });
take({ "filter": {"custom_attribute":{"comparison":"values_dont_contain_any_of","custom_attribute_name":"x","value":["v"]}} });
take({ "filter": {"custom_attribute":{"comparison":"has_a_value","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"is_empty","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"is_any_of","custom_attribute_name":"x","value":"v"}} });
take({ "filter": {"custom_attribute":{"comparison":"is_none_of","custom_attribute_name":"x","value":["v",""]}} });
take({ "filter": {"custom_attribute":{"comparison":"contains_any_of","custom_attribute_name":"x","value":["v"]}} });
take({ "filter": {"custom_attribute":{"comparison":"doesnt_contain_any_of","custom_attribute_name":"x","value":["v"]}} });
take({ "filter": {"custom_attribute":{"comparison":"true","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"false","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"true_or_not_set","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"false_or_not_set","custom_attribute_name":"x"}} });
take({ "filter": {"custom_attribute":{"comparison":"after","custom_attribute_name":"x","value":"1970-01-02T00:00:00+01:00"}} });
take({ "filter": {"custom_attribute":{"comparison":"after","custom_attribute_name":"x","value":"1970-01-02 00:00:00.000 UTC"}} });
take({ "filter": {"custom_attribute":{"comparison":"after","custom_attribute_name":"x","value":"1970-01-02T00:00:00:000Z"}} });
take({ "filter": {"custom_attribute":{"comparison":"before","custom_attribute_name":"x","value":"1970-01-02T00:00:01"}} });
take({ "filter": {"custom_attribute":{"comparison":"before","custom_attribute_name":"x","value":"1970-01-02"}} });
take({ "filter": {"custom_attribute":{"comparison":"before","custom_attribute_name":"x","value":"01/02/1970"}} });
take({ "filter": {"custom_attribute":{"comparison":"less_than_x_days_ago","custom_attribute_name":"x","value":0.5}} });
take({ "filter": {"custom_attribute":{"comparison":"greater_than_x_days_ago","custom_attribute_name":"x","value":2}} });
take({ "filter": {"custom_attribute":{"comparison":"less_than_x_days_in_the_future","custom_attribute_name":"x","value":2}} });
take({ "filter": {"custom_attribute":{"comparison":"greater_than_x_days_in_the_future","custom_attribute_name":"x","value":2}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"equals","custom_attribute_name":"x","path":"a.b","value":1}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":"[].a"}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":"a[].b.c"}} });
take({ "filter": {"nested_custom_attribute":{"all_of":[{"comparison":"equals","path":"a","value":"v"},{"comparison":"exists","path":"b.c"}],"custom_attribute_name":"x","path":"[]"}} });
take({ "filter": {"nested_custom_attribute":{"all_of":[{"comparison":"less_than","path":"a","value":1}],"custom_attribute_name":"x","path":"y[]"}} });
take({ "filter": {"default_attribute":{"attribute_name":"email","comparison":"matches_regex","value":"@x"}} });
take({ "filter": {"default_attribute":{"attribute_name":"age","comparison":"less_than","value":18}} });
take({ "filter": {"default_attribute":{"attribute_name":"dob","comparison":"before","value":"1970-01-02"}} });
take({ "filter": {"default_attribute":{"attribute_name":"external_id","comparison":"is_blank"}} });
take({ "filter": {"default_attribute":{"attribute_name":"total_revenue","comparison":"more_than","value":-1}} });
take({ "filter": {"default_attribute":{"attribute_name":"time_zone","comparison":"is_any_of","value":["Eastern Time (US & Canada)","Europe/Berlin"]}} });
take({ "filter": {"default_attribute":{"attribute_name":"uninstalled_at","comparison":"exists"}} });
take({ "filter": {"email_subscription_status":{"comparison":"is_not","value":"opted_in"}} });
take({ "filter": {"push_subscription_status":{"comparison":"is","value":"subscribed"}} });
take({ "filter": {"last_used_app":{"comparison":"after","value":"1970-01-01T00:00:00Z"}} });
take({ "filter": {"partner_cohort":{"comparison":"does_not_include_value","partner":"heap","value":["1","2"]}} });
take({ "filter": {"custom_event":{"comparison":"exactly","event_name":"e","metric":"count","value":0}} });
take({ "filter": {"custom_event":{"comparison":"before","event_name":"e","metric":"first","value":"1970-01-01"}} });
take({ "filter": {"purchase":{"comparison":"more_than","metric":"count","value":2}} });
take({ "filter": {"purchase":{"comparison":"is_blank","metric":"last","product_id":"p"}} });
take({ "filter": {"purchase":{"comparison":"more_than","metric":"money_spent","value":2}} });
take({ "filter": {"session":{"comparison":"more_than","metric":"count","value":2}} });
take({ "filter": {"session":{"app":"a","comparison":"more_than","metric":"count","value":2}} });
take({ "filter": {"session":{"app":"a","comparison":"less_than_x_days_ago","metric":"first","value":2}} });
take({ "filter": {"app":{"comparison":"includes_value","value":"a"}} });
take({ "filter": {"app":{"app":"a","attribute_name":"version","comparison":"less_than","value":"1.10.0"}} });
take({ "filter": {"app":{"app":"a","attribute_name":"version","comparison":"exactly","value":"1.99999999999999999999"}} });
take({ "filter": {"device":{"attribute_name":"model","comparison":"contains_any_of","value":["i"]}} });
take({ "filter": {"device":{"attribute_name":"count","comparison":"equals","value":0}} });
take({ "filter": {"device":{"attribute_name":"ad_tracking_enabled","comparison":"true"}} });
take({ "filter": {"location":{"circle":{"latitude":48.2,"longitude":16.4,"radius_km":5},"comparison":"inside"}} });
take({ "filter": {"location":{"comparison":"outside","polygon":[[0,0],[1,0],[1,1],[0,0]]}} });
take({ "filter": {"location":{"comparison":"is_not_blank"}} });
take({ "filter": {"random_bucket":{"comparison":"less_than","value":9999}} });
take({ "filter": {"message":{"comparison":"is","kind":"campaign","metric":"received","name":"n","value":true}} });
take({ "filter": {"message":{"comparison":"is_not","kind":"campaign","metric":"in_control","name":"n","value":true}} });
take({ "filter": {"message":{"comparison":"greater_than_x_days_ago","kind":"campaign","metric":"last_received","name":"n","value":3}} });
take({ "filter": {"message":{"comparison":"is_any_of","kind":"campaign","metric":"variation","name":"n","value":["A"]}} });
take({ "filter": {"message":{"api_id":"i","comparison":"is","kind":"canvas_step","metric":"received","value":false}} });
take({ "filter": {"message":{"comparison":"is","kind":"card","metric":"engaged","name":"n","value":true}} });
take({ "filter": {"channel_reachable":{"channel":"ios_push","comparison":"is","value":true}} });
take({ "filter": {"install_attribution":{"attribute_name":"adgroup","comparison":"is_any_of","value":["a"]}} });
take({ "filter": {"recurring_day":{"attribute_name":"dob","comparison":"on","value":"02-29"}} });
take({ "filter": {"recurring_day":{"comparison":"before","custom_attribute_name":"x","value":"12-31"}} });
take({ "filter": {"recurring_day":{"comparison":"less_than_x_days_in_the_future","custom_attribute_name":"x","value":7}} });
take({ "filter": {"segment_membership":{"comparison":"does_not_include_value","value":"Buyers"}} });
take({ "filter": {"custom_event":{"comparison":"more_than","days":30,"event_name":"e","metric":"count_in_days","value":50}} });
take({ "filter": {"custom_event":{"comparison":"less_than","days":1,"event_name":"e","metric":"property_in_days","property":{"comparison":"equals","name":"size","value":"L"},"value":0}} });
take({ "filter": {"purchase":{"comparison":"exactly","days":7,"metric":"count_in_days","value":1}} });
take({ "filter": {"purchase":{"comparison":"more_than","days":7,"metric":"money_in_days","value":99.5}} });
take({ "filter": {"purchase":{"comparison":"exactly","days":7,"metric":"property_in_days","product_id":"p","property":{"comparison":"equals","name":"size","value":"L"},"value":1}} });
take({ "filter": {"purchase":{"comparison":"exactly","metric":"money_spent","product_id":"p","value":1}} });
take({ "filter": {"session":{"comparison":"exactly","days":7,"metric":"count_in_days","value":1}} });
take({ "filter": {"session":{"comparison":"more_than","metric":"median_duration_s","value":61.5}} });
take({ "filter": {"message":{"comparison":"is","kind":"canvas","metric":"clicked","name":"n","value":true}} });
take({ "filter": {"subscription_group":{"comparison":"is_not","subscription_group_id":"g","value":"subscribed"}} });
take({ "filter": {"channel_reachable":{"channel":"email","comparison":"is","value":true}} });
take({ "filter": {"channel_reachable":{"channel":"sms","comparison":"is_not","value":true}} });
// @ts-expect-error json.not_an_object at 
take([]);
// @ts-expect-error segment.near_field at /~?0
take({"filters":{}});
// @ts-expect-error segment.unknown_field at /~?0
take({"AND":[]});
// @ts-expect-error segment.wrong_type at /name
take({"name":5});
take({"name":""});
// @ts-expect-error segment.unknown_word at /apps
take({"apps":"al"});
// @ts-expect-error segment.near_word at /apps
take({"apps":"ALL"});
// @ts-expect-error segment.wrong_type at /apps
take({"apps":null});
// @ts-expect-error segment.missing at /apps
take({"apps":{}});
take({"apps":{"any_of":[]}});
// @ts-expect-error segment.wrong_type at /apps/any_of
take({"apps":{"any_of":"a"}});
// @ts-expect-error segment.wrong_type at /apps/any_of/1
take({"apps":{"any_of":["a",5,""]}});
// @ts-expect-error segment.missing at /apps
take({"apps":{"anyof":["a"]}});
// @ts-expect-error segment.wrong_type at /exclude
take({"exclude":{}});
// @ts-expect-error segment.wrong_type at /exclude/0
take({"exclude":[5]});
take({"exclude":[{"default_attribute":{"attribute_name":"country","comparison":"is_none_of","value":"DE"}},{"default_attribute":{"attribute_name":"country","comparison":"not_equal","value":"AT"}}]});
// @ts-expect-error segment.wrong_type at /filter
take({ "filter": null });
// @ts-expect-error segment.one_key at /filter
take({ "filter": {} });
// @ts-expect-error segment.wrong_type at /filter/AND
take({ "filter": {"AND":{}} });
take({ "filter": {"OR":[]} });
// @ts-expect-error segment.one_key at /filter/AND/1
take({ "filter": {"AND":[{"OR":[]},{},[]]} });
// @ts-expect-error segment.one_key at /filter
take({ "filter": {"AND":[{"random_bucket":{"comparison":"exactly","value":1}}],"OR":[{"random_bucket":{"comparison":"exactly","value":1}}]} });
// @ts-expect-error segment.unknown_filter at /filter/~?0
take({ "filter": {"NOT":{"random_bucket":5}} });
// @ts-expect-error segment.unknown_filter at /filter/~?0
take({ "filter": {"and":[]} });
// @ts-expect-error segment.near_filter at /filter/~?0
take({ "filter": {"custom_atribute":[]} });
// @ts-expect-error segment.wrong_type at /filter/custom_attribute
take({ "filter": {"custom_attribute":"plan"} });
// @ts-expect-error segment.missing at /filter/custom_attribute
take({ "filter": {"custom_attribute":{}} });
// @ts-expect-error segment.near_operator at /filter/custom_attribute/comparison
take({ "filter": {"custom_attribute":{"comparison":"is_any_off","custom_attribute_name":"","value":5}} });
// @ts-expect-error segment.wrong_type at /filter/custom_attribute/comparison
take({ "filter": {"custom_attribute":{"comparison":5,"custom_attribute_name":"x"}} });
// @ts-expect-error segment.missing at /filter/custom_attribute
take({ "filter": {"custom_attribute":{"comparison":"equals","custom_attribute_name":"x"}} });
// @ts-expect-error segment.value_type at /filter/custom_attribute/value
take({ "filter": {"custom_attribute":{"comparison":"equals","custom_attribute_name":"x","value":["a"]}} });
// @ts-expect-error segment.value_type at /filter/custom_attribute/value
take({ "filter": {"custom_attribute":{"comparison":"exactly","custom_attribute_name":"x","value":"5"}} });
// @ts-expect-error segment.value_type at /filter/custom_attribute/value/1
take({ "filter": {"custom_attribute":{"comparison":"is_any_of","custom_attribute_name":"x","value":["a",5,null]}} });
take({ "filter": {"custom_attribute":{"comparison":"is_any_of","custom_attribute_name":"x","value":[]}} });
// @ts-expect-error segment.value_type at /filter/custom_attribute/value
take({ "filter": {"custom_attribute":{"comparison":"includes_value","custom_attribute_name":"x","value":["a"]}} });
// @ts-expect-error segment.operator_type at /filter/custom_attribute/comparison
take({ "filter": {"custom_attribute":{"comparison":"is","custom_attribute_name":"x","value":true}} });
take({ "filter": {"custom_attribute":{"comparison":"before","custom_attribute_name":"x","value":"2024-02-30"}} });
// @ts-expect-error segment.value_type at /filter/custom_attribute/value
take({ "filter": {"custom_attribute":{"comparison":"before","custom_attribute_name":"x","value":1700000000}} });
take({ "filter": {"custom_attribute":{"comparison":"before","custom_attribute_name":"x","value":"Wed 01 31 09:00:00.UTC 2024"}} });
take({ "filter": {"custom_attribute":{"comparison":"less_than_x_days_ago","custom_attribute_name":"x","value":1000001}} });
// @ts-expect-error segment.unknown_field at /filter/custom_attribute/circle
take({ "filter": {"custom_attribute":{"circle":{},"comparison":"exists","custom_attribute_name":"x"}} });
// @ts-expect-error segment.unknown_field at /filter/custom_attribute/~?0
take({ "filter": {"custom_attribute":{"__proto__x":{},"comparison":"exists","custom_attribute_name":"x"}} });
// @ts-expect-error segment.missing at /filter/nested_custom_attribute
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x"}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":"a[].b[].c"}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":"a..b"}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":""}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":"a.$b"}} });
take({ "filter": {"nested_custom_attribute":{"comparison":"exists","custom_attribute_name":"x","path":"a.[].b"}} });
take({ "filter": {"nested_custom_attribute":{"all_of":[{"comparison":"exists","path":"c"}],"custom_attribute_name":"x","path":"a.b"}} });
take({ "filter": {"nested_custom_attribute":{"all_of":[],"custom_attribute_name":"x","path":"[]"}} });
// @ts-expect-error segment.wrong_type at /filter/nested_custom_attribute/all_of/0
take({ "filter": {"nested_custom_attribute":{"all_of":[5,{"comparison":"exists","path":"[].a"},{"comparison":"is","path":"a"},{"comparison":"exists"}],"custom_attribute_name":"x","path":"[]"}} });
// @ts-expect-error segment.field_not_here at /filter/nested_custom_attribute/comparison
take({ "filter": {"nested_custom_attribute":{"all_of":[{"comparison":"exists","path":"a"}],"comparison":"exists","custom_attribute_name":"x","path":"[]"}} });
// @ts-expect-error segment.missing at /filter/default_attribute
take({ "filter": {"default_attribute":{"comparison":"exists"}} });
// @ts-expect-error segment.near_attribute at /filter/default_attribute/attribute_name
take({ "filter": {"default_attribute":{"attribute_name":"Home City","comparison":"exists"}} });
// @ts-expect-error segment.unknown_attribute at /filter/default_attribute/attribute_name
take({ "filter": {"default_attribute":{"attribute_name":"shoe_size","comparison":"exist"}} });
// @ts-expect-error segment.operator_type at /filter/default_attribute/comparison
take({ "filter": {"default_attribute":{"attribute_name":"country","comparison":"more_than","value":5}} });
// @ts-expect-error segment.value_type at /filter/default_attribute/value
take({ "filter": {"default_attribute":{"attribute_name":"country","comparison":"equals","value":5}} });
// @ts-expect-error segment.near_word at /filter/email_subscription_status/value
take({ "filter": {"email_subscription_status":{"comparison":"is","value":"optedin"}} });
// @ts-expect-error segment.operator_type at /filter/push_subscription_status/comparison
take({ "filter": {"push_subscription_status":{"comparison":"equals","value":"subscribed"}} });
// @ts-expect-error segment.partner at /filter/partner_cohort/partner
take({ "filter": {"partner_cohort":{"comparison":"includes_value","partner":"","value":5}} });
// @ts-expect-error segment.missing at /filter/custom_event
take({ "filter": {"custom_event":{"comparison":"exactly","event_name":"e","metric":"property_in_days","value":1}} });
take({ "filter": {"custom_event":{"comparison":"exactly","days":0,"event_name":"e","metric":"count_in_days","value":51}} });
take({ "filter": {"custom_event":{"comparison":"exactly","days":1.5,"event_name":"e","metric":"count_in_days","value":0.5}} });
// @ts-expect-error segment.wrong_type at /filter/custom_event/days
take({ "filter": {"custom_event":{"comparison":"exactly","days":"7","event_name":"e","metric":"count_in_days","value":1}} });
// @ts-expect-error segment.missing at /filter/custom_event/property
take({ "filter": {"custom_event":{"comparison":"exactly","days":7,"event_name":"e","metric":"property_in_days","property":{"comparison":"equal","nme":"p","value":1},"value":1}} });
// @ts-expect-error segment.field_not_here at /filter/custom_event/property
take({ "filter": {"custom_event":{"comparison":"exactly","event_name":"e","metric":"count","property":{},"value":1}} });
// @ts-expect-error segment.near_word at /filter/purchase/metric
take({ "filter": {"purchase":{"comparison":"exactly","metric":"money_spend","value":1}} });
// @ts-expect-error segment.wrong_type at /filter/session/metric
take({ "filter": {"session":{"comparison":"exactly","metric":5,"value":1}} });
// @ts-expect-error segment.missing at /filter/app
take({ "filter": {"app":{"attribute_name":"version","comparison":"less_than","value":1.2}} });
take({ "filter": {"app":{"app":"a","attribute_name":"version","comparison":"less_than","value":"1..2"}} });
// @ts-expect-error segment.field_not_here at /filter/app/app
take({ "filter": {"app":{"app":"a","comparison":"includes_value","value":"a"}} });
// @ts-expect-error segment.near_attribute at /filter/device/attribute_name
take({ "filter": {"device":{"attribute_name":"modell","comparison":"exists"}} });
// @ts-expect-error segment.missing at /filter/location
take({ "filter": {"location":{"comparison":"inside"}} });
// @ts-expect-error segment.field_not_here at /filter/location/value
take({ "filter": {"location":{"circle":{"latitude":0,"longitude":0,"radius_km":1},"comparison":"inside","value":5}} });
// @ts-expect-error segment.field_not_here at /filter/location/circle
take({ "filter": {"location":{"circle":{"latitude":0,"longitude":0,"radius_km":1},"comparison":"is_blank"}} });
// @ts-expect-error segment.one_of at /filter/location/polygon
take({ "filter": {"location":{"circle":{"latitude":0,"longitude":0,"radius_km":1},"comparison":"inside","polygon":[]}} });
// @ts-expect-error segment.missing at /filter/location/circle
take({ "filter": {"location":{"circle":{"latitude":-90.5,"lon":0,"radius_km":-1},"comparison":"inside"}} });
// @ts-expect-error segment.corners at /filter/location/polygon/1
take({ "filter": {"location":{"comparison":"inside","polygon":[[0,0],[1],[0,91]]}} });
take({ "filter": {"location":{"comparison":"inside","polygon":[[0,0],[1,1],[0,0]]}} });
take({ "filter": {"random_bucket":{"comparison":"less_than","value":10000}} });
// @ts-expect-error segment.missing at /filter/message
take({ "filter": {"message":{"comparison":"is","kind":"push","metric":"received","value":"true"}} });
// @ts-expect-error segment.near_word at /filter/channel_reachable/channel
take({ "filter": {"channel_reachable":{"channel":"emial","comparison":"is","value":true}} });
// @ts-expect-error segment.missing at /filter/recurring_day
take({ "filter": {"recurring_day":{"comparison":"on","value":"1-31"}} });
// @ts-expect-error segment.unknown_word at /filter/recurring_day/attribute_name
take({ "filter": {"recurring_day":{"attribute_name":"created_at","comparison":"on","value":"01-31"}} });
// @ts-expect-error segment.one_of at /filter/recurring_day/custom_attribute_name
take({ "filter": {"recurring_day":{"attribute_name":"dob","comparison":"less_than_x_days_ago","custom_attribute_name":"x","value":1.5}} });
take({ "filter": {"OR":[{"custom_attribute":{"comparison":"not_equal","custom_attribute_name":"x","value":1}},{"custom_attribute":{"comparison":"not_equal","custom_attribute_name":"y","value":1}},{"custom_attribute":{"comparison":"equals","custom_attribute_name":"x","value":2}},{"custom_attribute":{"comparison":"is_not_blank","custom_attribute_name":"x"}},{"custom_attribute":{"comparison":"does_not_match_regex","custom_attribute_name":"x","value":"a"}}]} });
take({ "filter": {"AND":[{"custom_attribute":{"comparison":"not_equal","custom_attribute_name":"x","value":1}},{"custom_attribute":{"comparison":"not_equal","custom_attribute_name":"x","value":2}}]} });
take({ "filter": {"OR":[{"session":{"comparison":"not_equal","days":7,"metric":"count_in_days","value":1}},{"session":{"comparison":"not_equal","days":14,"metric":"count_in_days","value":1}}]} });
