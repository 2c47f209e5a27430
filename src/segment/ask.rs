//! What is known of one user, asked condition by condition: the plain way, which every quicker one has to
//! agree with.

use super::answer::Answer;
use super::clock::Clock;
use super::message::Places;
use super::seen::{Patterns, Place, Seen};
use super::{
    Channel, Condition, MessageKind, MessageMetric, MessageName, Metric, Predicate, Rule, Step,
    Subject, Test, Value,
};
use crate::cohort::membership::Cohorts;
use crate::identity::{Directory, ProfileIdKind, UserIx};
use crate::profile::{AttributeIx, Namespace, Parts, Profiles, Scalar, Time, Tree};

/// All that is known of users, and when that is asked.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Their ids.
    pub directory: &'a Directory,
    /// Their profiles.
    pub profiles: &'a Profiles,
    /// The cohorts they are in.
    pub cohorts: &'a Cohorts,
    /// When.
    pub clock: &'a Clock,
    /// How patterns are matched.
    pub patterns: &'a dyn Patterns,
    /// The rule of the segment of this name. It is about no segment itself.
    pub rules: &'a dyn Fn(&[u8]) -> Option<&'a Rule>,
}

impl Condition {
    /// Does it hold for a user?
    ///
    /// **Cost**: in what the user has of the attribute.
    pub fn ask(&self, world: &World<'_>, user: UserIx) -> Answer {
        let user = User { world, user };
        user.ask(&self.subject, &self.test)
    }

    /// Does it hold of a custom attribute's value? It is about one.
    pub(super) fn ask_value(&self, world: &World<'_>, value: Seen<'_>) -> bool {
        // No id is asked about.
        let user = User { world, user: 0 };
        user.custom(&self.subject, &self.test, value)
    }
}

struct User<'w, 'a> {
    world: &'w World<'a>,
    user: UserIx,
}

pub(super) fn member<'a>(parts: Parts<'a>, key: &str) -> Seen<'a> {
    Seen::from(parts.member(key.as_bytes()))
}

fn number(seen: Seen<'_>) -> Option<f64> {
    match seen {
        Seen::Number(number) => Some(number),
        _ => None,
    }
}

pub(super) fn is_true(seen: Seen<'_>) -> bool {
    matches!(seen, Seen::Bool(true))
}

impl<'a> User<'_, 'a> {
    fn ask(&self, subject: &Subject, test: &Test) -> Answer {
        let holds = |seen: Seen<'_>| self.holds(test, seen, Place::Flat);
        match subject {
            Subject::Custom { name, .. } | Subject::Element { name, .. } => {
                let value = self.value(Namespace::Custom, name);
                self.custom(subject, test, value).into()
            }
            Subject::Default("external_id") => {
                let mut ids = self.world.directory.ids(self.user);
                let id = ids.find(|id| id.kind == ProfileIdKind::External);
                holds(id.map_or(Seen::Absent, |id| Seen::Text(id.name))).into()
            }
            Subject::Default(field) => holds(self.field(field)).into(),
            Subject::Age => {
                let age = match self.field("dob") {
                    Seen::Time(born) => self.world.clock.age(Scalar::Time(born)),
                    _ => Seen::Absent,
                };
                holds(age).into()
            }
            Subject::State(field) => {
                let state = match self.field(field) {
                    Seen::Absent => Seen::Text(b"subscribed"),
                    state => state,
                };
                holds(state).into()
            }
            Subject::AppUse { app, last } => {
                let field = if *last { "last_used" } else { "first_used" };
                let uses = self
                    .rows("apps")
                    .filter(|row| is_app(*row, app.as_deref()))
                    .filter_map(|row| member(row, field).time());
                holds(time(if *last { uses.max() } else { uses.min() })).into()
            }
            Subject::Apps => {
                let has = |app: &[u8]| {
                    let mut rows = self.rows("apps");
                    rows.any(|row| member(row, "name").is_text(app))
                };
                self.has_any(test, has).into()
            }
            Subject::AppVersion { app } => {
                let rows = || self.rows("apps").filter(|row| is_app(*row, Some(app)));
                // The absence of the app is that of its version.
                let absent = rows().next().is_none().then_some(Seen::Absent);
                self.any(test, || {
                    let versions = rows().map(|row| member(row, "version"));
                    absent.into_iter().chain(versions)
                })
                .into()
            }
            Subject::Sessions { app } => {
                let rows = self.rows("apps").filter(|row| is_app(*row, app.as_deref()));
                let sessions = rows.filter_map(|row| number(member(row, "sessions")));
                holds(Seen::Number(sessions.sum::<f64>() + 0.0)).into()
            }
            Subject::Cohorts { partner } => {
                let partner = core::str::from_utf8(partner).unwrap_or("");
                let has = |id: &[u8]| {
                    let id = core::str::from_utf8(id).unwrap_or("");
                    let cohort = self.world.cohorts.get(partner, id);
                    cohort.is_some_and(|cohort| cohort.members.contains(self.user))
                };
                self.has_any(test, has).into()
            }
            Subject::Summary { of, name, metric } => {
                let rows = self.rows(of).filter(|row| is_app(*row, name.as_deref()));
                holds(summary(rows, *metric)).into()
            }
            Subject::Device(field) => {
                let value = |row: Parts<'a>| match row.member(field.as_bytes()) {
                    Some(Tree::Id(number)) => self.device_id(number),
                    other => Seen::from(other),
                };
                self.any(test, || self.rows("devices").map(value)).into()
            }
            Subject::DeviceCount => holds(Seen::Number(self.device_count() as f64)).into(),
            Subject::Location => self.location(test).into(),
            Subject::RandomBucket => match self.field("random_bucket") {
                Seen::Absent => Answer::Unknown,
                bucket => holds(bucket).into(),
            },
            Subject::Message {
                kind,
                message,
                metric,
            } => self.message(*kind, message, *metric, test).into(),
            Subject::Group { id } => {
                let mut groups = self.rows("subscription_groups");
                let group = groups.find(|row| member(*row, "subscription_group_id").is_text(id));
                let state = group.map(|row| member(row, "subscription_state"));
                match state {
                    Some(state @ (Seen::Text(_) | Seen::Time(_))) => holds(state).into(),
                    _ => Answer::Unknown,
                }
            }
            Subject::Reachable(channel) => {
                let wanted = matches!(test.predicate, Predicate::Is(true)) != test.negated;
                let reachable = self.reachable(*channel);
                if wanted { reachable } else { !reachable }
            }
            Subject::Recurring { name } => {
                let seen = match name {
                    Some(name) => self.value(Namespace::Custom, name),
                    None => self.field("dob"),
                };
                self.world.recurs(seen, test).into()
            }
            Subject::Segments => {
                let Predicate::IncludesAnyOf(values) = &test.predicate else {
                    return Answer::Unknown;
                };
                let names = values.iter().filter_map(|value| match value {
                    Value::Text(name) => Some(&**name),
                    _ => None,
                });
                let answers = names.map(|name| match (self.world.rules)(name) {
                    Some(rule) => rule.ask(self.world, self.user),
                    None => Answer::Unknown,
                });
                let any = Answer::any(answers);
                if test.negated { !any } else { any }
            }
            Subject::Unknown(_) => Answer::Unknown,
        }
    }

    fn custom(&self, subject: &Subject, test: &Test, value: Seen<'_>) -> bool {
        match subject {
            Subject::Custom { path, .. } => {
                let place = if path.is_empty() {
                    Place::Flat
                } else {
                    Place::Nested
                };
                self.along(value, path, test, place)
            }
            Subject::Element { path, all_of, .. } => {
                let Seen::List(parts) = lead(value, path) else {
                    return false;
                };
                let mut elements = parts.elements();
                elements.any(|element| {
                    all_of.iter().all(|(path, test)| {
                        self.along(Seen::from(Some(element)), path, test, Place::Nested)
                    })
                })
            }
            _ => false,
        }
    }

    fn holds(&self, test: &Test, seen: Seen<'_>, place: Place) -> bool {
        test.holds(seen, place, self.world.clock, self.world.patterns)
    }

    /// Is one of the texts asked for there?
    fn has_any(&self, test: &Test, has: impl Fn(&[u8]) -> bool) -> bool {
        let Predicate::IncludesAnyOf(values) = &test.predicate else {
            return false;
        };
        let any = values.iter().any(|value| match value {
            Value::Text(text) => has(text),
            _ => false,
        });
        any != test.negated
    }

    fn attribute(&self, namespace: Namespace, name: &[u8]) -> Option<AttributeIx> {
        self.world.profiles.attribute_of(namespace, name)
    }

    fn value(&self, namespace: Namespace, name: &[u8]) -> Seen<'a> {
        let attribute = self.attribute(namespace, name);
        Seen::from(attribute.and_then(|at| self.world.profiles.tree(self.user, at)))
    }

    fn field(&self, name: &str) -> Seen<'a> {
        self.value(Namespace::Default, name.as_bytes())
    }

    /// The objects of a list.
    fn rows(&self, field: &str) -> impl Iterator<Item = Parts<'a>> + use<'a> {
        let list = match self.field(field) {
            Seen::List(parts) => Some(parts),
            _ => None,
        };
        let elements = list.into_iter().flat_map(Parts::elements);
        elements.filter_map(|element| match element {
            Tree::Object(parts) => Some(parts),
            _ => None,
        })
    }

    /// Does the test hold of what the path leads to? Of an array any element counts, and without elements
    /// it is as if nothing were there.
    fn along(&self, seen: Seen<'_>, path: &[Step], test: &Test, place: Place) -> bool {
        let Some((step, rest)) = path.split_first() else {
            return self.holds(test, seen, place);
        };
        match (step, seen) {
            (Step::Key(key), Seen::Object(parts)) => {
                self.along(Seen::from(parts.member(key)), rest, test, place)
            }
            (Step::Any, Seen::List(parts)) if !parts.is_empty() => parts
                .elements()
                .any(|element| self.along(Seen::from(Some(element)), rest, test, place)),
            _ => self.holds(test, Seen::Absent, place),
        }
    }

    fn device_count(&self) -> usize {
        match self.field("devices") {
            Seen::List(parts) => parts.len(),
            // Where they say no more than their ids, the directory has them.
            _ if !matches!(self.field("push_tokens"), Seen::Absent) => 0,
            _ => {
                let ids = self.world.directory.ids(self.user);
                ids.filter(|id| id.kind == ProfileIdKind::Device).count()
            }
        }
    }

    /// The text that is an id's number stands for.
    fn device_id(&self, number: u32) -> Seen<'a> {
        let ids = self.world.directory.ids(self.user);
        let mut devices = ids.filter(|id| id.kind == ProfileIdKind::Device);
        let id = devices.nth(number as usize);
        id.map_or(Seen::Absent, |id| Seen::Text(id.name))
    }

    /// Does the test hold of any of several values? A negation does where it does of none.
    fn any<'s, I: Iterator<Item = Seen<'s>>>(&self, test: &Test, values: impl Fn() -> I) -> bool {
        let holds = |seen| {
            test.predicate.holds(
                seen,
                Place::Flat,
                false,
                self.world.clock,
                self.world.patterns,
            )
        };
        match (&test.predicate, test.negated) {
            // Blank is where no value is there.
            (Predicate::Blank, negated) => values().any(|seen| !seen.is_blank()) == negated,
            (Predicate::Matches(_), true) => {
                values().any(|seen| self.holds(test, seen, Place::Flat)) && !values().any(holds)
            }
            _ => values().any(holds) != test.negated,
        }
    }

    fn location(&self, test: &Test) -> bool {
        let seen = self.field("last_coordinates");
        let Predicate::Inside(area) = &test.predicate else {
            return self.holds(test, seen, Place::Flat);
        };
        let Seen::List(parts) = seen else {
            return false;
        };
        let mut numbers = parts
            .elements()
            .filter_map(|element| number(Seen::from(Some(element))));
        let (Some(longitude), Some(latitude)) = (numbers.next(), numbers.next()) else {
            return false;
        };
        area.holds(longitude, latitude) != test.negated
    }

    fn reachable(&self, channel: Channel) -> Answer {
        let state = |field| match self.field(field) {
            Seen::Absent => false,
            state => state.is_text(b"unsubscribed"),
        };
        let wanted: Option<&[u8]> = match channel {
            Channel::Email => {
                let has_address = !matches!(self.field("email"), Seen::Absent)
                    && !self.field("email").is_text(b"");
                return if has_address && !state("email_subscribe") {
                    // Whether it bounced, or was marked as spam, no export says.
                    Answer::Unknown
                } else {
                    Answer::False
                };
            }
            Channel::Sms => return Answer::Unknown,
            Channel::Push => None,
            Channel::IosPush => Some(b"ios"),
            Channel::AndroidPush => Some(b"android"),
            Channel::WebPush => Some(b"web"),
        };
        let is_wanted = |platform: Seen<'_>| match (wanted, platform) {
            (None, _) => true,
            (Some(wanted), Seen::Text(platform)) => platform.eq_ignore_ascii_case(wanted),
            _ => false,
        };
        let has_token = self.rows("push_tokens").any(|row| {
            is_true(member(row, "notifications_enabled")) && is_wanted(member(row, "platform"))
        });
        (has_token && !state("push_subscribe")).into()
    }

    fn message(
        &self,
        kind: MessageKind,
        message: &MessageName,
        metric: MessageMetric,
        test: &Test,
    ) -> bool {
        let Places {
            list,
            id: id_key,
            last,
        } = kind.places();
        let is_it = |row: Parts<'_>| match message {
            MessageName::Name(name) => member(row, "name").is_text(name),
            MessageName::Id(id) => member(row, id_key).is_text(id),
        };
        let in_control = |row: Parts<'_>| is_true(member(row, "in_control"));
        // A step's Canvas says whether its user is in the control group.
        let rows = || {
            self.rows(list).flat_map(move |row| {
                let steps = match (kind, row.member(b"steps_received")) {
                    (MessageKind::CanvasStep, Some(Tree::List(steps))) => Some(steps),
                    _ => None,
                };
                let itself = (kind != MessageKind::CanvasStep).then_some(row);
                let steps = steps.into_iter().flat_map(Parts::elements);
                let steps = steps.filter_map(|step| match step {
                    Tree::Object(parts) => Some(parts),
                    _ => None,
                });
                itself
                    .into_iter()
                    .chain(steps)
                    .map(move |row_of| (row_of, in_control(row)))
            })
        };
        let its = || rows().filter(|(row, _)| is_it(*row));
        let mut received = its().filter(|(_, is_control)| !is_control);
        let yes = match metric {
            MessageMetric::Received => received.next().is_some(),
            MessageMetric::Engaged => received.any(|(row, _)| engaged(row, b"")),
            MessageMetric::Clicked if kind == MessageKind::Card => received.next().is_some(),
            MessageMetric::Clicked => received.any(|(row, _)| engaged(row, b"clicked_")),
            MessageMetric::Converted => received.any(|(row, _)| is_true(member(row, "converted"))),
            MessageMetric::InControl => {
                let is_in = its().any(|(_, is_control)| is_control);
                return test.in_control(is_in, is_in || its().next().is_some());
            }
            MessageMetric::LastReceived => {
                let times = received.filter_map(|(row, _)| member(row, last).time());
                return self.holds(test, time(times.max()), Place::Flat);
            }
            MessageMetric::Variation => {
                return self.any(test, || its().map(|(row, _)| member(row, "variation_name")));
            }
        };
        test.is(yes)
    }
}

impl World<'_> {
    /// Has a user a session in an app, in any where none is named?
    pub(super) fn has_session(&self, user: UserIx, app: Option<&[u8]>) -> bool {
        let user = User { world: self, user };
        let rows = user.rows("apps").filter(|row| is_app(*row, app));
        let sessions = rows.filter_map(|row| number(member(row, "sessions")));
        sessions.sum::<f64>() > 0.0
    }
}

/// What a path of keys leads to.
fn lead<'a>(mut seen: Seen<'a>, path: &[Step]) -> Seen<'a> {
    for step in path {
        seen = match (step, seen) {
            (Step::Key(key), Seen::Object(parts)) => Seen::from(parts.member(key)),
            // The array itself is meant.
            (Step::Any, seen) => seen,
            _ => Seen::Absent,
        };
    }
    seen
}

/// Is a row about the app, the event or the product of this name? Where none is named each is.
fn is_app(row: Parts<'_>, name: Option<&[u8]>) -> bool {
    name.is_none_or(|name| member(row, "name").is_text(name))
}

fn time<'a>(ms: Option<i64>) -> Seen<'a> {
    ms.map_or(Seen::Absent, |ms| Seen::Time(Time::of_ms(ms)))
}

fn summary<'a>(rows: impl Iterator<Item = Parts<'a>>, metric: Metric) -> Seen<'a> {
    match metric {
        Metric::Count => {
            let counts = rows.filter_map(|row| number(member(row, "count")));
            Seen::Number(counts.sum::<f64>() + 0.0)
        }
        Metric::First => time(rows.filter_map(|row| member(row, "first").time()).min()),
        Metric::Last => time(rows.filter_map(|row| member(row, "last").time()).max()),
    }
}

/// Did the user engage with a message in a way whose name begins so?
pub(super) fn engaged(row: Parts<'_>, prefix: &[u8]) -> bool {
    let Seen::Object(engaged) = member(row, "engaged") else {
        return false;
    };
    engaged
        .members()
        .any(|(key, value)| key.starts_with(prefix) && is_true(Seen::from(Some(value))))
}
