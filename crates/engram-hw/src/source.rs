//! Everything as metrics: sources for a registry.
//!
//! Each metric reads what it needs when it is collected, so that nothing is older than the page. What cannot be
//! read has no series, and `engram.hw.source.up` says why.

mod cgroup;
mod counters;
mod machine;
mod pressure;
mod process;
mod regions;
mod up;

pub use cgroup::CgroupSource;
pub use counters::CounterSource;
pub use machine::MachineSource;
pub use pressure::PressureSource;
pub use process::ProcessSource;
pub use regions::RegionSource;
pub use up::SourceStates;

use engram_metrics_core::{Collect, Descriptor, Labels, RegisterError, Registry, Value, Visit};

use crate::gate::ENABLED;

/// A metric, and how its series come to be.
pub(crate) struct Metric<S> {
    pub(crate) descriptor: Descriptor,
    pub(crate) collect: fn(&S, &mut dyn Visit),
}

/// A source that is a table of metrics.
pub(crate) trait Table: Sized + 'static {
    const METRICS: &'static [Metric<Self>];
}

/// Writes [`Collect`] for a table; compiled out, it is an empty one.
macro_rules! collect_table {
    ($source:ty) => {
        impl engram_metrics_core::Collect for $source {
            fn descriptor(&self, index: usize) -> Option<&engram_metrics_core::Descriptor> {
                $crate::source::descriptor_of::<Self>(index)
            }

            fn collect(&self, index: usize, visit: &mut dyn engram_metrics_core::Visit) {
                $crate::source::collect_of(self, index, visit);
            }
        }
    };
}
pub(crate) use collect_table;

pub(crate) fn descriptor_of<S: Table>(index: usize) -> Option<&'static Descriptor> {
    if !ENABLED {
        return None;
    }
    S::METRICS.get(index).map(|metric| &metric.descriptor)
}

pub(crate) fn collect_of<S: Table>(source: &S, index: usize, visit: &mut dyn Visit) {
    if !ENABLED {
        return;
    }
    if let Some(metric) = S::METRICS.get(index) {
        (metric.collect)(source, visit);
    }
}

/// A series without labels, of a number that may be absent.
pub(crate) fn single(visit: &mut dyn Visit, value: Option<Value<'_>>) {
    if let Some(value) = value {
        visit.series(Labels::NONE, value);
    }
}

/// Registers every source of this machine, and the one that says which of them work.
///
/// # Errors
/// When one of their metrics is registered already.
pub fn register_machine(registry: &Registry) -> Result<(), RegisterError> {
    let sources: [std::sync::Arc<dyn Collect>; 6] = [
        std::sync::Arc::new(ProcessSource::new("/")),
        std::sync::Arc::new(MachineSource::new("/")),
        std::sync::Arc::new(CgroupSource::new("/")),
        std::sync::Arc::new(PressureSource::new("/")),
        std::sync::Arc::new(CounterSource::of_process()),
        std::sync::Arc::new(SourceStates::new("/")),
    ];
    sources.into_iter().try_for_each(|source| registry.register_shared(&[], source))
}

#[cfg(test)]
mod tests;
