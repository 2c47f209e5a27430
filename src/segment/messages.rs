//! What users received, and whether a message can reach them.

use super::answer::Answer;
use super::ask::{User, is_true, member, time};
use super::seen::{Place, Seen};
use super::{Channel, MessageKind, MessageMetric, MessageName, Predicate, Test};
use crate::profile::{Parts, Tree};

impl<'a> User<'_, 'a> {
    /// Does the channel reach the user?
    pub(super) fn reachable(&self, channel: Channel) -> Answer {
        let state = |field| match self.field(field) {
            Seen::Absent => false,
            state => state.is_text(b"unsubscribed"),
        };
        if channel == Channel::Sms {
            return Answer::Unknown;
        }
        let Some(platform) = channel.platform() else {
            let has_address = !self.field("email").is_blank();
            return if has_address && !state("email_subscribe") {
                // Whether it bounced, or was marked as spam, no export says.
                Answer::Unknown
            } else {
                Answer::False
            };
        };
        let has_token = self.platforms().any(|of| is_on(of, platform));
        (has_token && !state("push_subscribe")).into()
    }

    /// The platforms of push tokens with notifications enabled.
    pub(super) fn platforms(&self) -> impl Iterator<Item = Seen<'a>> {
        let is_enabled = |row: &Parts<'_>| is_true(member(*row, "notifications_enabled"));
        let tokens = self.rows("push_tokens").filter(is_enabled);
        tokens.map(|row| member(row, "platform"))
    }

    /// Does the test hold of a message?
    pub(super) fn message(
        &self,
        kind: MessageKind,
        message: &MessageName,
        metric: MessageMetric,
        test: &Test,
    ) -> bool {
        let its = || self.message_rows(kind, message);
        let mut received = its().filter(|(_, is_control)| !is_control);
        let yes = match metric {
            MessageMetric::Received => received.next().is_some(),
            MessageMetric::Engaged => received.any(|(row, _)| engaged(row, b"")),
            MessageMetric::Clicked if kind == MessageKind::Card => received.next().is_some(),
            MessageMetric::Clicked => received.any(|(row, _)| engaged(row, b"clicked_")),
            MessageMetric::Converted => received.any(|(row, _)| is_true(member(row, "converted"))),
            MessageMetric::InControl => {
                let is_in = its().any(|(_, is_control)| is_control);
                let is_not_in = !is_in && its().next().is_some();
                return match (&test.predicate, test.negated) {
                    (Predicate::Is(true), false) => is_in,
                    // So it is not who has no row.
                    (Predicate::Is(false), true) => !is_not_in,
                    _ => is_not_in,
                };
            }
            MessageMetric::LastReceived => {
                return self.holds(test, self.last_received(kind, message), Place::Flat);
            }
            MessageMetric::Variation => {
                return self.any(test, || its().map(|(row, _)| member(row, "variation_name")));
            }
        };
        (yes == matches!(test.predicate, Predicate::Is(true))) != test.negated
    }

    /// When a message was received last.
    pub(super) fn last_received(&self, kind: MessageKind, message: &MessageName) -> Seen<'a> {
        let field = match kind {
            MessageKind::Canvas => "last_received_message",
            _ => "last_received",
        };
        let received = self.message_rows(kind, message);
        let received = received.filter(|(_, in_control)| !in_control);
        let times = received.filter_map(|(row, _)| member(row, field).time());
        time(times.max())
    }

    /// What is said of a message, and whether the user is in its control group.
    pub(super) fn message_rows<'m>(
        &self,
        kind: MessageKind,
        message: &'m MessageName,
    ) -> impl Iterator<Item = (Parts<'a>, bool)> + use<'a, 'm> {
        let (list, id_key): (&str, &str) = match kind {
            MessageKind::Campaign => ("campaigns_received", "api_campaign_id"),
            MessageKind::Canvas => ("canvases_received", "api_canvas_id"),
            MessageKind::CanvasStep => ("canvases_received", "api_canvas_step_id"),
            MessageKind::Card => ("cards_clicked", ""),
        };
        let is_it = move |row: Parts<'_>| match message {
            MessageName::Name(name) => member(row, "name").is_text(name),
            MessageName::Id(id) => member(row, id_key).is_text(id),
        };
        // A step's Canvas says whether its user is in the control group.
        let rows = self.rows(list).flat_map(move |row| {
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
            let in_control = is_true(member(row, "in_control"));
            let rows = itself.into_iter().chain(steps);
            rows.map(move |row| (row, in_control))
        });
        rows.filter(move |(row, _)| is_it(*row))
    }
}

/// Is it a platform of this name, whatever its case, or is any?
pub(super) fn is_on(platform: Seen<'_>, wanted: &[u8]) -> bool {
    match platform {
        _ if wanted.is_empty() => true,
        Seen::Text(platform) => platform.eq_ignore_ascii_case(wanted),
        _ => false,
    }
}

impl Channel {
    /// The platform of push tokens, empty for any; `None` for what is no push.
    pub(super) fn platform(self) -> Option<&'static [u8]> {
        match self {
            Channel::Email | Channel::Sms => None,
            Channel::Push => Some(b""),
            Channel::IosPush => Some(b"ios"),
            Channel::AndroidPush => Some(b"android"),
            Channel::WebPush => Some(b"web"),
        }
    }
}

/// Did the user engage with a message in a way whose name begins so?
fn engaged(row: Parts<'_>, prefix: &[u8]) -> bool {
    let Seen::Object(engaged) = member(row, "engaged") else {
        return false;
    };
    engaged
        .members()
        .any(|(key, value)| key.starts_with(prefix) && is_true(Seen::from(Some(value))))
}
