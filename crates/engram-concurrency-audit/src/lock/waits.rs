//! Who waits for whom, now.
//!
//! A thread that is about to block says what it waits for and where, blocks by whatever means it has, and
//! says that it goes on. One thread of the audit's own looks at these every [`TICK`]: threads that wait since
//! the look before, and that wait for each other, are in a deadlock. Nobody who does not block pays for it.

mod stuck;
mod watcher;

use std::collections::HashMap;
use std::sync::PoisonError;

use crate::lock::sync::{AtomicU64, Ordering};
use crate::sync::{Mutex, MutexGuard, patiently};

use super::state::Mode;
use super::thread::{self, At};

pub(crate) use watcher::start;

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
}

impl Waiting {
    pub(super) const fn new() -> Self {
        let now = Now { number: 0, wait: None };
        Self { now: Mutex::new(now), broken: AtomicU64::new(0) }
    }

    fn begin(&self, wait: Wait, resource: usize, at: At) {
        let mut now = self.lock();
        now.number += 1;
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

    fn break_off(&self, number: u64) {
        // Relaxed: as in `is_broken`.
        self.broken.store(number, Ordering::Relaxed);
    }

    /// Runs `read` on the current wait and its number, while it cannot end. `read` must not allocate: the
    /// thread may have taken the allocator's own lock just now.
    fn read<R>(&self, read: impl FnOnce(u64, (Wait, usize, At)) -> R) -> Option<R> {
        let now = self.lock();
        now.wait.map(|wait| read(now.number, wait))
    }

    /// Not with patience: nobody takes another lock or allocates while having this one.
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `block`, which may block, and lets it be known what this thread waits for meanwhile.
///
/// The resource is an address or a number that all who wait for the same thing give.
#[cold]
pub(crate) fn blocking<R>(wait: Wait, resource: usize, at: At, block: impl FnOnce() -> R) -> R {
    struct End(&'static thread::Thread);
    impl Drop for End {
        fn drop(&mut self) {
            self.0.waiting.end();
        }
    }
    let Some(thread) = thread::enter() else { return block() };
    thread.waiting.begin(wait, resource, at);
    let _end = End(thread);
    block()
}

/// On which side of a resource a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// Notifies, arrives, sends.
    Gives,
    /// Receives.
    Takes,
}

/// Remembers that this thread is one of those who can end waits for a resource. Cheap when it is known.
pub(crate) fn take_part(resource: usize, side: Side) {
    let Some(thread) = thread::enter() else { return };
    let serial = thread.serial();
    if let Some(mut partners) = patiently(&PARTNERS) {
        let partners = partners.get_or_insert_default();
        if partners.len() < RESOURCES || partners.contains_key(&(resource, side)) {
            let list = partners.entry((resource, side)).or_default();
            if !list.contains(&serial) && list.len() < PARTIES {
                list.push(serial);
            }
        }
    }
}

/// Forgets a resource that is dropped.
pub(crate) fn forget_resource(resource: usize) {
    let mut partners = patiently(&PARTNERS);
    if let Some(partners) = partners.as_mut().and_then(|partners| partners.as_mut()) {
        partners.remove(&(resource, Side::Gives));
        partners.remove(&(resource, Side::Takes));
    }
}

/// Who can end this wait, as far as anybody was seen to.
fn partners(wait: Wait, resource: usize) -> Vec<u32> {
    let side = match wait {
        #[cfg(feature = "channels")]
        Wait::Send => Side::Takes,
        _ => Side::Gives,
    };
    let partners = patiently(&PARTNERS);
    let list = partners.as_ref().and_then(|partners| partners.as_ref()?.get(&(resource, side)));
    list.cloned().unwrap_or_default()
}

/// Resources whose partners are remembered, and partners of one resource.
const RESOURCES: usize = 16_384;
const PARTIES: usize = 64;

/// Serial numbers by resource and side.
type Partners = HashMap<(usize, Side), Vec<u32>>;

static PARTNERS: Mutex<Option<Partners>> = Mutex::new(None);
