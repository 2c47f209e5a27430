//! Where a profile says what became of messages, and tests of it.

use super::{MessageKind, Predicate, Test};

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
