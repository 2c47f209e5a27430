//! What is known of one user, asked condition by condition: the plain way, which every quicker one has to
//! agree with.

use super::Patterns;
use super::answer::Answer;
use super::clock::Clock;
use super::seen::{Place, Seen};
use super::{Condition, Metric, Predicate, Rule, Step, Subject, Test, Value};
use crate::cohort::membership::Cohorts;
use crate::identity::{Directory, ProfileIdKind, UserIx};
use crate::profile::{AttributeIx, Elements, Namespace, Parts, Profiles, Scalar, Time, Tree};

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

/// A user of a world.
pub(super) struct User<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) user: UserIx,
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

/// What each of several values is asked.
type Asked<'s, 'a> = &'s mut dyn FnMut(Seen<'a>) -> bool;

/// The objects of a list.
pub(super) struct Rows<'a>(pub(super) Option<Elements<'a>>);

impl<'a> Iterator for Rows<'a> {
    type Item = Parts<'a>;

    // WHY: many conditions go through rows, and none of them so often that a call would count.
    #[inline(never)]
    fn next(&mut self) -> Option<Parts<'a>> {
        self.0.as_mut()?.find_map(|element| match element {
            Tree::Object(parts) => Some(parts),
            _ => None,
        })
    }
}

impl<'a> User<'_, 'a> {
    pub(super) fn ask(&self, subject: &Subject, test: &Test) -> Answer {
        let holds = |seen: Seen<'_>| self.holds(test, seen, Place::Flat);
        if let Some(seen) = self.single(subject) {
            return holds(seen).into();
        }
        match subject {
            Subject::Custom { name, .. } | Subject::Element { name, .. } => {
                let value = self.value(Namespace::Custom, name);
                self.custom(subject, test, value).into()
            }
            Subject::State(field) => {
                let state = match self.field(field) {
                    Seen::Absent => Seen::SUBSCRIBED,
                    state => state,
                };
                holds(state).into()
            }
            Subject::Apps => {
                let has = |app: &[u8]| {
                    let mut rows = self.rows("apps");
                    rows.any(|row| member(row, "name").is_text(app))
                };
                self.has_any(test, has).into()
            }
            Subject::AppVersion { app } => {
                self.any(test, &|some| self.versions(app).any(some)).into()
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
            Subject::Device(field) => self
                .any(test, &|some| self.device_values(field).any(some))
                .into(),
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
                let state = self.group(id);
                state.map_or(Answer::Unknown, |state| holds(state).into())
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
                let names = values.iter().filter_map(Value::text);
                let answers = names.map(|name| match (self.world.rules)(name) {
                    Some(rule) => rule.ask(self.world, self.user),
                    None => Answer::Unknown,
                });
                let any = Answer::any(answers);
                if test.negated { !any } else { any }
            }
            // All others have a single value.
            _ => Answer::Unknown,
        }
    }

    /// What there is of a subject that has a single value.
    pub(super) fn single(&self, subject: &Subject) -> Option<Seen<'a>> {
        Some(match subject {
            Subject::Default("external_id") => {
                let mut ids = self.world.directory.ids(self.user);
                let id = ids.find(|id| id.kind == ProfileIdKind::External);
                id.map_or(Seen::Absent, |id| Seen::Text(id.name))
            }
            Subject::Default(field) => self.field(field),
            Subject::Age => match self.field("dob") {
                Seen::Time(born) => self.world.clock.age(Scalar::Time(born)),
                _ => Seen::Absent,
            },
            Subject::AppUse { app, last } => {
                let field = if *last { "last_used" } else { "first_used" };
                let uses = self.app_rows(app.as_deref());
                let uses = uses.filter_map(|row| member(row, field).time());
                time(if *last { uses.max() } else { uses.min() })
            }
            Subject::Sessions { app } => {
                let rows = self.app_rows(app.as_deref());
                let sessions = rows.filter_map(|row| number(member(row, "sessions")));
                Seen::Number(sessions.sum::<f64>() + 0.0)
            }
            Subject::Summary { of, name, metric } => {
                let rows = self.rows(of).filter(|row| is_app(*row, name.as_deref()));
                summary(rows, *metric)
            }
            Subject::DeviceCount => Seen::Number(self.device_count() as f64),
            _ => return None,
        })
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

    pub(super) fn holds(&self, test: &Test, seen: Seen<'_>, place: Place) -> bool {
        test.holds(seen, place, self.world.clock, self.world.patterns)
    }

    /// Is one of the texts asked for there?
    fn has_any(&self, test: &Test, has: impl Fn(&[u8]) -> bool) -> bool {
        let Predicate::IncludesAnyOf(values) = &test.predicate else {
            return false;
        };
        let any = values.iter().filter_map(Value::text).any(|text| has(text));
        any != test.negated
    }

    fn attribute(&self, namespace: Namespace, name: &[u8]) -> Option<AttributeIx> {
        self.world.profiles.attribute_of(namespace, name)
    }

    #[inline(never)]
    pub(super) fn value(&self, namespace: Namespace, name: &[u8]) -> Seen<'a> {
        let attribute = self.attribute(namespace, name);
        Seen::from(attribute.and_then(|at| self.world.profiles.tree(self.user, at)))
    }

    pub(super) fn field(&self, name: &str) -> Seen<'a> {
        self.value(Namespace::Default, name.as_bytes())
    }

    /// The objects of a list.
    pub(super) fn rows(&self, field: &str) -> Rows<'a> {
        Rows(match self.field(field) {
            Seen::List(parts) => Some(parts.elements()),
            _ => None,
        })
    }

    /// What is said of an app, or of all.
    pub(super) fn app_rows(&self, app: Option<&[u8]>) -> impl Iterator<Item = Parts<'a>> {
        self.rows("apps").filter(move |row| is_app(*row, app))
    }

    /// The versions of an app. The absence of the app is that of its version.
    pub(super) fn versions(&self, app: &[u8]) -> impl Iterator<Item = Seen<'a>> {
        let absent = self.app_rows(Some(app)).next().is_none();
        let absent = absent.then_some(Seen::Absent);
        let versions = self.app_rows(Some(app)).map(|row| member(row, "version"));
        absent.into_iter().chain(versions)
    }

    /// What each device says.
    pub(super) fn device_values(&self, field: &str) -> impl Iterator<Item = Seen<'a>> {
        let value = move |row: Parts<'a>| match row.member(field.as_bytes()) {
            Some(Tree::Id(number)) => self.device_id(number),
            other => Seen::from(other),
        };
        self.rows("devices").map(value)
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
    pub(super) fn any(&self, test: &Test, is_any: &dyn Fn(Asked<'_, 'a>) -> bool) -> bool {
        let holds = &mut |seen: Seen<'a>| {
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
            (Predicate::Blank, negated) => is_any(&mut |seen| !seen.is_blank()) == negated,
            (Predicate::Matches(_), true) => {
                is_any(&mut |seen| self.holds(test, seen, Place::Flat)) && !is_any(holds)
            }
            _ => is_any(holds) != test.negated,
        }
    }

    /// The state in a subscription group, where it is told.
    pub(super) fn group(&self, id: &[u8]) -> Option<Seen<'a>> {
        let mut groups = self.rows("subscription_groups");
        let group = groups.find(|row| member(*row, "subscription_group_id").is_text(id))?;
        let state = member(group, "subscription_state");
        matches!(state, Seen::Text(_) | Seen::Time(_)).then_some(state)
    }

    fn location(&self, test: &Test) -> bool {
        let seen = self.field("last_coordinates");
        let Predicate::Inside(area) = &test.predicate else {
            return self.holds(test, seen, Place::Flat);
        };
        let point = seen.point();
        point.is_some_and(|(longitude, latitude)| area.holds(longitude, latitude) != test.negated)
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
pub(super) fn lead<'a>(mut seen: Seen<'a>, path: &[Step]) -> Seen<'a> {
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

pub(super) fn time<'a>(ms: Option<i64>) -> Seen<'a> {
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
