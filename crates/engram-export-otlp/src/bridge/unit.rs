//! Units that live as long as the process, each of them once.

use std::sync::{Mutex, PoisonError};

use engram_metrics_core::{Kind, Unit};

/// All there are: as many as the instruments of an application have, which is a handful.
static KEPT: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The unit of an instrument, by its UCUM text. What has none counts things; a gauge of unit 1 is a ratio, as the rules
/// for names in Prometheus want it.
pub(super) fn of(ucum: &str, kind: Kind) -> Unit {
    match (ucum, kind) {
        ("s", _) => Unit::Seconds,
        ("By", _) => Unit::Bytes,
        ("1", Kind::Gauge) => Unit::Ratio,
        ("" | "1", _) => Unit::Count("1"),
        (other, _) => Unit::Count(keep(other)),
    }
}

fn keep(text: &str) -> &'static str {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = kept.iter().find(|same| **same == text) {
        return same;
    }
    let new: &'static str = Box::leak(text.into());
    kept.push(new);
    new
}
