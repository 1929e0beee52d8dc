//! The door of the watched atomics to those of the standard library, and the names of orderings.

pub(in crate::atomic) use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, fence,
};

/// Orderings, as those of the standard library.
pub use std::sync::atomic::Ordering;

/// An ordering that is spoken of. What an operation here is itself ordered by is an [`Ordering`], with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::atomic) enum Order {
    Relaxed,
    Acquire,
    Release,
    AcqRel,
    SeqCst,
}

impl Order {
    pub(in crate::atomic) const ALL: [Self; 5] =
        [Self::Relaxed, Self::Acquire, Self::Release, Self::AcqRel, Self::SeqCst];

    /// The name of an ordering.
    #[inline(always)]
    pub(in crate::atomic) const fn of(order: Ordering) -> Self {
        match order {
            // Relaxed: told apart, not used.
            Ordering::Relaxed => Self::Relaxed,
            // Release: told apart, not used.
            Ordering::Release => Self::Release,
            // Acquire: told apart, not used.
            Ordering::Acquire => Self::Acquire,
            // AcqRel: told apart, not used.
            Ordering::AcqRel => Self::AcqRel,
            _ => Self::SeqCst,
        }
    }

    /// The ordering of a name.
    #[inline(always)]
    pub(in crate::atomic) const fn plain(self) -> Ordering {
        match self {
            // Relaxed: as asked for.
            Self::Relaxed => Ordering::Relaxed,
            // Release: as asked for.
            Self::Release => Ordering::Release,
            // Acquire: as asked for.
            Self::Acquire => Ordering::Acquire,
            // AcqRel: as asked for.
            Self::AcqRel => Ordering::AcqRel,
            // SeqCst: as asked for.
            Self::SeqCst => Ordering::SeqCst,
        }
    }

    /// Whether an operation of this ordering sees what was released before.
    pub(in crate::atomic) const fn acquires(self) -> bool {
        matches!(self, Self::Acquire | Self::AcqRel | Self::SeqCst)
    }

    /// Whether an operation of this ordering shows what was done before.
    pub(in crate::atomic) const fn releases(self) -> bool {
        matches!(self, Self::Release | Self::AcqRel | Self::SeqCst)
    }
}

/// How many updates of a group began and ended: odd while one runs.
#[derive(Debug)]
pub(in crate::atomic) struct Generation(AtomicU64);

impl Generation {
    pub(in crate::atomic) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// An update begins.
    pub(in crate::atomic) fn begin(&self) {
        // Relaxed: the fence below keeps what is written behind it.
        self.0.fetch_add(1, Ordering::Relaxed);
        // Release: who sees something written sees the odd number; partner is the fence in `is_still`.
        fence(Ordering::Release);
    }

    /// It ends.
    pub(in crate::atomic) fn end(&self) {
        // Release: what was written comes before; partner is the Acquire load in `now`.
        self.0.fetch_add(1, Ordering::Release);
    }

    pub(in crate::atomic) fn now(&self) -> u64 {
        // Acquire: sees what was written before the even number that is read here, by `end`.
        self.0.load(Ordering::Acquire)
    }

    /// Whether no update ran since the number was `before`.
    pub(in crate::atomic) fn is_still(&self, before: u64) -> bool {
        // Acquire: what was read comes before the load below; partner is the fence in `begin`.
        fence(Ordering::Acquire);
        // Relaxed: ordered by the fence.
        before.is_multiple_of(2) && self.0.load(Ordering::Relaxed) == before
    }
}
