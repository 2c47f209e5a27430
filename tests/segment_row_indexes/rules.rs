//! Random conditions, of any test of anything that may stand in rows.

use crate::chance::Chance;
use crate::users::{NOW, TEXTS, pick};
use kohort::segment::{
    Apps, Area, Channel, Comparison, Condition, Days, MessageKind, MessageMetric, MessageName,
    Metric, Moment, Node, Predicate, Rule, Step, Subject, Test, Value,
};

pub fn boxed(text: &str) -> Box<[u8]> {
    text.as_bytes().into()
}

fn random_value(chance: &mut Chance) -> Value {
    match chance.below(6) {
        0 => Value::Bool(chance.one_in(2)),
        1 => Value::Number(chance.below(4) as f64),
        _ => Value::Text(boxed(pick(chance, &TEXTS))),
    }
}

fn random_predicate(chance: &mut Chance) -> Predicate {
    let texts = |chance: &mut Chance| {
        let count = chance.below(3);
        (0..count).map(|_| boxed(pick(chance, &TEXTS))).collect()
    };
    let comparison = [
        Comparison::Equal,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ][chance.below(5)];
    let moment = Moment::Instant(NOW - (chance.below(300) as i64 - 100) * 86_400_000);
    match chance.below(19) {
        0 => Predicate::TextAnyOf(texts(chance)),
        1 => Predicate::TextContains(texts(chance)),
        2 => Predicate::Matches(boxed(pick(chance, &TEXTS[1..]))),
        3 => Predicate::Number(comparison, chance.below(5) as f64 - 1.0),
        4 => Predicate::Is(chance.one_in(2)),
        5 => Predicate::IsOrAbsent(chance.one_in(2)),
        6 | 7 => {
            Predicate::IncludesAnyOf((0..chance.below(4)).map(|_| random_value(chance)).collect())
        }
        8 => Predicate::IncludesAllOf((0..chance.below(4)).map(|_| random_value(chance)).collect()),
        9 => Predicate::ElementContains(texts(chance)),
        10 => Predicate::HasElement,
        11 => Predicate::Empty,
        12 => Predicate::Before(moment),
        13 => Predicate::After(moment),
        14 => {
            let kind = [
                Days::LessAgo,
                Days::GreaterAgo,
                Days::LessAhead,
                Days::GreaterAhead,
            ];
            Predicate::Days(kind[chance.below(4)], chance.below(200) as f64)
        }
        15 => Predicate::Version(comparison, boxed(&format!("1.{}", chance.below(4)))),
        16 => Predicate::Exists,
        17 => Predicate::Blank,
        _ if chance.one_in(2) => Predicate::Inside(Area::Circle {
            longitude: chance.below(20) as f64,
            latitude: 40.0 + chance.below(20) as f64,
            radius: chance.below(900) as f64,
        }),
        _ => Predicate::Inside(Area::Polygon(vec![(0.0, 45.0), (9.0, 44.0), (12.0, 55.0)])),
    }
}

fn random_path(chance: &mut Chance, any: bool) -> Vec<Step> {
    let keys = ["name", "kind", "since", "legs", "first", "all"];
    (0..chance.below(3))
        .map(|_| {
            if any && chance.one_in(2) {
                Step::Any
            } else {
                Step::Key(boxed(pick(chance, &keys)))
            }
        })
        .collect()
}

fn random_test(chance: &mut Chance) -> Test {
    Test {
        predicate: random_predicate(chance),
        negated: chance.one_in(3),
        absent_is_zero: chance.one_in(4),
    }
}

pub fn random_subject(chance: &mut Chance) -> Subject {
    let name = |chance: &mut Chance| boxed(pick(chance, &["one", "two", "10", "none"]));
    let some = |chance: &mut Chance| (!chance.one_in(3)).then(|| name(chance));
    let custom = |chance: &mut Chance| boxed(pick(chance, &["tags", "pet", "lone", "nobody's"]));
    match chance.below(18) {
        0..=2 => Subject::Custom {
            name: custom(chance),
            path: random_path(chance, false),
        },
        3 => Subject::Custom {
            name: custom(chance),
            path: random_path(chance, true),
        },
        4 => Subject::Element {
            name: custom(chance),
            path: random_path(chance, true),
            all_of: vec![(random_path(chance, true), random_test(chance))],
        },
        5 => Subject::AppUse {
            app: some(chance),
            last: chance.one_in(2),
        },
        6 => Subject::Apps,
        7 => Subject::AppVersion { app: name(chance) },
        8 => Subject::Sessions { app: some(chance) },
        9 => Subject::Summary {
            of: pick(chance, &["custom_events", "purchases"]),
            name: some(chance),
            metric: [Metric::Count, Metric::First, Metric::Last][chance.below(3)],
        },
        10 => Subject::Device(pick(
            chance,
            &["model", "carrier", "idfv", "ad_tracking_enabled"],
        )),
        11 => Subject::DeviceCount,
        12 => Subject::Location,
        13 => Subject::Group { id: name(chance) },
        14 => Subject::Reachable(
            [
                Channel::Email,
                Channel::Push,
                Channel::IosPush,
                Channel::AndroidPush,
                Channel::WebPush,
            ][chance.below(5)],
        ),
        15 => Subject::Default(pick(chance, &["country", "last_coordinates", "apps"])),
        _ => Subject::Message {
            kind: [
                MessageKind::Campaign,
                MessageKind::Canvas,
                MessageKind::CanvasStep,
                MessageKind::Card,
            ][chance.below(4)],
            message: if chance.one_in(2) {
                MessageName::Name(name(chance))
            } else {
                MessageName::Id(name(chance))
            },
            metric: [
                MessageMetric::Received,
                MessageMetric::Engaged,
                MessageMetric::Clicked,
                MessageMetric::Converted,
                MessageMetric::InControl,
                MessageMetric::LastReceived,
                MessageMetric::Variation,
            ][chance.below(7)],
        },
    }
}

/// What is asked of some things, and of others by chance seldom.
fn likely_predicate(chance: &mut Chance, subject: &Subject) -> Option<Predicate> {
    Some(match subject {
        Subject::Message {
            metric: MessageMetric::Variation,
            ..
        }
        | Subject::AppVersion { .. } => Predicate::Matches(boxed(pick(chance, &TEXTS[1..]))),
        Subject::Message { .. } | Subject::Reachable(_) => Predicate::Is(chance.one_in(2)),
        Subject::Location => Predicate::Inside(Area::Circle {
            longitude: 5.0,
            latitude: 48.0,
            radius: chance.below(1500) as f64,
        }),
        Subject::DeviceCount => Predicate::Number(Comparison::Less, 1.0 + chance.below(3) as f64),
        // As ids of devices begin.
        Subject::Device("idfv") => Predicate::TextContains(vec![boxed("d 1")]),
        Subject::Device(_) => Predicate::Matches(boxed(pick(chance, &TEXTS[1..]))),
        _ => return None,
    })
}

pub fn random_rule(chance: &mut Chance) -> Rule {
    let mut conditions: Vec<Node> = Vec::new();
    for _ in 0..1 + chance.below(2) {
        let mut test = random_test(chance);
        let subject = random_subject(chance);
        if chance.one_in(2) {
            let likely = likely_predicate(chance, &subject);
            test.predicate = likely.unwrap_or(test.predicate);
        }
        conditions.push(Node::Condition(Condition {
            path: boxed(""),
            family: "",
            name: None,
            operator: "",
            operand: None,
            whole: None,
            subject,
            test,
        }));
    }
    Rule {
        apps: match chance.below(8) {
            0 => Apps::None,
            1 => Apps::AnyOf(vec![boxed("one"), boxed("none")]),
            _ => Apps::All,
        },
        filter: Some(if chance.one_in(2) {
            Node::And(conditions)
        } else {
            Node::Or(conditions)
        }),
        exclude: Vec::new(),
    }
}
