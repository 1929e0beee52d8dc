//! Runs whose metric is gone.

use std::sync::TryLockError;

use super::Slot;
use crate::sync::{Mutex, const_unless_modelled};

/// Runs kept for reuse; those beyond it stay unused.
const CAPACITY: usize = 65_536;

/// Zeroed runs, by length. Making and dropping metrics may wait here; recording never does.
#[derive(Debug)]
pub(super) struct Recycled(Mutex<Vec<(u32, Slot)>>);

impl Recycled {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self(Mutex::new(Vec::new()))
        }
    }

    /// A run of exactly `len` cells. Called by the first record into a metric, which must not wait:
    /// when the list is in use there simply is none.
    pub(super) fn take(&self, len: u32) -> Option<Slot> {
        let mut runs = match self.0.try_lock() {
            Ok(runs) => runs,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let at = runs.iter().rposition(|(cells, _)| *cells == len)?;
        Some(runs.swap_remove(at).1)
    }

    pub(super) fn put(&self, slot: Slot, len: u32) {
        let mut runs = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if runs.len() < CAPACITY {
            runs.push((len, slot));
        }
    }
}
