//! Who waits for whom, now.
//!
//! A thread that is about to block says what it waits for and where, blocks by whatever means it has, and
//! says that it goes on. One thread of the audit's own, started by the first wait, looks at these every few
//! milliseconds: threads that wait since the look before, and that wait for each other, are in a deadlock. Nobody
//! who does not block pays for it.

mod stuck;
mod watcher;

use std::collections::HashMap;
use std::time::Instant;

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

/// Remembers that this thread is one of those who can end waits for a resource, of which there are as many as
/// there are seats. Cheap when it is known.
pub(crate) fn take_part(resource: usize, side: Side, seats: usize) {
    let Some(thread) = thread::enter() else { return };
    let serial = thread.serial();
    if let Some(mut table) = patiently(&TABLE) {
        let table = table.get_or_insert_default();
        if table.len() < RESOURCES || table.contains_key(&(resource, side)) {
            table.entry((resource, side)).or_default().add(serial, seats);
        }
    }
}

/// The seats became more or fewer, and this thread may have left its own.
#[cfg(feature = "channels")]
pub(crate) fn reseat(resource: usize, side: Side, seats: usize, leaves: Option<u32>) {
    let mut table = patiently(&TABLE);
    let table = table.as_mut().and_then(|table| table.as_mut());
    if let Some(parties) = table.and_then(|table| table.get_mut(&(resource, side))) {
        parties.seats = seats;
        parties.serials.retain(|serial| Some(*serial) != leaves);
    }
}

/// The serial number of this thread, as a party.
#[cfg(feature = "channels")]
pub(crate) fn party() -> Option<u32> {
    thread::current().map(|thread| thread.serial())
}

/// Forgets a resource that is dropped.
pub(crate) fn forget_resource(resource: usize) {
    let mut table = patiently(&TABLE);
    if let Some(table) = table.as_mut().and_then(|table| table.as_mut()) {
        table.remove(&(resource, Side::Gives));
        table.remove(&(resource, Side::Takes));
    }
}

/// Who can end this wait, as far as anybody was seen to.
fn parties(wait: Wait, resource: usize) -> Parties {
    let side = match wait {
        #[cfg(feature = "channels")]
        Wait::Send => Side::Takes,
        _ => Side::Gives,
    };
    let table = patiently(&TABLE);
    let parties = table.as_ref().and_then(|table| table.as_ref()?.get(&(resource, side)));
    parties.cloned().unwrap_or_default()
}

/// Those who were seen to end waits for a resource, and how many such there can be.
#[derive(Clone, Debug, Default)]
struct Parties {
    serials: Vec<u32>,
    seats: usize,
    /// When one of them last said so: when somebody was last notified.
    last: Option<Instant>,
}

impl Parties {
    fn add(&mut self, serial: u32, seats: usize) {
        self.seats = seats;
        self.last = Some(Instant::now());
        if !self.serials.contains(&serial) && self.serials.len() < PARTIES {
            self.serials.push(serial);
        }
    }
}

/// Resources whose parties are remembered, and parties of one resource: what has more keeps free seats.
const RESOURCES: usize = 16_384;
const PARTIES: usize = 64;

type Table = HashMap<(usize, Side), Parties>;

static TABLE: Mutex<Option<Table>> = Mutex::new(None);
