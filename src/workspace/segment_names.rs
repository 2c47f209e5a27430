//! What a workspace knows of the names in definitions of segments.
//!
//! Custom attributes and cohorts are looked up where they are kept. Names of events, products, apps,
//! messages and subscription groups lie in the rows of users: those that were met on a pass over them are
//! kept until a profile changes. The pass goes no further than it has to: a name that users have is soon
//! met, and only one that nobody has takes all of it, once.

use super::Workspace;
use crate::hash::Seed;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{AttributeIx, BLOCK_USERS, Item, Kind, Namespace, Profiles, Scalar, TextSet};
use crate::segment::{MessageKind, NameKind, Names, Rule, ValueKind};
use alloc::vec::Vec;
use core::ops::Range;

/// Bytes of names that are kept of one kind; of more no name is called unknown.
const MOST_BYTES: usize = 8 << 20;

/// Users of one stretch of the pass.
const STRETCH: usize = 1 << 10;

/// Where names stand: the list, the list within its objects if there is one, the member of an object, and
/// whose name it is.
type Place = (
    &'static str,
    Option<&'static str>,
    &'static str,
    NameKind<'static>,
);

#[rustfmt::skip]
const PLACES: [Place; 12] = [
    // Those of one list stand together.
    ("custom_events", None, "name", NameKind::Event),
    ("purchases", None, "name", NameKind::Product),
    ("apps", None, "name", NameKind::App),
    ("push_tokens", None, "app", NameKind::App),
    ("campaigns_received", None, "name", NameKind::Message(MessageKind::Campaign)),
    ("campaigns_received", None, "api_campaign_id", NameKind::MessageId(MessageKind::Campaign)),
    ("canvases_received", None, "name", NameKind::Message(MessageKind::Canvas)),
    ("canvases_received", None, "api_canvas_id", NameKind::MessageId(MessageKind::Canvas)),
    ("canvases_received", Some("steps_received"), "name", NameKind::Message(MessageKind::CanvasStep)),
    ("canvases_received", Some("steps_received"), "api_canvas_step_id", NameKind::MessageId(MessageKind::CanvasStep)),
    ("cards_clicked", None, "name", NameKind::Message(MessageKind::Card)),
    ("subscription_groups", None, "subscription_group_id", NameKind::Group),
];

/// The number of the set that keeps the names of a kind.
fn set_of(kind: NameKind<'_>) -> Option<usize> {
    PLACES.iter().position(|(.., own)| *own == kind)
}

/// The names that were met so far.
#[derive(Default)]
pub(super) struct SeenNames {
    /// The user who comes next.
    next: UserIx,
    /// By the number of a place.
    sets: Vec<Set>,
    /// Were there too many names to keep?
    is_full: bool,
}

/// Texts that were met last, of one set.
const LAST: usize = 1 << 9;

struct Set {
    names: TextSet,
    /// Where texts lie that this stretch met: most are the same ones again and again.
    last: [usize; LAST],
}

impl Set {
    fn insert(&mut self, name: &[u8]) -> Result<(), Full> {
        let place = name.as_ptr() as usize;
        // Few bytes lie between two texts.
        let Some(last) = self.last.get_mut(place / 4 % LAST) else {
            return Ok(());
        };
        // INVARIANT: within a stretch no text moves, and what begins at one place is one text, unless it is
        // empty.
        if *last == place && !name.is_empty() {
            return Ok(());
        }
        *last = place;
        self.names.insert(name)
    }
}

impl SeenNames {
    /// Before the pass.
    fn begin(&mut self, seed: &Seed) {
        if self.sets.is_empty() {
            let set = |_| Set {
                names: TextSet::new(seed.clone(), MOST_BYTES),
                last: [0; LAST],
            };
            self.sets = PLACES.iter().map(set).collect();
        }
    }

    fn names(&self, number: usize) -> Option<&TextSet> {
        Some(&self.sets.get(number)?.names)
    }

    /// Goes on with the pass over all users, for a stretch. False at its end.
    fn go_on(&mut self, workspace: &Workspace) -> bool {
        let users = workspace.directory.len();
        if self.next as usize >= users || self.is_full {
            return false;
        }
        for set in &mut self.sets {
            set.last = [0; LAST];
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
        let mut walk = Walk::default();
        let mut done = Ok(());
        profiles.each_in_row(user, &mut |attribute, item| {
            if walk.attribute != Some(attribute) {
                walk = Walk::of(attribute, lists);
            }
            if let Some(number) = walk.step(&item)
                && let Some(set) = self.sets.get_mut(number)
                && done.is_ok()
            {
                done = match item {
                    Item::Scalar(Scalar::Text(name)) => set.insert(name),
                    Item::Scalar(Scalar::Time(name)) => set.names.insert(&name.text()),
                    _ => Ok(()),
                };
            }
        });
        done
    }
}

/// Where a pass over a user's lists is.
#[derive(Default)]
struct Walk {
    attribute: Option<AttributeIx>,
    /// The places of names in its list.
    places: Range<usize>,
    /// How many lists and objects are around it.
    depth: u32,
    /// Is it in the list within an object?
    is_inner: bool,
    /// The set of the name that comes next.
    set: Option<usize>,
}

impl Walk {
    fn of(attribute: AttributeIx, lists: &[Option<AttributeIx>]) -> Walk {
        let is_its = |list: &Option<AttributeIx>| *list == Some(attribute);
        let first = lists.iter().position(is_its).unwrap_or(0);
        let count = lists
            .iter()
            .skip(first)
            .take_while(|list| is_its(list))
            .count();
        Walk {
            attribute: Some(attribute),
            places: first..first + count,
            ..Walk::default()
        }
    }

    /// Goes on by a part of a value. The set of what it is, if it is a name.
    fn step(&mut self, item: &Item<'_>) -> Option<usize> {
        match *item {
            Item::BeginList(_) | Item::BeginObject(_) => self.depth += 1,
            Item::End => self.depth = self.depth.saturating_sub(1),
            // Objects of lists have depth 2, those of lists within them 4.
            Item::Key(key) if matches!(self.depth, 2 | 4) => {
                let places = PLACES.get(self.places.clone()).unwrap_or(&[]);
                let is = |name: &str| name.as_bytes() == key;
                if self.depth == 2 {
                    self.is_inner = places.iter().any(|(_, inner, ..)| inner.is_some_and(is));
                }
                let wants_inner = self.depth == 4;
                let place = places.iter().find(|(_, inner, name, _)| {
                    inner.is_some() == wants_inner && (self.is_inner || !wants_inner) && is(name)
                });
                self.set = place.and_then(|(.., kind)| set_of(*kind));
                return None;
            }
            _ => {}
        }
        self.set.take()
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
    /// To be called by whatever changes profiles.
    pub(super) fn profiles_changed(&mut self) {
        self.revision += 1;
        *self.seen_names.get_mut() = SeenNames::default();
    }

    /// Looks up names in definitions; these are the segments that are defined.
    ///
    /// **Cost**: nothing here. A name in the rows of users takes a pass over them up to who has it, 2 µs a user
    /// with 20 rows, and what was met is kept until a profile changes. `tests/segment_names.rs` measures it.
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
            NameKind::Attribute => profiles
                .attribute_of(Namespace::Custom, name)
                .is_some_and(|at| profiles.scalar_count(at) > 0 || profiles.has_trees(at)),
            _ => {
                // No export has the identifiers of cards.
                let Some(number) = set_of(kind) else {
                    return true;
                };
                let Ok(mut seen) = self.workspace.seen_names.try_borrow_mut() else {
                    return true;
                };
                seen.begin(self.workspace.directory.seed());
                loop {
                    if seen.names(number).is_some_and(|names| names.has(name)) {
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
                seen.begin(self.workspace.directory.seed());
                while seen.go_on(self.workspace) {}
                if let Some(names) = seen.names(number) {
                    names.iter().all(each);
                }
            }
        }
    }

    fn has_field(&self, field: &str) -> bool {
        let profiles = &self.workspace.profiles;
        let attribute = profiles.attribute_of(Namespace::Default, field.as_bytes());
        let has = |at| profiles.scalar_count(at) > 0 || profiles.has_trees(at);
        self.workspace.directory.user_count() == 0 || attribute.is_some_and(has)
    }

    /// **Cost**: a look at what columns there are, not at users.
    fn has_kind(&self, attribute: &[u8], wanted: ValueKind) -> bool {
        let profiles = &self.workspace.profiles;
        let Some(at) = profiles.attribute_of(Namespace::Custom, attribute) else {
            return true;
        };
        let blocks = 0..self.workspace.directory.len().div_ceil(BLOCK_USERS) as u16;
        let stretches = blocks.flat_map(|block| profiles.stretches(at, block));
        let scalars = stretches.filter(|stretch| stretch.count() > 0);
        let kinds = scalars.map(|stretch| match stretch.kind() {
            Kind::Bool => ValueKind::Bool,
            Kind::Decimal | Kind::Double => ValueKind::Number,
            Kind::Text | Kind::Time => ValueKind::Text,
        });
        let trees = profiles.has_trees(at).then_some(ValueKind::Tree);
        let mut kinds = kinds.chain(trees).peekable();
        kinds.peek().is_none() || kinds.any(|kind| kind == wanted)
    }

    fn cohort_is_named(&self, partner: &[u8], id: &[u8], name: &[u8]) -> bool {
        let text = |bytes| core::str::from_utf8(bytes).unwrap_or("");
        let cohort = self.workspace.cohorts.get(text(partner), text(id));
        cohort.is_some_and(|cohort| cohort.name.as_bytes() == name)
    }

    fn segments(&self) -> &[(&[u8], &Rule)] {
        self.segments
    }
}
