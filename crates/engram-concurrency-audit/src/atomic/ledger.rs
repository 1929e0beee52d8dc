//! Which operations a variable has seen, and from whom: one word beside the value.
//!
//! ```text
//!   63 ……… 40   39 ……… 16   15     11           10 … 6     5 … 3    2 … 0
//!   writers     readers     never  seen: 11     updates    stores   loads      one bit for each ordering
//! ```
//!
//! The word is kept complemented, so that one instruction tests for all bits at once: an operation that is known
//! costs what it takes to put its own bits together, that test and a branch. Bit 15 is never seen: what asks for it
//! always takes the cold path, as a thread does that has no slot yet.

use std::cell::Cell;

use super::access::Kind;
use super::sync::{AtomicU64, Order, Ordering};
use super::validator;
use crate::thread_number::thread_number;

/// The word of one variable: a bit is 1 until what it stands for was seen.
#[derive(Debug)]
pub(super) struct Marks(AtomicU64);

thread_local! {
    /// The bits of this thread, as a reader and as a writer.
    static READS: Cell<u64> = const { Cell::new(NEVER) };
    static WRITES: Cell<u64> = const { Cell::new(NEVER) };
}

impl Marks {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(!0))
    }

    /// Whether an operation is known: its ordering, and this thread. Never while all is followed.
    #[inline(always)]
    pub(super) fn knows(&self, kind: Kind, order: Order) -> bool {
        let own = match kind {
            Kind::Load => READS.with(Cell::get),
            Kind::Store | Kind::Update => WRITES.with(Cell::get),
        };
        // Relaxed, both: a hint; what is not seen here is looked up on the cold path.
        let needed = bit(kind, order) | own | FOLLOW.load(Ordering::Relaxed);
        self.0.load(Ordering::Relaxed) & needed == 0
    }

    /// Remembers an operation of this thread.
    pub(super) fn add(&self, kind: Kind, order: Order) {
        let slot = 1 << (thread_number() % SLOTS);
        READS.with(|own| own.set(slot << READERS));
        WRITES.with(|own| own.set(slot << WRITERS));
        // Relaxed: a hint, as in `knows`.
        self.0.fetch_and(!((bit(kind, order) & !NEVER) | own(kind)), Ordering::Relaxed);
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

/// Sends all operations through the cold path from now on, or only what is new.
pub(super) fn follow(all: bool) {
    // Relaxed: a setting that takes effect soon.
    FOLLOW.store(if all { NEVER } else { 0 }, Ordering::Relaxed);
}

/// The bit of an operation, or [`NEVER`] for one that does not exist.
#[inline(always)]
pub(super) const fn bit(kind: Kind, order: Order) -> u64 {
    let at = match (kind, order) {
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
    };
    1 << at
}

/// The threads that wrote, as slots.
pub(super) const fn writers(word: u64) -> u64 {
    word >> WRITERS
}

/// The threads that read, as slots.
pub(super) const fn readers(word: u64) -> u64 {
    (word >> READERS) & ((1 << SLOTS) - 1)
}

static FOLLOW: AtomicU64 = AtomicU64::new(0);

/// How far behind the start of its variable the word is; a test beside each type of variable holds it.
pub(super) const MARKS_OFFSET: usize = 8;

const SEEN: u64 = 1 << 11;
const NEVER: u64 = 1 << 15;
const READERS: u32 = 16;
const WRITERS: u32 = 40;
/// Threads that are told apart; further ones share.
const SLOTS: u32 = 24;
