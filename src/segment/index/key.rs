//! What a condition asks, as bytes: two that ask the same have the same, wherever they stand.

use crate::profile::AttributeIx;
use crate::segment::ask::World;
use crate::segment::single::Between;
use crate::segment::{
    Area, Condition, MessageName, Moment, Predicate, Step, Subject, Test, Text, Value,
};
use alloc::vec::Vec;

/// A key under which something is kept.
pub(in crate::segment) type Key = Vec<u8>;

/// What is kept under a key, as its first byte.
#[derive(Clone, Copy)]
pub(in crate::segment) enum Of {
    /// Those for whom a condition holds without its negation.
    Condition,
    /// The answers of a condition.
    Answers,
    /// Those for whom a condition about lists and objects holds.
    Rows,
    /// Those who have a session in some apps.
    Apps,
    /// Those who have a text of an attribute.
    Text,
    /// Those who have a value of an attribute.
    Present,
    /// The cuts of an attribute's numbers.
    Numbers,
    /// The cuts of an attribute's times.
    Times,
    /// Those whose number, or time, lies in a range.
    Range,
    /// Those who are in several sets.
    Joint,
}

/// No text holds this byte.
const END: u8 = 0xFF;

/// The key of what is kept of an attribute.
pub(in crate::segment) fn of_attribute(of: Of, at: AttributeIx) -> Key {
    let mut key = Vec::from([of as u8]);
    key.extend_from_slice(&at.index().to_le_bytes());
    key
}

/// The key of what is kept of a text of an attribute.
pub(in crate::segment) fn of_text(at: AttributeIx, text: &[u8]) -> Key {
    let mut key = of_attribute(Of::Text, at);
    key.extend_from_slice(text);
    key
}

/// The key of what is kept of numbers that were worked out of a source.
pub(in crate::segment) fn of_source(of: Of, source: &[u8]) -> Key {
    // No attribute's key is as long.
    let mut key = Vec::from([of as u8, 0, 0, 0, 0, 0]);
    key.extend_from_slice(source);
    key
}

/// The key of a range of numbers, of which a key is given.
pub(in crate::segment) fn of_range(mut key: Key, between: &Between) -> Key {
    key.push(u8::from(between.is_time));
    number(&mut key, between.from);
    number(&mut key, between.to);
    key
}

/// The key of those for whom all of some parts hold.
pub(in crate::segment) fn of_joint(parts: &[super::Mark]) -> Key {
    let mut key = Vec::from([Of::Joint as u8]);
    for part in parts {
        key.extend_from_slice(&(part.len() as u32).to_le_bytes());
        key.extend(part.iter().flat_map(|number| number.to_le_bytes()));
    }
    key
}

/// The key of a condition's answers; `None` where they hang on more than profiles.
pub(in crate::segment) fn of_condition(
    of: Of,
    condition: &Condition,
    world: &World<'_>,
) -> Option<Key> {
    // External ids stand in the directory, and so do devices, but these change with a profile alone; segments have
    // conditions of their own.
    if let Subject::Default("external_id")
    | Subject::Cohorts { .. }
    | Subject::Segments
    | Subject::Unknown(_) = condition.subject
    {
        return None;
    }
    let mut key = Vec::from([of as u8]);
    subject(&mut key, &condition.subject);
    if let Subject::Element { all_of, .. } = &condition.subject {
        key.extend_from_slice(&(all_of.len() as u32).to_le_bytes());
        for (steps, one) in all_of {
            path(&mut key, steps);
            test(&mut key, one, world);
            key.push(u8::from(one.negated));
        }
    }
    test(&mut key, &condition.test, world);
    if matches!(condition.subject, Subject::Age | Subject::Recurring { .. }) {
        key.extend_from_slice(&world.clock.today().to_le_bytes());
    }
    let has_sense = matches!(of, Of::Answers) || !condition.flips();
    key.push(u8::from(has_sense && condition.test.negated));
    Some(key)
}

fn text(key: &mut Key, text: &[u8]) {
    key.extend_from_slice(text);
    key.push(END);
}

fn optional(key: &mut Key, named: Option<&Text>) {
    key.push(u8::from(named.is_some()));
    text(key, named.map_or(&[], |name| name));
}

fn texts(key: &mut Key, list: &[Text]) {
    key.extend_from_slice(&(list.len() as u32).to_le_bytes());
    list.iter().for_each(|one| text(key, one));
}

fn number(key: &mut Key, number: f64) {
    key.extend_from_slice(&number.to_bits().to_le_bytes());
}

fn path(key: &mut Key, path: &[Step]) {
    key.extend_from_slice(&(path.len() as u32).to_le_bytes());
    for step in path {
        match step {
            Step::Key(name) => text(key, name),
            // No text holds this byte either.
            Step::Any => key.push(0xFE),
        }
    }
}

fn subject(key: &mut Key, subject: &Subject) {
    let (tag, name) = match subject {
        Subject::Custom { name, .. } => (0, &**name),
        Subject::Element { name, .. } => (1, &**name),
        Subject::Default(field) => (2, field.as_bytes()),
        Subject::Age => (3, &[][..]),
        Subject::State(field) => (4, field.as_bytes()),
        Subject::AppUse { last: true, .. } => (5, &[][..]),
        Subject::AppUse { .. } => (6, &[][..]),
        Subject::Apps => (7, &[][..]),
        Subject::AppVersion { app } => (8, &**app),
        Subject::Sessions { .. } => (9, &[][..]),
        Subject::Cohorts { partner } => (10, &**partner),
        Subject::Summary { of, .. } => (11, of.as_bytes()),
        Subject::Device(field) => (12, field.as_bytes()),
        Subject::DeviceCount => (13, &[][..]),
        Subject::Location => (14, &[][..]),
        Subject::RandomBucket => (15, &[][..]),
        Subject::Message { .. } => (16, &[][..]),
        Subject::Group { id } => (17, &**id),
        Subject::Reachable(_) => (18, &[][..]),
        Subject::Recurring { .. } => (19, &[][..]),
        Subject::Segments => (20, &[][..]),
        Subject::Unknown(_) => (21, &[][..]),
    };
    key.push(tag);
    text(key, name);
    match subject {
        Subject::Custom { path: steps, .. } => path(key, steps),
        Subject::Element { path: steps, .. } => path(key, steps),
        Subject::AppUse { app, .. } | Subject::Sessions { app } => optional(key, app.as_ref()),
        Subject::Summary { name, metric, .. } => {
            optional(key, name.as_ref());
            key.push(*metric as u8);
        }
        Subject::Message {
            kind,
            message,
            metric,
        } => {
            let (is_id, name) = match message {
                MessageName::Name(name) => (0, name),
                MessageName::Id(id) => (1, id),
            };
            key.extend_from_slice(&[*kind as u8, *metric as u8, is_id]);
            text(key, name);
        }
        Subject::Reachable(channel) => key.push(*channel as u8),
        Subject::Recurring { name } => optional(key, name.as_ref()),
        _ => {}
    }
}

fn test(key: &mut Key, test: &Test, world: &World<'_>) {
    key.push(u8::from(test.absent_is_zero));
    let tag = match &test.predicate {
        Predicate::TextAnyOf(_) => 0,
        Predicate::TextContains(_) => 1,
        Predicate::Matches(_) => 2,
        Predicate::Number(..) => 3,
        Predicate::Is(_) => 4,
        Predicate::IsOrAbsent(_) => 5,
        Predicate::IncludesAnyOf(_) => 6,
        Predicate::IncludesAllOf(_) => 7,
        Predicate::ElementContains(_) => 8,
        Predicate::HasElement => 9,
        Predicate::Empty => 10,
        Predicate::Before(_) => 11,
        Predicate::After(_) => 12,
        Predicate::Days(..) => 13,
        Predicate::DayOfYear(..) => 14,
        Predicate::Version(..) => 15,
        Predicate::Inside(_) => 16,
        Predicate::Exists => 17,
        Predicate::Blank => 18,
    };
    key.push(tag);
    match &test.predicate {
        Predicate::TextAnyOf(list)
        | Predicate::TextContains(list)
        | Predicate::ElementContains(list) => texts(key, list),
        Predicate::Matches(pattern) => text(key, pattern),
        Predicate::Number(comparison, wanted) => {
            key.push(*comparison as u8);
            number(key, *wanted);
        }
        Predicate::Is(is) | Predicate::IsOrAbsent(is) => key.push(u8::from(*is)),
        Predicate::IncludesAnyOf(values) | Predicate::IncludesAllOf(values) => {
            key.extend_from_slice(&(values.len() as u32).to_le_bytes());
            values.iter().for_each(|one| value(key, one));
        }
        Predicate::Before(moment) | Predicate::After(moment) => {
            let (is_wall, ms) = match moment {
                Moment::Instant(ms) => (0, ms),
                Moment::Wall(ms) => (1, ms),
            };
            key.push(is_wall);
            key.extend_from_slice(&ms.to_le_bytes());
        }
        Predicate::Days(kind, days) => {
            key.push(*kind as u8);
            number(key, *days);
            key.extend_from_slice(&world.clock.now.to_le_bytes());
        }
        Predicate::DayOfYear(comparison, (month, day)) => {
            key.extend_from_slice(&[*comparison as u8, *month, *day]);
        }
        Predicate::Version(comparison, version) => {
            key.push(*comparison as u8);
            text(key, version);
        }
        Predicate::Inside(Area::Circle {
            longitude,
            latitude,
            radius,
        }) => {
            key.push(0);
            for one in [longitude, latitude, radius] {
                number(key, *one);
            }
        }
        Predicate::Inside(Area::Polygon(corners)) => {
            key.push(1);
            key.extend_from_slice(&(corners.len() as u32).to_le_bytes());
            for (longitude, latitude) in corners {
                number(key, *longitude);
                number(key, *latitude);
            }
        }
        Predicate::HasElement | Predicate::Empty | Predicate::Exists | Predicate::Blank => {}
    }
}

fn value(key: &mut Key, value: &Value) {
    match value {
        Value::Text(one) => {
            key.push(0);
            text(key, one);
        }
        Value::Number(one) => {
            key.push(1);
            number(key, *one);
        }
        Value::Bool(one) => key.extend_from_slice(&[2, u8::from(*one)]),
    }
}

/// The key of who has a session in one of these apps, or in any.
pub(in crate::segment) fn of_apps(names: Option<&[Text]>) -> Key {
    let mut key = Vec::from([Of::Apps as u8, u8::from(names.is_some())]);
    texts(&mut key, names.unwrap_or(&[]));
    key
}
