//! The two keys of a request, compared in constant time.

use crate::hash::sha256::{Digest, Sha256};
use crate::json::Text;
use crate::problem::Code;
use alloc::vec::Vec;
use subtle::{Choice, ConstantTimeEq};

type Hash = [u8; 32];

/// The keys that are let in, as their SHA-256: all of one length, so that a comparison takes the
/// same time whatever is compared. Without any key of a kind, every non-empty one is let in.
#[derive(Default)]
pub struct Keys {
    partner_api_keys: Vec<Hash>,
    client_secrets: Vec<Hash>,
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// Which of the two keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// `partner_api_key`, the partner's.
    PartnerApiKey,
    /// `client_secret`, the customer's data import key.
    ClientSecret,
}

impl Key {
    const fn missing(self) -> Code {
        match self {
            Key::PartnerApiKey => Code::AuthPartnerKeyMissing,
            Key::ClientSecret => Code::AuthClientSecretMissing,
        }
    }

    const fn wrong(self) -> Code {
        match self {
            Key::PartnerApiKey => Code::AuthPartnerKeyWrong,
            Key::ClientSecret => Code::AuthClientSecretWrong,
        }
    }
}

impl Keys {
    /// Lets in one key more.
    pub fn allow(&mut self, key: Key, text: &[u8]) {
        let list = match key {
            Key::PartnerApiKey => &mut self.partner_api_keys,
            Key::ClientSecret => &mut self.client_secrets,
        };
        list.push(Sha256::digest(text).into());
    }

    /// Why the key is not let in, `None` if it is.
    pub(super) fn refusal(&self, key: Key, text: Text, body: &[u8]) -> Option<Code> {
        if text.is_empty() {
            return Some(key.missing());
        }
        (!self.fits(key, text, body)).then(|| key.wrong())
    }

    /// Looks at all keys of the kind, also after one fits, so that the time tells nothing.
    fn fits(&self, key: Key, text: Text, body: &[u8]) -> bool {
        let list = match key {
            Key::PartnerApiKey => &self.partner_api_keys,
            Key::ClientSecret => &self.client_secrets,
        };
        if list.is_empty() {
            return true;
        }
        let hash: Hash = Sha256::digest(text.decode(body)).into();
        list.iter()
            .fold(Choice::from(0), |fits, known| fits | known.ct_eq(&hash))
            .into()
    }
}
