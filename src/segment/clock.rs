//! Now, and the clock on the company's wall.

use super::Moment;
use crate::profile::order;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// How far a clock on the wall is ahead of UTC: from each moment on, in milliseconds. Rising; before the
/// first moment it is as far ahead as then.
///
/// **Source**: the host, whose rules of time zones are kept up.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// Shared, since each evaluation has a clock.
    changes: Option<Arc<[(i64, i64)]>>,
}

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone { changes: None };

    /// From these changes, each a moment and how far ahead the clock is from then on.
    pub fn new(changes: Vec<(i64, i64)>) -> Zone {
        Zone {
            changes: (!changes.is_empty()).then(|| order::sorted(changes).into()),
        }
    }

    fn changes(&self) -> &[(i64, i64)] {
        self.changes.as_deref().unwrap_or(&[])
    }

    fn ahead(&self, instant: i64) -> i64 {
        let next = self.changes().partition_point(|&(from, _)| from <= instant);
        let change = self.changes().get(next.saturating_sub(1));
        change.map_or(0, |&(_, ahead)| ahead)
    }

    /// What the clock on the wall shows then.
    pub fn wall(&self, instant: i64) -> i64 {
        instant.saturating_add(self.ahead(instant))
    }

    /// When the clock on the wall shows this: the first time where it does so twice, and where it never does,
    /// when it would without the change that skips it.
    pub fn instant(&self, wall: i64) -> i64 {
        let mut before = self.changes().first().map_or(0, |&(_, ahead)| ahead);
        for &(from, ahead) in self.changes() {
            // It shows this before the change, or leaps over it then.
            if wall.saturating_sub(before) < from || wall.saturating_sub(ahead) < from {
                break;
            }
            before = ahead;
        }
        wall.saturating_sub(before)
    }
}

/// The moment of an evaluation.
#[derive(Clone)]
pub struct Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// The company's time zone.
    pub zone: Zone,
}

impl Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub(super) fn instant(&self, moment: Moment) -> i64 {
        match moment {
            Moment::Instant(instant) => instant,
            Moment::Wall(wall) => self.zone.instant(wall),
        }
    }

    /// Days since 1970-01-01 in the company's zone.
    pub(super) fn today(&self) -> i64 {
        self.zone.wall(self.now).div_euclid(DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::Zone;
    use alloc::vec;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_wall_clock_is_read_on_both_sides_of_its_changes() {
        // Ahead by one hour, from 1000 h on by two, from 2000 h on by one again.
        let zone = Zone::new(vec![
            (-1000 * HOUR, HOUR),
            (1000 * HOUR, 2 * HOUR),
            (2000 * HOUR, HOUR),
        ]);
        for hour in -1500..3000 {
            let instant = hour * HOUR;
            let again = zone.instant(zone.wall(instant));
            // In the hour that comes twice it is the first.
            let twice = (2000..2001).contains(&hour);
            assert_eq!(again, if twice { instant - HOUR } else { instant });
        }
        // 1001:30 on the wall never comes.
        assert_eq!(zone.instant(1001 * HOUR + HOUR / 2), 1000 * HOUR + HOUR / 2);
        assert_eq!(Zone::UTC.instant(5), 5);
    }
}
