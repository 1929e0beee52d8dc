//! Memory on chosen nodes.

use std::ops::{Deref, DerefMut};

use super::MemoryPolicy;
use crate::sys::{self, Mapping};
use crate::unavailable::{Reason, Unavailable};

/// Whole pages of zeroes that come from the nodes that were asked for, and return to the kernel when dropped.
///
/// ```
/// use engram_hw::{MemoryPolicy, NodeMemory};
///
/// match NodeMemory::new(1 << 16, &MemoryPolicy::Prefer(0)) {
///     Ok(mut memory) => memory[0] = 1,
///     Err(unavailable) => eprintln!("{unavailable}"),
/// }
/// ```
#[derive(Debug)]
pub struct NodeMemory(Mapping);

impl NodeMemory {
    /// At least that many bytes, none of which is used yet.
    ///
    /// # Errors
    /// When a node is not there or not allowed, or the call is forbidden, as in default containers.
    pub fn new(bytes: usize, policy: &MemoryPolicy) -> Result<Self, Unavailable> {
        let mapping = Mapping::new(bytes)?;
        policy.with(|placing| mapping.place(placing))?;
        Ok(Self(mapping))
    }

    /// The node of each page that was used, as the kernel says, in one system call.
    ///
    /// # Errors
    /// When the call is forbidden.
    pub fn nodes(&self) -> Result<Vec<Option<u32>>, Unavailable> {
        let nodes = sys::nodes_of_pages(&self.0.pages())?;
        Ok(nodes.into_iter().map(Result::ok).collect())
    }

    /// Moves all pages that were used to a node.
    ///
    /// # Errors
    /// When a page could not be moved, or the call is forbidden.
    pub fn migrate(&mut self, node: u32) -> Result<(), Unavailable> {
        let moved = sys::move_pages(&self.0.pages(), node)?;
        // A page that was never used has nothing to move.
        let stayed = moved.iter().find(|it| **it != Ok(node) && **it != Err(libc::ENOENT));
        stayed.map_or(Ok(()), |_| Err(Unavailable::because(Reason::Limit, "moving a page")))
    }
}

impl Deref for NodeMemory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl DerefMut for NodeMemory {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.0.bytes_mut()
    }
}
