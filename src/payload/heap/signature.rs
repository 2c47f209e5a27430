//! The header `Heap-Hash: ts:<timestamp>,hmac:<base64>` over a body as it arrived.
//!
//! The message is the text of `ts` as it stands in the header, followed by the bytes of the body.
//! They are never read and written again before: a body with other spaces, `1.0`, escapes, keys
//! that come twice or integers beyond 2^53 would not be the same afterwards.
//!
//! Nothing here tells what the right signature would have been, and the time that a comparison
//! takes does not tell it either.
//!
//! **Why these libraries**: `hmac`, `sha2`, `base64ct` and `subtle` (RustCrypto and dalek, kept up,
//! MIT or Apache-2.0 or BSD) work without the standard library, without a table look-up that
//! depends on the secret, and are a few KB of the edge module.
//!
//! **Source**: heap/heap-api-reference, the sample receiver.

use crate::hash::sha256::Sha256;
use crate::limits;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::{string::String, vec::Vec};
use base64ct::{Base64, Encoding};
use hmac::{KeyInit, Mac, SimpleHmac};
use subtle::{Choice, ConstantTimeEq};

/// Characters of a SHA-256 in Base64, padding included.
const HASH_CHARACTERS: usize = 44;

/// What the last of them may be before the padding: of its six bits two stand for nothing, and are
/// zero.
const ENDS: &[u8; 16] = b"AEIMQUYcgkosw048";

/// The largest time that JavaScript can tell apart from its neighbours.
const MAX_TIMESTAMP_MS: u64 = (1 << 53) - 1;

/// Who may sign, and how long a signature lives.
pub struct Options {
    secrets: Vec<Vec<u8>>,
    /// Milliseconds that the signature may lie in the past.
    pub max_age_ms: f64,
    /// Milliseconds that the signature may lie in the future.
    pub max_future_ms: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            secrets: Vec::new(),
            max_age_ms: limits::SIGNATURE_MAX_AGE_MS,
            max_future_ms: limits::SIGNATURE_MAX_FUTURE_MS,
        }
    }
}

impl core::fmt::Debug for Options {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Options(..)")
    }
}

impl Options {
    /// Lets signatures in that were made with this secret, besides those of the others: two while
    /// a secret is being changed. An empty one lets nothing in, since anybody can sign with it.
    pub fn allow(&mut self, secret: &[u8]) {
        if !secret.is_empty() {
            self.secrets.push(secret.to_vec());
        }
    }
}

/// The answer of [`verify`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// The body is as somebody who knows a secret sent it, and was sent just now.
    Valid {
        /// When it was signed, in milliseconds since 1970.
        timestamp_ms: f64,
    },
    /// The header is missing, or is not one.
    Malformed,
    /// The header is well-formed and does not let the body in.
    Refused,
}

impl Verdict {
    /// The HTTP status to answer with. Heap sends again on any but 2xx, and takes 403 as "bad
    /// signature".
    pub fn status(self) -> u16 {
        match self {
            Verdict::Valid { .. } => 200,
            Verdict::Malformed => 400,
            Verdict::Refused => 403,
        }
    }
}

/// Looks whether `header`, the value of `Heap-Hash`, fits `body`, and whether it is neither too
/// old nor from the future at `now_ms`. What is wrong goes to `problems`, with places in the
/// header's text.
///
/// The two parts may come in either order, with spaces or tabs around each; names are in lower
/// case; no other part may be there, since a sender that adds one has changed its scheme. `ts` is
/// 1 to 16 digits; `hmac` is Base64 with the standard alphabet and its padding.
///
/// The signature is looked at before the time: only who has the secret learns of the window. A
/// time that is not a number lets nothing in.
///
/// **Cost**: one SHA-256 of the body a secret.
pub fn verify(
    body: &[u8],
    header: Option<&[u8]>,
    options: &Options,
    now_ms: f64,
    problems: &mut Problems,
) -> Verdict {
    let Some(header) = header else {
        note(Code::SignatureMissing, "", Span::default(), problems);
        return Verdict::Malformed;
    };
    let verdict = match read(header, problems) {
        Some(signature) => judge(body, header, &signature, options, now_ms, problems),
        None => Verdict::Malformed,
    };
    problems.locate(header);
    verdict
}

/// The value of `Heap-Hash` for a body: for tests and demonstrations.
///
/// **Example**
/// ```
/// use kohort::payload::heap::signature::{Options, sign, verify};
/// use kohort::problem::Problems;
///
/// let header = sign("1690000000000", b"{}", b"a secret");
/// let mut options = Options::default();
/// options.allow(b"a secret");
/// let mut problems = Problems::new(10);
/// let verdict = verify(b"{}", Some(header.as_bytes()), &options, 1_690_000_000_500.0, &mut problems);
/// assert_eq!(verdict.status(), 200);
/// ```
pub fn sign(timestamp: &str, body: &[u8], secret: &[u8]) -> String {
    let mut room = [0; HASH_CHARACTERS];
    let hash = hash(timestamp.as_bytes(), body, secret, &mut room).unwrap_or_default();
    ["ts:", timestamp, ",hmac:", hash].concat()
}

/// A header as it was read.
struct Signature {
    timestamp: Span,
    timestamp_ms: u64,
    hash: Span,
}

/// Reads the header; `None` where there is a problem, which is noted.
fn read(header: &[u8], problems: &mut Problems) -> Option<Signature> {
    const NAMES: [&str; 2] = ["ts", "hmac"];
    let mut values: [Option<Span>; 2] = [None; 2];
    let mut good = true;
    // Once for what is no part, and once for each name: whoever sends it chooses how many there are.
    let mut told = [false; NAMES.len() + 1];
    let mut note_once = |at: usize, code, name, span, problems: &mut Problems| {
        if let Some(told @ false) = told.get_mut(at) {
            *told = true;
            note(code, name, span, problems);
        }
    };
    let mut start = 0;
    for part in header.split(|&byte| byte == b',') {
        let span = trim(header, Span::new(start, start + part.len()));
        start += part.len() + 1;
        let text = slice(header, span);
        let colon = text.iter().position(|&byte| byte == b':');
        let name = colon.and_then(|colon| text.get(..colon));
        let index = NAMES
            .iter()
            .position(|known| name == Some(known.as_bytes()));
        let (Some(index), Some(colon)) = (index, colon) else {
            note_once(NAMES.len(), Code::SignatureFormat, "", span, problems);
            good = false;
            continue;
        };
        let value = Span::new(span.start + colon + 1, span.end);
        match values.get_mut(index) {
            Some(known @ None) => *known = Some(value),
            _ => {
                let name = NAMES.get(index).copied().unwrap_or("");
                note_once(index, Code::SignatureDuplicate, name, span, problems);
                good = false;
            }
        }
    }
    // A header that is something else altogether has one problem, not three.
    if good {
        for (value, name) in values.iter().zip(NAMES) {
            if value.is_none() {
                let whole = Span::new(0, header.len());
                note(Code::SignaturePart, name, whole, problems);
            }
        }
    }
    let [timestamp, hash] = values;
    let timestamp_ms = timestamp.and_then(|span| read_timestamp(header, span, problems));
    let hash = hash.and_then(|span| read_hash(header, span, problems));
    let signature = Signature {
        timestamp: timestamp?,
        timestamp_ms: timestamp_ms?,
        hash: hash?,
    };
    good.then_some(signature)
}

fn read_timestamp(header: &[u8], span: Span, problems: &mut Problems) -> Option<u64> {
    let digits = slice(header, span);
    let value = digits.iter().try_fold(0u64, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(value * 10 + digit).filter(|value| *value <= MAX_TIMESTAMP_MS)
    });
    let good = value.filter(|_| (1..=16).contains(&digits.len()));
    if good.is_none() {
        note(Code::SignatureTimestamp, "", span, problems);
    }
    good
}

/// Finds that the text may be a SHA-256 in Base64.
fn read_hash(header: &[u8], span: Span, problems: &mut Problems) -> Option<Span> {
    let text = slice(header, span);
    let code = match text {
        _ if !looks_like_base64(text) => Code::SignatureBase64,
        [digits @ .., last, b'='] if digits.len() + 2 == HASH_CHARACTERS && *last != b'=' => {
            if ENDS.iter().any(|end| end == last) {
                return Some(span);
            }
            Code::SignatureBase64
        }
        _ => Code::SignatureLength,
    };
    note(code, "", span, problems);
    None
}

/// Groups of four characters of the alphabet, the last padded.
fn looks_like_base64(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let digits = text.get(..text.len() - padding).unwrap_or(&[]);
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && padding <= 2 && digits.iter().all(known)
}

fn judge(
    body: &[u8],
    header: &[u8],
    signature: &Signature,
    options: &Options,
    now_ms: f64,
    problems: &mut Problems,
) -> Verdict {
    let timestamp = slice(header, signature.timestamp);
    let mut fits = Choice::from(0);
    // All secrets, also after one fits, so that the time does not tell which.
    for secret in &options.secrets {
        let mut room = [0; HASH_CHARACTERS];
        if let Some(hash) = hash(timestamp, body, secret, &mut room) {
            fits |= hash.as_bytes().ct_eq(slice(header, signature.hash));
        }
    }
    if !bool::from(fits) {
        note(Code::SignatureMismatch, "", signature.hash, problems);
        return Verdict::Refused;
    }
    let timestamp_ms = signature.timestamp_ms as f64;
    let age_ms = now_ms - timestamp_ms;
    // Asked in the positive, so that NaN lets nothing in.
    let code = if age_ms <= options.max_age_ms && -age_ms <= options.max_future_ms {
        return Verdict::Valid { timestamp_ms };
    } else if age_ms < 0.0 {
        Code::SignatureFuture
    } else {
        Code::SignatureExpired
    };
    note(code, "", signature.timestamp, problems);
    Verdict::Refused
}

/// HMAC-SHA256 over both, one after the other, in Base64.
///
/// WHY: what would be right is written in Base64, and what was sent is never read from it: that
/// would take more code, and there is only one way to write a hash.
fn hash<'r>(
    timestamp: &[u8],
    body: &[u8],
    secret: &[u8],
    room: &'r mut [u8; HASH_CHARACTERS],
) -> Option<&'r str> {
    // A key of any length is taken, so there is always an answer.
    let mut mac = SimpleHmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(timestamp);
    mac.update(body);
    Base64::encode(&mac.finalize().into_bytes(), room).ok()
}

fn slice(header: &[u8], span: Span) -> &[u8] {
    header.get(span.start..span.end).unwrap_or(&[])
}

/// Without spaces and tabs at both ends.
fn trim(header: &[u8], span: Span) -> Span {
    let text = slice(header, span);
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let Some(first) = text.iter().position(is_text) else {
        return Span::new(span.start, span.start);
    };
    let last = text.iter().rposition(is_text).unwrap_or(first);
    Span::new(span.start + first, span.start + last + 1)
}

#[cold]
#[inline(never)]
fn note(code: Code, name: &'static str, span: Span, problems: &mut Problems) {
    problems.push(Finding::error(code).name(name), &Path::Root, span);
}
