//! Where on the earth a point is.

use super::Area;

/// The earth's radius in kilometres.
pub(super) const RADIUS: f64 = 6371.0088;

impl Area {
    /// Is a point in it? Its edge is.
    pub(super) fn holds(&self, longitude: f64, latitude: f64) -> bool {
        match self {
            Area::Circle {
                longitude: to_longitude,
                latitude: to_latitude,
                radius,
            } => distance(longitude, latitude, *to_longitude, *to_latitude) <= *radius,
            Area::Polygon(corners) => in_polygon(corners, longitude, latitude),
        }
    }
}

/// Kilometres along a great circle.
fn distance(longitude: f64, latitude: f64, to_longitude: f64, to_latitude: f64) -> f64 {
    let (from, to) = (latitude.to_radians(), to_latitude.to_radians());
    let across = (to_longitude - longitude).to_radians();
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(to - from) + from.cos() * to.cos() * half(across);
    2.0 * RADIUS * chord.sqrt().min(1.0).asin()
}

/// Is a point within the corners, or on an edge?
fn in_polygon(corners: &[(f64, f64)], x: f64, y: f64) -> bool {
    let mut inside = false;
    let Some(&last) = corners.last() else {
        return false;
    };
    let mut before = last;
    for &corner in corners {
        let ((ax, ay), (bx, by)) = (before, corner);
        let side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        let on_edge =
            side == 0.0 && x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
        if on_edge {
            return true;
        }
        if (ay > y) != (by > y) && (side > 0.0) == (by > ay) {
            inside = !inside;
        }
        before = corner;
    }
    inside
}
