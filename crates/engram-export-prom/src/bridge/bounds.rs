//! Bounds that live as long as the process, each set of them once.

use std::sync::{Mutex, PoisonError};

/// All there are: as many as an application has layouts of buckets, which is a handful.
static KEPT: Mutex<Vec<&'static [f64]>> = Mutex::new(Vec::new());

/// The same bounds, kept for good.
pub(super) fn keep(bounds: &[f64]) -> &'static [f64] {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = kept.iter().find(|same| **same == bounds) {
        return same;
    }
    let new: &'static [f64] = Box::leak(bounds.into());
    kept.push(new);
    new
}
