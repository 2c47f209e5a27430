//! The specification of a users request as slow and obvious code: what a check must answer for a
//! body whose grammar is good and whose keys are each there once.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests"
)]

use kohort::payload::braze::users_request::{Counts, KindCounts};
use serde_json::{Map, Value};

/// The longest id that can match anybody, and the most ids of one request, in Braze's words.
const MAX_ID_BYTES: usize = 997;
const MAX_IDS: usize = 1_000;

/// What the check must answer. Codes are sorted; lints are left out.
#[derive(Default, PartialEq, Debug)]
pub struct Verdict {
    pub errors: Vec<&'static str>,
    pub warnings: Vec<&'static str>,
    pub status: u16,
    pub counts: Counts,
}

/// An id as text, if it is one.
#[derive(Clone, PartialEq)]
enum Id {
    User(String),
    Device(String),
    Alias(String, String),
    Invalid,
}

/// Judges a users request.
pub fn judge_users(body: &Value, strict: bool) -> Verdict {
    let mut verdict = Verdict::default();
    let Some(fields) = body.as_object() else {
        verdict.errors.push("json.not_an_object");
        return verdict.finish();
    };
    let known = [
        "partner_api_key",
        "client_secret",
        "cohort_id",
        "cohort_changes",
    ];
    verdict.unknown(fields, &known);
    if fields.get("partner_api_key").is_none_or(is_no_key) {
        verdict.errors.push("auth.partner_api_key_missing");
    }
    if fields.get("client_secret").is_none_or(is_no_key) {
        verdict.errors.push("auth.client_secret_missing");
    }
    match fields.get("cohort_id") {
        None => verdict.errors.push("cohort_id.missing"),
        Some(Value::String(id)) if id.is_empty() => verdict.depending(strict, "cohort_id.empty"),
        Some(Value::String(_)) => {}
        Some(_) => verdict.errors.push("cohort_id.not_a_string"),
    }
    let mut received: Vec<(Id, bool)> = Vec::new();
    match fields.get("cohort_changes") {
        None => verdict.errors.push("cohort_changes.missing"),
        Some(Value::Array(changes)) => {
            for change in changes {
                match change.as_object() {
                    None => verdict.errors.push("cohort_change.not_an_object"),
                    Some(change) => verdict.change(change, strict, &mut received),
                }
            }
            if received.len() > MAX_IDS {
                verdict.errors.push("ids.too_many");
            }
        }
        Some(_) => verdict.errors.push("cohort_changes.not_an_array"),
    }
    verdict.repeats(&received);
    verdict.finish()
}

fn is_no_key(value: &Value) -> bool {
    value.as_str().is_none_or(str::is_empty)
}

impl Verdict {
    fn change(
        &mut self,
        change: &Map<String, Value>,
        strict: bool,
        received: &mut Vec<(Id, bool)>,
    ) {
        let lists = ["user_ids", "device_ids", "aliases"];
        self.unknown(
            change,
            &["user_ids", "device_ids", "aliases", "should_remove"],
        );
        if !lists.iter().any(|list| change.contains_key(*list)) {
            self.errors.push("cohort_change.no_ids");
        } else if strict && !change.contains_key("user_ids") {
            self.warnings.push("cohort_change.user_ids_absent");
        }
        let remove = match change.get("should_remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => {
                self.errors.push("should_remove.not_a_boolean");
                false
            }
        };
        let side = if remove {
            &mut self.counts.remove
        } else {
            &mut self.counts.add
        };
        let mut kinds = KindCounts::default();
        let mut found = Vec::new();
        for (list, kind) in [("user_ids", 0), ("device_ids", 1)] {
            match change.get(list) {
                None => {}
                Some(Value::Array(ids)) => {
                    for id in ids {
                        found.push(match (id.as_str(), kind) {
                            (None, _) => Err("id.not_a_string"),
                            (Some(id), 0) => Ok(Id::User(id.into())),
                            (Some(id), _) => Ok(Id::Device(id.into())),
                        });
                    }
                    *if kind == 0 {
                        &mut kinds.external_ids
                    } else {
                        &mut kinds.device_ids
                    } += ids.len() as u32;
                }
                Some(_) => self.errors.push("ids.not_an_array"),
            }
        }
        let aliases: Vec<&Value> = match change.get("aliases") {
            None => Vec::new(),
            Some(Value::Array(aliases)) => aliases.iter().collect(),
            Some(one @ Value::Object(_)) => {
                match strict {
                    true => self.errors.push("aliases.single_object"),
                    false => self.warnings.push("aliases.single_object"),
                }
                vec![one]
            }
            Some(_) => {
                self.errors.push("aliases.not_an_array");
                Vec::new()
            }
        };
        kinds.aliases = aliases.len() as u32;
        side.external_ids += kinds.external_ids;
        side.device_ids += kinds.device_ids;
        side.aliases += kinds.aliases;
        for id in found {
            let id = id.unwrap_or_else(|code| {
                self.errors.push(code);
                Id::Invalid
            });
            if let Id::User(text) | Id::Device(text) = &id {
                self.length(text, strict);
            }
            received.push((id, remove));
        }
        for alias in aliases {
            let id = self.alias(alias, strict);
            received.push((id, remove));
        }
    }

    fn alias(&mut self, alias: &Value, strict: bool) -> Id {
        let Some(fields) = alias.as_object() else {
            self.errors.push("alias.not_an_object");
            return Id::Invalid;
        };
        self.unknown(fields, &["alias_name", "alias_label"]);
        let mut part = |field: &str| match fields.get(field) {
            None => {
                self.errors.push("alias.field_missing");
                None
            }
            Some(Value::String(text)) => {
                self.length(text, strict);
                Some(text.clone())
            }
            Some(_) => {
                self.errors.push("alias.field_not_a_string");
                None
            }
        };
        match (part("alias_name"), part("alias_label")) {
            (Some(name), Some(label)) => Id::Alias(name, label),
            _ => Id::Invalid,
        }
    }

    fn length(&mut self, text: &str, strict: bool) {
        if text.is_empty() {
            self.depending(strict, "id.empty");
        } else if text.len() > MAX_ID_BYTES {
            self.warnings.push("id.too_long");
        }
    }

    fn unknown(&mut self, fields: &Map<String, Value>, known: &[&str]) {
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            self.warnings.push(match key.as_str() {
                "__proto__" => "field.proto",
                _ => "field.unknown",
            });
        }
    }

    fn depending(&mut self, strict: bool, code: &'static str) {
        if strict {
            &mut self.errors
        } else {
            &mut self.warnings
        }
        .push(code);
    }

    /// Each id that was there before is a conflict if it now comes in its second direction for the
    /// first time, else a duplicate.
    fn repeats(&mut self, received: &[(Id, bool)]) {
        self.counts.total = received.len() as u32;
        for (index, (id, remove)) in received.iter().enumerate() {
            let before: Vec<bool> = received[..index]
                .iter()
                .filter(|(other, _)| *id != Id::Invalid && other == id)
                .map(|&(_, remove)| remove)
                .collect();
            if before.is_empty() {
                self.counts.distinct += 1;
            } else if before.contains(remove) {
                self.counts.duplicates += 1;
                self.warnings.push("id.duplicate");
            } else {
                self.counts.conflicts += 1;
                self.warnings.push("id.conflict");
            }
        }
    }

    /// The status is that of the first row of Braze's table that applies.
    fn finish(mut self) -> Verdict {
        self.errors.sort_unstable();
        self.warnings.sort_unstable();
        let rows: [(&[&str], u16); 5] = [
            (&["json."], 400),
            (&["auth."], 401),
            (&["cohort_id."], 400),
            (
                &[
                    "cohort_changes.",
                    "cohort_change.",
                    "ids.not",
                    "id.",
                    "alias.",
                    "aliases.",
                    "should_remove.",
                ],
                400,
            ),
            (&["ids.too_many"], 400),
        ];
        self.status = rows
            .iter()
            .find(|(areas, _)| {
                self.errors
                    .iter()
                    .any(|code| areas.iter().any(|area| code.starts_with(area)))
            })
            .map_or(200, |&(_, status)| status);
        self
    }
}
