//! Profiles as `/users/export/segment` and `/users/export/ids` write them.

use super::fields::{self, Holds};
use super::rails_zones::iana;
use super::value::{self, Into, Place};
use crate::identity::directory::{Put, Refusal};
use crate::identity::{Directory, ProfileIds, TakeProfile};
use crate::json::{Key, Kind, Reader, Step};
use crate::path::Path;
use crate::payload::braze::profiles::{FieldAt, TakeUser};
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::{Draft, Namespace, Profiles, Scope};

/// In which order `last_coordinates` come.
///
/// **Source**: Braze's table says longitude first, its example has latitude first.
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

/// Takes profiles into a directory and a store: of each all or nothing.
pub struct Intake<'a> {
    /// Who is known.
    pub directory: &'a mut Directory,
    /// What is known of them.
    pub profiles: &'a mut Profiles,
    /// The profile at hand.
    pub draft: &'a mut Draft,
    /// How coordinates are read.
    pub coordinates: Coordinates,
    /// Bytes that both may take together.
    pub max_memory_bytes: usize,
    is_full: bool,
    /// Do the devices say no more than their ids, and is there no push token? Then the directory
    /// says all, and a user takes no bytes for them.
    has_bare_devices: bool,
    has_push_tokens: bool,
}

impl<'a> Intake<'a> {
    /// Takes profiles into these, by way of the draft.
    pub fn new(
        directory: &'a mut Directory,
        profiles: &'a mut Profiles,
        draft: &'a mut Draft,
        coordinates: Coordinates,
        max_memory_bytes: usize,
    ) -> Intake<'a> {
        Intake {
            directory,
            profiles,
            draft,
            coordinates,
            max_memory_bytes,
            is_full: false,
            has_bare_devices: false,
            has_push_tokens: false,
        }
    }
}

impl TakeProfile for Intake<'_> {
    fn take_profile(&mut self, ids: &mut ProfileIds) -> Result<Put, Refusal> {
        if self.is_full {
            return Err(Refusal::Memory);
        }
        if self.has_bare_devices && !self.has_push_tokens {
            let devices = self
                .draft
                .attribute(self.profiles, Namespace::Default, b"devices");
            devices.and_then(|devices| self.draft.absent(devices))?;
        }
        self.put(ids, Scope::Profile)
    }
}

impl Intake<'_> {
    /// Takes the draft as the profile of the user with these ids, or as a change to it.
    ///
    /// **Errors**: [`Refusal`], with nothing changed.
    pub(super) fn put(&mut self, ids: &mut ProfileIds, scope: Scope) -> Result<Put, Refusal> {
        // What one takes the other cannot have.
        let max = self.max_memory_bytes;
        let left = max.saturating_sub(self.profiles.memory_bytes());
        self.directory.set_max_memory_bytes(left);
        let left = max.saturating_sub(self.directory.memory_bytes());
        self.profiles.set_max_memory_bytes(left);
        let mut profiles = Some(&mut *self.profiles);
        let mut reserved = None;
        let draft = &mut *self.draft;
        let put = self.directory.put_when_ready(ids, &mut |user| {
            if let Some(profiles) = profiles.take() {
                // Only of a profile that is taken names are kept.
                profiles.number_unknown(draft)?;
                reserved = Some(profiles.reserve(draft, user, scope)?);
            }
            Ok(())
        })?;
        if let Some(reserved) = reserved {
            reserved.commit();
        }
        Ok(put)
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

    fn field(
        &mut self,
        field: FieldAt<'_>,
        reader: &mut Reader<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let Some((name, holds)) = fields::field(field.name) else {
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
            let finding = Finding::warning(Code::ProfileField).name(name);
            return reader.refuse(finding, path, problems);
        }
        match holds {
            Holds::Attributes => self.custom(reader, path, problems),
            Holds::TimeZone => self.time_zone(reader, path, problems),
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
        match self.draft.attribute(self.profiles, namespace, name) {
            Ok(attribute) => {
                let mut into = Into {
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

    /// Keeps a text of which this is the whole meaning.
    fn keep_text(&mut self, name: &str, text: &[u8]) {
        let kept = self
            .draft
            .attribute(self.profiles, Namespace::Default, name.as_bytes())
            .and_then(|attribute| self.draft.text(attribute, text));
        self.is_full |= kept.is_err();
    }

    fn time_zone(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let text = reader.string(path, problems)?;
        text.check(reader.bytes(), path, problems);
        let text = text.decode(reader.bytes());
        self.keep_text("time_zone", iana(&text).map_or(&*text, str::as_bytes));
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
        let pair = pair.map(|(first, second)| match self.coordinates {
            Coordinates::LatitudeFirst => (second, first),
            Coordinates::Guess if !is_latitude(second) => (second, first),
            _ => (first, second),
        });
        let on_earth = |&(longitude, latitude): &(f64, f64)| {
            (-180.0..=180.0).contains(&longitude) && is_latitude(latitude)
        };
        let Some((longitude, latitude)) = pair.filter(on_earth) else {
            let finding = Finding::warning(Code::ProfileField).name("last_coordinates");
            problems.push(finding, path, Span::new(start, reader.offset()));
            return Ok(());
        };
        let kept = self
            .draft
            .attribute(self.profiles, Namespace::Default, b"last_coordinates")
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

fn is_latitude(number: f64) -> bool {
    (-90.0..=90.0).contains(&number)
}
