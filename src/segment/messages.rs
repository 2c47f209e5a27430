//! What users received, and whether a message can reach them.

use super::answer::Answer;
use super::ask::{Rows, User, is_true, member, time};
use super::seen::{Place, Seen};
use super::{Channel, MessageKind, MessageMetric, MessageName, Predicate, Test};
use crate::profile::{Parts, Tree};

/// Where a profile has messages of a kind.
pub(super) struct Places {
    /// Their list.
    pub(super) list: &'static str,
    /// The member of a row that is its API identifier.
    pub(super) id: &'static str,
    /// The member that says when it was last received.
    pub(super) last: &'static str,
}

impl MessageKind {
    pub(super) fn places(self) -> Places {
        let (list, id, last) = match self {
            MessageKind::Campaign => ("campaigns_received", "api_campaign_id", "last_received"),
            MessageKind::Canvas => (
                "canvases_received",
                "api_canvas_id",
                "last_received_message",
            ),
            MessageKind::CanvasStep => ("canvases_received", "api_canvas_step_id", "last_received"),
            MessageKind::Card => ("cards_clicked", "", ""),
        };
        Places { list, id, last }
    }
}

impl Test {
    /// Does a test of a truth value hold?
    pub(super) fn is(&self, value: bool) -> bool {
        (value == matches!(self.predicate, Predicate::Is(true))) != self.negated
    }

    /// Does a test of who is in a control group hold, of who has a row of it, and of who has any row?
    pub(super) fn in_control(&self, is_in: bool, has_row: bool) -> bool {
        let is_not_in = has_row && !is_in;
        match (&self.predicate, self.negated) {
            (Predicate::Is(true), false) => is_in,
            // So it is not who has no row.
            (Predicate::Is(false), true) => !is_not_in,
            _ => is_not_in,
        }
    }
}

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
                return test.in_control(is_in, is_in || its().next().is_some());
            }
            MessageMetric::LastReceived => {
                return self.holds(test, self.last_received(kind, message), Place::Flat);
            }
            MessageMetric::Variation => {
                return self.any(test, &|some| {
                    its().any(|(row, _)| some(member(row, "variation_name")))
                });
            }
        };
        test.is(yes)
    }

    /// When a message was received last.
    pub(super) fn last_received(&self, kind: MessageKind, message: &MessageName) -> Seen<'a> {
        let received = self.message_rows(kind, message);
        let received = received.filter(|(_, in_control)| !in_control);
        let times = received.filter_map(|(row, _)| member(row, kind.places().last).time());
        time(times.max())
    }

    /// What is said of a message, and whether the user is in its control group.
    pub(super) fn message_rows<'m>(
        &self,
        kind: MessageKind,
        message: &'m MessageName,
    ) -> MessageRows<'a, 'm> {
        MessageRows {
            rows: self.rows(kind.places().list),
            steps: Rows(None),
            in_control: false,
            kind,
            message,
        }
    }
}

/// The rows of a message.
pub(super) struct MessageRows<'a, 'm> {
    rows: Rows<'a>,
    /// What is left of a Canvas's steps, where one of them is asked for.
    steps: Rows<'a>,
    /// Whether its user is in the control group.
    in_control: bool,
    kind: MessageKind,
    message: &'m MessageName,
}

impl MessageRows<'_, '_> {
    fn is_it(&self, row: Parts<'_>) -> bool {
        match self.message {
            MessageName::Name(name) => member(row, "name").is_text(name),
            MessageName::Id(wanted) => member(row, self.kind.places().id).is_text(wanted),
        }
    }
}

impl<'a> Iterator for MessageRows<'a, '_> {
    type Item = (Parts<'a>, bool);

    #[inline(never)]
    fn next(&mut self) -> Option<(Parts<'a>, bool)> {
        let is_step = self.kind == MessageKind::CanvasStep;
        loop {
            if let Some(step) = self.steps.next() {
                if self.is_it(step) {
                    return Some((step, self.in_control));
                }
                continue;
            }
            let row = self.rows.next()?;
            self.in_control = is_true(member(row, "in_control"));
            if !is_step && self.is_it(row) {
                return Some((row, self.in_control));
            }
            if is_step && let Some(Tree::List(steps)) = row.member(b"steps_received") {
                self.steps = Rows(Some(steps.elements()));
            }
        }
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
pub(super) fn engaged(row: Parts<'_>, prefix: &[u8]) -> bool {
    let Seen::Object(engaged) = member(row, "engaged") else {
        return false;
    };
    engaged
        .members()
        .any(|(key, value)| key.starts_with(prefix) && is_true(Seen::from(Some(value))))
}
