//! What a workspace knows of the names in definitions of segments.
//!
//! Custom attributes and cohorts are looked up where they are kept. Names of events, products, apps,
//! messages and subscription groups lie in the rows of users: those that were met on a pass over them are
//! kept until something changes. The pass goes no further than it has to: a name that users have is soon
//! met, and only one that nobody has takes all of it, once.

use super::Workspace;
use crate::hash::Seed;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{AttributeIx, Namespace, Parts, Profiles, Scalar, TextSet, Tree};
use crate::segment::{MessageKind, NameKind, Names, Rule};
use alloc::vec::Vec;

/// Bytes of names that are kept of one kind; of more no name is called unknown.
const MOST_BYTES: usize = 8 << 20;

/// Users of one stretch of the pass.
const STRETCH: usize = 1 << 10;

/// Where names stand: the list, the list within its objects if there is one, the member of an object, and
/// whose name it is.
const PLACES: [(&str, Option<&str>, &str, NameKind<'static>); 12] = [
    ("custom_events", None, "name", NameKind::Event),
    ("purchases", None, "name", NameKind::Product),
    ("apps", None, "name", NameKind::App),
    ("push_tokens", None, "app", NameKind::App),
    (
        "campaigns_received",
        None,
        "name",
        NameKind::Message(MessageKind::Campaign),
    ),
    (
        "campaigns_received",
        None,
        "api_campaign_id",
        NameKind::MessageId(MessageKind::Campaign),
    ),
    (
        "canvases_received",
        None,
        "name",
        NameKind::Message(MessageKind::Canvas),
    ),
    (
        "canvases_received",
        None,
        "api_canvas_id",
        NameKind::MessageId(MessageKind::Canvas),
    ),
    (
        "canvases_received",
        Some("steps_received"),
        "name",
        NameKind::Message(MessageKind::CanvasStep),
    ),
    (
        "canvases_received",
        Some("steps_received"),
        "api_canvas_step_id",
        NameKind::MessageId(MessageKind::CanvasStep),
    ),
    (
        "cards_clicked",
        None,
        "name",
        NameKind::Message(MessageKind::Card),
    ),
    (
        "subscription_groups",
        None,
        "subscription_group_id",
        NameKind::Group,
    ),
];

/// The number of the set that keeps the names of a kind.
fn set_of(kind: NameKind<'_>) -> Option<usize> {
    PLACES.iter().position(|(.., own)| *own == kind)
}

/// The names that were met so far.
#[derive(Default)]
pub(super) struct SeenNames {
    /// Of the workspace when the pass began.
    revision: u64,
    /// The user who comes next.
    next: UserIx,
    /// By the number of a place.
    sets: Vec<TextSet>,
    /// Were there too many names to keep?
    is_full: bool,
}

impl SeenNames {
    /// The set of this number, as far as the pass has come.
    fn set(&mut self, number: usize, workspace: &Workspace) -> Option<&TextSet> {
        if self.revision != workspace.revision || self.sets.is_empty() {
            let seed: &Seed = workspace.directory.seed();
            *self = SeenNames {
                revision: workspace.revision,
                sets: PLACES
                    .map(|_| TextSet::new(seed.clone(), MOST_BYTES))
                    .into(),
                ..SeenNames::default()
            };
        }
        self.sets.get(number)
    }

    /// Goes on with the pass over all users, for a stretch. False at its end.
    fn go_on(&mut self, workspace: &Workspace) -> bool {
        let users = workspace.directory.len();
        if self.next as usize >= users || self.is_full {
            return false;
        }
        let profiles = &workspace.profiles;
        let lists =
            PLACES.map(|(list, ..)| profiles.attribute_of(Namespace::Default, list.as_bytes()));
        let end = users.min(self.next as usize + STRETCH) as UserIx;
        for user in self.next..end {
            if self.user(profiles, user, &lists).is_err() {
                self.is_full = true;
            }
        }
        self.next = end;
        true
    }

    /// Takes in the names that a user has.
    fn user(
        &mut self,
        profiles: &Profiles,
        user: UserIx,
        lists: &[Option<AttributeIx>],
    ) -> Result<(), Full> {
        for (attribute, tree) in profiles.trees(user) {
            let places = PLACES.iter().zip(lists);
            let places = places.filter(|(_, list)| **list == Some(attribute));
            for (&(_, inner, key, kind), _) in places {
                let Some(set) = set_of(kind).and_then(|number| self.sets.get_mut(number)) else {
                    continue;
                };
                for row in objects(Some(tree)) {
                    match inner {
                        None => insert(set, row, key)?,
                        Some(inner) => {
                            for row in objects(row.member(inner.as_bytes())) {
                                insert(set, row, key)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// The objects of a list.
fn objects(tree: Option<Tree<'_>>) -> impl Iterator<Item = Parts<'_>> {
    let list = match tree {
        Some(Tree::List(parts)) => Some(parts),
        _ => None,
    };
    let elements = list.into_iter().flat_map(Parts::elements);
    elements.filter_map(|element| match element {
        Tree::Object(parts) => Some(parts),
        _ => None,
    })
}

fn insert(set: &mut TextSet, row: Parts<'_>, key: &str) -> Result<(), Full> {
    match row.member(key.as_bytes()) {
        Some(Tree::Scalar(Scalar::Text(name))) => set.insert(name),
        Some(Tree::Scalar(Scalar::Time(name))) => set.insert(&name.text()),
        _ => Ok(()),
    }
}

/// The names that a workspace knows.
///
/// `Debug` is not offered, since names are the workspace's.
pub struct SegmentNames<'w> {
    workspace: &'w Workspace,
    segments: &'w [(&'w [u8], &'w Rule)],
}

impl Workspace {
    /// Looks up names in definitions; these are the segments that are defined.
    ///
    /// **Cost**: nothing here. A name in the rows of users takes a pass over them up to who has it, and what
    /// was met is kept until something changes. See `tests/segment_names.rs` for times.
    pub fn segment_names<'w>(&'w self, segments: &'w [(&'w [u8], &'w Rule)]) -> SegmentNames<'w> {
        SegmentNames {
            workspace: self,
            segments,
        }
    }
}

impl Names for SegmentNames<'_> {
    fn has(&self, kind: NameKind<'_>, name: &[u8]) -> bool {
        let Workspace {
            profiles, cohorts, ..
        } = self.workspace;
        let text = core::str::from_utf8(name).unwrap_or("");
        match kind {
            NameKind::Partner => cohorts.ids(text).is_some(),
            NameKind::Cohort(partner) => {
                let partner = core::str::from_utf8(partner).unwrap_or("");
                cohorts.get(partner, text).is_some()
            }
            NameKind::Default => profiles
                .attribute_of(Namespace::Default, name)
                .is_some_and(|attribute| profiles.scalar_count(attribute) > 0),
            NameKind::Attribute => profiles.attribute_of(Namespace::Custom, name).is_some(),
            _ => {
                // No export has the identifiers of cards.
                let Some(number) = set_of(kind) else {
                    return true;
                };
                let Ok(mut seen) = self.workspace.seen_names.try_borrow_mut() else {
                    return true;
                };
                loop {
                    let set = seen.set(number, self.workspace);
                    if set.is_some_and(|set| set.has(name)) {
                        return true;
                    }
                    if !seen.go_on(self.workspace) {
                        return seen.is_full;
                    }
                }
            }
        }
    }

    fn each(&self, kind: NameKind<'_>, each: &mut dyn FnMut(&[u8]) -> bool) {
        let Workspace {
            profiles, cohorts, ..
        } = self.workspace;
        match kind {
            NameKind::Partner => {
                cohorts.partners().all(|partner| each(partner.as_bytes()));
            }
            NameKind::Cohort(partner) => {
                let partner = core::str::from_utf8(partner).unwrap_or("");
                let mut ids = cohorts.ids(partner).into_iter().flatten();
                ids.all(|id| each(id.as_bytes()));
            }
            NameKind::Default | NameKind::Attribute => {
                let namespace = match kind {
                    NameKind::Default => Namespace::Default,
                    _ => Namespace::Custom,
                };
                let names = profiles.attributes().filter_map(|at| profiles.name(at));
                let mut names = names.filter(|(of, _)| *of == namespace);
                names.all(|(_, name)| each(name));
            }
            _ => {
                let Ok(mut seen) = self.workspace.seen_names.try_borrow_mut() else {
                    return;
                };
                let Some(number) = set_of(kind) else { return };
                seen.set(number, self.workspace);
                while seen.go_on(self.workspace) {}
                if let Some(set) = seen.set(number, self.workspace) {
                    set.iter().all(each);
                }
            }
        }
    }

    fn segments(&self) -> &[(&[u8], &Rule)] {
        self.segments
    }
}
