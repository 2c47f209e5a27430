//! One pass over the rows of one attribute, which takes out of each what conditions with one source need.

use super::points::{Builder as PointBuilder, Points};
use super::source::{Source, What};
use super::terms::{APART, Builder, EMPTY, LIST, OBJECT, Terms};
use crate::identity::directory::Full;
use crate::identity::{ProfileIdKind, UserIx};
use crate::profile::{
    AttributeIx, BLOCK_USERS, BLOCK_WORDS, Derived, Namespace, Packed, Profiles, Scalar, Sought,
    Time, Tree,
};
use crate::segment::ask::{World, is_true, member};
use crate::segment::messages::engaged;
use crate::segment::seen::Seen;
use crate::segment::{MessageKind, MessageName, Step};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What happened to a user with a message, as bits of a number.
pub(super) mod message {
    pub(in super::super) const RECEIVED: u8 = 1;
    pub(in super::super) const ENGAGED: u8 = 2;
    pub(in super::super) const CLICKED: u8 = 4;
    pub(in super::super) const CONVERTED: u8 = 8;
    /// There is a row of a control group.
    pub(in super::super) const CONTROL: u8 = 16;
    /// There is a row.
    pub(in super::super) const ANY: u8 = 32;
}

/// The platforms of tokens that messages may be sent to, as bits of a number; 1 is any of them.
pub(super) const PLATFORMS: [(&[u8], u8); 3] = [(b"ios", 2), (b"android", 4), (b"web", 8)];

/// What was taken out of rows.
pub(super) struct Kept {
    /// A single value a user.
    pub(super) column: Arc<Derived>,
    /// Values of which a user may have several.
    pub(super) terms: Terms,
    /// Places on the earth.
    pub(super) points: Points,
}

impl Kept {
    /// Bytes of memory taken.
    pub(super) fn bytes(&self) -> usize {
        self.column.bytes() + self.terms.bytes() + self.points.bytes()
    }
}

/// What is taken so far.
struct Taker {
    column: Derived,
    terms: Builder,
    points: PointBuilder,
    /// The first user of the block at hand.
    first: UserIx,
}

/// The keys of rows that are looked for.
struct Rows<'t> {
    name: Option<Sought<'t>>,
    name_key: Sought<'t>,
    field: Sought<'t>,
}

impl<'t> Rows<'t> {
    fn new(profiles: &Profiles, name: Option<&'t [u8]>, field: &'t str) -> Rows<'t> {
        Rows {
            name: name.map(|name| profiles.sought(name)),
            name_key: profiles.sought(b"name"),
            field: profiles.sought(field.as_bytes()),
        }
    }

    /// The field of each row of that name.
    #[inline]
    fn fields<'a>(&self, list: Packed<'a>) -> impl Iterator<Item = Option<Packed<'a>>> {
        list.rows().filter_map(move |row| {
            let Some(wanted) = self.name else {
                return Some(row.member(self.field));
            };
            let [name, field] = row.members(&[self.name_key, self.field]);
            name.is_some_and(|name| name.is_text(wanted))
                .then_some(field)
        })
    }
}

/// The keys of rows about a message.
struct Messages<'t> {
    kind: MessageKind,
    is: Sought<'t>,
    key: Sought<'t>,
    control: Sought<'t>,
    steps: Sought<'t>,
}

impl<'t> Messages<'t> {
    fn new(profiles: &Profiles, kind: MessageKind, message: &'t MessageName) -> Messages<'t> {
        let (key, is) = match message {
            MessageName::Name(name) => ("name", name),
            MessageName::Id(id) => (kind.places().id, id),
        };
        Messages {
            kind,
            is: profiles.sought(is),
            key: profiles.sought(key.as_bytes()),
            control: profiles.sought(b"in_control"),
            steps: profiles.sought(b"steps_received"),
        }
    }

    /// Calls with each row about the message, and whether it is of a control group. A step's Canvas says
    /// whether its user is in the control group.
    fn each(
        &self,
        list: Packed<'_>,
        each: &mut dyn FnMut(Packed<'_>, bool) -> Result<(), Full>,
    ) -> Result<(), Full> {
        let is_it = |row: &Packed<'_>| row.member(self.key).is_some_and(|it| it.is_text(self.is));
        for row in list.rows() {
            let in_control = || {
                let control = row.member(self.control);
                is_true(Seen::from(control.map(Packed::tree)))
            };
            if self.kind != MessageKind::CanvasStep {
                if is_it(&row) {
                    each(row, in_control())?;
                }
                continue;
            }
            let steps = row.member(self.steps).into_iter().flat_map(Packed::rows);
            for step in steps.filter(is_it) {
                each(step, in_control())?;
            }
        }
        Ok(())
    }
}

fn seen(packed: Option<Packed<'_>>) -> Seen<'_> {
    Seen::from(packed.map(Packed::tree))
}

/// Takes a source's values out of all rows. After each block `hold` is told how many bytes are taken so far.
///
/// **Errors**: [`Full`], also where it would take more than `max_bytes`, or where `hold` says so.
///
/// **Cost**: a pass over the rows, each up to the attribute; of how many devices there are, a pass over all ids.
pub(super) fn build(
    source: &Source<'_>,
    world: &World<'_>,
    max_bytes: usize,
    hold: &mut dyn FnMut(usize) -> Result<(), Full>,
) -> Result<Kept, Full> {
    let profiles = world.profiles;
    let mut taker = Taker {
        column: profiles.derived(max_bytes),
        terms: Builder::new(profiles.seed(), max_bytes),
        points: PointBuilder::default(),
        first: 0,
    };
    let attribute = profiles
        .attribute_of(source.namespace, source.attribute)
        .filter(|&attribute| profiles.has_trees(attribute));
    if let What::Devices = source.what {
        taker.devices(attribute, world, hold)?;
    } else if let Some(attribute) = attribute {
        taker.rows(source, attribute, profiles, hold)?;
    }
    Ok(Kept {
        column: Arc::new(taker.column),
        terms: taker.terms.end(),
        points: taker.points.end(),
    })
}

impl Taker {
    fn rows(
        &mut self,
        source: &Source<'_>,
        attribute: AttributeIx,
        profiles: &Profiles,
        hold: &mut dyn FnMut(usize) -> Result<(), Full>,
    ) -> Result<(), Full> {
        let mut pass = |each: &mut dyn FnMut(&mut Taker, u16, Packed<'_>) -> Result<(), Full>| {
            for block in 0..profiles.packed_blocks() {
                self.first = UserIx::from(block) * BLOCK_USERS as UserIx;
                profiles.each_packed(attribute, block, |at, packed| each(self, at, packed))?;
                self.terms.end_block()?;
                self.points.end_block()?;
                hold(self.bytes())?;
            }
            Ok(())
        };
        match source.what {
            What::Value { path, elements } => {
                let keys = keys(profiles, path)?;
                pass(&mut |taker, at, packed| match lead(packed, &keys) {
                    Some(packed) => taker.value(at, packed, elements),
                    None => Ok(()),
                })
            }
            What::Time { path } => {
                let keys = keys(profiles, path)?;
                let key = profiles.sought(b"$time");
                pass(&mut |taker, at, packed| {
                    let time = lead(packed, &keys).and_then(|packed| packed.member(key));
                    taker.time(at, seen(time).time())
                })
            }
            What::Times { name, field, last } => {
                let rows = Rows::new(profiles, name, field);
                pass(&mut |taker, at, packed| {
                    let times = rows.fields(packed).filter_map(|field| seen(field).time());
                    taker.time(at, if last { times.max() } else { times.min() })
                })
            }
            What::Sum { name, field } => {
                let rows = Rows::new(profiles, name, field);
                pass(&mut |taker, at, packed| {
                    let mut sum = 0.0;
                    for field in rows.fields(packed) {
                        if let Seen::Number(number) = seen(field) {
                            sum += number;
                        }
                    }
                    taker.number(at, sum)
                })
            }
            What::Fields { name, field } => {
                let rows = Rows::new(profiles, name, field);
                pass(&mut |taker, at, packed| {
                    for (field, number) in rows.fields(packed).zip(0..) {
                        // Who has no row of a name is told apart.
                        if number == 0 && name.is_some() {
                            taker.terms.mark(LIST, at)?;
                        }
                        taker.field(profiles, at, field)?;
                    }
                    Ok(())
                })
            }
            What::Message(kind, message) => {
                let messages = Messages::new(profiles, kind, message);
                pass(&mut |taker, at, packed| {
                    let mut bits = 0;
                    messages.each(packed, &mut |row, in_control| {
                        bits |= message_bits(row, in_control);
                        Ok(())
                    })?;
                    taker.number(at, f64::from(bits))
                })
            }
            What::Received(kind, message) => {
                let messages = Messages::new(profiles, kind, message);
                let last = profiles.sought(kind.places().last.as_bytes());
                pass(&mut |taker, at, packed| {
                    let mut latest = None;
                    messages.each(packed, &mut |row, in_control| {
                        if !in_control {
                            latest = latest.max(seen(row.member(last)).time());
                        }
                        Ok(())
                    })?;
                    taker.time(at, latest)
                })
            }
            What::Variations(kind, message) => {
                let messages = Messages::new(profiles, kind, message);
                let variation = profiles.sought(b"variation_name");
                pass(&mut |taker, at, packed| {
                    messages.each(packed, &mut |row, _| {
                        taker.field(profiles, at, row.member(variation))
                    })
                })
            }
            What::Group { id } => {
                let id = profiles.sought(id);
                let keys = [&b"subscription_group_id"[..], b"subscription_state"];
                let keys = keys.map(|key| profiles.sought(key));
                pass(&mut |taker, at, packed| {
                    let mut groups = packed.rows().map(|row| row.members(&keys));
                    let group = groups.find(|[is, _]| is.is_some_and(|is| is.is_text(id)));
                    let state = group.and_then(|[_, state]| state).map(Packed::tree);
                    match state {
                        Some(Tree::Scalar(state @ (Scalar::Text(_) | Scalar::Time(_)))) => {
                            taker.column.push(taker.first + UserIx::from(at), state)
                        }
                        _ => Ok(()),
                    }
                })
            }
            What::Tokens => {
                let keys = [&b"notifications_enabled"[..], b"platform"];
                let keys = keys.map(|key| profiles.sought(key));
                pass(&mut |taker, at, packed| {
                    let rows = packed.rows().map(|row| row.members(&keys).map(seen));
                    let enabled = rows.filter(|&[enabled, _]| is_true(enabled));
                    let bits =
                        enabled.fold(0, |bits, [_, platform]| bits | platform_bits(platform));
                    taker.number(at, f64::from(bits))
                })
            }
            What::Point => pass(&mut |taker, at, packed| {
                let elements = packed.elements().into_iter();
                let elements = elements.flat_map(|(_, elements)| elements);
                let mut numbers = elements.filter_map(|element| match seen(Some(element)) {
                    Seen::Number(number) => Some(number),
                    _ => None,
                });
                match (numbers.next(), numbers.next()) {
                    (Some(longitude), Some(latitude)) => taker.points.push(at, longitude, latitude),
                    _ => Ok(()),
                }
            }),
            What::Devices => Ok(()),
        }
    }

    /// How many devices there are of each user: in the profile, or, where that says no more than their ids, in
    /// the directory.
    fn devices(
        &mut self,
        attribute: Option<AttributeIx>,
        world: &World<'_>,
        hold: &mut dyn FnMut(usize) -> Result<(), Full>,
    ) -> Result<(), Full> {
        const NONE: u32 = u32::MAX;
        let profiles = world.profiles;
        let tokens = profiles.attribute_of(Namespace::Default, b"push_tokens");
        let users = world.directory.len();
        let mut counts: Vec<u32> = Vec::new();
        counts.try_reserve_exact(BLOCK_USERS)?;
        for block in 0..users.div_ceil(BLOCK_USERS) as u16 {
            let first = usize::from(block) * BLOCK_USERS;
            counts.clear();
            counts.resize(BLOCK_USERS.min(users - first), NONE);
            let mut tokens_told = [0; BLOCK_WORDS];
            let mut set = |at: u16, count| {
                if let Some(place) = counts.get_mut(usize::from(at)) {
                    *place = count;
                }
            };
            if let Some(tokens) = tokens {
                for stretch in profiles.stretches(tokens, block) {
                    stretch.present(&mut tokens_told);
                }
                profiles.each_packed(tokens, block, |at, packed| {
                    if !matches!(seen(Some(packed)), Seen::Absent) {
                        set(at, 0);
                    }
                    Ok::<_, Full>(())
                })?;
            }
            if let Some(attribute) = attribute {
                profiles.each_packed(attribute, block, |at, packed| {
                    if let Some((count, _)) = packed.elements() {
                        set(at, count);
                    }
                    Ok::<_, Full>(())
                })?;
            }
            let is_told = |at: u16| {
                let word = tokens_told.get(usize::from(at) / 64);
                word.is_some_and(|word| word >> (at % 64) & 1 != 0)
            };
            self.first = first as UserIx;
            for (&count, at) in counts.iter().zip(0..=u16::MAX) {
                let count = if count != NONE {
                    f64::from(count)
                } else if is_told(at) {
                    0.0
                } else {
                    let ids = world.directory.ids(self.first + UserIx::from(at));
                    ids.filter(|id| id.kind == ProfileIdKind::Device).count() as f64
                };
                self.number(at, count)?;
            }
            hold(self.bytes())?;
        }
        Ok(())
    }

    /// The value of a custom attribute, or of what a path leads to in it.
    #[inline]
    fn value(&mut self, at: u16, packed: Packed<'_>, elements: bool) -> Result<(), Full> {
        if let Some((count, parts)) = packed.elements() {
            self.terms.mark(LIST, at)?;
            if count == 0 {
                self.terms.mark(EMPTY, at)?;
            }
            if elements {
                for element in parts {
                    // No test holds of an element that is none.
                    if element.is_scalar() {
                        let term = self.terms.term(element)?;
                        self.terms.mark(term, at)?;
                    }
                }
            }
        } else if packed.is_object() {
            self.terms.mark(OBJECT, at)?;
        } else if let Tree::Scalar(scalar) = packed.tree() {
            self.column.push(self.first + UserIx::from(at), scalar)?;
        }
        Ok(())
    }

    /// A field of a row, whatever is there.
    fn field(
        &mut self,
        profiles: &Profiles,
        at: u16,
        field: Option<Packed<'_>>,
    ) -> Result<(), Full> {
        let term = match field {
            Some(field) if field.is_id() => APART,
            Some(field) => self.terms.term(field)?,
            None => self.terms.term(profiles.packed_null())?,
        };
        self.terms.mark(term, at)
    }

    #[inline]
    fn time(&mut self, at: u16, time: Option<i64>) -> Result<(), Full> {
        time.map_or(Ok(()), |ms| {
            let time = Scalar::Time(Time::of_ms(ms));
            self.column.push(self.first + UserIx::from(at), time)
        })
    }

    /// A number that is 0 where there is none.
    #[inline]
    fn number(&mut self, at: u16, number: f64) -> Result<(), Full> {
        if number == 0.0 {
            return Ok(());
        }
        let user = self.first + UserIx::from(at);
        self.column.push(user, Scalar::Number(number))
    }

    fn bytes(&self) -> usize {
        self.column.bytes() + self.terms.bytes() + self.points.bytes()
    }
}

fn message_bits(row: Packed<'_>, in_control: bool) -> u8 {
    if in_control {
        return message::ANY | message::CONTROL;
    }
    let mut bits = message::ANY | message::RECEIVED;
    if let Tree::Object(row) = row.tree() {
        let mut add = |bit, holds| bits |= if holds { bit } else { 0 };
        add(message::ENGAGED, engaged(row, b""));
        add(message::CLICKED, engaged(row, b"clicked_"));
        add(message::CONVERTED, is_true(member(row, "converted")));
    }
    bits
}

fn platform_bits(platform: Seen<'_>) -> u8 {
    let Seen::Text(platform) = platform else {
        return 1;
    };
    let is = PLATFORMS
        .iter()
        .find(|(name, _)| platform.eq_ignore_ascii_case(name));
    1 | is.map_or(0, |(_, bit)| *bit)
}

fn keys<'c>(profiles: &Profiles, path: &'c [Step]) -> Result<Vec<Sought<'c>>, Full> {
    let mut keys = Vec::new();
    keys.try_reserve_exact(path.len())?;
    keys.extend(path.iter().filter_map(|step| match step {
        Step::Key(key) => Some(profiles.sought(key)),
        Step::Any => None,
    }));
    Ok(keys)
}

/// What a path of keys leads to.
#[inline]
fn lead<'a>(packed: Packed<'a>, keys: &[Sought<'_>]) -> Option<Packed<'a>> {
    let mut keys = keys.iter();
    keys.try_fold(packed, |packed, &key| packed.member(key))
}
