//! Rules of segments in short words, so that a test can say what it expects of one.

use kohort::segment::{
    Apps, Area, Condition, MessageName, Moment, Node, Predicate, Rule, Step, Subject, Test, Value,
};

fn text(text: &[u8]) -> String {
    String::from_utf8(text.to_vec()).unwrap()
}

fn joined(texts: &[Box<[u8]>]) -> String {
    let texts: Vec<String> = texts.iter().map(|part| text(part)).collect();
    texts.join("|")
}

fn list(nodes: &[Node]) -> String {
    let nodes: Vec<String> = nodes.iter().map(node).collect();
    nodes.join(", ")
}

pub fn rule(rule: &Rule) -> String {
    let mut out = match &rule.apps {
        Apps::All => String::new(),
        Apps::AnyOf(apps) => format!("apps {}; ", joined(apps)),
        Apps::None => "no apps; ".into(),
    };
    out += &rule.filter.as_ref().map_or("all".into(), node);
    if !rule.exclude.is_empty() {
        out += &format!("; but not {}", list(&rule.exclude));
    }
    out
}

pub fn node(node: &Node) -> String {
    match node {
        Node::And(nodes) => format!("and({})", list(nodes)),
        Node::Or(nodes) => format!("or({})", list(nodes)),
        Node::Condition(condition) => self::condition(condition),
    }
}

pub fn condition(condition: &Condition) -> String {
    format!("{} {}", subject(&condition.subject), test(&condition.test))
}

fn steps(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!(".{}", text(key)),
        Step::Any => ".*".into(),
    };
    steps.iter().map(step).collect()
}

pub fn subject(subject: &Subject) -> String {
    let named = |name: &Option<Box<[u8]>>| name.as_ref().map_or("any".into(), |name| text(name));
    match subject {
        Subject::Custom { name, path } => format!("custom {}{}", text(name), steps(path)),
        Subject::Element { name, path, all_of } => {
            let all: Vec<String> = all_of
                .iter()
                .map(|(path, it)| format!("{} {}", steps(path), test(it)))
                .collect();
            let (name, path) = (text(name), steps(path));
            format!("element of {name}{path} with ({})", all.join(", "))
        }
        Subject::Default(field) => (*field).into(),
        Subject::Age => "age".into(),
        Subject::State(field) => format!("state {field}"),
        Subject::AppUse { app, last } => {
            format!(
                "{} use of {}",
                if *last { "last" } else { "first" },
                named(app)
            )
        }
        Subject::Apps => "apps".into(),
        Subject::AppVersion { app } => format!("version of {}", text(app)),
        Subject::Sessions { app } => format!("sessions of {}", named(app)),
        Subject::Cohorts { partner } => format!("cohorts of {}", text(partner)),
        Subject::Summary { of, name, metric } => format!("{metric:?} of {of} {}", named(name)),
        Subject::Device(field) => format!("device {field}"),
        Subject::DeviceCount => "devices".into(),
        Subject::Location => "location".into(),
        Subject::RandomBucket => "bucket".into(),
        Subject::Message {
            kind,
            message,
            metric,
        } => match message {
            MessageName::Name(name) => format!("{metric:?} {kind:?} {}", text(name)),
            MessageName::Id(id) => format!("{metric:?} {kind:?} #{}", text(id)),
        },
        Subject::Group { id } => format!("group {}", text(id)),
        Subject::Reachable(channel) => format!("reach {channel:?}"),
        Subject::Recurring { name } => {
            let name = name.as_ref().map_or("dob".into(), |name| text(name));
            format!("day of {name}")
        }
        Subject::Segments => "segments".into(),
        Subject::Unknown(needs) => format!("unknown({needs:?})"),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(words) => format!("'{}'", text(words)),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
    }
}

fn moment(moment: &Moment) -> String {
    match moment {
        Moment::Instant(ms) => format!("{ms} UTC"),
        Moment::Wall(ms) => format!("{ms} here"),
    }
}

pub fn test(test: &Test) -> String {
    let values = |list: &[Value]| {
        let list: Vec<String> = list.iter().map(value).collect();
        list.join("|")
    };
    let predicate = match &test.predicate {
        Predicate::TextAnyOf(texts) => format!("is {}", joined(texts)),
        Predicate::TextContains(texts) => format!("contains {}", joined(texts)),
        Predicate::Matches(pattern) => format!("~ {}", text(pattern)),
        Predicate::Number(comparison, number) => format!("{comparison:?} {number}"),
        Predicate::Is(flag) => format!("is {flag}"),
        Predicate::IsOrAbsent(flag) => format!("is {flag} or absent"),
        Predicate::IncludesAnyOf(list) => format!("includes {}", values(list)),
        Predicate::IncludesAllOf(list) => format!("includes all {}", values(list)),
        Predicate::ElementContains(texts) => format!("element contains {}", joined(texts)),
        Predicate::HasElement => "has element".into(),
        Predicate::Empty => "empty".into(),
        Predicate::Before(at) => format!("before {}", moment(at)),
        Predicate::After(at) => format!("after {}", moment(at)),
        Predicate::Days(days, number) => format!("{days:?} {number}"),
        Predicate::DayOfYear(comparison, (month, day)) => {
            format!("{comparison:?} {month}-{day}")
        }
        Predicate::Version(comparison, version) => format!("{comparison:?} v{}", text(version)),
        Predicate::Inside(Area::Circle {
            longitude,
            latitude,
            radius,
        }) => format!("within {radius} km of {longitude},{latitude}"),
        Predicate::Inside(Area::Polygon(corners)) => format!("within {corners:?}"),
        Predicate::Exists => "exists".into(),
        Predicate::Blank => "blank".into(),
    };
    let not = if test.negated { "not " } else { "" };
    let zero = if test.absent_is_zero {
        " (absent: 0)"
    } else {
        ""
    };
    format!("{not}{predicate}{zero}")
}
