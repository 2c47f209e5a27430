//! The words of members of bodies, and what each is in a rule: the table of families takes the words from here and
//! the values, too, so that no word is without its value.

use super::rule::{Channel, MessageKind, MessageMetric, Metric, Needs, Subject};

pub(super) const MESSAGES: [(&str, MessageKind); 4] = [
    ("campaign", MessageKind::Campaign),
    ("canvas", MessageKind::Canvas),
    ("canvas_step", MessageKind::CanvasStep),
    ("card", MessageKind::Card),
];
/// What is asked of a message with yes or no.
pub(super) const HAPPENED: [(&str, MessageMetric); 5] = [
    ("received", MessageMetric::Received),
    ("engaged", MessageMetric::Engaged),
    ("clicked", MessageMetric::Clicked),
    ("converted", MessageMetric::Converted),
    ("in_control", MessageMetric::InControl),
];
pub(super) const ENDS: [(&str, Metric); 2] = [("first", Metric::First), ("last", Metric::Last)];
pub(super) const CHANNELS: [(&str, Channel); 6] = [
    ("email", Channel::Email),
    ("push", Channel::Push),
    ("ios_push", Channel::IosPush),
    ("android_push", Channel::AndroidPush),
    ("web_push", Channel::WebPush),
    ("sms", Channel::Sms),
];
pub(super) const ATTRIBUTION: [(&str, &str); 4] = [
    ("source", "attributed_source"),
    ("campaign", "attributed_campaign"),
    ("adgroup", "attributed_adgroup"),
    ("ad", "attributed_ad"),
];

#[allow(clippy::indexing_slicing, reason = "it is run as this is compiled")]
pub(super) const fn words<T: Copy, const N: usize>(
    rows: [(&'static str, T); N],
) -> [&'static str; N] {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = rows[at].0;
        at += 1;
    }
    words
}

/// The value of a word, which is one of these: so what is said of none is never met.
pub(super) fn said<T: Copy>(
    rows: &[(&str, T)],
    word: &str,
    subject: impl FnOnce(T) -> Subject,
) -> Subject {
    let row = rows.iter().find(|(own, _)| *own == word);
    row.map_or(Subject::Unknown(Needs::Events), |row| subject(row.1))
}

pub(super) fn kind_of_message(word: &[u8]) -> Option<MessageKind> {
    let row = MESSAGES.iter().find(|(own, _)| own.as_bytes() == word);
    row.map(|row| row.1)
}

pub(super) fn word_of_message(kind: MessageKind) -> &'static str {
    let row = MESSAGES.iter().find(|(_, own)| *own == kind);
    row.map_or("", |row| row.0)
}
