//! Profiles as nearly all are written, read in one pass with nothing told.
//!
//! Whatever is odd, wrong or new ends this, and the profile is read anew by the reader that knows
//! everything and tells what is wrong. Both leave the same draft.

use super::export::on_earth;
use super::fields::Holds;
use super::intake::Intake;
use super::rails_zones::iana;
use super::template::{Seen, Template, What};
use crate::identity::{ProfileIdKind, ProfileIds};
use crate::json::{Fast, Text};
use crate::limits::MAX_ID_BYTES;
use crate::problem::Span;
use crate::profile::{AttributeIx, Draft, Namespace};
use alloc::vec::Vec;

/// Levels of lists and objects that are followed here.
const DEPTH: u32 = 16;
/// Keys of an object that are compared with each other here.
const KEYS: usize = 24;

/// What is learned from one profile for the next.
#[derive(Default)]
pub struct Quick {
    profile: Template,
    custom: Template,
    texts: Texts,
}

/// Memory for texts with escapes, and the keys of the objects at hand.
#[derive(Default)]
struct Texts {
    decoded: Vec<u8>,
    keys: Vec<Text>,
}

/// The ids of devices in a list of them.
struct DeviceIds<'a> {
    ids: &'a mut ProfileIds,
    /// Has each device said its id, another one, and nothing else?
    is_bare: bool,
}

impl Texts {
    /// Passes a text and answers what it reads as.
    #[inline(always)]
    fn read<'t, 'a: 't>(&'t mut self, fast: &mut Fast<'a>) -> Option<&'t [u8]> {
        if let Some(plain) = fast.plain_text() {
            return Some(plain);
        }
        let text = fast.text(&mut self.decoded)?;
        Some(if text.is_escaped() {
            &self.decoded
        } else {
            text.raw(fast.bytes())
        })
    }
}

impl Intake<'_> {
    /// Reads a profile into ids and draft, and answers where it stands; `None` where that is to be done
    /// the slow way, and then both are of no use.
    pub(super) fn quick_profile(&mut self, line: &[u8], ids: &mut ProfileIds) -> Option<Span> {
        let fast = &mut Fast::new(line);
        let mut seen = Seen::default();
        self.quick.texts.keys.clear();
        fast.peek()?;
        let start = fast.offset();
        if !fast.pass(b'{') {
            return None;
        }
        loop {
            let what =
                self.quick
                    .profile
                    .key(fast, &mut seen, Namespace::Default, self.profiles)?;
            if fast.peek()? == b'n' {
                null(fast)?;
            } else {
                self.quick_field(what, fast, ids)?;
            }
            if !fast.pass(b',') {
                break;
            }
        }
        let end = fast.pass(b'}').then(|| fast.offset())?;
        fast.is_done().then(|| Span::new(start, end))
    }

    #[inline(always)]
    fn quick_field(&mut self, what: What, fast: &mut Fast<'_>, ids: &mut ProfileIds) -> Option<()> {
        if let What::CustomAttributes = what {
            return self.quick_custom(fast);
        }
        let texts = &mut self.quick.texts;
        match what {
            What::ExternalId => id(ProfileIdKind::External, fast, texts, ids),
            What::BrazeId => id(ProfileIdKind::Braze, fast, texts, ids),
            What::Aliases => aliases(fast, texts, ids),
            What::CustomAttributes => None,
            What::Devices(attribute) => {
                self.has_bare_devices = devices(attribute, fast, texts, self.draft, ids)?;
                Some(())
            }
            What::PushTokens(attribute) => {
                self.has_push_tokens = true;
                devices(attribute, fast, texts, self.draft, ids)?;
                Some(())
            }
            What::Attribute(at, holds) => {
                let first = fast.peek()?;
                match holds {
                    Some(Holds::Coordinates) => {
                        let pair = coordinates(fast)?;
                        let (longitude, latitude) = on_earth(self.coordinates, pair.0, pair.1)?;
                        self.draft.list(at).ok()?;
                        self.draft.number_item(longitude).ok()?;
                        self.draft.number_item(latitude).ok()?;
                        return self.draft.end().ok();
                    }
                    Some(Holds::TimeZone) => {
                        let text = texts.read(fast)?;
                        let text = iana(text).map_or(text, str::as_bytes);
                        return self.draft.text(at, text).ok();
                    }
                    Some(Holds::Text) if first != b'"' => return None,
                    Some(Holds::Number) if first != b'-' && !first.is_ascii_digit() => return None,
                    Some(Holds::Bool) if first != b't' && first != b'f' => return None,
                    Some(Holds::List) if first != b'[' => return None,
                    Some(Holds::Devices | Holds::Attributes) => return None,
                    _ => {}
                }
                attribute(at, first, fast, texts, self.draft)
            }
        }
    }

    fn quick_custom(&mut self, fast: &mut Fast<'_>) -> Option<()> {
        if !fast.pass(b'{') {
            return None;
        }
        if fast.pass(b'}') {
            return Some(());
        }
        let mut seen = Seen::default();
        loop {
            let what = self
                .quick
                .custom
                .key(fast, &mut seen, Namespace::Custom, self.profiles)?;
            let What::Attribute(at, _) = what else {
                return None;
            };
            let first = fast.peek()?;
            attribute(at, first, fast, &mut self.quick.texts, self.draft)?;
            if !fast.pass(b',') {
                return fast.pass(b'}').then_some(());
            }
        }
    }
}

/// A list of two numbers.
fn coordinates(fast: &mut Fast<'_>) -> Option<(f64, f64)> {
    if !fast.pass(b'[') {
        return None;
    }
    fast.peek()?;
    let first = fast.number()?;
    if !fast.pass(b',') {
        return None;
    }
    fast.peek()?;
    let second = fast.number()?;
    fast.pass(b']').then_some((first, second))
}

fn null(fast: &mut Fast<'_>) -> Option<()> {
    fast.rest().starts_with(b"null").then(|| fast.advance(4))
}

/// An id that is neither empty nor too long.
fn id(
    kind: ProfileIdKind,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    ids: &mut ProfileIds,
) -> Option<()> {
    let text = texts.read(fast).filter(|text| is_id(text))?;
    ids.push(kind, text);
    Some(())
}

fn is_id(text: &[u8]) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
}

/// A list of objects that have a name and a label each and nothing else.
fn aliases(fast: &mut Fast<'_>, texts: &mut Texts, ids: &mut ProfileIds) -> Option<()> {
    if !fast.pass(b'[') {
        return None;
    }
    if fast.pass(b']') {
        return Some(());
    }
    loop {
        if !fast.pass(b'{') {
            return None;
        }
        let mut parts = [None; 2];
        for number in 0..2 {
            if number > 0 && !fast.pass(b',') {
                return None;
            }
            let key = fast.text(&mut texts.decoded)?;
            let part = match key.raw(fast.bytes()) {
                b"alias_name" => 0,
                b"alias_label" => 1,
                _ => return None,
            };
            if !fast.pass(b':') {
                return None;
            }
            let text = fast.text(&mut texts.decoded)?;
            let text = (!text.is_escaped()).then(|| text.raw(fast.bytes()))?;
            if !is_id(text) || parts.get_mut(part)?.replace(text).is_some() {
                return None;
            }
        }
        let [Some(name), Some(label)] = parts else {
            return None;
        };
        ids.push_alias(name, label);
        if !fast.pass(b'}') {
            return None;
        }
        if !fast.pass(b',') {
            return fast.pass(b']').then_some(());
        }
    }
}

/// A list of devices or push tokens; true if each said its id, another one, and nothing else.
fn devices(
    attribute: AttributeIx,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    draft: &mut Draft,
    ids: &mut ProfileIds,
) -> Option<bool> {
    if !fast.pass(b'[') {
        return None;
    }
    draft.list(attribute).ok()?;
    let mut devices = DeviceIds { ids, is_bare: true };
    if fast.pass(b']') {
        draft.end().ok()?;
        return Some(false);
    }
    let mut index = 0;
    loop {
        if !fast.pass(b'{') {
            return None;
        }
        draft.begin_object().ok()?;
        members(fast, texts, draft, DEPTH - 1, Some((&mut devices, index)))?;
        index += 1;
        if !fast.pass(b',') {
            break;
        }
    }
    draft.end().ok()?;
    fast.pass(b']').then_some(devices.is_bare)
}

/// An attribute's value, whose first byte this is.
#[inline]
fn attribute(
    at: AttributeIx,
    first: u8,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    draft: &mut Draft,
) -> Option<()> {
    match first {
        b'"' => draft.text(at, texts.read(fast)?).ok(),
        b'-' | b'0'..=b'9' => draft.number(at, fast.number()?).ok(),
        b't' | b'f' => draft.bool(at, fast.flag()?).ok(),
        b'n' => null(fast),
        b'[' => {
            draft.list(at).ok()?;
            fast.advance(1);
            elements(fast, texts, draft, DEPTH - 1)
        }
        b'{' => {
            draft.object(at).ok()?;
            fast.advance(1);
            members(fast, texts, draft, DEPTH - 1, None)
        }
        _ => None,
    }
}

/// An element or the value of a member.
fn item(fast: &mut Fast<'_>, texts: &mut Texts, draft: &mut Draft, depth: u32) -> Option<()> {
    match fast.peek()? {
        b'"' => draft.text_item(texts.read(fast)?).ok(),
        b'-' | b'0'..=b'9' => draft.number_item(fast.number()?).ok(),
        b't' | b'f' => draft.bool_item(fast.flag()?).ok(),
        b'n' => {
            null(fast)?;
            draft.null_item().ok()
        }
        b'[' => {
            draft.begin_list().ok()?;
            fast.advance(1);
            elements(fast, texts, draft, depth.checked_sub(1)?)
        }
        b'{' => {
            draft.begin_object().ok()?;
            fast.advance(1);
            members(fast, texts, draft, depth.checked_sub(1)?, None)
        }
        _ => None,
    }
}

/// The rest of a list.
fn elements(fast: &mut Fast<'_>, texts: &mut Texts, draft: &mut Draft, depth: u32) -> Option<()> {
    if !fast.pass(b']') {
        loop {
            item(fast, texts, draft, depth)?;
            if !fast.pass(b',') {
                break;
            }
        }
        if !fast.pass(b']') {
            return None;
        }
    }
    draft.end().ok()
}

/// The rest of an object; of a device, which has this index in its list, the ids are noted.
fn members(
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    draft: &mut Draft,
    depth: u32,
    mut device: Option<(&mut DeviceIds<'_>, u32)>,
) -> Option<()> {
    let first = texts.keys.len();
    let mut count = 0;
    if !fast.pass(b'}') {
        loop {
            let key = fast.text(&mut texts.decoded)?;
            if key.is_escaped() || !fast.pass(b':') {
                return None;
            }
            let name = key.raw(fast.bytes());
            let before = texts.keys.get(first..)?;
            if before.len() >= KEYS || before.iter().any(|key| key.raw(fast.bytes()) == name) {
                return None;
            }
            texts.keys.try_reserve(1).ok()?;
            texts.keys.push(key);
            draft.key(name).ok()?;
            count += 1;
            match &mut device {
                Some((devices, index)) if matches!(name, b"device_id" | b"idfv") => {
                    device_id(fast, texts, draft, devices, name == b"device_id", *index)?;
                }
                _ => item(fast, texts, draft, depth)?,
            }
            if !fast.pass(b',') {
                break;
            }
        }
        if !fast.pass(b'}') {
            return None;
        }
    }
    texts.keys.truncate(first);
    if let Some((devices, _)) = device {
        devices.is_bare &= count == 1;
    }
    draft.end().ok()
}

/// The id of a device, for which its number among the profile's is kept.
fn device_id(
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    draft: &mut Draft,
    devices: &mut DeviceIds<'_>,
    is_device_id: bool,
    index: u32,
) -> Option<()> {
    if fast.peek()? == b'n' {
        devices.is_bare = false;
        null(fast)?;
        return draft.null_item().ok();
    }
    let text = texts.read(fast).filter(|text| is_id(text))?;
    devices.ids.push(ProfileIdKind::Device, text);
    let number = devices.ids.device_number(text);
    devices.is_bare &= is_device_id && number == Some(index);
    match number {
        Some(number) => draft.id_item(number).ok(),
        None => draft.text_item(text).ok(),
    }
}
