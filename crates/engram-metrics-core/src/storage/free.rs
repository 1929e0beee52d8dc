//! Shards that threads have left behind: a lock-free stack of indices.
//!
//! ```text
//!   head = (tag, index + 1)        0 in the low half: empty
//! ```
//!
//! Every successful exchange of the head raises the tag, so that an index which was popped and pushed
//! again in between (the ABA problem) is noticed. The tag wraps after 2^32 exchanges; a thread would
//! have to sleep through exactly that many inside `pop` to be fooled.

use crate::sync::{AtomicU32, AtomicU64, Ordering, const_unless_modelled, order};

/// The index below this one on the stack, plus one; lives in the shard.
#[derive(Debug)]
pub(super) struct Link(AtomicU32);

impl Link {
    pub(super) fn new() -> Self {
        Self(AtomicU32::new(0))
    }
}

#[derive(Debug)]
pub(super) struct FreeShards(AtomicU64);

impl FreeShards {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self(AtomicU64::new(0))
        }
    }

    /// Puts a shard on the stack; `link` finds the link of a shard by its index.
    pub(super) fn push<'a>(&self, index: u32, link: impl Fn(u32) -> &'a Link) {
        // Relaxed: the exchange below decides whether this head is still the right one.
        let mut head = self.0.load(Ordering::Relaxed);
        loop {
            // Relaxed: published together with the head by the Release below.
            link(index).0.store(below(head), Ordering::Relaxed);
            // Release: hands the cells of the shard, and its link, to the Acquire in `pop`.
            // Relaxed, on failure: only the number is used.
            match self.0.compare_exchange_weak(
                head,
                next_head(head, index + 1),
                order!(Release, "free.push"),
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(current) => head = current,
            }
        }
    }

    /// Takes the shard that was left last, whose cells are the most likely to be in a cache.
    pub(super) fn pop<'a>(&self, link: impl Fn(u32) -> &'a Link) -> Option<u32> {
        // Acquire: sees the shard, its link and its cells, as the Release in `push` handed them over.
        let mut head = self.0.load(order!(Acquire, "free.pop.head"));
        loop {
            let index = below(head).checked_sub(1)?;
            // Relaxed: written before the head that named this index was published. If another thread
            // pops and pushes it meanwhile, the tag differs and the exchange fails.
            let next = link(index).0.load(Ordering::Relaxed);
            // Relaxed, when it succeeds: the tag says that this is the very head that was loaded, with
            // Acquire, above or below. A pop in between keeps that edge: it extends the release sequence.
            // Acquire, on failure: as for the first load.
            match self.0.compare_exchange_weak(
                head,
                next_head(head, next),
                Ordering::Relaxed,
                order!(Acquire, "free.pop.again"),
            ) {
                Ok(_) => return Some(index),
                Err(current) => head = current,
            }
        }
    }
}

/// The entry that a head names: an index plus one, or 0.
fn below(head: u64) -> u32 {
    head as u32
}

fn next_head(head: u64, entry: u32) -> u64 {
    let tag = (head >> 32).wrapping_add(1);
    (tag << 32) | u64::from(entry)
}
