//! Profiles as `/users/export/segment` and `/users/export/ids` write them.

use super::fields::{self, Holds};
use super::intake::{As, Intake};
use super::value::{self, DraftWriter, Place};
use crate::identity::directory::{Put, Refusal};
use crate::identity::{ProfileIds, TakeProfile};
use crate::json::{Key, Kind, Reader, Step, Taken};
use crate::path::Path;
use crate::payload::braze::profiles::{FieldAt, TakeUser};
use crate::problem::{Problems, Span};
use crate::profile::Namespace;

/// In which order `last_coordinates` come.
///
/// **Source**: Braze's table says longitude first, its example has latitude first. Which is right is
/// unknown; the guess by what can be a latitude is inferred.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Coordinates {
    /// Longitude first, unless the second number can be no latitude.
    #[default]
    Guess,
    /// Longitude first.
    LongitudeFirst,
    /// Latitude first.
    LatitudeFirst,
}

impl TakeProfile for Intake<'_> {
    fn take_profile(&mut self, ids: &mut ProfileIds) -> Result<Put, Refusal> {
        if self.is_full {
            return Err(Refusal::Memory);
        }
        if self.has_bare_devices && !self.has_push_tokens {
            let devices = self.number(Namespace::Default, b"devices");
            devices.and_then(|devices| self.draft.absent(devices))?;
        }
        self.put(ids, As::Profile)
    }
}

impl TakeUser for Intake<'_> {
    fn wants_fields(&self) -> bool {
        true
    }

    fn begin(&mut self) {
        self.draft.clear();
        self.is_full = false;
        self.has_bare_devices = false;
        self.has_push_tokens = false;
    }

    fn quick(&mut self, profile: &[u8], ids: &mut ProfileIds) -> Option<Span> {
        self.quick.learn(self.profiles);
        let read = self
            .quick
            .read(profile, self.coordinates, self.draft, ids)?;
        self.has_bare_devices = read.devices.is_some_and(|(_, are_bare)| are_bare);
        self.has_push_tokens = read.has_push_tokens;
        Some(read.span)
    }

    fn lines(&mut self, text: &[u8], max: usize) -> Taken {
        self.new_users(text, max)
    }

    fn field(
        &mut self,
        field: FieldAt<'_>,
        reader: &mut Reader<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let Some((name, holds)) = fields::default_field(field.name) else {
            let path = Path::Unknown(field.path, field.place);
            return self.attribute(
                Namespace::Default,
                field.name,
                None,
                reader,
                &path,
                problems,
            );
        };
        let path = &Path::Key(field.path, name);
        let kind = reader.kind(path, problems)?;
        if kind == Kind::Null {
            return reader.skip(path, problems);
        }
        if !holds.takes(kind) {
            return reader.refuse(fields::wrong(name), path, problems);
        }
        match holds {
            Holds::Attributes => self.custom(reader, path, problems),
            Holds::Day | Holds::State | Holds::TimeZone => {
                self.checked_text(name, holds, reader, path, problems)
            }
            Holds::Coordinates => self.last_coordinates(reader, path, problems),
            Holds::Devices => {
                self.has_push_tokens |= name == "push_tokens";
                if name == "devices" {
                    let start = reader.offset();
                    self.has_bare_devices = is_bare(reader, field.ids)?;
                    reader.go_back(start);
                }
                let ids = Some(field.ids);
                self.attribute(Namespace::Default, field.name, ids, reader, path, problems)
            }
            _ => self.attribute(Namespace::Default, field.name, None, reader, path, problems),
        }
    }
}

impl Intake<'_> {
    fn attribute(
        &mut self,
        namespace: Namespace,
        name: &[u8],
        ids: Option<&ProfileIds>,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        match self.number(namespace, name) {
            Ok(attribute) => {
                let mut into = DraftWriter {
                    draft: self.draft,
                    is_full: &mut self.is_full,
                    ids,
                };
                value::value(
                    Place::Attribute(attribute),
                    reader,
                    &mut into,
                    path,
                    problems,
                )
            }
            Err(_) => {
                self.is_full = true;
                reader.skip(path, problems)
            }
        }
    }

    fn custom(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let mut members = reader.object(path, problems)?;
        while let Some(key) = reader.next_key(&mut members, &[], path, problems)? {
            let Key::Unknown(place, key) = key else {
                continue;
            };
            let name = key.decode(reader.bytes());
            let path = Path::Unknown(path, place);
            self.attribute(Namespace::Custom, &name, None, reader, &path, problems)?;
        }
        Ok(())
    }

    /// A text of which not every one is taken.
    fn checked_text(
        &mut self,
        name: &'static str,
        holds: Holds,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let start = reader.offset();
        let text = reader.string(path, problems)?;
        text.check(reader.bytes(), path, problems);
        let text = text.decode(reader.bytes());
        let Some(text) = holds.text(&text) else {
            let span = Span::new(start, reader.offset());
            problems.push(fields::wrong(name), path, span);
            return Ok(());
        };
        let kept = self
            .number(Namespace::Default, name.as_bytes())
            .and_then(|attribute| self.draft.text(attribute, text));
        self.is_full |= kept.is_err();
        Ok(())
    }

    /// Two numbers, kept with the longitude first.
    fn last_coordinates(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let start = reader.offset();
        let mut items = reader.array(path, problems)?;
        let (mut numbers, mut count) = ([None; 2], 0);
        while let Some(index) = reader.next_item(&mut items, path, problems)? {
            let path = &Path::Index(path, index);
            let mut number = None;
            if reader.kind(path, problems)? == Kind::Number {
                number = value::read_number(reader, path, problems)?;
            } else {
                reader.skip(path, problems)?;
            }
            if let Some(place) = numbers.get_mut(count) {
                *place = number;
            }
            count += 1;
        }
        let [first, second] = numbers;
        let pair = first.zip(second).filter(|_| count == 2);
        let pair = pair.and_then(|(first, second)| on_earth(self.coordinates, first, second));
        let Some((longitude, latitude)) = pair else {
            let span = Span::new(start, reader.offset());
            problems.push(fields::wrong("last_coordinates"), path, span);
            return Ok(());
        };
        let kept = self
            .number(Namespace::Default, b"last_coordinates")
            .and_then(|attribute| {
                self.draft.list(attribute)?;
                self.draft.number_item(longitude)?;
                self.draft.number_item(latitude)?;
                self.draft.end()
            });
        self.is_full |= kept.is_err();
        Ok(())
    }
}

/// Is each of the devices an object with a `device_id` alone, each another? They were read before,
/// so all faults are told.
fn is_bare(reader: &mut Reader<'_>, ids: &ProfileIds) -> Step<bool> {
    let (path, problems) = (&Path::Root, &mut Problems::new(0));
    let (mut is_bare, mut next) = (true, 0);
    let mut items = reader.array(path, problems)?;
    while let Some(index) = reader.next_item(&mut items, path, problems)? {
        if reader.kind(path, problems)? != Kind::Object {
            is_bare = false;
            reader.skip(path, problems)?;
            continue;
        }
        let mut members = reader.object(path, problems)?;
        let mut keys = 0;
        while let Some(key) = reader.next_key(&mut members, &[], path, problems)? {
            let Key::Unknown(_, key) = key else {
                continue;
            };
            keys += 1;
            let is_id = &*key.decode(reader.bytes()) == b"device_id";
            if !is_id || reader.kind(path, problems)? != Kind::String {
                is_bare = false;
                reader.skip(path, problems)?;
                continue;
            }
            let id = reader.string(path, problems)?.decode(reader.bytes());
            is_bare &= ids.device_number(&id) == Some(index);
        }
        is_bare &= keys == 1;
        next = index + 1;
    }
    Ok(is_bare && next > 0)
}

/// Longitude and latitude, if the two numbers can be that.
pub(super) fn on_earth(order: Coordinates, first: f64, second: f64) -> Option<(f64, f64)> {
    let (longitude, latitude) = match order {
        Coordinates::LatitudeFirst => (second, first),
        Coordinates::Guess if !is_latitude(second) => (second, first),
        _ => (first, second),
    };
    let is_longitude = (-180.0..=180.0).contains(&longitude);
    (is_longitude && is_latitude(latitude)).then_some((longitude, latitude))
}

fn is_latitude(number: f64) -> bool {
    (-90.0..=90.0).contains(&number)
}
