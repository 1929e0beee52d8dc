//! The processor's counters, and some that the kernel counts, through `perf_event_open`.
//!
//! - Counters of one [`Group`] run at the same times, so that a ratio of two of them means something.
//! - There are fewer places on a processor than events: counters then take turns, and [`Sample`] says which share
//!   of the time each of them ran, by which its count is scaled.
//! - A counter that is not there is absent, with its [reason](crate::Unavailable); so is every ratio of it.
//! - A counter that opens and stands still, as guests of some hypervisors have, is found by a
//!   [self-test](self_test) and is `suspect`.
//!
//! Context switches and migrations are deliberately not among the events: who may not count in the kernel, which
//! is everybody at the usual `perf_event_paranoid` of 2, opens them and always reads 0. `getrusage` and
//! `/proc/self/sched` have the true ones: [`crate::SoftwareCounts`].

mod derived;
mod event;
mod group;
mod open;
mod region;
mod self_test;
mod vendor;

pub use derived::{Ratio, ratios};
pub use event::Event;
pub use group::{Counts, Group, Scope};
pub use open::{Counters, Sample};
pub use region::{Region, RegionGuard};
pub use self_test::self_test;
pub use vendor::{Vendor, remote_memory_event};

#[cfg(test)]
pub(crate) mod tests;
