//! What a condition sees of a user, and which meaning decides of that.

use super::ask::{User, lead, member};
use super::meaning::Meaning;
use super::messages::is_on;
use super::seen::{Place, Seen};
use super::{
    Apps, Channel, MessageKind, MessageMetric, MessageName, Needs, Predicate, Step, Subject, Test,
    Value,
};
use crate::cohort::membership::Cohort;
use crate::profile::{Namespace, Scalar, Tree};
use alloc::vec::Vec;

/// Values that are gathered at most; one more is, so that it shows that there are more.
pub const MAX_OBSERVED: usize = 100;

/// What was seen.
pub enum Observed<'a> {
    /// Nothing: the data here cannot say.
    Unknown,
    /// One value, null where there is none.
    One(Tree<'a>),
    /// Several: of each device, app or row, or what a path leads to in each element.
    Many(Vec<Tree<'a>>),
    /// Several fields.
    Fields(Vec<(&'static str, Observed<'a>)>),
}

/// What a condition saw and what decided.
pub struct Looked<'a> {
    /// What was seen.
    pub observed: Observed<'a>,
    /// What decided.
    pub meaning: Meaning,
}

impl<'a> From<Seen<'a>> for Tree<'a> {
    fn from(seen: Seen<'a>) -> Tree<'a> {
        Tree::Scalar(match seen {
            Seen::Absent => return Tree::Null,
            Seen::List(parts) => return Tree::List(parts),
            Seen::Object(parts) => return Tree::Object(parts),
            Seen::Bool(value) => Scalar::Bool(value),
            Seen::Number(number) => Scalar::Number(number),
            Seen::Text(text) => Scalar::Text(text),
            Seen::Time(time) => Scalar::Time(time),
        })
    }
}

impl<'a> Observed<'a> {
    fn many(values: impl Iterator<Item = Seen<'a>>) -> Observed<'a> {
        let values = values.take(MAX_OBSERVED + 1);
        Observed::Many(values.map(Tree::from).collect())
    }

    /// These texts.
    pub(super) fn texts(texts: impl Iterator<Item = &'a [u8]>) -> Observed<'a> {
        Observed::many(texts.map(Seen::Text))
    }
}

impl<'a> Seen<'a> {
    fn told(self, meaning: Meaning) -> Looked<'a> {
        Looked {
            observed: Observed::One(self.into()),
            meaning,
        }
    }
}

fn unknown<'a>(needs: Needs) -> Looked<'a> {
    Looked {
        observed: Observed::Unknown,
        meaning: match needs {
            Needs::Events => Meaning::NeedsEvents,
            Needs::Sessions => Meaning::NeedsSessions,
            Needs::RandomBuckets => Meaning::BucketAbsent,
            Needs::SubscriptionGroups => Meaning::NeedsGroups,
            Needs::Bounces => Meaning::NeedsBounces,
            Needs::Messages => Meaning::NeedsMessages,
        },
    }
}

impl<'a> User<'_, 'a> {
    /// What a condition sees, but for memberships of segments and for subjects of a single value.
    pub(super) fn look(&self, subject: &Subject, test: &Test) -> Looked<'a> {
        let flat = |seen: Seen<'a>| seen.told(test.meaning(seen, Place::Flat));
        match subject {
            Subject::Custom { name, path } => {
                let value = self.value(Namespace::Custom, name);
                if path.is_empty() {
                    return flat(value);
                }
                let mut leaves = Vec::new();
                if leaves_of(value, path, &mut leaves) {
                    return Looked {
                        observed: Observed::Many(leaves),
                        meaning: Meaning::ElementAny,
                    };
                }
                let is_to_elements = path.iter().any(|step| matches!(step, Step::Any));
                let leaf = if is_to_elements {
                    Seen::Absent
                } else {
                    lead(value, path)
                };
                leaf.told(test.meaning(leaf, Place::Nested))
            }
            Subject::Element { name, path, .. } => {
                lead(self.value(Namespace::Custom, name), path).told(Meaning::ElementAll)
            }
            Subject::State(field) => match self.field(field) {
                Seen::Absent => Seen::Absent.told(Meaning::StateDefault),
                state => flat(state),
            },
            Subject::Apps => Looked {
                observed: Observed::many(self.app_rows(None).map(|row| member(row, "name"))),
                meaning: Meaning::Membership,
            },
            Subject::AppVersion { app } => {
                let mut versions = self.versions(app);
                match (versions.next(), versions.next()) {
                    (Some(version), None) => flat(version),
                    _ => Looked {
                        observed: Observed::many(self.versions(app)),
                        meaning: Meaning::VersionPlatforms,
                    },
                }
            }
            Subject::Cohorts { partner } => self.cohorts(partner, test),
            Subject::Device(field) => Looked {
                observed: Observed::many(self.device_values(field)),
                meaning: match test.predicate {
                    Predicate::Matches(_) if test.negated => Meaning::DeviceRegex,
                    _ => Meaning::Device,
                },
            },
            Subject::Location => {
                let seen = self.field("last_coordinates");
                match (&test.predicate, seen.point()) {
                    (Predicate::Inside(_), Some(_)) => seen.told(Meaning::Area),
                    (Predicate::Inside(_), None) => seen.told(Meaning::NoCoordinates),
                    _ => flat(seen),
                }
            }
            Subject::RandomBucket => match self.field("random_bucket") {
                Seen::Absent => Looked {
                    observed: Observed::Unknown,
                    meaning: Meaning::BucketAbsent,
                },
                bucket => flat(bucket),
            },
            Subject::Message {
                kind,
                message,
                metric,
            } => self.look_at_message(*kind, message, *metric, test),
            Subject::Group { id } => match self.group(id) {
                Some(state) => flat(state),
                None => unknown(Needs::SubscriptionGroups),
            },
            Subject::Reachable(channel) => self.look_for_reach(*channel),
            Subject::Recurring { name } => {
                let seen = match name {
                    Some(name) => self.value(Namespace::Custom, name),
                    None => self.field("dob"),
                };
                seen.told(self.world.recurring_meaning(seen, test))
            }
            Subject::Unknown(needs) => unknown(*needs),
            // All others have a single value, or are asked elsewhere.
            _ => Seen::Absent.told(Meaning::Segment),
        }
    }

    /// That a condition sees this single value.
    pub(super) fn look_at_single(
        &self,
        subject: &Subject,
        test: &Test,
        seen: Seen<'a>,
    ) -> Looked<'a> {
        let is_number = matches!(test.predicate, Predicate::Number(..));
        seen.told(match (subject, seen) {
            (Subject::Default("total_revenue"), Seen::Absent) if is_number => Meaning::RevenueZero,
            (Subject::Age, Seen::Number(_)) if is_number => Meaning::AgeYears,
            (Subject::Age, Seen::Absent) if is_number && !test.negated => Meaning::AgeAbsent,
            (Subject::Summary { .. } | Subject::Sessions { .. }, Seen::Number(count)) => {
                // INVARIANT: nothing is counted that did not happen.
                if count == 0.0 {
                    Meaning::CountNever
                } else {
                    Meaning::Count
                }
            }
            _ => test.meaning(seen, Place::Flat),
        })
    }

    /// The partner's cohorts that the user is in, those that are asked for first.
    fn cohorts(&self, partner: &[u8], test: &Test) -> Looked<'a> {
        let cohorts = self.world.cohorts;
        let is_asked = |id: &str| match &test.predicate {
            Predicate::IncludesAnyOf(values) => values
                .iter()
                .any(|value| matches!(value, Value::Text(asked) if **asked == *id.as_bytes())),
            _ => false,
        };
        let of_partner = || {
            let cohorts = cohorts.iter();
            cohorts.filter(|(of, ..)| of.as_bytes() == partner)
        };
        let ids = |asked: bool| {
            let is_in = move |(_, id, cohort): &(&str, &str, &Cohort)| {
                cohort.members.contains(self.user) && is_asked(id) == asked
            };
            of_partner().filter(is_in).map(|(_, id, _)| id.as_bytes())
        };
        let is_seen = of_partner().any(|(_, id, _)| is_asked(id));
        Looked {
            observed: Observed::texts(ids(true).chain(ids(false))),
            meaning: if is_seen {
                Meaning::Membership
            } else {
                Meaning::CohortUnseen
            },
        }
    }

    fn look_at_message(
        &self,
        kind: MessageKind,
        message: &MessageName,
        metric: MessageMetric,
        test: &Test,
    ) -> Looked<'a> {
        let rows = || self.message_rows(kind, message);
        let has_row = rows().next().is_some();
        let is_received = rows().any(|(_, in_control)| !in_control);
        if let (MessageMetric::LastReceived, true) = (metric, is_received) {
            let seen = self.last_received(kind, message);
            return seen.told(test.meaning(seen, Place::Flat));
        }
        let asks_to_be_in = matches!(test.predicate, Predicate::Is(true)) && !test.negated;
        let meaning = match metric {
            // All else that is asked is about who is out of it.
            MessageMetric::InControl if !has_row && !asks_to_be_in => Meaning::NotInControl,
            MessageMetric::InControl => Meaning::InControl,
            _ if !has_row => Meaning::MessageNone,
            MessageMetric::Variation => Meaning::Variation,
            _ if !is_received => Meaning::MessageControl,
            _ => Meaning::Message,
        };
        let observed = match metric {
            MessageMetric::Variation => {
                Observed::many(rows().map(|(row, _)| member(row, "variation_name")))
            }
            MessageMetric::LastReceived => Observed::One(Tree::Null),
            _ => {
                let rows = rows().take(MAX_OBSERVED + 1);
                Observed::Many(rows.map(|(row, _)| Tree::Object(row)).collect())
            }
        };
        Looked { observed, meaning }
    }

    fn look_for_reach(&self, channel: Channel) -> Looked<'a> {
        let field = |name| (name, Observed::One(self.field(name).into()));
        let is_unsubscribed = |name| self.field(name).is_text(b"unsubscribed");
        let (fields, meaning) = match channel.platform() {
            Some(platform) => {
                let tokens = || self.platforms().filter(|of| is_on(*of, platform));
                let meaning = if tokens().next().is_none() {
                    Meaning::NoToken
                } else if is_unsubscribed("push_subscribe") {
                    Meaning::Unsubscribed
                } else {
                    Meaning::Push
                };
                let tokens = ("push_tokens", Observed::many(tokens()));
                (Vec::from([field("push_subscribe"), tokens]), meaning)
            }
            None if channel == Channel::Sms => return unknown(Needs::SubscriptionGroups),
            None => {
                let meaning = if self.field("email").is_blank() {
                    Meaning::NoAddress
                } else if is_unsubscribed("email_subscribe") {
                    Meaning::Unsubscribed
                } else {
                    Meaning::NeedsBounces
                };
                let fields = Vec::from([field("email"), field("email_subscribe")]);
                (fields, meaning)
            }
        };
        Looked {
            observed: Observed::Fields(fields),
            meaning,
        }
    }

    /// What the apps say: the names of those with a session.
    pub(super) fn look_at_apps(&self, apps: &Apps) -> Looked<'a> {
        let used = self.app_rows(None).filter(
            |row| matches!(member(*row, "sessions"), Seen::Number(sessions) if sessions > 0.0),
        );
        Looked {
            observed: Observed::many(used.map(|row| member(row, "name"))),
            meaning: match apps {
                Apps::None => Meaning::AppsNone,
                _ => Meaning::AppsAnyOf,
            },
        }
    }
}

/// What a path leads to in each element of the array on its way; false without an element.
fn leaves_of<'a>(seen: Seen<'a>, path: &[Step], out: &mut Vec<Tree<'a>>) -> bool {
    let Some(at) = path.iter().position(|step| matches!(step, Step::Any)) else {
        return false;
    };
    let (before, rest) = path.split_at(at);
    let Seen::List(parts) = lead(seen, before) else {
        return false;
    };
    let rest = rest.get(1..).unwrap_or(&[]);
    let elements = parts.elements().take(MAX_OBSERVED + 1);
    // INVARIANT: a path holds one array at most.
    out.extend(elements.map(|element| Tree::from(lead(Seen::from(Some(element)), rest))));
    !parts.is_empty()
}
