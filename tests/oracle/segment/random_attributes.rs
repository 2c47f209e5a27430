//! Conditions on custom attributes by chance, and on what lies within them.

use super::random_bodies::{comparing, values};
use super::random_operands::{ARRAYS, BOOLS, NUMBERS, PRESENCE, TEXTS, TIMES, pick};
use super::{Chance, World};
use serde_json::{Value, json};

/// Operators by the type that an attribute mostly has, at times by another.
fn operators_for(c: &mut Chance, usual: &'static [&'static str]) -> &'static [&'static str] {
    if c.one_in(8) {
        pick(
            c,
            &[
                &TEXTS[..],
                &NUMBERS[..],
                &BOOLS[..],
                &ARRAYS[..],
                &TIMES[..],
            ],
        )
    } else {
        usual
    }
}

pub fn custom(c: &mut Chance, world: &World) -> Value {
    let (name, usual) = pick(
        c,
        &[
            ("plan", &TEXTS[..]),
            ("score", &NUMBERS[..]),
            ("vip", &BOOLS[..]),
            ("tags", &ARRAYS[..]),
            ("tags", &ARRAYS[..]),
            ("renewal", &TIMES[..]),
            ("renewal", &TIMES[..]),
            ("mixed", &PRESENCE[..]),
            ("car", &PRESENCE[..]),
            ("never seen", &TEXTS[..]),
        ],
    );
    let operators = match name {
        "mixed" => pick(
            c,
            &[
                &TEXTS[..],
                &NUMBERS[..],
                &BOOLS[..],
                &ARRAYS[..],
                &TIMES[..],
            ],
        ),
        _ => operators_for(c, usual),
    };
    let values = values(world, |profile| {
        vec![profile["custom_attributes"][name].clone()]
    });
    comparing(
        c,
        world,
        operators,
        &values,
        json!({ "custom_attribute_name": name }),
    )
}

pub fn nested(c: &mut Chance, world: &World) -> Value {
    if c.one_in(4) {
        let count = 1 + c.below(3);
        let criteria: Vec<Value> = (0..count)
            .map(|_| {
                let (path, usual) = pet_field(c);
                let values = within(world, "pets", path);
                comparing(c, world, usual, &values, json!({ "path": path }))
            })
            .collect();
        return json!({"custom_attribute_name": "pets", "path": "[]", "all_of": criteria});
    }
    if c.one_in(2) {
        let (field, usual) = pet_field(c);
        let values = within(world, "pets", field);
        let operators = operators_for(c, usual);
        let path = format!("[].{field}");
        let body = json!({"custom_attribute_name": "pets", "path": path});
        return comparing(c, world, operators, &values, body);
    }
    let (path, usual) = pick(
        c,
        &[
            ("model", &TEXTS[..]),
            ("year", &NUMBERS[..]),
            ("electric", &BOOLS[..]),
            ("sold", &TIMES[..]),
            ("options", &ARRAYS[..]),
            ("specs.power", &NUMBERS[..]),
            ("specs.fuel", &TEXTS[..]),
            ("specs", &PRESENCE[..]),
            ("model.brand", &TEXTS[..]),
        ],
    );
    let values = within(world, "car", path);
    let operators = operators_for(c, usual);
    let body = json!({"custom_attribute_name": "car", "path": path});
    comparing(c, world, operators, &values, body)
}

fn pet_field(c: &mut Chance) -> (&'static str, &'static [&'static str]) {
    pick(
        c,
        &[
            ("name", &TEXTS[..]),
            ("age", &NUMBERS[..]),
            ("vaccinated", &BOOLS[..]),
            ("born", &TIMES[..]),
            ("toys", &ARRAYS[..]),
        ],
    )
}

/// What keys lead to within an attribute or the elements of one. Of a time the text.
fn within(world: &World, name: &str, path: &str) -> Vec<Value> {
    let pointer = format!("/{}", path.replace('.', "/"));
    values(world, |profile| {
        let value = &profile["custom_attributes"][name];
        let elements = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        let found = elements
            .iter()
            .filter_map(|element| element.pointer(&pointer));
        found
            .map(|found| found.get("$time").unwrap_or(found).clone())
            .collect()
    })
}
