//! Taking and releasing a lock: the few instructions in front of and behind the wrapped lock.
//!
//! ```text
//!   lock:   holds nothing, or a chain that is known ── wrapped try_lock ── one entry more ── done
//!              │ anything else                              │ taken
//!              ▼                                            ▼
//!           slow: class, order, findings                 contended: recursion, who waits, how long
//! ```

use engram_metrics_core::{Moment, node_of_thread};

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Severity};
use crate::lock::sync::{AtomicU32, Ordering};
use crate::reentry;

use super::class::{Class, Tracking};
use super::held::{Holding, mix};
use super::metrics::LOCKS;
use super::order::{self, Wanted};
use super::state::{LockState, Mode, Request};
use super::thread::{self, Thread, site};
use super::waits::{self, Wait};

/// Takes a lock by `take`, or else by `block`.
#[inline(always)]
pub(super) fn lock(request: Request<'_>, take: impl Fn() -> bool, block: impl FnOnce()) {
    let Request { state, mode, .. } = request;
    let Some(class) = state.class() else { return slow(request, &take, block) };
    if !class.is_on() {
        if !take() {
            block();
        }
        return;
    }
    let Some(thread) = thread::current() else { return slow(request, &take, block) };
    let id = state.settled_id(class);
    let is_first_write = mode as u32 == Mode::Exclusive as u32 && !state.is_written();
    let is_free =
        thread.held.depth() == 0 || thread.known.contains(mix(thread.held.chain(), id, mode));
    if is_first_write || !is_free || !take() {
        return slow(request, &take, block);
    }
    if !thread.held.push(request, class) {
        count_unaudited();
    }
}

/// Takes a lock if that does not block, or not for ever: no order follows from it.
#[inline]
pub(super) fn try_lock(request: Request<'_>, take: impl FnOnce() -> bool) -> bool {
    let is_taken = take();
    if is_taken {
        taken(request);
    }
    is_taken
}

/// A lock was taken in a way that adds no order.
#[inline]
pub(super) fn taken(request: Request<'_>) {
    match (request.state.class(), thread::current()) {
        (Some(class), Some(thread)) if !class.is_on() || thread.held.push(request, class) => {}
        _ => taken_slowly(request),
    }
}

#[cold]
fn taken_slowly(request: Request<'_>) {
    let Some((thread, class)) = prepare(request) else { return };
    if class.is_on() && !thread.held.push(request, class) {
        count_unaudited();
    }
}

/// Forgets a lock that is about to be released.
#[inline(always)]
pub(super) fn release(state: &LockState) {
    match thread::current() {
        Some(thread) if thread.held.pop(state.address()) => {}
        _ => release_slowly(state),
    }
}

#[cold]
fn release_slowly(state: &LockState) {
    let Some(thread) = thread::current() else { return };
    if !thread.held.remove(state.address()) && state.class().is_some_and(Class::is_on) {
        thread::release_foreign(state.address());
    }
}

/// A lock that is held is held in another mode from now on.
pub(super) fn change(state: &LockState, mode: Mode) {
    if let Some(thread) = thread::current() {
        thread.held.change(state.address(), mode);
    }
}

/// Waits until the other readers are gone.
#[cold]
pub(super) fn upgrade(request: Request<'_>, take: impl FnOnce() -> bool, block: impl FnOnce()) {
    if let Some((thread, class)) = prepare(request).filter(|(_, class)| class.is_on()) {
        check(thread, class, request);
    }
    if !take() {
        waits::blocking(Wait::Upgrade, request.state.address(), request.at, block);
    }
    change(request.state, Mode::Exclusive);
}

#[cold]
#[inline(never)]
fn slow(request: Request<'_>, take: &dyn Fn() -> bool, block: impl FnOnce()) {
    let Some((thread, class)) = prepare(request).filter(|(_, class)| class.is_on()) else {
        if !take() {
            block();
        }
        return;
    };
    check(thread, class, request);
    if !take() {
        recursion(thread, class, request);
        contended(class, request, block);
    }
    if !thread.held.push(request, class) {
        count_unaudited();
    }
}

/// Takes a lock by `take`, or by `slice` again and again until the watcher breaks the wait; then false.
#[cold]
pub(super) fn lock_unless_broken(
    request: Request<'_>,
    take: impl Fn() -> bool,
    slice: impl Fn() -> bool,
) -> bool {
    let Some((thread, class)) = prepare(request).filter(|(_, class)| class.is_on()) else {
        while !slice() {}
        return true;
    };
    check(thread, class, request);
    if !take() {
        recursion(thread, class, request);
        let lock = request.state.address();
        let is_taken = waits::blocking(Wait::Lock(request.mode), lock, request.at, || {
            loop {
                if slice() {
                    break true;
                }
                if thread.waiting.is_broken() {
                    break false;
                }
            }
        });
        if !is_taken {
            return false;
        }
    }
    if !thread.held.push(request, class) {
        count_unaudited();
    }
    true
}

/// The thread's record and the lock's class; `None` when this acquisition cannot be audited.
fn prepare(request: Request<'_>) -> Option<(&'static Thread, &'static Class)> {
    let Some(thread) = thread::enter() else {
        if !reentry::is_inside() {
            count_unaudited();
        }
        return None;
    };
    let class = reentry::unaudited(|| {
        waits::start();
        request.state.classify(site(request.at))
    });
    Some((thread, class?))
}

/// Judges an acquisition before it blocks, and reports what is wrong.
fn check(thread: &'static Thread, class: &'static Class, request: Request<'_>) {
    let Request { state, mode, at } = request;
    let id = state.settled_id(class);
    let findings = reentry::unaudited(|| {
        let mut findings = Vec::new();
        if mode == Mode::Exclusive && !state.is_written() {
            state.set_written();
            findings.extend(order::gained_writer(id));
        }
        let chain = mix(thread.held.chain(), id, mode);
        if thread.held.depth() > 0 && !thread.known.contains(chain) && is_due(class) {
            let again = thread.held.contains(state.address());
            let wanted = Wanted { state, class, mode, site: site(at) };
            let found = order::check(thread, wanted);
            match found {
                // The lock may have got an identity of its own meanwhile.
                Some(_) if !again => {
                    thread.known.insert(mix(thread.held.chain(), state.id(), mode));
                }
                Some(_) => {}
                None => LOCKS.unaudited.increment(),
            }
            findings.extend(found.into_iter().flatten());
            findings.extend(read_again(thread, class, request));
        }
        findings
    });
    findings.into_iter().for_each(|finding| {
        AUDITOR.report(finding);
    });
}

/// Whether this new combination is one of those that are looked at.
fn is_due(class: &Class) -> bool {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    const ONE_IN: u32 = 16;
    // Relaxed: any one in so many will do.
    class.tracking() == Tracking::Full
        || COUNT.fetch_add(1, Ordering::Relaxed).is_multiple_of(ONE_IN)
}

/// A thread that reads asks to read again: it works until a writer arrives in between.
fn read_again(thread: &Thread, class: &Class, request: Request<'_>) -> Option<Finding> {
    let lock = request.state.address();
    let held = thread.held.holdings().find(|holding| holding.lock == lock)?;
    let reads = |mode| matches!(mode, Mode::Shared | Mode::Recursive);
    if request.mode != Mode::Shared || !reads(held.mode) {
        return None;
    }
    let is_written = request.state.is_written();
    let severity = if is_written { Severity::Error } else { Severity::Warn };
    let message = format!("{} is read again by a thread that reads it", class.name);
    Some(twice(thread, &held, request, (ErrorCode::RecursiveRead, message)).with_severity(severity))
}

/// A thread asks for what it has itself: certain, and seen before it blocks.
fn recursion(thread: &'static Thread, class: &'static Class, request: Request<'_>) {
    let finding = reentry::unaudited(|| {
        let lock = request.state.address();
        let held = thread.held.holdings().find(|holding| holding.lock == lock)?;
        if held.mode.is_compatible(request.mode) {
            return None;
        }
        let (code, message) = match (held.mode, request.mode) {
            (Mode::Exclusive, Mode::Exclusive) | (Mode::Upgradable, Mode::Upgradable) => (
                ErrorCode::Recursion,
                format!("{} is taken by the thread that holds it", class.name),
            ),
            _ => (ErrorCode::Upgrade, format!("{} is read and written by one thread", class.name)),
        };
        Some(twice(thread, &held, request, (code, message)))
    });
    if let Some(finding) = finding {
        AUDITOR.report(finding);
    }
}

fn twice(
    thread: &Thread,
    held: &Holding,
    request: Request<'_>,
    (code, message): (ErrorCode, String),
) -> Finding {
    let name = &held.class.name;
    Finding::new(code, name, message)
        .at(format!("holds {name}"), held.site)
        .at(format!("takes {name} again"), site(request.at))
        .in_thread(thread.name())
}

/// Waits, lets it be known for what, and records for how long.
fn contended(class: &'static Class, request: Request<'_>, block: impl FnOnce()) {
    let Request { state, mode, at } = request;
    let started = Moment::now();
    waits::blocking(Wait::Lock(mode), state.address(), at, block);
    let ticks = started.elapsed_ticks();
    class.count_wait(ticks);
    reentry::unaudited(|| {
        LOCKS.wait_duration.at([&class.name]).record(ticks);
        if state.moves_to_node(node_of_thread()) {
            LOCKS.handoffs.at([&class.name]).increment();
        }
    });
}

#[cold]
fn count_unaudited() {
    LOCKS.unaudited.increment();
}
