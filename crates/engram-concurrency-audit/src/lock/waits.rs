//! Who waits for whom, now.
//!
//! A thread that is about to block says what it waits for and where, blocks by whatever means it has, and
//! says that it goes on. One thread of the audit's own, started by the first wait, looks at these every few
//! milliseconds: threads that wait since the look before, and that wait for each other, are in a deadlock. Nobody
//! who does not block pays for it.

mod stuck;
mod watcher;

use std::collections::HashMap;

use crate::sync::{Mutex, patiently};

use super::held::At;
use super::thread;

pub(crate) use super::wait::Wait;

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
    watcher::start();
    thread.waiting.begin(wait, resource, at);
    let _end = End(thread);
    block()
}

/// Starts the thread of the audit that looks for deadlocks and times how long locks are held, which the first wait
/// starts otherwise.
///
/// It times one acquisition every 10 ms, whichever comes next in the whole program, every 30 ms while nothing
/// changes: [`LockMetrics::hold_duration`](super::LockMetrics::hold_duration).
pub fn watch_locks() {
    if crate::ENABLED {
        watcher::start();
    }
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
