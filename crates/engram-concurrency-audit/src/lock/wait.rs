//! What one thread waits for, as others read it.

use std::sync::PoisonError;
use std::time::Instant;

use crate::lock::sync::{AtomicU64, Mutex, MutexGuard, Ordering, const_unless_modelled};

use super::held::At;
use super::word::Mode;

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// A lock, to have it in a mode.
    Lock(Mode),
    /// The other readers of a lock that it has already.
    Upgrade,
    /// The end of a thread; the resource is its serial number.
    Join,
    /// A notification.
    Condition,
    /// The others at a barrier.
    Barrier,
    /// Room in a channel; its partners are those who receive.
    #[cfg(feature = "channels")]
    Send,
    /// A message; its partners are those who send.
    #[cfg(feature = "channels")]
    Receive,
}

/// What one thread waits for.
#[derive(Debug)]
pub(super) struct Waiting {
    /// Held for moments, by the thread itself and by the watcher. While the watcher has it, a wait does not
    /// end, so that what the thread holds does not change either.
    now: Mutex<Now>,
    /// The number of the wait that the watcher broke.
    broken: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
struct Now {
    /// Of the current wait, or of the last one.
    number: u64,
    wait: Option<(Wait, usize, At)>,
    /// When that began.
    since: Option<Instant>,
}

impl Waiting {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            let now = Now { number: 0, wait: None, since: None };
            Self { now: Mutex::new(now), broken: AtomicU64::new(0) }
        }
    }

    pub(super) fn begin(&self, wait: Wait, resource: usize, at: At) {
        let since = Some(Instant::now());
        let mut now = self.lock();
        now.number += 1;
        now.since = since;
        now.wait = Some((wait, resource, at));
    }

    /// The thread goes on.
    pub(super) fn end(&self) {
        self.lock().wait = None;
    }

    /// Whether the watcher wants the current wait to end with an error.
    pub(super) fn is_broken(&self) -> bool {
        let number = self.lock().number;
        // Relaxed: the number alone says it.
        self.broken.load(Ordering::Relaxed) == number
    }

    /// When the current wait began, or the last one.
    pub(super) fn since(&self) -> Option<Instant> {
        self.lock().since
    }

    pub(super) fn break_off(&self, number: u64) {
        // Relaxed: as in `is_broken`.
        self.broken.store(number, Ordering::Relaxed);
    }

    /// Runs `read` on the current wait and its number, while it cannot end. `read` must not allocate: the
    /// thread may have taken the allocator's own lock just now.
    pub(super) fn read<R>(&self, read: impl FnOnce(u64, (Wait, usize, At)) -> R) -> Option<R> {
        let now = self.lock();
        now.wait.map(|wait| read(now.number, wait))
    }

    /// Not with patience: nobody takes another lock or allocates while having this one.
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
