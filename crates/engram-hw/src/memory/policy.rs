//! Rules for where pages come from.

use std::marker::PhantomData;

use crate::id_set::IdSet;
use crate::sys::{self, Placing};
use crate::unavailable::{Reason, Unavailable};

/// Where new pages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryPolicy {
    /// The node that first uses a page.
    Default,
    /// This node while it has memory, then others.
    Prefer(u32),
    /// These nodes and no others; an allocation that finds no memory there fails.
    Bind(IdSet),
    /// These nodes in turn, page by page.
    Interleave(IdSet),
}

impl MemoryPolicy {
    /// Hands the rule to `use_placing`, with nodes as a set.
    pub(super) fn with<R>(&self, use_placing: impl FnOnce(Placing<'_>) -> R) -> R {
        match self {
            Self::Default => use_placing(Placing::Default),
            Self::Prefer(node) => use_placing(Placing::Prefer(&[*node].into_iter().collect())),
            Self::Bind(nodes) => use_placing(Placing::Bind(nodes)),
            Self::Interleave(nodes) => use_placing(Placing::Interleave(nodes)),
        }
    }

    /// That of the calling thread.
    ///
    /// # Errors
    /// When a filter of system calls forbids to ask, as in default containers.
    pub fn of_thread() -> Result<Self, Unavailable> {
        let (mode, nodes) = sys::policy_of_thread()?;
        // Flags are in the upper bits.
        match (mode & 0xff, nodes.first()) {
            (0, _) => Ok(Self::Default),
            (1, Some(node)) => Ok(Self::Prefer(node)),
            (1, None) => Ok(Self::Default),
            (2, _) => Ok(Self::Bind(nodes)),
            (3, _) => Ok(Self::Interleave(nodes)),
            _ => Err(Unavailable::because(Reason::NotSupported, "this memory policy")),
        }
    }
}

/// A rule for all pages that the calling thread uses first, until this is dropped.
#[derive(Debug)]
#[must_use = "the rule ends when this is dropped"]
pub struct PolicyScope {
    before: MemoryPolicy,
    thread: PhantomData<*const ()>,
}

impl PolicyScope {
    /// Starts; verified by reading back.
    ///
    /// # Errors
    /// When a node is not there or not allowed, or the call is forbidden, as in default containers.
    pub fn enter(policy: &MemoryPolicy) -> Result<Self, Unavailable> {
        let before = MemoryPolicy::of_thread()?;
        policy.with(sys::set_policy_of_thread)?;
        let scope = Self { before, thread: PhantomData };
        if MemoryPolicy::of_thread()? == *policy {
            Ok(scope)
        } else {
            Err(Unavailable::because(Reason::Missing, "a node of the memory policy"))
        }
    }
}

impl Drop for PolicyScope {
    fn drop(&mut self) {
        // Nodes that are not allowed any more leave the thread with what the cpuset gave it.
        let _ = self.before.with(sys::set_policy_of_thread);
    }
}
