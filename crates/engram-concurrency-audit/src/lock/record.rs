//! What others may read of a thread while it waits. The lease goes from thread to thread.

use crate::lock::sync::{Owned32, const_unless_modelled};

use super::held::{At, Held};
use super::wait::{Wait, Waiting};

/// Lives as long as the process; only the thread that has the lease writes.
#[derive(Debug)]
#[repr(C)] // What every acquisition touches comes first.
pub(super) struct Record {
    pub(super) held: Held,
    /// Of the thread that has the lease, never used again; 0 while nobody has it.
    serial: Owned32,
    /// Which part of its life the thread is in, see [`Clock`](super::clock::Clock).
    segment: Owned32,
    pub(super) waiting: Waiting,
}

/// A wait as somebody else saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) serial: u32,
    /// Of the wait, growing from lease to lease.
    pub(super) number: u64,
    pub(super) wait: Wait,
    pub(super) resource: usize,
    pub(super) at: At,
}

impl Record {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self {
                held: Held::new(),
                serial: Owned32::new(0),
                segment: Owned32::new(0),
                waiting: Waiting::new(),
            }
        }
    }

    pub(super) fn serial(&self) -> u32 {
        self.serial.load()
    }

    pub(super) fn segment(&self) -> u32 {
        self.segment.load()
    }

    /// A thread has got the lease.
    pub(super) fn begin(&self, serial: u32) {
        self.segment.store(1);
        self.serial.store(serial);
        self.rebase();
    }

    /// The thread gives the lease back: it holds nothing any more, and waits for nothing.
    pub(super) fn end(&self) {
        self.held.clear();
        self.waiting.end();
        self.serial.store(0);
    }

    /// What is taken from now on is checked again.
    pub(super) fn next_segment(&self) {
        self.segment.store(self.segment() + 1);
        self.rebase();
    }

    /// What was checked before was checked for another part of a life.
    fn rebase(&self) {
        self.held.rebase(u64::from(self.serial()) << 32 | u64::from(self.segment()));
    }

    /// What the thread waits for; `read` runs on what it holds, which cannot change meanwhile. `None` when it
    /// does not wait. As in [`Waiting::read`], `read` must not allocate.
    pub(super) fn look(&self, read: impl FnOnce(&Held)) -> Option<Seen> {
        self.waiting.read(|number, (wait, resource, at)| {
            read(&self.held);
            // Read while the wait cannot end: it is that of the thread that waits.
            Seen { serial: self.serial(), number, wait, resource, at }
        })
    }
}
