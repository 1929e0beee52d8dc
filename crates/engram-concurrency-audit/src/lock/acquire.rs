//! Taking and releasing a lock: the few instructions in front of and behind the wrapped lock.
//!
//! ```text
//!   lock:   ready, and holds nothing or a chain that is known ── wrapped try_lock ── one entry more ── done
//!              │ anything else                                        │ taken
//!              ▼                                                      ▼
//!           slow: class, order, findings                           contended: recursion, who waits, how long
//! ```

use engram_metrics_core::{Moment, node_of_thread};

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Severity};
use crate::lock::sync::{AtomicU32, Ordering};
use crate::reentry;

use super::class::{self, Class, Tracking};
use super::held::mix;
use super::hold;
use super::holding::Holding;
use super::metrics::{LOCKS, Series};
use super::order::{self, Wanted};
use super::place::Place;
use super::poll;
use super::state::{self, LockState, Mode, Request, Word};
use super::thread::{self, At, Thread, site};
use super::waits::{self, Wait};

/// Takes a lock by `take`, or else by `block`.
#[inline(always)]
pub(super) fn lock(request: Request<'_>, take: impl Fn() -> bool, block: impl FnOnce()) {
    let Request { state, mode, at } = request;
    if class::some_are_off() {
        if class::is_off(state.word()) {
            return block();
        }
        if class::wants_sample() && hold::answer() {
            return slow(state, (mode, at), take, block);
        }
    }
    let Some(thread) = thread::current() else { return slow(state, (mode, at), take, block) };
    let mut word = state.word();
    if !state::is_ready(word, mode) {
        word = unready_word(thread, state, mode);
        if word == 0 {
            return slow(state, (mode, at), take, block);
        }
    }
    word |= mode as Word;
    let top = thread.held.top();
    let chain = mix(top.chain, word);
    let is_free = top.is_floor() || (thread.known.contains(chain) && !top.is_full());
    if !is_free || !take() {
        return slow(state, (mode, at), take, block);
    }
    thread.held.put(top, request.taken_without_key(word), chain);
}

/// The word of a lock that has a key, whose key is written down, or that is not told apart; 0 of others. The latter
/// need not have been taken before: what a program makes, takes once and drops costs no more than the look at what
/// this thread knows of its class.
#[inline(never)]
fn unready_word(thread: &Thread, state: &LockState, mode: Mode) -> Word {
    let word = state.word();
    if state::is_keyed(word) && state::is_own(word) {
        thread.held.set_next_key(state.key().unwrap_or_default());
        return if mode != Mode::Exclusive || state.is_written() { word } else { 0 };
    }
    let class = match word {
        0 => state.plain_site().and_then(|made_at| thread.recent.find(made_at)),
        _ if state.is_shared() && !state::is_keyed(word) => state::class_of(word),
        _ => None,
    };
    let class = class.filter(|class| class.is_plain(mode == Mode::Exclusive));
    class.map_or(0, |class| class.shared_word())
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
    let word = request.state.word();
    if class::some_are_off() && class::is_off(word) {
        return;
    }
    match thread::current() {
        Some(thread) if state::is_own(word) && thread.held.push(request.taken(word)) => {}
        _ => taken_slowly(request),
    }
}

#[cold]
fn taken_slowly(request: Request<'_>) {
    let Some((thread, class)) = prepare(request) else { return };
    // Of a class that nests, each lock has an identity, however it was taken.
    if class.is_on() && !thread.held.push(request.taken(request.state.settled(class))) {
        count_unaudited();
    }
}

/// Forgets a lock that is about to be released.
#[inline(always)]
pub(super) fn release(state: &LockState) {
    match thread::current() {
        Some(thread) if thread.held.pop(state.address()) => {}
        own if class::some_are_off() && holds_nothing(own) && class::is_off(state.word()) => {}
        _ => release_slowly(state),
    }
}

#[inline(always)]
fn holds_nothing(thread: Option<&Thread>) -> bool {
    thread.is_none_or(|thread| thread.held.depth() == 0)
}

/// Out of order, or by another thread than the one that has the lock.
#[cold]
fn release_slowly(state: &LockState) {
    hold::end(state.address());
    let is_own = thread::current().is_some_and(|thread| thread.held.remove(state.address()));
    if !is_own && state.class().is_some_and(Class::is_on) {
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

/// Its arguments fit into registers, so that the way that never comes here needs no memory for them.
#[cold]
#[inline(never)]
fn slow(state: &LockState, (mode, at): (Mode, At), take: impl Fn() -> bool, block: impl FnOnce()) {
    let request = Request { state, mode, at };
    let Some((thread, class)) = prepare(request).filter(|(_, class)| class.is_on()) else {
        return block();
    };
    let word = check(thread, class, request);
    hold::prepare(class);
    if !take() {
        recursion(thread, class, request);
        contended(thread, (class, request), take, block);
    }
    match thread.held.push(request.taken(word)) {
        true => hold::begin(thread, state.address(), class),
        false => count_unaudited(),
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
    let word = check(thread, class, request);
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
    if !thread.held.push(request.taken(word)) {
        count_unaudited();
    }
    true
}

/// Takes a lock by `wait`, whoever's lock it is.
#[cold]
pub(super) fn around<R>(request: Request<'_>, wait: impl FnOnce() -> R) -> R {
    let Some((thread, class)) = prepare(request).filter(|(_, class)| class.is_on()) else {
        return wait();
    };
    let word = check(thread, class, request);
    recursion(thread, class, request);
    let Request { state, mode, at } = request;
    let result = waits::blocking(Wait::Lock(mode), state.address(), at, wait);
    if !thread.held.push(request.taken(word)) {
        count_unaudited();
    }
    result
}

/// The thread's record and the lock's class; `None` when this acquisition cannot be audited.
pub(super) fn prepare(request: Request<'_>) -> Option<(&'static Thread, &'static Class)> {
    let Some(thread) = thread::enter() else {
        if !reentry::is_inside() {
            count_unaudited();
        }
        return None;
    };
    let class = reentry::unaudited(|| request.state.classify(site(request.at)));
    Some((thread, class?))
}

/// Judges an acquisition before it blocks, and reports what is wrong. The word to take the lock by.
pub(super) fn check(thread: &'static Thread, class: &'static Class, request: Request<'_>) -> Word {
    let findings = reentry::unaudited(|| {
        // A lock that others released leaves a hole, which only costs time.
        thread.held.settle(thread.held.depth().max(1));
        let mut findings = first_write(class, request);
        findings.extend(judge(thread, class, request));
        findings
    });
    findings.into_iter().for_each(|finding| {
        AUDITOR.report(finding);
    });
    request.state.settled(class)
}

/// The first time that somebody writes through a lock.
fn first_write(class: &'static Class, request: Request<'_>) -> Vec<Finding> {
    let Request { state, mode, .. } = request;
    let word = state.settled(class);
    if mode != Mode::Exclusive || state.is_written() {
        return Vec::new();
    }
    state.set_written();
    if state.is_shared() {
        class.set_written();
    }
    order::gained_writer(state::id_of(word))
}

fn judge(thread: &'static Thread, class: &'static Class, request: Request<'_>) -> Vec<Finding> {
    let Request { state, mode, at } = request;
    let chain = |word: Word| mix(thread.held.top().chain, word | mode as Word);
    if let Some(made_at) = state.plain_site().filter(|_| state.is_shared()) {
        thread.recent.remember(made_at, class);
    }
    if thread.held.depth() == 0
        || thread.known.contains(chain(state.settled(class)))
        || !is_due(class)
    {
        return Vec::new();
    }
    let again = thread.held.contains(state.address());
    let is_new = !state.is_shared() && !state.is_in_graph();
    let found = order::check(thread, Wanted { state, class, mode, site: site(at) });
    match found {
        // Most locks that are new inside another one are taken once: only those that are met again are worth a
        // place. The lock may have got an identity of its own meanwhile.
        Some(_) if !again && !is_new => thread.known.insert(chain(state.settled(class))),
        Some(_) => {}
        None => LOCKS.unaudited.increment(),
    }
    let mut findings = found.unwrap_or_default();
    findings.extend(read_again(thread, class, request));
    findings
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
pub(super) fn recursion(thread: &'static Thread, class: &'static Class, request: Request<'_>) {
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
fn contended(
    thread: &'static Thread,
    (class, request): (&'static Class, Request<'_>),
    take: impl Fn() -> bool,
    block: impl FnOnce(),
) {
    let Request { mode, at, .. } = request;
    // Before the wait: to make series allocates, and the lock may be that of the allocator.
    let (series, place) = reentry::unaudited(|| (class.series(), class.places.of(&class.name, at)));
    let started = Moment::now();
    let clock = std::time::Instant::now();
    let panics = !reentry::is_inside() && AUDITOR.panics_waits();
    waits::blocking(Wait::Lock(mode), request.state.address(), at, || match panics {
        true => take_or_panic(thread, take),
        false => block(),
    });
    let ticks = started.elapsed_ticks();
    poll::waited(request, clock.elapsed());
    count(request, (class, series, place), ticks);
}

/// Records how long was waited for a lock.
pub(super) fn count(
    request: Request<'_>,
    (class, series, place): (&Class, &Series, &Place),
    ticks: u64,
) {
    class.count_wait(ticks);
    reentry::unaudited(|| {
        series.waited.record(ticks);
        place.count(ticks);
        if request.state.moves_to_node(node_of_thread()) {
            series.handoffs.increment();
        }
    });
}

/// Takes a lock by looking for it again and again, until the watcher says that this cannot end.
fn take_or_panic(thread: &Thread, take: impl Fn() -> bool) {
    while !take() {
        assert!(!thread.waiting.is_broken(), "the wait for a lock is part of a deadlock");
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
}

#[cold]
pub(super) fn count_unaudited() {
    LOCKS.unaudited.increment();
}
