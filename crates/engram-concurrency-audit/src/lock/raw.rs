//! A raw lock with an audit around it: whatever `lock_api` makes of a raw lock, it makes of this one.

use std::panic::Location;

use lock_api::{
    GuardNoSend, RawMutex, RawMutexFair, RawMutexTimed, RawRwLock, RawRwLockDowngrade,
    RawRwLockFair, RawRwLockRecursive, RawRwLockTimed, RawRwLockUpgrade, RawRwLockUpgradeDowngrade,
};

use crate::gate::Live;

use super::acquire;
use super::class::{LockClass, Origin};
use super::state::{LockState, Mode, Request};

/// Any raw lock of `lock_api`, audited.
///
/// ```
/// use engram_concurrency_audit::AuditedRaw;
/// use lock_api::RawMutex;
///
/// type Mutex<T> = lock_api::Mutex<AuditedRaw<parking_lot::RawMutex>, T>;
///
/// static SESSIONS: Mutex<u32> = Mutex::from_raw(AuditedRaw::new(parking_lot::RawMutex::INIT), 0);
/// *SESSIONS.lock() += 1;
/// ```
///
/// Guards stay in their thread. A lock that `lock_api` itself makes (`Mutex::new`, `Default`) cannot know where;
/// it has the class of the place that it is first taken at.
#[derive(Debug)]
pub struct AuditedRaw<R> {
    raw: R,
    state: Live<LockState>,
}

impl<R> AuditedRaw<R> {
    /// A lock of the class of the place that this is called at.
    #[must_use]
    #[track_caller]
    pub const fn new(raw: R) -> Self {
        Self::with(raw, Origin::Site(Location::caller(), 0))
    }

    /// A lock of the class of the place that this is called at, with a level: see [`LockClass::level`].
    #[must_use]
    #[track_caller]
    pub const fn with_level(level: u32, raw: R) -> Self {
        Self::with(raw, Origin::Site(Location::caller(), level))
    }

    /// A lock of a declared class.
    #[must_use]
    pub const fn of(class: &'static LockClass, raw: R) -> Self {
        Self::with(raw, Origin::Declared(class))
    }

    /// A lock of the class of the place that it is first taken at.
    const fn unplaced(raw: R) -> Self {
        Self::with(raw, Origin::FirstUse)
    }

    const fn with(raw: R, origin: Origin) -> Self {
        Self { raw, state: Live::new(LockState::new(origin)) }
    }

    #[inline(always)]
    fn request(&self, mode: Mode, at: &'static Location<'static>) -> Option<Request<'_>> {
        self.state.get().map(|state| Request { state, mode, at })
    }

    #[inline(always)]
    fn release(&self) {
        if let Some(state) = self.state.get() {
            acquire::release(state);
        }
    }

    /// Takes the lock for a caller elsewhere.
    pub(super) fn lock_at(&self, at: &'static Location<'static>)
    where
        R: RawMutex,
    {
        match self.request(Mode::Exclusive, at) {
            Some(request) => acquire::lock(request, || self.raw.try_lock(), || self.raw.lock()),
            None => self.raw.lock(),
        }
    }

    /// Takes the lock, unless that is part of a deadlock that the watcher breaks: then false.
    pub(super) fn lock_unless_broken(&self, at: &'static Location<'static>) -> bool
    where
        R: RawMutexTimed<Duration = std::time::Duration>,
    {
        let Some(request) = self.request(Mode::Exclusive, at) else {
            self.raw.lock();
            return true;
        };
        let slice = || self.raw.try_lock_for(std::time::Duration::from_millis(10));
        acquire::lock_unless_broken(request, || self.raw.try_lock(), slice)
    }

    fn is_now(&self, mode: Mode) {
        if let Some(state) = self.state.get() {
            acquire::change(state, mode);
        }
    }

    /// The place among the locks of the same class, see [`Mutex::ordered_by`](super::Mutex::ordered_by).
    pub(super) const fn set_key(&mut self, key: u64) {
        if let Some(state) = self.state.get_mut() {
            state.set_key(key);
        }
    }
}

/// The methods of one mode that give up after a time.
macro_rules! timed {
    ($mode:ident, $($name:ident($until:ty)),+) => {$(
        #[track_caller]
        fn $name(&self, until: $until) -> bool {
            match self.request(Mode::$mode, Location::caller()) {
                Some(request) => acquire::try_lock(request, || self.raw.$name(until)),
                None => self.raw.$name(until),
            }
        }
    )+};
}

// SAFETY, for all of these: each call is the wrapped lock's own, and comes to the same end; the audit in
// front of it and behind it takes and releases nothing.

// SAFETY: see above.
unsafe impl<R: RawMutex> RawMutex for AuditedRaw<R> {
    const INIT: Self = Self::unplaced(R::INIT);

    type GuardMarker = GuardNoSend;

    #[inline(always)]
    #[track_caller]
    fn lock(&self) {
        match self.request(Mode::Exclusive, Location::caller()) {
            Some(request) => acquire::lock(request, || self.raw.try_lock(), || self.raw.lock()),
            None => self.raw.lock(),
        }
    }

    #[inline]
    #[track_caller]
    fn try_lock(&self) -> bool {
        match self.request(Mode::Exclusive, Location::caller()) {
            Some(request) => acquire::try_lock(request, || self.raw.try_lock()),
            None => self.raw.try_lock(),
        }
    }

    #[inline]
    unsafe fn unlock(&self) {
        self.release();
        // SAFETY: the caller holds the lock.
        unsafe { self.raw.unlock() }
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }
}

// SAFETY: see above.
unsafe impl<R: RawMutexFair> RawMutexFair for AuditedRaw<R> {
    unsafe fn unlock_fair(&self) {
        self.release();
        // SAFETY: the caller holds the lock.
        unsafe { self.raw.unlock_fair() }
    }
}

// SAFETY: see above.
unsafe impl<R: RawMutexTimed> RawMutexTimed for AuditedRaw<R> {
    type Duration = R::Duration;
    type Instant = R::Instant;

    #[track_caller]
    fn try_lock_for(&self, timeout: R::Duration) -> bool {
        match self.request(Mode::Exclusive, Location::caller()) {
            Some(request) => acquire::try_lock(request, || self.raw.try_lock_for(timeout)),
            None => self.raw.try_lock_for(timeout),
        }
    }

    #[track_caller]
    fn try_lock_until(&self, deadline: R::Instant) -> bool {
        match self.request(Mode::Exclusive, Location::caller()) {
            Some(request) => acquire::try_lock(request, || self.raw.try_lock_until(deadline)),
            None => self.raw.try_lock_until(deadline),
        }
    }
}

/// The methods of one mode of a reader-writer lock.
macro_rules! mode {
    ($mode:ident, $lock:ident, $try_lock:ident, $unlock:ident) => {
        #[inline(always)]
        #[track_caller]
        fn $lock(&self) {
            match self.request(Mode::$mode, Location::caller()) {
                Some(request) => {
                    acquire::lock(request, || self.raw.$try_lock(), || self.raw.$lock())
                }
                None => self.raw.$lock(),
            }
        }

        mode!($mode, $try_lock, $unlock);
    };
    ($mode:ident, $try_lock:ident, $unlock:ident) => {
        #[inline]
        #[track_caller]
        fn $try_lock(&self) -> bool {
            match self.request(Mode::$mode, Location::caller()) {
                Some(request) => acquire::try_lock(request, || self.raw.$try_lock()),
                None => self.raw.$try_lock(),
            }
        }

        mode!($unlock);
    };
    ($unlock:ident) => {
        #[inline]
        unsafe fn $unlock(&self) {
            self.release();
            // SAFETY: the caller holds the lock in this mode.
            unsafe { self.raw.$unlock() }
        }
    };
}

// SAFETY: see above.
unsafe impl<R: RawRwLock> RawRwLock for AuditedRaw<R> {
    const INIT: Self = Self::unplaced(R::INIT);

    type GuardMarker = GuardNoSend;

    mode!(Shared, lock_shared, try_lock_shared, unlock_shared);
    mode!(Exclusive, lock_exclusive, try_lock_exclusive, unlock_exclusive);

    #[inline]
    fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }

    #[inline]
    fn is_locked_exclusive(&self) -> bool {
        self.raw.is_locked_exclusive()
    }
}

// SAFETY: see above.
unsafe impl<R: RawRwLockFair> RawRwLockFair for AuditedRaw<R> {
    mode!(unlock_shared_fair);
    mode!(unlock_exclusive_fair);
}

// SAFETY: see above.
unsafe impl<R: RawRwLockRecursive> RawRwLockRecursive for AuditedRaw<R> {
    #[inline]
    #[track_caller]
    fn lock_shared_recursive(&self) {
        match self.request(Mode::Recursive, Location::caller()) {
            Some(request) => acquire::lock(
                request,
                || self.raw.try_lock_shared_recursive(),
                || self.raw.lock_shared_recursive(),
            ),
            None => self.raw.lock_shared_recursive(),
        }
    }

    #[inline]
    #[track_caller]
    fn try_lock_shared_recursive(&self) -> bool {
        match self.request(Mode::Recursive, Location::caller()) {
            Some(request) => acquire::try_lock(request, || self.raw.try_lock_shared_recursive()),
            None => self.raw.try_lock_shared_recursive(),
        }
    }
}

// SAFETY: see above.
unsafe impl<R: RawRwLockDowngrade> RawRwLockDowngrade for AuditedRaw<R> {
    unsafe fn downgrade(&self) {
        // SAFETY: the caller holds the lock exclusively.
        unsafe { self.raw.downgrade() }
        self.is_now(Mode::Shared);
    }
}

// SAFETY: see above.
unsafe impl<R: RawRwLockTimed> RawRwLockTimed for AuditedRaw<R> {
    type Duration = R::Duration;
    type Instant = R::Instant;

    timed!(Shared, try_lock_shared_for(R::Duration), try_lock_shared_until(R::Instant));
    timed!(Exclusive, try_lock_exclusive_for(R::Duration), try_lock_exclusive_until(R::Instant));
}

// SAFETY: see above.
unsafe impl<R: RawRwLockUpgrade> RawRwLockUpgrade for AuditedRaw<R> {
    mode!(Upgradable, lock_upgradable, try_lock_upgradable, unlock_upgradable);

    #[track_caller]
    unsafe fn upgrade(&self) {
        let Some(request) = self.request(Mode::Exclusive, Location::caller()) else {
            // SAFETY: the caller holds the lock to be upgraded.
            return unsafe { self.raw.upgrade() };
        };
        // SAFETY: as above.
        let take = || unsafe { self.raw.try_upgrade() };
        // SAFETY: as above.
        let block = || unsafe { self.raw.upgrade() };
        acquire::upgrade(request, take, block);
    }

    unsafe fn try_upgrade(&self) -> bool {
        // SAFETY: the caller holds the lock to be upgraded.
        let is_upgraded = unsafe { self.raw.try_upgrade() };
        if is_upgraded {
            self.is_now(Mode::Exclusive);
        }
        is_upgraded
    }
}

// SAFETY: see above.
unsafe impl<R: RawRwLockUpgradeDowngrade> RawRwLockUpgradeDowngrade for AuditedRaw<R> {
    unsafe fn downgrade_upgradable(&self) {
        // SAFETY: the caller holds the lock to be upgraded.
        unsafe { self.raw.downgrade_upgradable() }
        self.is_now(Mode::Shared);
    }

    unsafe fn downgrade_to_upgradable(&self) {
        // SAFETY: the caller holds the lock exclusively.
        unsafe { self.raw.downgrade_to_upgradable() }
        self.is_now(Mode::Upgradable);
    }
}
