//! Places on the earth, and who is within an area.

use crate::identity::directory::Full;
use crate::segment::Area;
use alloc::vec::Vec;

/// Degrees by which a rounded distance may be off, and many times that.
const MARGIN: f64 = 1e-6;

/// Who was where.
#[derive(Default)]
pub(super) struct Points {
    blocks: Vec<Block>,
    bytes: usize,
}

/// The users of a block who were somewhere, rising, each with longitude and latitude.
#[derive(Default)]
struct Block {
    positions: Vec<u16>,
    points: Vec<(f64, f64)>,
}

impl Points {
    /// Bytes of memory taken.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds who is within the area, or, negated, who is somewhere else.
    ///
    /// **Cost**: of who is too far north or south a comparison, of others [`Area::holds`].
    pub(super) fn add(&self, block: u16, area: &Area, negated: bool, words: &mut [u64]) {
        let Some(block) = self.blocks.get(usize::from(block)) else {
            return;
        };
        let (south, north) = area.band();
        for (&position, &(longitude, latitude)) in block.positions.iter().zip(&block.points) {
            let is_near = latitude >= south && latitude <= north;
            if (is_near && area.holds(longitude, latitude)) != negated
                && let Some(word) = words.get_mut(usize::from(position) / 64)
            {
                *word |= 1 << (position % 64);
            }
        }
    }
}

impl Area {
    /// Latitudes beyond which no point is in the area.
    fn band(&self) -> (f64, f64) {
        let (south, north) = match self {
            Area::Circle {
                latitude, radius, ..
            } => {
                let degrees = (radius / crate::segment::area::RADIUS).to_degrees();
                (latitude - degrees, latitude + degrees)
            }
            Area::Polygon(corners) => {
                let latitudes = || corners.iter().map(|&(_, latitude)| latitude);
                (
                    latitudes().fold(f64::INFINITY, f64::min),
                    latitudes().fold(f64::NEG_INFINITY, f64::max),
                )
            }
        };
        (south - MARGIN, north + MARGIN)
    }
}

/// Points as they are gone through user by user.
#[derive(Default)]
pub(super) struct Builder {
    points: Points,
    block: Block,
}

impl Builder {
    /// Where a user of the block at hand is, who stands behind those before.
    pub(super) fn push(&mut self, at: u16, longitude: f64, latitude: f64) -> Result<(), Full> {
        self.block.positions.try_reserve(1)?;
        self.block.points.try_reserve(1)?;
        self.block.positions.push(at);
        self.block.points.push((longitude, latitude));
        Ok(())
    }

    /// Ends a block, which is the next one.
    pub(super) fn end_block(&mut self) -> Result<(), Full> {
        let mut block = Block::default();
        block
            .positions
            .try_reserve_exact(self.block.positions.len())?;
        block.points.try_reserve_exact(self.block.points.len())?;
        block.positions.append(&mut self.block.positions);
        block.points.append(&mut self.block.points);
        self.points.blocks.try_reserve(1)?;
        self.points.bytes += size_of::<Block>() + block.positions.len() * 18;
        self.points.blocks.push(block);
        Ok(())
    }

    pub(super) fn bytes(&self) -> usize {
        self.points.bytes()
    }

    pub(super) fn end(self) -> Points {
        self.points
    }
}
