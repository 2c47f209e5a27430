//! What makes the codes that loading users finds: exports, bodies of `/users/track`, CSV.

use crate::samples::Input;

pub fn samples(add: &mut dyn FnMut(&'static str, Input)) {
    let profiles = |text: &str| Input::Profiles(text.into(), 1 << 20);
    add(
        "profile.not_an_object",
        profiles("{\"external_id\":\"a\"}\n\"b\""),
    );
    add("profile.no_id", profiles("{\"email\":\"ann@example.com\"}"));
    add(
        "profile.wrong_type",
        profiles("{\"external_id\":\"a\",\"devices\":[{\"device_id\":17}]}"),
    );
    let alias = |id: &str| {
        format!(
            r#"{{"external_id":"{id}","user_aliases":[{{"alias_name":"ann","alias_label":"crm"}}]}}"#
        )
    };
    add(
        "profile.alias_taken",
        profiles(&format!("{}\n{}", alias("a"), alias("b"))),
    );
    add(
        "profile.ids_disagree",
        profiles(
            "{\"external_id\":\"a\"}\n{\"braze_id\":\"b\"}\n{\"external_id\":\"a\",\"braze_id\":\"b\"}",
        ),
    );
    add(
        "limit.too_many_attributes",
        Input::Names(
            "{\"external_id\":\"a\",\"country\":\"AT\"}\n{\"external_id\":\"b\",\"custom_attributes\":{\"x\":1,\"y\":1}}",
            2,
        ),
    );
    add(
        "profile.wrong_field",
        Input::Fields("{\"external_id\":\"a\",\"country\":5}"),
    );
    add(
        "profile.number_range",
        Input::Fields("{\"external_id\":\"a\",\"custom_attributes\":{\"x\":1e999}}"),
    );
    add(
        "profile.line_too_long",
        Input::Profiles(
            "{\"external_id\":\"a\"}\n{\"external_id\":\"abcdef\"}".into(),
            20,
        ),
    );
    add("profile.unknown_format", Input::Fields("a;b\n1;2\n"));
    add(
        "track.body",
        Input::Fields("{\"attributes\":[]}\n{\"attributes\":{\"external_id\":\"a\"}}"),
    );
    add(
        "track.identifier",
        Input::Fields("{\"attributes\":[{\"external_id\":\"a\",\"braze_id\":\"b\"}]}"),
    );
    add(
        "track.not_looked_up",
        Input::Fields("{\"attributes\":[{\"email\":\"a@b.c\",\"x\":1}]}"),
    );
    add(
        "track.unknown_user",
        Input::Fields("{\"attributes\":[{\"external_id\":\"a\",\"_update_existing_only\":true}]}"),
    );
    add(
        "track.operation",
        Input::Fields("{\"attributes\":[{\"external_id\":\"a\",\"x\":{\"inc\":\"1\"}}]}"),
    );
    add(
        "track.field",
        Input::Fields("{\"events\":[{\"external_id\":\"a\",\"name\":\"x\",\"time\":\"soon\"}]}"),
    );
    add(
        "track.currency",
        Input::Fields(
            "{\"purchases\":[{\"external_id\":\"a\",\"product_id\":\"p\",\"currency\":\"EUR\",\"price\":1,\"time\":\"2024-01-01\"}]}",
        ),
    );
    let columns = vec!["external_id"; 10_001].join(",");
    for (code, text) in [
        ("text.utf16", "e\0x\0"),
        ("profile.other_format", "{\"external_id\":\"a\"}\n"),
        ("csv.no_header", "\n"),
        ("csv.no_id_column", "email,name\na@x,a\n"),
        ("csv.too_many_columns", &*columns),
        ("csv.duplicate_column", "external_id,x,x\na,1,2\n"),
        ("csv.unnamed_column", "external_id,\na,1\n"),
        ("csv.near_name", "external_id,Email\na,1\n"),
        ("csv.not_in_csv", "external_id,devices\na,1\n"),
        (
            "csv.mixed_ids",
            "external_id,user_alias_name,user_alias_label\n",
        ),
        ("csv.other_header", "external_id,x\na,1\nexternal_id,y\n"),
        ("csv.field_count", "external_id,x\na,1\nb,1,2\n"),
        ("csv.quote", "external_id,x\na,6\" long\n"),
    ] {
        add(code, Input::Csv(text.as_bytes().to_vec()));
    }
    add(
        "csv.invalid_utf8",
        Input::Csv(b"external_id\na\nb\xE4\n".to_vec()),
    );
    let devices: Vec<String> = (0..10_001)
        .map(|n| format!("\n{{\"idfv\":\"{n}\"}}"))
        .collect();
    add(
        "profile.too_many_ids",
        profiles(&format!("[{{\"devices\":[{}]}}]", devices.join(","))),
    );
}
