//! What of a user's rows a condition is about, without what is asked of it: conditions with the same source
//! are answered by the same index.

use crate::identity::directory::Full;
use crate::profile::Namespace;
use crate::segment::{
    Channel, Condition, MessageKind, MessageMetric, MessageName, Metric, Predicate, Step, Subject,
};
use alloc::vec::Vec;

/// What of which attribute.
#[derive(Clone, Copy)]
pub(super) struct Source<'c> {
    pub(super) namespace: Namespace,
    pub(super) attribute: &'c [u8],
    pub(super) what: What<'c>,
}

#[derive(Clone, Copy)]
pub(super) enum What<'c> {
    /// What a path of keys leads to: a single value, a list or an object. Of a list the elements, if any
    /// test asked for them.
    Value { path: &'c [Step], elements: bool },
    /// The time that it leads to.
    Time { path: &'c [Step] },
    /// The first or the last of the times of the rows of this name, or of all.
    Times {
        name: Option<&'c [u8]>,
        field: &'static str,
        last: bool,
    },
    /// The sum of their numbers.
    Sum {
        name: Option<&'c [u8]>,
        field: &'static str,
    },
    /// The values of a field of theirs.
    Fields {
        name: Option<&'c [u8]>,
        field: &'static str,
    },
    /// What happened to a message: see [`super::build`].
    Message(MessageKind, &'c MessageName),
    /// When it was last received.
    Received(MessageKind, &'c MessageName),
    /// The names of its variations.
    Variations(MessageKind, &'c MessageName),
    /// The state in a subscription group.
    Group { id: &'c [u8] },
    /// Which platforms there are tokens of.
    Tokens,
    /// How many devices there are.
    Devices,
    /// Longitude and latitude.
    Point,
}

impl<'c> Source<'c> {
    /// Where the answers of a condition are; `None` where an index does not help.
    pub(super) fn of(condition: &'c Condition) -> Option<Source<'c>> {
        let predicate = &condition.test.predicate;
        let elements = matches!(
            predicate,
            Predicate::IncludesAnyOf(_)
                | Predicate::IncludesAllOf(_)
                | Predicate::ElementContains(_)
                | Predicate::Matches(_)
        );
        let is_time = matches!(
            predicate,
            Predicate::Before(_) | Predicate::After(_) | Predicate::Days(..)
        );
        let whole = What::Value {
            path: &[],
            elements,
        };
        let (attribute, what): (&[u8], _) = match &condition.subject {
            Subject::Custom { name, path } => {
                if path.iter().any(|step| matches!(step, Step::Any)) {
                    return None;
                }
                let what = if is_time && !path.is_empty() {
                    What::Time { path }
                } else {
                    What::Value { path, elements }
                };
                return Some(Source {
                    namespace: Namespace::Custom,
                    attribute: name,
                    what,
                });
            }
            Subject::Default("external_id") => return None,
            Subject::Default(field) | Subject::State(field) => (field.as_bytes(), whole),
            Subject::RandomBucket => (b"random_bucket", whole),
            Subject::AppUse { app, last } => {
                let field = if *last { "last_used" } else { "first_used" };
                let (name, last) = (app.as_deref(), *last);
                (b"apps", What::Times { name, field, last })
            }
            Subject::Sessions { app } => {
                return Some(Source::sessions(app.as_deref()));
            }
            Subject::Summary { of, name, metric } => {
                let name = name.as_deref();
                let times = |field, last| What::Times { name, field, last };
                let what = match metric {
                    Metric::Count => What::Sum {
                        name,
                        field: "count",
                    },
                    Metric::First => times("first", false),
                    Metric::Last => times("last", true),
                };
                (of.as_bytes(), what)
            }
            Subject::Apps => {
                let (name, field) = (None, "name");
                (b"apps", What::Fields { name, field })
            }
            Subject::AppVersion { app } => {
                let (name, field) = (Some(&**app), "version");
                (b"apps", What::Fields { name, field })
            }
            Subject::Device(field) => (b"devices", What::Fields { name: None, field }),
            Subject::DeviceCount => (b"devices", What::Devices),
            Subject::Location => {
                let is_inside = matches!(predicate, Predicate::Inside(_));
                let what = if is_inside { What::Point } else { whole };
                (b"last_coordinates", what)
            }
            Subject::Message {
                kind,
                message,
                metric,
            } => {
                let what = match metric {
                    MessageMetric::LastReceived => What::Received(*kind, message),
                    MessageMetric::Variation => What::Variations(*kind, message),
                    _ => What::Message(*kind, message),
                };
                (kind.places().list.as_bytes(), what)
            }
            Subject::Group { id } => (b"subscription_groups", What::Group { id }),
            Subject::Reachable(Channel::Email | Channel::Sms) => return None,
            Subject::Reachable(_) => (b"push_tokens", What::Tokens),
            Subject::Element { .. }
            | Subject::Age
            | Subject::Cohorts { .. }
            | Subject::Recurring { .. }
            | Subject::Segments
            | Subject::Unknown(_) => return None,
        };
        Some(Source {
            namespace: Namespace::Default,
            attribute,
            what,
        })
    }

    /// The sessions in an app, or in all.
    pub(super) fn sessions(name: Option<&'c [u8]>) -> Source<'c> {
        Source {
            namespace: Namespace::Default,
            attribute: b"apps",
            what: What::Sum {
                name,
                field: "sessions",
            },
        }
    }

    /// The same with the elements of lists, where it is about lists.
    pub(super) fn with_elements(self) -> Source<'c> {
        let what = match self.what {
            What::Value { path, .. } => What::Value {
                path,
                elements: true,
            },
            what => what,
        };
        Source { what, ..self }
    }

    /// Bytes that are the same for the same source alone.
    pub(super) fn key(&self) -> Result<Vec<u8>, Full> {
        let mut key = Key(Vec::new());
        key.byte(self.namespace as u8)?;
        key.text(self.attribute)?;
        match self.what {
            What::Value { path, elements } => {
                key.byte(u8::from(elements))?;
                key.path(path)?;
            }
            What::Time { path } => {
                key.byte(2)?;
                key.path(path)?;
            }
            What::Times { name, field, .. } => key.fields(3, name, field)?,
            What::Sum { name, field } => key.fields(4, name, field)?,
            What::Fields { name, field } => key.fields(5, name, field)?,
            What::Message(kind, message) => key.message(6, kind, message)?,
            What::Received(kind, message) => key.message(7, kind, message)?,
            What::Variations(kind, message) => key.message(8, kind, message)?,
            What::Group { id } => {
                key.byte(9)?;
                key.text(id)?;
            }
            What::Tokens => key.byte(10)?,
            What::Devices => key.byte(11)?,
            What::Point => key.byte(12)?,
        }
        Ok(key.0)
    }
}

struct Key(Vec<u8>);

impl Key {
    fn byte(&mut self, byte: u8) -> Result<(), Full> {
        self.0.try_reserve(1)?;
        self.0.push(byte);
        Ok(())
    }

    fn text(&mut self, text: &[u8]) -> Result<(), Full> {
        self.0.try_reserve(8 + text.len())?;
        self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.0.extend_from_slice(text);
        Ok(())
    }

    fn path(&mut self, path: &[Step]) -> Result<(), Full> {
        path.iter().try_for_each(|step| match step {
            Step::Key(key) => self.text(key),
            Step::Any => self.byte(0),
        })
    }

    fn fields(&mut self, what: u8, name: Option<&[u8]>, field: &str) -> Result<(), Full> {
        self.byte(what)?;
        self.text(field.as_bytes())?;
        name.map_or(Ok(()), |name| self.text(name))
    }

    fn message(&mut self, what: u8, kind: MessageKind, message: &MessageName) -> Result<(), Full> {
        self.byte(what)?;
        // A Canvas and its steps are rows of one list.
        self.byte(kind as u8)?;
        match message {
            MessageName::Name(name) => {
                self.byte(0)?;
                self.text(name)
            }
            MessageName::Id(id) => {
                self.byte(1)?;
                self.text(id)
            }
        }
    }
}
