//! How far apart in memory the vectors lie that a search looks at, one after the other.
//!
//! It takes some instructions for each vector, a hundredth of what looking at it takes. So it is known of searches
//! that are checked, and the others are compiled without.

use std::ptr;

use engram_cognitive::metrics::Locality;

use crate::vector::Vector;

/// Sees each vector that a search looks at.
pub(super) trait Watch {
    /// This one is looked at.
    fn access(&mut self, vector: &Vector);
}

/// Looks away.
pub(super) struct Unwatched;

impl Watch for Unwatched {
    #[inline]
    fn access(&mut self, _: &Vector) {}
}

/// Vectors that a search looked at, by how far they lie from the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accesses {
    /// In the order of [`Locality`].
    counts: [u32; 3],
    /// Where the last one begins; 0 before the first.
    last: usize,
}

impl Accesses {
    /// How many, in the order of [`Locality`]. The first vector of a search has none before it, and is far.
    #[must_use]
    pub fn counts(&self) -> [u32; 3] {
        self.counts
    }
}

impl Watch for Accesses {
    #[inline]
    fn access(&mut self, vector: &Vector) {
        let here = ptr::from_ref(vector).addr();
        let place = Locality::between(self.last, here);
        self.counts[place as usize] += 1;
        self.last = here;
    }
}
