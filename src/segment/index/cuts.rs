//! Sets of users whose number is below each of a few, so that a range of numbers is two sets, and a look at
//! those between two cuts.

use super::kept::{Bits, zeros};
use super::key::{self, Key, Of};
use super::scan::MOST_TEXTS;
use super::sparse::WINDOW;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{
    AttributeIx, BLOCK_USERS, BLOCK_WORDS, Derived, Kind, Profiles, Scalar, Stretch, moment, order,
};
use crate::segment::seen::YEAR_3001;
use crate::segment::single::Between;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::Cell;

/// Cuts of a column at most. With the set of all who have a number that is 2.1 bytes a user.
// WHY not more: those between two cuts are a seventeenth, and of these only who is still in question is looked
// at; 64 cuts would be 8 bytes a user for each column.
pub(super) const MOST_CUTS: usize = 16;

/// Users whose numbers say where to cut.
const SAMPLE: usize = 1024;

/// The cuts of a column.
pub(in crate::segment) struct Cuts {
    /// Rising.
    at: Vec<f64>,
    /// For each cut who is below it; and at last who has a number at all.
    below: Vec<Bits>,
    /// The least number, and the greatest.
    reach: (f64, f64),
    /// Has everybody one?
    has_all: bool,
}

/// Numbers of users, or times.
#[derive(Clone)]
pub(in crate::segment) enum Numbers<'a> {
    /// Those of an attribute.
    Of(&'a Profiles, AttributeIx),
    /// Those that were worked out of rows, and what tells these from others.
    Derived(Arc<Derived>, Key),
}

impl Numbers<'_> {
    /// Those of the users of a block.
    pub(in crate::segment) fn stretches(&self, block: u16) -> impl Iterator<Item = Stretch<'_>> {
        let (own, derived) = match self {
            Numbers::Of(profiles, at) => (Some(profiles.stretches(*at, block)), None),
            Numbers::Derived(column, _) => (None, Some(column.stretches(block))),
        };
        let own = own.into_iter().flatten();
        own.chain(derived.into_iter().flatten())
    }

    /// May there be times that are kept as texts? Such lie between no cuts.
    pub(super) fn has_text_times(&self) -> bool {
        let Numbers::Of(profiles, at) = self else {
            return false;
        };
        let texts = profiles.text_count(*at);
        let is_moment = |number| moment(profiles.text(*at, number as u32)).is_some();
        texts > MOST_TEXTS || (0..texts).any(is_moment)
    }

    /// The value of a user.
    pub(in crate::segment) fn get(&self, user: UserIx) -> Option<Scalar<'_>> {
        match self {
            Numbers::Of(profiles, at) => profiles.scalar(user, *at),
            Numbers::Derived(column, _) => column.get(user),
        }
    }

    /// The key of what is kept of them.
    pub(super) fn key(&self, of: Of) -> Key {
        match self {
            Numbers::Of(_, at) => key::of_attribute(of, *at),
            Numbers::Derived(_, source) => key::of_source(of, source),
        }
    }
}

/// Where a range lies among cuts.
#[derive(Clone, Copy)]
pub(in crate::segment) struct Placed {
    /// Who is below the range, or in part: `None` for nobody.
    pub(in crate::segment) before: Option<usize>,
    /// Who is below its end, but for some: `None` for nobody.
    pub(in crate::segment) until: Option<usize>,
    /// Between which cuts some are in the range and some are not: those in the second and not in the first.
    pub(in crate::segment) edges: [Option<(Option<usize>, usize)>; 2],
}

impl Cuts {
    /// Cuts the numbers, or the times, of a column, where enough users have one; `None` where it is of no use.
    ///
    /// **Cost**: a scan of the column for each cut.
    pub(super) fn of(
        numbers: &Numbers<'_>,
        kind: &Between,
        words: usize,
        users: usize,
    ) -> Result<Option<Cuts>, Full> {
        let blocks = words.div_ceil(BLOCK_WORDS);
        let stretches = |block: usize| {
            let all = numbers.stretches(block as u16);
            all.filter(|stretch| kind.is_of(stretch.kind()))
        };
        let all = (0..blocks).flat_map(stretches);
        let count: usize = all.map(|stretch| stretch.count() as usize).sum();
        // Few are looked at as quickly one by one.
        if count < words * 4 {
            return Ok(None);
        }
        let step = (words * 64 / SAMPLE).max(1);
        let mut sample: Vec<f64> = Vec::with_capacity(SAMPLE + 1);
        for user in (0..words * 64).step_by(step) {
            let position = (user % BLOCK_USERS) as u16;
            let mut here = stretches(user / BLOCK_USERS);
            sample.extend(here.find_map(|stretch| key_of(&stretch, position)));
        }
        order::sort_numbers(&mut sample);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for stretch in (0..blocks).flat_map(stretches) {
            let (low, high) = reach_of(&stretch);
            (least, most) = (least.min(low), most.max(high));
        }
        let mut cuts = Cuts {
            at: places(&sample, least),
            below: Vec::new(),
            reach: (least, most),
            has_all: count >= users,
        };
        cuts.below.try_reserve_exact(cuts.at.len() + 1)?;
        for _ in 0..=cuts.at.len() {
            // Whole windows, so that none ends within a set.
            cuts.below.push(zeros(words.next_multiple_of(WINDOW))?);
        }
        let end = if kind.is_time {
            YEAR_3001 as f64
        } else {
            f64::INFINITY
        };
        let ends: Vec<f64> = cuts.at.iter().copied().chain([end]).collect();
        for block in 0..blocks {
            let from = block * BLOCK_WORDS;
            let to = (from + BLOCK_WORDS).min(words);
            let below = cuts.below.iter_mut();
            let mut below: Vec<&mut [u64]> =
                below.filter_map(|bits| bits.get_mut(from..to)).collect();
            for stretch in stretches(block) {
                if stretch.kind() == Kind::Double {
                    for (words, end) in below.iter_mut().zip(&ends) {
                        stretch.select(words, |bits| double(bits) < *end);
                    }
                } else {
                    let bounds: Vec<i64> = ends.iter().map(|end| stretch.first(*end)).collect();
                    stretch.below(&bounds, &mut below);
                }
            }
        }
        Ok(Some(cuts))
    }

    /// Where a range lies.
    pub(in crate::segment) fn place(&self, range: &Between) -> Option<Placed> {
        let (least, most) = self.reach;
        if range.from >= range.to || range.to <= least || range.from > most {
            return None;
        }
        // How many cuts are not above.
        let cuts = |number: f64| self.at.partition_point(|cut| *cut <= number);
        let is_cut = |place: usize, number: f64| {
            let cut = place.checked_sub(1).and_then(|at| self.at.get(at));
            cut.is_some_and(|cut| *cut == number)
        };
        let mut placed = Placed {
            before: None,
            until: Some(self.at.len()),
            edges: [None, None],
        };
        if range.from > least {
            let at = cuts(range.from);
            if is_cut(at, range.from) {
                placed.before = at.checked_sub(1);
            } else {
                placed.before = Some(at);
                placed.edges[0] = Some((at.checked_sub(1), at));
            }
        }
        if range.to <= most {
            let at = cuts(range.to);
            placed.until = at.checked_sub(1);
            let edge = (at.checked_sub(1), at);
            if !is_cut(at, range.to) && placed.edges[0] != Some(edge) {
                placed.edges[1] = Some(edge);
            }
        }
        Some(placed)
    }

    /// Is a set of [`Placed`] of all users?
    pub(in crate::segment) fn is_everybody(&self, place: Option<usize>) -> bool {
        self.has_all && place == Some(self.at.len())
    }

    /// A set of [`Placed`].
    pub(in crate::segment) fn below(&self, place: usize) -> &[u64] {
        self.below.get(place).map_or(&[], |bits| bits)
    }

    pub(super) fn words(&self) -> usize {
        self.below.iter().map(Vec::capacity).sum()
    }
}

/// The least and the greatest of a stretch, or beyond.
fn reach_of(stretch: &Stretch<'_>) -> (f64, f64) {
    if stretch.kind() == Kind::Double {
        let (least, most) = (Cell::new(f64::INFINITY), Cell::new(f64::NEG_INFINITY));
        stretch.select(&mut [0; BLOCK_WORDS], |bits| {
            least.set(least.get().min(double(bits)));
            most.set(most.get().max(double(bits)));
            false
        });
        return (least.get(), most.get());
    }
    let (low, high) = stretch.reach();
    let late = YEAR_3001 as f64;
    (
        key_at(stretch, low).unwrap_or(late),
        key_at(stretch, high).unwrap_or(late),
    )
}

fn double(bits: i64) -> f64 {
    f64::from_bits(bits as u64)
}

/// What a number stands for, as a double.
fn key_at(stretch: &Stretch<'_>, number: i64) -> Option<f64> {
    match stretch.value(number) {
        Scalar::Number(number) => Some(number),
        Scalar::Time(time) => Some(time.ms() as f64).filter(|ms| *ms < YEAR_3001 as f64),
        _ => None,
    }
}

fn key_of(stretch: &Stretch<'_>, position: u16) -> Option<f64> {
    key_at(stretch, stretch.number(position)?)
}

/// Where to cut, so that about as many are between each two. A number that many have is cut off on both
/// sides, so that nobody who has it need be looked at.
fn places(sample: &[f64], least: f64) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::with_capacity(MOST_CUTS);
    let parts = MOST_CUTS + 1;
    let mut last = None;
    for part in 1..parts {
        let Some(&number) = sample.get(sample.len() * part / parts) else {
            break;
        };
        let is_again = last == Some(number);
        last = Some(number);
        let cut = if is_again { number.next_up() } else { number };
        if out.last().is_none_or(|before| *before < cut) && cut > least {
            out.push(cut);
        }
    }
    out
}
