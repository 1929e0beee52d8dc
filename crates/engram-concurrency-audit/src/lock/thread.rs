//! The threads that take audited locks: who they are, what they hold, what they wait for.
//!
//! A thread leases a record at its first audited acquisition and gives it back when it ends, for the next
//! thread: as many records as there were threads at one time. The lease is found in a thread-local
//! without a destructor, so that locks can be taken while a thread is torn down; what ends the lease is a
//! second thread-local, touched once.

#[cfg(feature = "tokio")]
pub(super) mod lent;

use std::cell::Cell;
use std::ops::Deref;

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::reentry;
use crate::sync::{Mutex, patiently};

use super::clock::Clock;
pub(super) use super::held::At;
use super::holding::Holding;
use super::known::Known;
use super::recent::Recent;
use super::record::Record;
use super::state::LockState;

/// One thread. Lives as long as the process; the lease goes from thread to thread.
#[derive(Debug)]
#[repr(C)] // What every acquisition touches is next to each other.
pub(super) struct Thread {
    record: Record,
    pub(super) known: Known,
    pub(super) recent: Recent,
    about: Mutex<About>,
}

impl Deref for Thread {
    type Target = Record;

    #[inline(always)]
    fn deref(&self) -> &Record {
        &self.record
    }
}

/// Who was seen to take a lock: a thread, or a task.
#[derive(Debug)]
pub(super) struct Who {
    pub(super) serial: u32,
    pub(super) segment: u32,
    pub(super) name: String,
    pub(super) clock: Clock,
}

#[derive(Clone, Debug, Default)]
struct About {
    name: String,
    clock: Clock,
}

impl Thread {
    fn new() -> Self {
        Self {
            record: Record::new(),
            known: Known::new(),
            recent: Recent::new(),
            about: Mutex::new(About::default()),
        }
    }

    pub(super) fn name(&self) -> String {
        patiently(&self.about).map_or_else(String::new, |about| about.name.clone())
    }

    pub(super) fn clock(&self) -> Clock {
        patiently(&self.about).map(|about| about.clock.clone()).unwrap_or_default()
    }

    /// As it stands in an order.
    pub(super) fn who(&self) -> Who {
        let (serial, segment) = (self.serial(), self.segment());
        Who { serial, segment, name: self.name(), clock: self.clock() }
    }

    /// Ends the current segment: what is taken from now on is checked again.
    pub(super) fn next_segment(&self, change: impl FnOnce(&Clock, u32) -> Clock) {
        if let Some(mut about) = patiently(&self.about) {
            about.clock = change(&about.clock, self.segment());
        }
        self.record.next_segment();
    }

    fn begin(&self, serial: u32, name: String, clock: Clock) {
        if let Some(mut about) = patiently(&self.about) {
            *about = About { name, clock };
        }
        self.record.begin(serial);
    }
}

thread_local! {
    static CURRENT: Cell<Option<&'static Thread>> = const { Cell::new(None) };
    static LEASE: Lease = const { Lease };
    /// Handed over by the parent, for the first audited acquisition.
    static INHERITED: Cell<Option<(u32, Clock)>> = const { Cell::new(None) };
}

/// The record of this thread, if it has one.
#[inline(always)]
pub(super) fn current() -> Option<&'static Thread> {
    CURRENT.with(Cell::get)
}

/// The record of this thread; `None` when it can have none: it is ending, or the auditor is at work on it.
#[cold]
pub(super) fn enter() -> Option<&'static Thread> {
    if reentry::is_inside() {
        return None;
    }
    current().or_else(|| reentry::unaudited(lease))
}

fn lease() -> Option<&'static Thread> {
    // Fails while the thread is torn down: nobody would give the lease back.
    LEASE.try_with(|_| ()).ok()?;
    let inherited = INHERITED.with(Cell::take);
    let mut registry = patiently(&REGISTRY)?;
    let (serial, clock) = match inherited {
        Some(inherited) => inherited,
        None => (registry.next_serial(), Clock::default()),
    };
    let thread = registry.record();
    drop(registry);
    let name =
        std::thread::current().name().map_or_else(|| format!("thread-{serial}"), str::to_owned);
    thread.begin(serial, name, clock);
    CURRENT.with(|current| current.set(Some(thread)));
    Some(thread)
}

/// The serial number of a child of this thread, and what it will know; call it where the child is started.
pub(super) fn fork() -> Option<(u32, Clock)> {
    let thread = enter()?;
    reentry::unaudited(|| {
        let serial = patiently(&REGISTRY)?.next_serial();
        let child = thread.clock().fork(thread.serial(), thread.segment());
        thread.next_segment(|clock, _| clock.clone());
        Some((serial, child))
    })
}

/// Gives a thread that has just begun its serial number and what its parent knew.
pub(super) fn begin_with(inherited: Option<(u32, Clock)>) {
    INHERITED.with(|place| place.set(inherited));
    enter();
}

/// What others can know of this thread from now on: its serial number, segment and clock.
pub(super) fn so_far() -> Option<(u32, u32, Clock)> {
    let thread = enter()?;
    reentry::unaudited(|| Some((thread.serial(), thread.segment(), thread.clock())))
}

/// This thread knows more from now on.
pub(super) fn learn(change: impl FnOnce(&Clock) -> Clock) {
    if let Some(thread) = enter() {
        reentry::unaudited(|| thread.next_segment(|clock, _| change(clock)));
    }
}

/// Whether this thread holds a lock.
#[inline]
pub(super) fn holds(lock: usize) -> bool {
    current().is_some_and(|thread| thread.held.contains(lock))
}

/// Makes this thread act as the one of that record, for tests that play several threads in one.
#[cfg(test)]
pub(super) fn act_as(thread: Option<&'static Thread>) {
    CURRENT.with(|current| current.set(thread));
}

/// Ends the lease of a thread that was acted.
#[cfg(test)]
pub(super) fn retire(thread: &'static Thread) {
    drop(give_back(thread));
}

/// Whether this thread holds any lock.
#[inline]
pub(super) fn holds_any() -> bool {
    current().is_some_and(|thread| !thread.held.is_empty())
}

/// All records, those that nobody leases included.
pub(super) fn all() -> Vec<&'static Thread> {
    patiently(&REGISTRY).map_or_else(Vec::new, |registry| registry.all.clone())
}

/// Locks whose holders have ended, with the names of those.
pub(super) fn orphans() -> Vec<(usize, Holding, String)> {
    let orphans = patiently(&REGISTRY).map(|registry| registry.orphans.clone()).unwrap_or_default();
    orphans.into_iter().map(|(holding, name)| (holding.lock, holding, name)).collect()
}

/// A lock is dropped: whoever holds it by a guard that was forgotten does not any more.
#[cold]
pub(super) fn forget_destroyed(state: &LockState) {
    if reentry::is_inside() {
        return;
    }
    let lock = state.address();
    let finding = reentry::unaudited(|| {
        let thread = holder(lock)?;
        let holding = thread.held.holdings().find(|holding| holding.lock == lock)?;
        match current().is_some_and(|current| std::ptr::eq(current, thread)) {
            true => thread.held.remove(lock),
            false => thread.held.release_foreign(lock),
        };
        let message = format!("{} is dropped and {} holds it", holding.class.name, thread.name());
        let finding = Finding::new(ErrorCode::DestroyedHeld, &holding.class.name, message);
        Some(finding.at("was taken", holding.site).in_thread(thread.name()))
    });
    if let Some(mut registry) = patiently(&REGISTRY) {
        registry.orphans.retain(|(holding, _)| holding.lock != lock);
    }
    if let Some(finding) = finding {
        AUDITOR.report(finding);
    }
}

/// A thread that holds a lock, this one first.
fn holder(lock: usize) -> Option<&'static Thread> {
    let holds = |thread: &&'static Thread| thread.held.contains(lock);
    let other = || patiently(&REGISTRY)?.all.iter().copied().find(|thread| holds(thread));
    current().filter(holds).or_else(other)
}

/// A lock is released by a thread that does not hold it.
#[cold]
pub(super) fn release_foreign(lock: usize) {
    if !reentry::is_inside() {
        let is_released =
            reentry::unaudited(|| all().iter().any(|it| it.held.release_foreign(lock)));
        if let Some(mut registry) = patiently(&REGISTRY).filter(|_| !is_released) {
            registry.orphans.retain(|(holding, _)| holding.lock != lock);
        }
    }
}

/// Ends the lease when its thread ends.
struct Lease;

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(thread) = CURRENT.with(Cell::take) else { return };
        let findings = reentry::unaudited(|| give_back(thread));
        findings.into_iter().for_each(|finding| {
            AUDITOR.report(finding);
        });
    }
}

fn give_back(thread: &'static Thread) -> Vec<Finding> {
    let (held, name): (Vec<Holding>, _) = (thread.held.holdings().collect(), thread.name());
    thread.record.end();
    if let Some(mut registry) = patiently(&REGISTRY) {
        let room = ORPHANS.saturating_sub(registry.orphans.len());
        registry.orphans.extend(held.iter().take(room).map(|it| (*it, name.clone())));
        registry.free.push(thread);
    }
    let report = |holding: &Holding| {
        let message = format!("{name} ended and holds {}", holding.class.name);
        Finding::new(ErrorCode::EndedHolding, &holding.class.name, message)
            .at("was taken", holding.site)
            .in_thread(&name)
    };
    held.iter().map(report).collect()
}

/// The place of a location.
pub(super) const fn site(at: At) -> Site {
    Site::of(at)
}

/// Locks of ended threads that are remembered; the later ones are reported and forgotten.
const ORPHANS: usize = 256;

static REGISTRY: Mutex<Registry> =
    Mutex::new(Registry { all: Vec::new(), free: Vec::new(), orphans: Vec::new(), last_serial: 0 });

#[derive(Debug)]
struct Registry {
    all: Vec<&'static Thread>,
    free: Vec<&'static Thread>,
    orphans: Vec<(Holding, String)>,
    last_serial: u32,
}

impl Registry {
    /// One that nobody leases, or a new one.
    fn record(&mut self) -> &'static Thread {
        self.free.pop().unwrap_or_else(|| {
            let thread: &'static Thread = Box::leak(Box::new(Thread::new()));
            self.all.push(thread);
            thread
        })
    }

    const fn next_serial(&mut self) -> u32 {
        self.last_serial += 1;
        self.last_serial
    }
}
