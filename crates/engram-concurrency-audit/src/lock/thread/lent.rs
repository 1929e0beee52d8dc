//! Records for tasks, which are no threads and are told apart like them.

use crate::sync::patiently;

use super::super::clock::Clock;
use super::{REGISTRY, Thread, current, lease};

/// The same for who is at work for the auditor and knows that it comes from no lock.
pub(in crate::lock) fn own() -> Option<&'static Thread> {
    current().or_else(lease)
}

/// A record for what is no thread, and has this serial number; see [`take_back`].
pub(in crate::lock) fn lend(serial: u32, name: String, clock: Clock) -> Option<&'static Thread> {
    let thread = patiently(&REGISTRY)?.record();
    thread.begin(serial, name, clock);
    Some(thread)
}

/// The record that was lent is free again. It holds nothing.
pub(in crate::lock) fn take_back(thread: &'static Thread) {
    thread.record.end();
    if let Some(mut registry) = patiently(&REGISTRY) {
        registry.free.push(thread);
    }
}

/// A serial number that no thread has.
pub(in crate::lock) fn next_serial() -> Option<u32> {
    Some(patiently(&REGISTRY)?.next_serial())
}
