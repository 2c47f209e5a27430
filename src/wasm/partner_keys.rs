//! `workspace.partners`: data import keys.

use super::workspace::{RawWorkspace, give};
use crate::workspace::partner_keys::{Issued, KeyInfo, NoRandomness};
use alloc::vec::Vec;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// A key as it may be told: without itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyOut<'a> {
    partner: &'a str,
    id: &'a str,
    issued_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

impl<'a> KeyOut<'a> {
    fn of(partner: &'a str, info: &'a KeyInfo, key: Option<&'a str>) -> KeyOut<'a> {
        KeyOut {
            partner,
            id: &info.id,
            issued_at: info.issued_at_ms,
            expires_at: info.expires_at_ms,
            key,
        }
    }
}

fn give_issued(partner: &str, issued: Result<Issued, NoRandomness>) -> Result<JsValue, JsError> {
    let issued = issued.map_err(|_| JsError::new("the host has no secure random bits"))?;
    give(&KeyOut::of(partner, &issued.info, Some(&issued.key)))
}

#[wasm_bindgen]
impl RawWorkspace {
    /// A new key, shown this once.
    pub fn issue_key(&mut self, partner: &str, now_ms: f64) -> Result<JsValue, JsError> {
        let issued = self.inner.partner_keys.issue(partner, now_ms);
        give_issued(partner, issued)
    }

    /// A new key in place of the others, which work until `until_ms`.
    pub fn rotate_key(
        &mut self,
        partner: &str,
        now_ms: f64,
        until_ms: f64,
    ) -> Result<JsValue, JsError> {
        let keys = &mut self.inner.partner_keys;
        let issued = keys.rotate(partner, now_ms, Some(until_ms));
        give_issued(partner, issued)
    }

    /// Forgets a key; false if there is none of this id.
    pub fn revoke_key(&mut self, partner: &str, id: &str) -> bool {
        self.inner.partner_keys.revoke(partner, id)
    }

    /// The keys of a partner, or of all without one.
    pub fn list_keys(&self, partner: Option<alloc::string::String>) -> Result<JsValue, JsError> {
        let keys = &self.inner.partner_keys;
        let wanted = |name: &&str| partner.as_deref().is_none_or(|partner| partner == *name);
        let keys: Vec<KeyOut<'_>> = keys
            .partners()
            .filter(wanted)
            .flat_map(|name| {
                keys.list(name)
                    .map(move |info| KeyOut::of(name, info, None))
            })
            .collect();
        give(&keys)
    }

    /// The partner's key whose text was written as the first `len` bytes, if it works now.
    pub fn verify_key(&self, partner: &str, len: usize, now_ms: f64) -> Result<JsValue, JsError> {
        let keys = &self.inner.partner_keys;
        match keys.verify(partner, self.input.get(len), now_ms) {
            Some(info) => give(&KeyOut::of(partner, info, None)),
            None => Ok(JsValue::UNDEFINED),
        }
    }
}
