//! Keeps the audit from auditing itself.
//!
//! An auditor allocates, formats and calls back; each of these may take an audited lock. While it is at
//! that, what its thread does is not audited.

use std::cell::Cell;

thread_local! {
    /// How many auditors are at work on this thread, one inside the other. Without a destructor, so that
    /// it can be asked at any time, even while the thread is torn down.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs `act` unaudited, also when it panics.
pub(crate) fn unaudited<R>(act: impl FnOnce() -> R) -> R {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            DEPTH.with(|depth| depth.set(depth.get() - 1));
        }
    }
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    let _leave = Leave;
    act()
}

/// Whether an auditor is at work on this thread.
#[inline]
pub(crate) fn is_inside() -> bool {
    DEPTH.with(|depth| depth.get() > 0)
}
