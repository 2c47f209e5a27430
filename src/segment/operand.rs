//! What an operator is given, and the predicate that it makes of it.

use super::operator::{Makes, Operator, Takes};
use super::rule::{Area, Condition, Moment, Predicate, Subject, Test, Text, Value};
use super::tree::{Json, Tree};
use super::version::is_version;
use crate::limits::MAX_VALUES;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::{has_zone, moment};
use alloc::vec::Vec;
use core::ops::Range;

/// Relative days that can be asked for: some 2,700 years. Ours to choose.
pub(super) const MOST_DAYS: u32 = 1_000_000;

/// Days to the nearest recurrence of a day.
pub(super) const DAYS_OF_YEAR: u32 = 366;

/// Kilometres to the other end of the earth, rounded up.
pub(super) const MOST_KM: u32 = 20_016;

/// Milliseconds of the years that a date can be written of, 0 to 9999.
const MOMENTS: Range<f64> = -62_167_219_200_000.0..253_402_300_800_000.0;

/// What an operator was given, once it was checked.
pub(super) enum Given {
    Nothing,
    Texts(Vec<Text>),
    Number(f64),
    Bool(bool),
    Values(Vec<Value>),
    Moment(Moment),
    MonthDay((u8, u8)),
    Area(Area),
}

/// Types of values.
pub(super) const TEXT: u8 = 1;
pub(super) const NUMBER: u8 = 1 << 1;
pub(super) const BOOL: u8 = 1 << 2;
pub(super) const LIST: u8 = 1 << 3;

impl Takes {
    /// Is it a value of this type?
    pub(super) fn takes(self, json: &Json<'_>) -> bool {
        let kind = match json {
            Json::Text(_) => TEXT,
            Json::Number(_) => NUMBER,
            Json::Bool(_) => BOOL,
            Json::List(_) => LIST,
            Json::Null | Json::Object(_) => return self == Takes::Nothing,
        };
        self.kinds() & kind != 0
    }

    /// The types of values that it takes, as a set.
    pub(super) fn kinds(self) -> u8 {
        match self {
            Takes::Area => 0,
            Takes::Nothing | Takes::Values => TEXT | NUMBER | BOOL | LIST,
            Takes::Value => TEXT | NUMBER | BOOL,
            Takes::Texts => TEXT | LIST,
            Takes::Number | Takes::Days | Takes::WholeDays => NUMBER,
            Takes::Bool => BOOL,
            _ => TEXT,
        }
    }

    /// The words that can be given.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Takes::State => &["opted_in", "subscribed", "unsubscribed"],
            Takes::GroupState => &["subscribed", "unsubscribed"],
            _ => &[],
        }
    }
}

/// Notes problems of one value.
pub(super) struct At<'p, 'q> {
    pub(super) path: &'p Path<'p>,
    pub(super) problems: &'q mut Problems,
}

impl At<'_, '_> {
    pub(super) fn note<T>(&mut self, finding: Finding, span: Span) -> Option<T> {
        self.problems.push(finding, self.path, span);
        None
    }

    /// What is given to the operator; a number is whole and in `whole` where that is said.
    pub(super) fn given(
        &mut self,
        operator: &Operator,
        word: &'static str,
        whole: Option<(u32, u32)>,
        tree: &Tree<'_>,
    ) -> Option<Given> {
        let span = tree.span;
        match (&tree.json, operator.takes) {
            (_, Takes::Nothing) => {
                let finding = Finding::warning(Code::SegmentValueIgnored).name(word);
                self.problems.push(finding, self.path, span);
                Some(Given::Nothing)
            }
            (Json::Number(number), takes) => {
                let number = self.number(takes, whole, *number, span)?;
                Some(match takes {
                    Takes::Value | Takes::Values => {
                        Given::Values(Vec::from([Value::Number(number)]))
                    }
                    _ => Given::Number(number),
                })
            }
            (Json::Bool(value), Takes::Bool) => Some(Given::Bool(*value)),
            (Json::Bool(value), _) => Some(Given::Values(Vec::from([Value::Bool(*value)]))),
            (Json::List(list), _) => self.list(operator, word, list, span),
            (Json::Text(text), Takes::Pattern) => self.pattern(text, tree),
            (Json::Text(text), takes) => self.text(takes, text, span),
            _ => None,
        }
    }

    /// A number that is given to what takes this, of a moment its milliseconds.
    #[inline(never)]
    fn number(
        &mut self,
        takes: Takes,
        whole: Option<(u32, u32)>,
        number: f64,
        span: Span,
    ) -> Option<f64> {
        let number = self.finite(number, span)?;
        match (takes, whole) {
            (Takes::Number, Some((least, most))) => self.whole(number, least, most, span),
            (Takes::WholeDays, _) => self.whole(number, 0, DAYS_OF_YEAR, span),
            (Takes::Days, _) => self.within(number, 0, MOST_DAYS, span),
            (Takes::Moment, _) if !MOMENTS.contains(&number) => {
                self.note(Finding::error(Code::SegmentTime), span)
            }
            _ => Some(number),
        }
    }

    fn text(&mut self, takes: Takes, text: &[u8], span: Span) -> Option<Given> {
        match takes {
            Takes::Moment => match moment(text) {
                Some(ms) if has_zone(text) => Some(Given::Moment(Moment::Instant(ms))),
                Some(ms) => Some(Given::Moment(Moment::Wall(ms))),
                None => self.note(Finding::error(Code::SegmentTime), span),
            },
            Takes::MonthDay => match month_day(text) {
                Some(day) => Some(Given::MonthDay(day)),
                None => self.note(Finding::error(Code::SegmentDay), span),
            },
            Takes::Version if !is_version(text) => {
                self.note(Finding::error(Code::SegmentVersion), span)
            }
            Takes::State | Takes::GroupState => {
                let words = takes.words();
                let Some(word) = words.iter().find(|word| word.as_bytes() == text) else {
                    return self.unknown_word(text, words, span);
                };
                Some(Given::Texts(Vec::from([word.as_bytes().into()])))
            }
            Takes::Value | Takes::Values => {
                Some(Given::Values(Vec::from([Value::Text(text.into())])))
            }
            _ => Some(Given::Texts(Vec::from([text.into()]))),
        }
    }

    /// Notes that none of the words is meant, and which may be.
    pub(super) fn unknown_word<T>(
        &mut self,
        written: &[u8],
        words: &'static [&'static str],
        span: Span,
    ) -> Option<T> {
        let near = super::near::nearest(written, words.iter().copied());
        self.note(
            near.map_or(Finding::error(Code::SegmentWord), |near| {
                Finding::error(Code::SegmentWordNear).name(near)
            }),
            span,
        )
    }

    fn list(
        &mut self,
        operator: &Operator,
        word: &'static str,
        list: &[Tree<'_>],
        span: Span,
    ) -> Option<Given> {
        let takes = operator.takes;
        if list.is_empty() {
            return self.note(Finding::error(Code::SegmentEmpty).name("value"), span);
        }
        let mut good = true;
        if list.len() > MAX_VALUES {
            let finding = Finding::error(Code::SegmentValues);
            let finding = finding.numbers(list.len() as u32, MAX_VALUES as u32);
            self.problems.push(finding, self.path, span);
            good = false;
        }
        let (mut texts, mut values) = (Vec::new(), Vec::new());
        for (index, item) in list.iter().enumerate() {
            let path = &Path::Index(self.path, index as u32);
            let mut at = At {
                path,
                problems: self.problems,
            };
            match (&item.json, takes) {
                (Json::Text(text), Takes::Texts) => texts.push(Text::from(&**text)),
                (Json::Text(text), _) => values.push(Value::Text((&**text).into())),
                (Json::Number(number), Takes::Values) => match at.finite(*number, item.span) {
                    Some(number) => values.push(Value::Number(number)),
                    None => good = false,
                },
                (Json::Bool(value), Takes::Values) => values.push(Value::Bool(*value)),
                _ => {
                    good = false;
                    let finding = Finding::error(Code::SegmentValueType).name(word);
                    at.note::<()>(finding.element_asked_of(operator.of), item.span);
                }
            }
        }
        match takes {
            _ if !good => None,
            Takes::Texts => Some(Given::Texts(texts)),
            _ => Some(Given::Values(values)),
        }
    }

    fn finite(&mut self, number: f64, span: Span) -> Option<f64> {
        if number.is_finite() {
            return Some(number);
        }
        self.note(Finding::error(Code::SegmentNumber), span)
    }

    fn within(&mut self, number: f64, least: u32, most: u32, span: Span) -> Option<f64> {
        if (f64::from(least)..=f64::from(most)).contains(&number) {
            return Some(number);
        }
        let finding = Finding::error(Code::SegmentRange).numbers(least, most);
        self.note(finding, span)
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, number: f64, least: u32, most: u32, span: Span) -> Option<f64> {
        let is_whole = number % 1.0 == 0.0;
        if is_whole && (f64::from(least)..=f64::from(most)).contains(&number) {
            return Some(number);
        }
        let finding = Finding::error(Code::SegmentWhole).numbers(least, most);
        self.note(finding, span)
    }

    /// A circle, whose path this is.
    pub(super) fn circle(&mut self, tree: &Tree<'_>) -> Option<Area> {
        let Json::Object(members) = &tree.json else {
            return self.note(Finding::error(Code::SegmentType).name("circle"), tree.span);
        };
        let names = ["longitude", "latitude", "radius_km"];
        let mut found = [None; 3];
        let mut good = true;
        for member in members {
            let place = names.iter().position(|&name| member.name == Some(name));
            let path = &member.path(self.path);
            let mut at = At {
                path,
                problems: self.problems,
            };
            let number = match (place, &member.value.json) {
                (None, _) => {
                    at.note::<f64>(unknown_field(&member.key, names.into_iter()), member.span())
                }
                (Some(place), Json::Number(number)) => {
                    let span = member.value.span;
                    match place {
                        0 => at.degrees(*number, 180.0, span),
                        1 => at.degrees(*number, 90.0, span),
                        _ => at.within(*number, 0, MOST_KM, span),
                    }
                }
                _ => {
                    let finding = Finding::error(Code::SegmentType);
                    at.note(finding.name(member.name.unwrap_or("")), member.value.span)
                }
            };
            good &= number.is_some();
            if let Some(found) = place.and_then(|place| found.get_mut(place)) {
                // What is wrong is not missing besides.
                *found = Some(number.unwrap_or(0.0));
            }
        }
        for (name, found) in names.into_iter().zip(found) {
            if found.is_none() {
                good = false;
                self.note::<()>(Finding::error(Code::SegmentMissing).name(name), tree.span);
            }
        }
        let [longitude, latitude, radius] = found;
        good.then_some(Area::Circle {
            longitude: longitude?,
            latitude: latitude?,
            radius: radius?,
        })
    }

    fn degrees(&mut self, number: f64, most: f64, span: Span) -> Option<f64> {
        if (-most..=most).contains(&number) {
            return Some(number);
        }
        self.note(Finding::error(Code::SegmentDegrees), span)
    }

    /// A polygon, whose path this is.
    pub(super) fn polygon(&mut self, tree: &Tree<'_>) -> Option<Area> {
        let Json::List(list) = &tree.json else {
            return self.note(Finding::error(Code::SegmentType).name("polygon"), tree.span);
        };
        let mut corners: Vec<(f64, f64)> = Vec::new();
        let mut good = true;
        for (index, corner) in list.iter().enumerate() {
            let path = &Path::Index(self.path, index as u32);
            let mut at = At {
                path,
                problems: self.problems,
            };
            let pair = match &corner.json {
                Json::List(pair) => match &**pair {
                    [one, other] => match (&one.json, &other.json) {
                        (&Json::Number(longitude), &Json::Number(latitude)) => {
                            let longitude = at.degrees(longitude, 180.0, one.span);
                            let latitude = at.degrees(latitude, 90.0, other.span);
                            good &= longitude.is_some() && latitude.is_some();
                            longitude.zip(latitude)
                        }
                        _ => at.corner(corner.span, &mut good),
                    },
                    _ => at.corner(corner.span, &mut good),
                },
                _ => at.corner(corner.span, &mut good),
            };
            corners.extend(pair);
        }
        // As GeoJSON writes it, the last corner is the first again.
        if corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        if list.len() < 3 || (good && corners.len() < 3) {
            return self.note(Finding::error(Code::SegmentCorners), tree.span);
        }
        let next = corners.iter().cycle().skip(1);
        let crosses = |(one, other): (&(f64, f64), &(f64, f64))| (one.0 - other.0).abs() > 180.0;
        if good && corners.iter().zip(next).any(crosses) {
            return self.note(Finding::error(Code::SegmentAntimeridian), tree.span);
        }
        good.then_some(Area::Polygon(corners))
    }

    fn corner<T>(&mut self, span: Span, good: &mut bool) -> Option<T> {
        *good = false;
        self.note(Finding::error(Code::SegmentCorners), span)
    }
}

impl Condition {
    /// Its test with another number in the place of its own: a number, days, or a moment in milliseconds since 1970.
    /// `None` where it asks for none of these, or a definition would not take that one, for which there is a problem.
    pub fn with(&self, number: f64, problems: &mut Problems) -> Option<Test> {
        let takes = match self.test.predicate {
            Predicate::Days(..) if matches!(self.subject, Subject::Recurring { .. }) => {
                Takes::WholeDays
            }
            Predicate::Days(..) => Takes::Days,
            Predicate::Before(_) | Predicate::After(_) => Takes::Moment,
            _ => Takes::Number,
        };
        let path = &Path::Key(&Path::Root, "value");
        let mut at = At { path, problems };
        let number = at.number(takes, self.whole, number, Span::default())?;
        self.test.with(number)
    }
}

/// That a key is not known here, and which is meant.
pub(super) fn unknown_field(key: &[u8], known: impl Iterator<Item = &'static str>) -> Finding {
    match super::near::nearest(key, known) {
        Some(near) => Finding::error(Code::SegmentFieldNear).name(near),
        None => Finding::error(Code::SegmentField),
    }
}

/// The predicate that an operator makes of what it takes.
pub(super) fn predicate(makes: Makes, given: Given) -> Option<Predicate> {
    Some(match (makes, given) {
        (Makes::TextAnyOf, Given::Texts(texts)) => Predicate::TextAnyOf(texts),
        (Makes::TextContains, Given::Texts(texts)) => Predicate::TextContains(texts),
        (Makes::Matches, Given::Texts(texts)) => Predicate::Matches(texts.into_iter().next()?),
        (Makes::ElementContains, Given::Texts(texts)) => Predicate::ElementContains(texts),
        (Makes::IncludesAnyOf, Given::Texts(texts)) => {
            Predicate::IncludesAnyOf(texts.into_iter().map(Value::Text).collect())
        }
        (Makes::IncludesAnyOf, Given::Values(values)) => Predicate::IncludesAnyOf(values),
        (Makes::IncludesAllOf, Given::Values(values)) => Predicate::IncludesAllOf(values),
        (Makes::Number(comparison), Given::Number(number)) => Predicate::Number(comparison, number),
        (Makes::Days(days), Given::Number(number)) => Predicate::Days(days, number),
        (Makes::Is, Given::Bool(value)) => Predicate::Is(value),
        (Makes::Before, Given::Moment(moment)) => Predicate::Before(moment),
        (Makes::After, Given::Moment(moment)) => Predicate::After(moment),
        (Makes::DayOfYear(comparison), Given::MonthDay(day)) => {
            Predicate::DayOfYear(comparison, day)
        }
        (Makes::Version(comparison), Given::Texts(texts)) => {
            Predicate::Version(comparison, texts.into_iter().next()?)
        }
        (Makes::Inside, Given::Area(area)) => Predicate::Inside(area),
        (Makes::Always(value), Given::Nothing) => Predicate::Is(value),
        (Makes::OrAbsent(value), Given::Nothing) => Predicate::IsOrAbsent(value),
        (Makes::HasElement, Given::Nothing) => Predicate::HasElement,
        (Makes::Empty, Given::Nothing) => Predicate::Empty,
        (Makes::Exists, Given::Nothing) => Predicate::Exists,
        (Makes::Blank, Given::Nothing) => Predicate::Blank,
        _ => return None,
    })
}

/// Month and day of `MM-DD`; 29 February is one.
fn month_day(text: &[u8]) -> Option<(u8, u8)> {
    let &[a, b, b'-', c, d] = text else {
        return None;
    };
    if ![a, b, c, d].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    let (month, day) = (two(a, b), two(c, d));
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then_some((month, day))
}
