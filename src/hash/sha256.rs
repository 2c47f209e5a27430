//! SHA-256 with its steps out of line: signatures, keys and diffs share one copy of them, by
//! which the edge module is a thirtieth smaller. It is a hash to `hmac` as well.
//!
//! **Why sha2**: see `payload::heap::signature`.

pub use sha2::Digest;
use sha2::digest::common::BlockSizeUser;
use sha2::digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update};

/// A SHA-256 in the making.
#[derive(Clone, Default)]
pub struct Sha256(sha2::Sha256);

impl HashMarker for Sha256 {}

impl OutputSizeUser for Sha256 {
    type OutputSize = <sha2::Sha256 as OutputSizeUser>::OutputSize;
}

impl BlockSizeUser for Sha256 {
    type BlockSize = <sha2::Sha256 as BlockSizeUser>::BlockSize;
}

impl Update for Sha256 {
    #[inline(never)]
    fn update(&mut self, bytes: &[u8]) {
        Update::update(&mut self.0, bytes);
    }
}

impl FixedOutput for Sha256 {
    #[inline(never)]
    fn finalize_into(self, out: &mut Output<Self>) {
        FixedOutput::finalize_into(self.0, out);
    }
}
