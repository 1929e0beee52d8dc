//! Which node an address is on, without asking the kernel.

use std::ops::Range;

/// Where an access goes, seen from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locality {
    /// The node's own memory.
    Local,
    /// Memory of the node with this number.
    Remote(u32),
    /// Memory that nobody has put into the map.
    Unknown,
}

/// Ranges of addresses, and the node that each is on.
///
/// To ask the kernel where a page is takes a system call; who placed the memory knows already. A look-up is a
/// binary search of 16 steps at most, without a call.
///
/// ```
/// use engram_hw::{AddressMap, Locality};
///
/// let mut map = AddressMap::new();
/// map.insert(0x1000..0x2000, 0)?;
/// map.insert(0x4000..0x8000, 1)?;
/// assert_eq!(map.classify(0x1fff, 0), Locality::Local);
/// assert_eq!(map.classify(0x4000, 0), Locality::Remote(1));
/// assert_eq!(map.classify(0x2000, 0), Locality::Unknown);
/// # Ok::<(), engram_hw::Unavailable>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressMap {
    /// First addresses in ascending order, apart from the rest: a search touches nothing else.
    starts: Vec<usize>,
    /// End and node of each.
    rest: Vec<(usize, u32)>,
}

/// More ranges than this are refused: a search has 16 steps at most.
const MOST: usize = 1 << 16;

use crate::unavailable::{Reason, Unavailable};

impl AddressMap {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { starts: Vec::new(), rest: Vec::new() }
    }

    /// Says that a range is on a node.
    ///
    /// # Errors
    /// When the range is empty, overlaps another one, or there are 65,536 already; the map is then unchanged.
    pub fn insert(&mut self, range: Range<usize>, node: u32) -> Result<(), Unavailable> {
        let at = self.starts.partition_point(|start| *start < range.start);
        let before = at.checked_sub(1).and_then(|before| self.rest.get(before));
        let is_free = before.is_none_or(|(end, _)| *end <= range.start)
            && self.starts.get(at).is_none_or(|next| range.end <= *next);
        if range.is_empty() || !is_free {
            return Err(Unavailable::because(Reason::Malformed, "a range of addresses"));
        }
        if self.starts.len() >= MOST {
            return Err(Unavailable::because(Reason::Limit, "a range of addresses"));
        }
        self.starts.insert(at, range.start);
        self.rest.insert(at, (range.end, node));
        Ok(())
    }

    /// Forgets the range that starts there.
    pub fn remove(&mut self, start: usize) -> bool {
        let Ok(at) = self.starts.binary_search(&start) else { return false };
        self.starts.remove(at);
        self.rest.remove(at);
        true
    }

    /// The node that an address is on.
    #[inline]
    #[must_use]
    pub fn node_of(&self, address: usize) -> Option<u32> {
        let at = self.starts.partition_point(|start| *start <= address).checked_sub(1)?;
        let (end, node) = self.rest.get(at)?;
        (address < *end).then_some(*node)
    }

    /// Where an access from `node` goes.
    #[inline]
    #[must_use]
    pub fn classify(&self, address: usize, node: u32) -> Locality {
        match self.node_of(address) {
            None => Locality::Unknown,
            Some(of) if of == node => Locality::Local,
            Some(of) => Locality::Remote(of),
        }
    }

    /// How many ranges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}
