//! Which operations a variable has seen, and from whom: one word beside the value.
//!
//! ```text
//!   63 ……… 40   39 ……… 16   15     11           10 … 6     5 … 3    2 … 0
//!   writers     readers     never  seen: 11     updates    stores   loads      one bit for each ordering
//! ```
//!
//! The word is kept complemented, so that one instruction tests for all bits at once: an operation that is known
//! costs two loads, that test and a branch. Bit 15 is never seen: what asks for it always takes the cold path, as a
//! thread does that has not done the operation yet.

use super::access::Kind;
use super::asks::{self, NEVER};
use super::sync::{AtomicU64, Order, Ordering};
use super::validator;
use crate::thread_number::thread_number;

/// The word of one variable: a bit is 1 until what it stands for was seen.
#[derive(Debug)]
pub(super) struct Marks(AtomicU64);

impl Marks {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(!0))
    }

    /// Whether an operation is known: its ordering, and this thread. Never while all is followed.
    #[inline(always)]
    pub(super) fn knows(&self, kind: Kind, order: Order) -> bool {
        // Relaxed: a hint; what is not seen here is looked up on the cold path.
        self.0.load(Ordering::Relaxed) & asks::own(at(kind, order)) == 0
    }

    /// Remembers an operation of this thread.
    pub(super) fn add(&self, kind: Kind, order: Order) {
        let asks = bit(kind, order) | own(kind);
        asks::set_own(at(kind, order), asks);
        // Relaxed: a hint, as in `knows`.
        self.0.fetch_and(!asks | NEVER, Ordering::Relaxed);
    }

    /// What was seen.
    pub(super) fn word(&self) -> u64 {
        // Relaxed: a statistic.
        !self.0.load(Ordering::Relaxed)
    }

    /// Remembers that there was an operation, and nothing of it: each one takes the cold path.
    pub(super) fn see(&self) {
        // Relaxed: a hint, as in `knows`.
        self.0.fetch_and(!SEEN, Ordering::Relaxed);
    }
}

impl Drop for Marks {
    fn drop(&mut self) {
        validator::forget(std::ptr::from_ref(self).addr() - MARKS_OFFSET, self);
    }
}

/// The bit of this thread, as a reader or a writer.
pub(super) fn own(kind: Kind) -> u64 {
    let slot = 1 << (thread_number() % SLOTS);
    if kind == Kind::Load { slot << READERS } else { slot << WRITERS }
}

/// The bit of an operation, or [`NEVER`] for one that does not exist.
#[inline(always)]
pub(super) const fn bit(kind: Kind, order: Order) -> u64 {
    1 << at(kind, order)
}

/// The number of the bit.
#[inline(always)]
const fn at(kind: Kind, order: Order) -> usize {
    match (kind, order) {
        (Kind::Load, Order::Relaxed) => 0,
        (Kind::Load, Order::Acquire) => 1,
        (Kind::Load, Order::SeqCst) => 2,
        (Kind::Store, Order::Relaxed) => 3,
        (Kind::Store, Order::Release) => 4,
        (Kind::Store, Order::SeqCst) => 5,
        (Kind::Update, Order::Relaxed) => 6,
        (Kind::Update, Order::Acquire) => 7,
        (Kind::Update, Order::Release) => 8,
        (Kind::Update, Order::AcqRel) => 9,
        (Kind::Update, Order::SeqCst) => 10,
        _ => 15,
    }
}

/// The threads that wrote, as slots.
pub(super) const fn writers(word: u64) -> u64 {
    word >> WRITERS
}

/// The threads that read, as slots.
pub(super) const fn readers(word: u64) -> u64 {
    (word >> READERS) & ((1 << SLOTS) - 1)
}

/// How far behind the start of its variable the word is; a test beside each type of variable holds it.
pub(super) const MARKS_OFFSET: usize = 8;

const SEEN: u64 = 1 << 11;
const READERS: u32 = 16;
const WRITERS: u32 = 40;
/// Threads that are told apart; further ones share.
const SLOTS: u32 = 24;
