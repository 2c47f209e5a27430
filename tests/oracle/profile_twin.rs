//! The naive twin of the profile store: maps of values.

use kohort::hash::Seed;
use kohort::identity::directory::Full;
use kohort::profile::{AttributeIx, Draft, Item, Namespace, Profiles, Scalar, Scope};
use std::collections::BTreeMap;

pub const SEED: Seed = Seed::new(0x6b6f_686f_7274);

#[derive(Clone)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(Vec<u8>),
    List(Vec<Value>),
    /// In the order written.
    Object(Vec<(Vec<u8>, Value)>),
}

impl PartialEq for Value {
    /// Doubles bit by bit.
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            _ => false,
        }
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn number(number: f64) -> Value {
    Value::Number(number)
}

pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.map(|(key, value)| (key.into(), value)).to_vec())
}

pub type Profile = BTreeMap<String, Value>;
pub type Twin = BTreeMap<u32, Profile>;

/// The store and its twin.
pub struct Pair {
    pub twin: Twin,
    pub profiles: Profiles,
    draft: Draft,
}

impl Pair {
    pub fn new() -> Pair {
        Pair {
            twin: Twin::new(),
            profiles: Profiles::new(SEED),
            draft: Draft::default(),
        }
    }

    pub fn put(&mut self, user: u32, scope: Scope, values: &[(&str, Option<Value>)]) {
        self.try_put(user, scope, values).unwrap();
    }

    /// Puts into both, or into neither.
    pub fn try_put(
        &mut self,
        user: u32,
        scope: Scope,
        values: &[(&str, Option<Value>)],
    ) -> Result<(), Full> {
        self.draft.clear();
        for (name, value) in values {
            let attribute = self
                .profiles
                .attribute(Namespace::Custom, name.as_bytes())?;
            write(&mut self.draft, attribute, value.as_ref());
        }
        self.profiles.reserve(&self.draft, user, scope)?.commit();
        let profile = self.twin.entry(user).or_default();
        if scope == Scope::Profile {
            profile.clear();
        }
        for (name, value) in values {
            match value {
                Some(value) => profile.insert((*name).into(), value.clone()),
                None => profile.remove(*name),
            };
        }
        Ok(())
    }

    pub fn remove(&mut self, user: u32) {
        self.profiles.remove(user).unwrap();
        self.twin.remove(&user);
    }

    pub fn same(&self, user: u32) {
        let read = read(&self.profiles, user);
        let empty = Profile::new();
        let expected = self.twin.get(&user).unwrap_or(&empty);
        let differs = expected
            .iter()
            .find(|(name, value)| read.get(*name) != Some(*value));
        assert!(
            read == *expected,
            "user {user} has {} attributes, to be {}: {:?}",
            read.len(),
            expected.len(),
            differs.map(|(name, _)| name)
        );
        for attribute in self.profiles.attributes() {
            if self.profiles.attributes().count() > 300 {
                break;
            }
            let (_, name) = self.profiles.name(attribute).unwrap();
            let expected = expected.get(std::str::from_utf8(name).unwrap());
            let mut builder = Builder::default();
            let has = self
                .profiles
                .value(user, attribute, &mut |item| builder.take(item));
            assert!(has == expected.is_some() && builder.done.as_ref() == expected);
        }
    }

    pub fn all_same(&self, users: u32) {
        for user in 0..users {
            let expected = self.twin.get(&user);
            let read = read(&self.profiles, user);
            assert!(
                expected.map_or(read.is_empty(), |expected| read == *expected),
                "user {user}"
            );
        }
    }
}

pub fn attribute(profiles: &mut Profiles, name: &str) -> AttributeIx {
    profiles
        .attribute(Namespace::Custom, name.as_bytes())
        .unwrap()
}

/// A profile as the store tells it.
pub fn read(profiles: &Profiles, user: u32) -> Profile {
    let mut profile = Profile::new();
    let mut builder = Builder::default();
    profiles.each(user, &mut |attribute, item| {
        builder.take(item);
        if let Some(value) = builder.done.take() {
            let (_, name) = profiles.name(attribute).unwrap();
            let name = String::from_utf8(name.to_vec()).unwrap();
            assert!(
                profile.insert(name, value).is_none(),
                "an attribute came twice"
            );
        }
    });
    assert!(builder.open.is_empty());
    profile
}

/// Builds a value from its parts.
#[derive(Default)]
pub struct Builder {
    open: Vec<(Value, Option<Vec<u8>>, u32)>,
    pub done: Option<Value>,
}

impl Builder {
    pub fn take(&mut self, item: Item<'_>) {
        let value = match item {
            Item::Null => Value::Null,
            Item::Id(number) => Value::Number(f64::from(number)),
            Item::Scalar(Scalar::Bool(value)) => Value::Bool(value),
            Item::Scalar(Scalar::Number(value)) => Value::Number(value),
            Item::Scalar(Scalar::Text(value)) => Value::Text(value.to_vec()),
            Item::Scalar(Scalar::Time(time)) => Value::Text(time.text().to_vec()),
            Item::BeginList(count) => {
                self.open.push((Value::List(Vec::new()), None, count));
                return;
            }
            Item::BeginObject(count) => {
                self.open.push((Value::Object(Vec::new()), None, count));
                return;
            }
            Item::Key(key) => {
                self.open.last_mut().unwrap().1 = Some(key.to_vec());
                return;
            }
            Item::End => {
                let (value, _, left) = self.open.pop().unwrap();
                assert_eq!(left, 0, "as many came as were told");
                value
            }
        };
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some((Value::List(items), _, left)) => {
                items.push(value);
                *left -= 1;
            }
            Some((Value::Object(members), key, left)) => {
                members.push((key.take().unwrap(), value));
                *left -= 1;
            }
            Some(_) => panic!("only lists and objects are open"),
        }
    }
}

/// Writes a value into a draft.
pub fn write(draft: &mut Draft, attribute: AttributeIx, value: Option<&Value>) {
    let done = match value {
        None | Some(Value::Null) => draft.absent(attribute),
        Some(Value::Bool(value)) => draft.bool(attribute, *value),
        Some(Value::Number(value)) => draft.number(attribute, *value),
        Some(Value::Text(value)) => draft.text(attribute, value),
        Some(Value::List(items)) => {
            draft.list(attribute).unwrap();
            items.iter().for_each(|value| item(draft, value));
            draft.end()
        }
        Some(Value::Object(members)) => {
            draft.object(attribute).unwrap();
            for (key, value) in members {
                draft.key(key).unwrap();
                item(draft, value);
            }
            draft.end()
        }
    };
    done.unwrap();
}

fn item(draft: &mut Draft, value: &Value) {
    let done = match value {
        Value::Null => draft.null_item(),
        Value::Bool(value) => draft.bool_item(*value),
        Value::Number(value) => draft.number_item(*value),
        Value::Text(value) => draft.text_item(value),
        Value::List(items) => {
            draft.begin_list().unwrap();
            items.iter().for_each(|value| item(draft, value));
            draft.end()
        }
        Value::Object(members) => {
            draft.begin_object().unwrap();
            for (key, value) in members {
                draft.key(key).unwrap();
                item(draft, value);
            }
            draft.end()
        }
    };
    done.unwrap();
}
