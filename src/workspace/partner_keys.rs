//! Data import keys: what a partner sends as `client_secret`, issued here and shown once.
//!
//! A key is 256 random bits. Only its SHA-256 is kept: with so many bits nothing slower is needed,
//! and who reads the store learns no key.

use crate::hash::sha256::{Digest, Sha256};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding};
use subtle::{ConditionallySelectable, ConstantTimeEq};

/// Begins every key, so that a leaked one is recognised for what it is.
const PREFIX: &str = "kohort_";

type Hash = [u8; 32];

/// The host has no secure random bits, so there can be no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoRandomness;

/// A key that is kept.
struct Stored {
    info: KeyInfo,
    hash: Hash,
}

/// What may be told of a key.
#[derive(Clone, PartialEq)]
pub struct KeyInfo {
    /// Its name, for revoking it. Random, and says nothing of the key.
    pub id: String,
    /// **Units**: milliseconds since 1970.
    pub issued_at_ms: f64,
    /// When it stops working, if it does. **Units**: milliseconds since 1970.
    pub expires_at_ms: Option<f64>,
}

/// A new key, which is shown this once. `Debug` says nothing.
pub struct Issued {
    /// What may be told of it.
    pub info: KeyInfo,
    /// The key.
    pub key: String,
}

impl core::fmt::Debug for Issued {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Issued(..)")
    }
}

/// The data import keys of all partners. `Debug` says nothing.
#[derive(Default)]
pub struct PartnerKeys {
    partners: BTreeMap<String, Vec<Stored>>,
}

impl core::fmt::Debug for PartnerKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PartnerKeys(..)")
    }
}

impl PartnerKeys {
    /// A new key besides those that the partner has.
    ///
    /// **Errors**: [`NoRandomness`].
    pub fn issue(&mut self, partner: &str, now_ms: f64) -> Result<Issued, NoRandomness> {
        let mut bits = [0; 32];
        let mut id = [0; 9];
        getrandom::fill(&mut bits).map_err(|_| NoRandomness)?;
        getrandom::fill(&mut id).map_err(|_| NoRandomness)?;
        let key = String::from(PREFIX) + &Base64UrlUnpadded::encode_string(&bits);
        let info = KeyInfo {
            id: Base64UrlUnpadded::encode_string(&id),
            issued_at_ms: now_ms,
            expires_at_ms: None,
        };
        let keys = self.partners.entry(partner.into()).or_default();
        keys.push(Stored {
            info: info.clone(),
            hash: Sha256::digest(key.as_bytes()).into(),
        });
        Ok(Issued { info, key })
    }

    /// A new key in the place of all that the partner has. Those work until `until_ms`, or no more
    /// without it.
    ///
    /// **Errors**: [`NoRandomness`], and the old keys work on.
    pub fn rotate(
        &mut self,
        partner: &str,
        now_ms: f64,
        until_ms: Option<f64>,
    ) -> Result<Issued, NoRandomness> {
        let issued = self.issue(partner, now_ms)?;
        let keys = self.partners.entry(partner.into()).or_default();
        let until = until_ms.unwrap_or(now_ms);
        for key in keys.iter_mut().filter(|key| key.info.id != issued.info.id) {
            // A key that ends earlier still does.
            let ends = key.info.expires_at_ms.unwrap_or(f64::INFINITY);
            key.info.expires_at_ms = Some(ends.min(until));
        }
        Ok(issued)
    }

    /// Forgets a key, which works no more; false if the partner has none of this id.
    pub fn revoke(&mut self, partner: &str, id: &str) -> bool {
        let Some(keys) = self.partners.get_mut(partner) else {
            return false;
        };
        let before = keys.len();
        keys.retain(|key| key.info.id != id);
        before != keys.len()
    }

    /// The partner's keys in the order of their issue, also those that have ended.
    pub fn list(&self, partner: &str) -> impl Iterator<Item = &KeyInfo> {
        let keys = self.partners.get(partner).map_or(&[][..], Vec::as_slice);
        keys.iter().map(|key| &key.info)
    }

    /// The partners that ever had a key.
    pub fn partners(&self) -> impl Iterator<Item = &str> {
        self.partners.keys().map(String::as_str)
    }

    /// The partner's key that this is, if it works now.
    ///
    /// All keys of all partners are compared, each in constant time, so that the time taken tells
    /// neither how much of a key is right nor which one it is.
    pub fn verify(&self, partner: &str, key: &[u8], now_ms: f64) -> Option<&KeyInfo> {
        let hash: Hash = Sha256::digest(key).into();
        let all: Vec<(bool, &Stored)> = self
            .partners
            .iter()
            .flat_map(|(name, keys)| keys.iter().map(move |key| (name == partner, key)))
            .collect();
        // The place of the key plus one; 0 for none.
        let mut found = 0u32;
        for (place, (_, stored)) in (1u32..).zip(&all) {
            found.conditional_assign(&place, stored.hash.ct_eq(&hash));
        }
        let (is_own, stored) = all.get(found.checked_sub(1)? as usize)?;
        // Written so that a time that is no number lets nobody in.
        let works = stored
            .info
            .expires_at_ms
            .is_none_or(|expires| now_ms < expires);
        (*is_own && works).then_some(&stored.info)
    }
}
