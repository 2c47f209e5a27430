//! The subscription group of a row, among those that its user has.
//!
//! **Source**: Braze, "CSV import": a row says one group's state, and others stay. They are kept as
//! `/users/track` takes them, a list of objects in `subscription_groups`; Braze exports none.

use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{Draft, Item, Namespace, Profiles, Scalar};

const LIST: &[u8] = b"subscription_groups";
const ID: &[u8] = b"subscription_group_id";
const STATE: &[u8] = b"subscription_state";

/// A group and whether the user is in it.
pub(super) struct Group<'a> {
    pub(super) id: &'a [u8],
    pub(super) state: &'a [u8],
}

/// Writes the user's groups into the draft, with this one last.
pub(super) fn put(
    group: &Group<'_>,
    user: Option<UserIx>,
    profiles: &mut Profiles,
    draft: &mut Draft,
) -> Result<(), Full> {
    let attribute = draft.attribute(profiles, Namespace::Default, LIST)?;
    draft.list(attribute)?;
    if let Some(user) = user
        && let Some(attribute) = profiles.find(Namespace::Default, LIST)?
    {
        let mut before = None;
        let mut walk = Walk::default();
        profiles.value(user, attribute, &mut |item| {
            let is_id = walk.is_key(ID) && is_text(&item, group.id);
            walk.pass(&item);
            if is_id {
                before = Some(walk.element);
            }
        });
        let mut walk = Walk::default();
        let mut done = Ok(());
        profiles.value(user, attribute, &mut |item| {
            let is_inside = walk.pass(&item);
            if is_inside && Some(walk.element) != before && done.is_ok() {
                done = copy(&item, draft);
            }
        });
        done?;
    }
    draft.begin_object()?;
    draft.key(ID)?;
    draft.text_item(group.id)?;
    draft.key(STATE)?;
    draft.text_item(group.state)?;
    draft.end()?;
    draft.end()
}

/// A walk through a list.
#[derive(Default)]
struct Walk {
    depth: u32,
    /// The element at hand, from 1.
    element: u32,
    /// Is the last part the key of a group's id?
    after_id_key: bool,
}

impl Walk {
    fn is_key(&self, key: &[u8]) -> bool {
        self.after_id_key && key == ID
    }

    /// Passes a part; true if it is one of an element.
    fn pass(&mut self, item: &Item<'_>) -> bool {
        self.after_id_key = self.depth == 2 && matches!(item, Item::Key(key) if *key == ID);
        match item {
            Item::BeginList(_) | Item::BeginObject(_) => {
                self.element += u32::from(self.depth == 1);
                self.depth += 1;
                self.depth > 1
            }
            Item::End => {
                self.depth -= 1;
                self.depth > 0
            }
            _ => {
                self.element += u32::from(self.depth == 1);
                self.depth > 0
            }
        }
    }
}

fn is_text(item: &Item<'_>, text: &[u8]) -> bool {
    match item {
        Item::Scalar(Scalar::Text(other)) => *other == text,
        Item::Scalar(Scalar::Time(time)) => *time.text() == *text,
        _ => false,
    }
}

fn copy(item: &Item<'_>, draft: &mut Draft) -> Result<(), Full> {
    match *item {
        Item::Null => draft.null_item(),
        Item::Scalar(Scalar::Bool(truth)) => draft.bool_item(truth),
        Item::Scalar(Scalar::Number(number)) => draft.number_item(number),
        Item::Scalar(Scalar::Text(text)) => draft.text_item(text),
        Item::Scalar(Scalar::Time(time)) => draft.text_item(&time.text()),
        Item::Id(number) => draft.id_item(number),
        Item::BeginList(_) => draft.begin_list(),
        Item::BeginObject(_) => draft.begin_object(),
        Item::Key(key) => draft.key(key),
        Item::End => draft.end(),
    }
}
