//! Variables that are one value together.

use std::panic::Location;

use super::sync::Generation;
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::gate::Live;

/// Declares that some variables are one value: who reads them while they are written gets a finding.
///
/// It does not keep them together, it says when they are not. One thread at a time may update.
///
/// ```
/// use std::sync::atomic::Ordering::Relaxed;
/// use engram_concurrency_audit::atomic::{Group, WatchedU64};
///
/// static SUM: WatchedU64 = WatchedU64::new(0);
/// static COUNT: WatchedU64 = WatchedU64::new(0);
/// static MEAN: Group = Group::new("mean");
///
/// MEAN.update(|| {
///     SUM.fetch_add(10, Relaxed);
///     COUNT.fetch_add(1, Relaxed);
/// });
/// let (sum, count) = MEAN.read(|| (SUM.load(Relaxed), COUNT.load(Relaxed)));
/// assert_eq!(sum / count, 10);
/// ```
#[derive(Debug)]
pub struct Group {
    name: Live<&'static str>,
    generation: Live<Generation>,
}

impl Group {
    /// A group of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name: Live::new(name), generation: Live::new(Generation::new()) }
    }

    /// Runs `write`, which writes the variables of the group.
    #[inline]
    pub fn update<R>(&self, write: impl FnOnce() -> R) -> R {
        struct End<'a>(&'a Generation);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.end();
            }
        }
        let _end = self.generation.get().map(|generation| {
            generation.begin();
            End(generation)
        });
        write()
    }

    /// Runs `read`, which reads the variables of the group. A finding when an update ran meanwhile: what was
    /// read may be half of one value and half of another.
    #[inline]
    #[track_caller]
    pub fn read<R>(&self, read: impl FnOnce() -> R) -> R {
        let Some(generation) = self.generation.get() else { return read() };
        let before = generation.now();
        let result = read();
        if !generation.is_still(before) {
            self.report(Location::caller());
        }
        result
    }

    #[cold]
    fn report(&self, at: &'static Location<'static>) {
        let name = self.name.get().copied().unwrap_or_default();
        let message = format!("{name} was read while it was written");
        let finding = Finding::new(ErrorCode::TornGroup, name, message);
        AUDITOR.report(finding.at("reads", Site::of(at)));
    }
}
