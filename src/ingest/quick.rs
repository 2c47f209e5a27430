//! Profiles as nearly all are written, read in one pass with nothing told.
//!
//! Whatever is odd, wrong or new ends this, and the profile is read anew by the reader that knows
//! everything and tells what is wrong. Both leave the same values.

use super::export::{Coordinates, on_earth};
use super::fields::{self, Holds};
use super::members::Names;
use super::newcomers::Batch;
use super::template::{Seen, Template, What};
use crate::identity::{ProfileIdKind, ProfileIds};
use crate::json::{Fast, Number, Text};
use crate::limits::MAX_ID_BYTES;
use crate::problem::Span;
use crate::profile::{AttributeIx, Namespace, Profiles, Values};
use alloc::vec::Vec;

/// Levels of lists and objects that are followed here.
const DEPTH: u32 = 16;
/// Keys of an object that are compared with each other here.
const KEYS: usize = 24;

/// What is learned from one profile for the next, of one store of profiles.
#[derive(Default)]
pub struct Quick {
    profile: Template,
    custom: Template,
    texts: Texts,
    pub(super) batch: Batch,
}

/// Memory for texts with escapes, the keys of the objects at hand that are not remembered, and those
/// that are.
#[derive(Default)]
struct Texts {
    decoded: Vec<u8>,
    keys: Vec<Text>,
    names: Names,
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

/// A profile that was read.
pub(super) struct Read {
    /// Where it stands in its text.
    pub(super) span: Span,
    /// Its devices, and whether they say no more than their ids.
    pub(super) devices: Option<(AttributeIx, bool)>,
    pub(super) has_push_tokens: bool,
}

impl Quick {
    /// Reads a profile into ids and values; `None` where that is to be done the slow way, and then
    /// both are of no use.
    pub(super) fn read<V: Values>(
        &mut self,
        line: &[u8],
        coordinates: Coordinates,
        to: &mut V,
        ids: &mut ProfileIds,
    ) -> Option<Read> {
        let fast = &mut Fast::new(line);
        let mut seen = Seen::default();
        self.texts.keys.clear();
        fast.peek()?;
        let mut read = Read {
            span: Span::new(fast.offset(), fast.offset()),
            devices: None,
            has_push_tokens: false,
        };
        if !fast.pass(b'{') {
            return None;
        }
        loop {
            let what = self.profile.key(fast, &mut seen)?;
            let first = fast.peek()?;
            if first == b'n' {
                null(fast)?;
            } else {
                let texts = &mut self.texts;
                match what {
                    What::Nothing => return self.profile.forget(&seen),
                    What::ExternalId => id(ProfileIdKind::External, fast, texts, ids)?,
                    What::BrazeId => id(ProfileIdKind::Braze, fast, texts, ids)?,
                    What::Aliases => aliases(fast, texts, ids)?,
                    What::CustomAttributes => custom(&mut self.custom, fast, texts, to)?,
                    What::Devices(at) => {
                        read.devices = Some((at, devices(at, fast, texts, to, ids)?));
                    }
                    What::PushTokens(at) => {
                        read.has_push_tokens = true;
                        devices(at, fast, texts, to, ids)?;
                    }
                    What::Attribute(at, None) => value(Some(at), first, fast, texts, to, DEPTH)?,
                    What::Attribute(at, Some(holds)) => {
                        held(at, holds, first, fast, texts, coordinates, to)?;
                    }
                }
            }
            if !fast.pass(b',') {
                break;
            }
        }
        read.span.end = fast.pass(b'}').then(|| fast.offset())?;
        fast.is_done().then_some(read)
    }

    /// Remembers what a profile had that was not known, for the next one.
    #[inline]
    pub(super) fn learn(&mut self, profiles: &mut Profiles) {
        self.profile.learn(Namespace::Default, profiles);
        self.custom.learn(Namespace::Custom, profiles);
    }
}

/// A field that holds values of one type.
#[inline]
fn held<V: Values>(
    at: AttributeIx,
    holds: Holds,
    first: u8,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    order: Coordinates,
    to: &mut V,
) -> Option<()> {
    let fits = match holds {
        Holds::Coordinates => {
            let (first, second) = coordinates(fast)?;
            let (longitude, latitude) = on_earth(order, first, second)?;
            to.begin(Some(at), false)?;
            to.number(None, longitude)?;
            to.number(None, latitude)?;
            return to.end();
        }
        Holds::Day => {
            let text = texts.read(fast)?;
            return to.time(at, fields::day(text)?, text);
        }
        Holds::State | Holds::TimeZone => {
            let text = holds.text(texts.read(fast)?)?;
            return to.text(Some(at), text);
        }
        Holds::Text => first == b'"',
        Holds::Number => first == b'-' || first.is_ascii_digit(),
        Holds::Bool => first == b't' || first == b'f',
        Holds::List => first == b'[',
        Holds::Devices | Holds::Attributes => false,
    };
    if !fits {
        return None;
    }
    value(Some(at), first, fast, texts, to, DEPTH)
}

/// The object of custom attributes.
fn custom<V: Values>(
    keys: &mut Template,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
) -> Option<()> {
    if !fast.pass(b'{') {
        return None;
    }
    if fast.pass(b'}') {
        return Some(());
    }
    let mut seen = Seen::default();
    loop {
        let what = keys.key(fast, &mut seen)?;
        match (fast.peek()?, what) {
            (b'n', _) => null(fast)?,
            (first, What::Attribute(at, _)) => value(Some(at), first, fast, texts, to, DEPTH)?,
            _ => return keys.forget(&seen),
        }
        if !fast.pass(b',') {
            return fast.pass(b'}').then_some(());
        }
    }
}

/// A list of two numbers.
fn coordinates(fast: &mut Fast<'_>) -> Option<(f64, f64)> {
    if !fast.pass(b'[') {
        return None;
    }
    fast.peek()?;
    let first = fast.number()?.value();
    if !fast.pass(b',') {
        return None;
    }
    fast.peek()?;
    let second = fast.number()?.value();
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
fn devices<V: Values>(
    attribute: AttributeIx,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
    ids: &mut ProfileIds,
) -> Option<bool> {
    if !fast.pass(b'[') {
        return None;
    }
    to.begin(Some(attribute), false)?;
    let mut devices = DeviceIds { ids, is_bare: true };
    if fast.pass(b']') {
        to.end()?;
        return Some(false);
    }
    let mut index = 0;
    loop {
        if !fast.pass(b'{') {
            return None;
        }
        to.begin(None, true)?;
        members(fast, texts, to, DEPTH - 1, Some((&mut devices, index)))?;
        index += 1;
        if !fast.pass(b',') {
            break;
        }
    }
    to.end()?;
    fast.pass(b']').then_some(devices.is_bare)
}

/// A value, which is not null: an attribute's, or an element or the value of a member.
#[inline(always)]
fn value<V: Values>(
    at: Option<AttributeIx>,
    first: u8,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
    depth: u32,
) -> Option<()> {
    match first {
        b'"' => to.text(at, texts.read(fast)?),
        b'-' | b'0'..=b'9' => match fast.number()? {
            Number::Decimal { whole, scale } => to.decimal(at, whole, scale),
            Number::Double(value) => to.number(at, value),
        },
        b't' | b'f' => to.bool(at, fast.flag()?),
        _ => composite(at, first, fast, texts, to, depth),
    }
}

/// A list or an object.
#[inline(never)]
fn composite<V: Values>(
    at: Option<AttributeIx>,
    first: u8,
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
    depth: u32,
) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    fast.advance(1);
    match first {
        b'[' => {
            to.begin(at, false)?;
            elements(fast, texts, to, depth)
        }
        b'{' => {
            to.begin(at, true)?;
            members(fast, texts, to, depth, None)
        }
        _ => None,
    }
}

/// An element or the value of a member.
fn item<V: Values>(fast: &mut Fast<'_>, texts: &mut Texts, to: &mut V, depth: u32) -> Option<()> {
    match fast.peek()? {
        b'n' => {
            null(fast)?;
            to.null_item()
        }
        first => value(None, first, fast, texts, to, depth),
    }
}

/// The rest of a list.
fn elements<V: Values>(
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
    depth: u32,
) -> Option<()> {
    if !fast.pass(b']') {
        loop {
            // Mostly they are texts.
            match fast.plain_text() {
                Some(text) => to.text(None, text)?,
                None => item(fast, texts, to, depth)?,
            }
            if !fast.pass(b',') {
                break;
            }
        }
        if !fast.pass(b']') {
            return None;
        }
    }
    to.end()
}

/// The rest of an object; of a device, which has this index in its list, the ids are noted.
fn members<V: Values>(
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
    depth: u32,
    mut device: Option<(&mut DeviceIds<'_>, u32)>,
) -> Option<()> {
    let first = texts.keys.len();
    let (mut count, mut seen) = (0, 0);
    if !fast.pass(b'}') {
        loop {
            let mut is_id = None;
            if let Some(at) = texts.names.pass(fast) {
                let bit = 1_u64 << at;
                if seen & bit != 0 {
                    return None;
                }
                seen |= bit;
                let (name, memo) = texts.names.name(at)?;
                if device.is_some() {
                    is_id = id_of_device(name);
                }
                to.key(name, Some(memo))?;
            } else {
                let name = other_key(fast, texts, first)?;
                if device.is_some() {
                    is_id = id_of_device(name);
                }
                to.key(name, None)?;
            }
            count += 1;
            match (&mut device, is_id) {
                (Some((devices, index)), Some(is_device_id)) => {
                    device_id(fast, texts, to, devices, is_device_id, *index)?;
                }
                (Some((devices, _)), None) => {
                    devices.is_bare = false;
                    item(fast, texts, to, depth)?;
                }
                (None, _) => item(fast, texts, to, depth)?,
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
    to.end()
}

/// Passes a key that is not remembered, and the colon; `None` where it came before in its object, whose such
/// keys are the ones from `first` on.
#[inline(never)]
fn other_key<'a>(fast: &mut Fast<'a>, texts: &mut Texts, first: usize) -> Option<&'a [u8]> {
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
    Some(name)
}

/// Is it a key of a device's id, and then is it `device_id`?
fn id_of_device(key: &[u8]) -> Option<bool> {
    match key {
        b"device_id" => Some(true),
        b"idfv" => Some(false),
        _ => None,
    }
}

/// The id of a device, for which its number among the profile's is kept.
fn device_id<V: Values>(
    fast: &mut Fast<'_>,
    texts: &mut Texts,
    to: &mut V,
    devices: &mut DeviceIds<'_>,
    is_device_id: bool,
    index: u32,
) -> Option<()> {
    if fast.peek()? == b'n' {
        devices.is_bare = false;
        null(fast)?;
        return to.null_item();
    }
    let text = texts.read(fast).filter(|text| is_id(text))?;
    devices.ids.push(ProfileIdKind::Device, text);
    let number = devices.ids.device_number(text);
    devices.is_bare &= is_device_id && number == Some(index);
    match number {
        Some(number) => to.id_item(number),
        None => to.text(None, text),
    }
}
