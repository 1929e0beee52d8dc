//! Data that atomics publish.

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::Location;

use super::past::Reach;
use super::validator::state;
use super::variable::At;
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::reentry;

/// A cell whose accesses must be ordered by watched atomics, fences, or threads that are started and joined by
/// this crate. While [all is followed](super::Watching::All), one that is not is a finding.
///
/// It hands out pointers, as [`UnsafeCell`] does: to use them is the caller's to justify.
///
/// ```
/// use engram_concurrency_audit::atomic::AuditedCell;
///
/// let cell = AuditedCell::new(5);
/// // SAFETY: no other thread has the cell.
/// cell.with_mut(|value| unsafe { *value += 1 });
/// assert_eq!(cell.into_inner(), 6);
/// ```
#[repr(transparent)]
pub struct AuditedCell<T: ?Sized>(UnsafeCell<T>);

// SAFETY: what is inside is reached through raw pointers, or `&mut` to the cell; to share those is unsafe itself.
unsafe impl<T: ?Sized + Send + Sync> Sync for AuditedCell<T> {}

impl<T> AuditedCell<T> {
    /// A cell with this value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The value.
    pub fn into_inner(self) -> T {
        forget(self.0.get().addr());
        self.0.into_inner()
    }
}

impl<T: ?Sized> AuditedCell<T> {
    /// Runs `read` on the value.
    #[inline]
    #[track_caller]
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        if crate::ENABLED {
            touch(self.address(), false, Location::caller());
        }
        read(self.0.get())
    }

    /// Runs `write` on the value.
    #[inline]
    #[track_caller]
    pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        if crate::ENABLED {
            touch(self.address(), true, Location::caller());
        }
        write(self.0.get())
    }

    /// The value, while nobody else has the cell: the accesses before are over.
    pub fn get_mut(&mut self) -> &mut T {
        forget(self.address());
        self.0.get_mut()
    }

    fn address(&self) -> usize {
        self.0.get().addr()
    }
}

fn forget(cell: usize) {
    if crate::ENABLED && !reentry::is_inside() {
        reentry::unaudited(|| state().past.forget_cell(cell));
    }
}

fn touch(cell: usize, is_write: bool, at: At) {
    if reentry::is_inside() {
        return;
    }
    let finding = reentry::unaudited(|| {
        let mut state = state();
        if !state.is_following() {
            return None;
        }
        let thread = state.enter();
        let other = state.past.touch(thread, Reach { cell, is_write }, at)?;
        let message = "two threads access a cell, and nothing orders them".to_owned();
        let finding = Finding::new(ErrorCode::Race, "cell", message);
        let what = if is_write { "writes" } else { "reads" };
        Some(finding.at("accesses it before", Site::of(other)).at(what, Site::of(at)))
    });
    if let Some(finding) = finding {
        AUDITOR.report(finding);
    }
}

impl<T: ?Sized> fmt::Debug for AuditedCell<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AuditedCell").finish_non_exhaustive()
    }
}
