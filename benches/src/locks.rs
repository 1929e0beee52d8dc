//! What the audit costs: locks, channels and atomics beside what they wrap, and beside the other crates that
//! look for deadlocks.

mod atomics;
mod channels;
mod contended;
mod lock;
mod mutexes;
mod readers;

use crate::suite::{More, Suite, Unit};

/// What audited things cost, as multiples of what they wrap.
pub(crate) const SUITE: Suite = Suite {
    name: "locks",
    operations: &[
        ("uncontended", mutexes::uncontended),
        ("nested_4", mutexes::nested),
        ("pairs_64", mutexes::pairs),
        ("churn", mutexes::churn),
        ("churn_one_place", mutexes::churn_one_place),
        ("rwlock_read", readers::reads),
        ("channel_pair", channels::pairs),
        ("atomic_load", atomics::loads),
        ("atomic_store", atomics::stores),
        ("atomic_rmw", atomics::updates),
    ],
    unit: Unit::OneOf(&[lock::WRAPPED, channels::WRAPPED, atomics::WRAPPED]),
    more: Some(More {
        operations: &[mutexes::OFF, contended::P50, contended::P99, channels::BETWEEN],
        measure: |is_chosen| {
            let mut outcomes = Vec::new();
            if is_chosen(mutexes::OFF) {
                outcomes.extend(mutexes::measure_off());
            }
            if is_chosen(contended::P50) || is_chosen(contended::P99) {
                outcomes.extend(contended::measure());
            }
            if is_chosen(channels::BETWEEN) {
                outcomes.extend(channels::measure_between());
            }
            outcomes.retain(|it| is_chosen(it.operation));
            outcomes
        },
    }),
};
