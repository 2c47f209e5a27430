//! A segment's rule: what is asked of a user, once its definition was read and checked. Nothing here knows
//! how a definition is written, or how users are kept.
//!
//! Every filter of every family is a [`Subject`], which has a value for each user, and a [`Test`] of that
//! value. So a new filter is a new subject, and a new operator a new predicate.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// A text of the definition, in UTF-8.
pub type Text = Box<[u8]>;

/// Who is in a segment.
pub struct Rule {
    /// Which apps users have a session in.
    pub apps: Apps,
    /// `None`: all users of the apps.
    pub filter: Option<Node>,
    /// None of these.
    pub exclude: Vec<Node>,
}

/// Which apps users have a session in.
pub enum Apps {
    /// Any, or none.
    All,
    /// At least one of these.
    AnyOf(Vec<Text>),
    /// None at all.
    None,
}

/// A part of a filter.
pub enum Node {
    /// All of these, of which there is one.
    And(Vec<Node>),
    /// Any of these, of which there is one.
    Or(Vec<Node>),
    /// A condition.
    Condition(Condition),
}

/// A question about a user.
pub struct Condition {
    /// Its place in the definition, as a JSON pointer.
    pub path: Text,
    /// The key of its family.
    pub family: &'static str,
    /// The name that its body gives to what is looked at, if it gives one.
    pub name: Option<Text>,
    /// The operator's word.
    pub operator: &'static str,
    /// What the operator is given, as JSON, as it is written: the `value`, the circle or polygon, or `all_of`.
    pub operand: Option<Text>,
    /// The range of its number, which is whole then.
    pub whole: Option<(u32, u32)>,
    /// What is looked at.
    pub subject: Subject,
    /// What is asked of it.
    pub test: Test,
}

/// What has a value, or none, for each user.
pub enum Subject {
    /// A custom attribute, or what a path leads to in it.
    Custom {
        /// The attribute.
        name: Text,
        /// Empty for the attribute itself.
        path: Vec<Step>,
    },
    /// The elements of an array of objects, of which one has to hold all of these. The test of the
    /// condition is [`Predicate::Is`] true.
    Element {
        /// The attribute.
        name: Text,
        /// Leads to the array.
        path: Vec<Step>,
        /// Paths within an element.
        all_of: Vec<(Vec<Step>, Test)>,
    },
    /// A field of Braze's own, by its name in an export: a text, a number or a time.
    Default(&'static str),
    /// Full years since the `dob`.
    Age,
    /// A subscription state, `subscribed` where none is said: `email_subscribe` or `push_subscribe`.
    State(&'static str),
    /// When an app was used: the first or last of all, or of this one.
    AppUse {
        /// The app, or all.
        app: Option<Text>,
        /// The last, or the first time.
        last: bool,
    },
    /// The names of the apps.
    Apps,
    /// The version of an app.
    AppVersion {
        /// The app.
        app: Text,
    },
    /// Sessions, of an app or of all.
    Sessions {
        /// The app, or all.
        app: Option<Text>,
    },
    /// The ids of a partner's cohorts that the user is in.
    Cohorts {
        /// The partner.
        partner: Text,
    },
    /// What is counted of a custom event or a product, of all products where none is named.
    Summary {
        /// `custom_events` or `purchases`.
        of: &'static str,
        /// The event or the product.
        name: Option<Text>,
        /// What of it.
        metric: Metric,
    },
    /// A field of each device: `model`, `os`, `carrier`, `idfa`, `idfv`, `google_ad_id`, `roku_ad_id` or
    /// `ad_tracking_enabled`. A test holds if any device satisfies it.
    Device(&'static str),
    /// How many devices there are.
    DeviceCount,
    /// Where the user was last; the test is [`Predicate::Inside`] or about presence.
    Location,
    /// The random bucket, unknown where absent.
    RandomBucket,
    /// A message.
    Message {
        /// Of which kind.
        kind: MessageKind,
        /// Which one.
        message: MessageName,
        /// What of it.
        metric: MessageMetric,
    },
    /// The state in a subscription group, unknown where none is told.
    Group {
        /// The group's id.
        id: Text,
    },
    /// Whether a message can reach the user.
    Reachable(Channel),
    /// The days to the nearest recurrence of the day of a time, before or after today.
    Recurring {
        /// A custom attribute, or `dob` where `None`.
        name: Option<Text>,
    },
    /// The names of the segments that the user is in. These are the ones asked for.
    Segments,
    /// What the data here cannot say: the answer is unknown for every user.
    Unknown(Needs),
}

/// A step of a path.
pub enum Step {
    /// To a member of an object.
    Key(Text),
    /// To any element of an array.
    Any,
}

/// What is known of an event or a product.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metric {
    /// How often, 0 where never.
    Count,
    /// The first time.
    First,
    /// The last time.
    Last,
}

/// A kind of message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// A campaign.
    Campaign,
    /// A Canvas.
    Canvas,
    /// A step of a Canvas.
    CanvasStep,
    /// A card.
    Card,
}

/// Which message.
pub enum MessageName {
    /// By its name.
    Name(Text),
    /// By its API identifier.
    Id(Text),
}

/// What is known of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageMetric {
    /// Received at least once.
    Received,
    /// Opened or clicked.
    Engaged,
    /// Clicked.
    Clicked,
    /// Converted.
    Converted,
    /// In the control group. Not in it, by [`Predicate::Is`] false or true negated, is only who has a row of
    /// that message; [`Predicate::Is`] false negated is who is not so.
    InControl,
    /// When it was last received.
    LastReceived,
    /// The name of the variation.
    Variation,
}

/// A way to reach a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "they say themselves")]
pub enum Channel {
    Email,
    Push,
    IosPush,
    AndroidPush,
    WebPush,
    Sms,
}

/// What would have to be loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Events or purchases one by one, for the whole window.
    Events,
    /// The sessions one by one.
    Sessions,
    /// The states of subscription groups.
    SubscriptionGroups,
    /// The random buckets.
    RandomBuckets,
    /// Bounces and reports of spam.
    Bounces,
    /// Messages one by one, with what became of each.
    Messages,
}

/// A predicate, or its negation.
pub struct Test {
    /// What is asked.
    pub predicate: Predicate,
    /// Is it asked whether it does not hold?
    pub negated: bool,
    /// Does a number that is absent read as 0?
    pub absent_is_zero: bool,
}

impl Test {
    /// The same with another number in the place of its own: a number, days, or a moment in milliseconds since
    /// 1970; `None` where it asks for none of these.
    pub fn with(&self, number: f64) -> Option<Test> {
        let instant = Moment::Instant(number as i64);
        let predicate = match self.predicate {
            Predicate::Number(comparison, _) => Predicate::Number(comparison, number),
            Predicate::Days(days, _) => Predicate::Days(days, number),
            Predicate::Before(_) => Predicate::Before(instant),
            Predicate::After(_) => Predicate::After(instant),
            _ => return None,
        };
        Some(Test {
            predicate,
            negated: self.negated,
            absent_is_zero: self.absent_is_zero,
        })
    }
}

/// What is asked of a value.
pub enum Predicate {
    /// A text that is one of these.
    TextAnyOf(Vec<Text>),
    /// A text that contains one of these.
    TextContains(Vec<Text>),
    /// A text, or an element of an array, that matches. Negated it holds only where there is a text that is
    /// not blank, or an element.
    Matches(Text),
    /// A number.
    Number(Comparison, f64),
    /// A truth value.
    Is(bool),
    /// A truth value, or nothing.
    IsOrAbsent(bool),
    /// An array with one of these values.
    IncludesAnyOf(Vec<Value>),
    /// An array with all of these.
    IncludesAllOf(Vec<Value>),
    /// An array with a text that contains one of these.
    ElementContains(Vec<Text>),
    /// An array with an element.
    HasElement,
    /// Nothing, or an array without elements. A text is not empty in this sense.
    Empty,
    /// A time before this moment.
    Before(Moment),
    /// A time after this moment.
    After(Moment),
    /// A time so many days ago, or in the future.
    Days(Days, f64),
    /// A day of the year: month and day.
    DayOfYear(Comparison, (u8, u8)),
    /// A version, part by part; a missing part is 0. A version that is absent is less, and less or equal,
    /// and nothing else.
    Version(Comparison, Text),
    /// Coordinates within an area. Negated it holds only where there are coordinates.
    Inside(Area),
    /// There is a value, of whatever type.
    Exists,
    /// There is none, or an empty text or array.
    Blank,
}

/// How numbers are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "they say themselves")]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Relative days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "they say themselves")]
pub enum Days {
    LessAgo,
    GreaterAgo,
    LessAhead,
    GreaterAhead,
}

/// A single value of a definition.
#[allow(missing_docs, reason = "they say themselves")]
pub enum Value {
    Text(Text),
    Number(f64),
    Bool(bool),
}

impl Value {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A point in time, as a definition says it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// The same of what a clock on the wall of the company shows.
    Wall(i64),
}

/// An area on the earth, in degrees.
pub enum Area {
    /// Around a point.
    Circle {
        /// Longitude.
        longitude: f64,
        /// Latitude.
        latitude: f64,
        /// Kilometres.
        radius: f64,
    },
    /// Within these corners, longitude first.
    Polygon(Vec<(f64, f64)>),
}
