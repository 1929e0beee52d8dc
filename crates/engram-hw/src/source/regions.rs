//! Named parts of the program, as metrics.

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value, Visit};

use super::{Metric, Table, collect_table};
use crate::perf::{Region, ratios};

/// Regions of a program. Where the processor counts nothing, how often they were entered is all there is.
///
/// ```
/// use engram_hw::{Region, RegionSource};
/// use engram_metrics_core::Registry;
///
/// static SEARCH: Region = Region::new("hnsw_search");
/// static REGIONS: RegionSource = RegionSource::new(&[&SEARCH]);
///
/// let registry = Registry::new();
/// registry.register(&REGIONS)?;
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
#[derive(Debug)]
pub struct RegionSource {
    regions: &'static [&'static Region],
}

impl RegionSource {
    /// Of these, whose names differ.
    #[must_use]
    pub const fn new(regions: &'static [&'static Region]) -> Self {
        Self { regions }
    }
}

impl Table for RegionSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "engram.perf.region.entries",
                "How often threads were inside of a part of the program.",
                Unit::Count("{entry}"),
                Kind::Counter,
            ),
            collect: |source, visit| {
                for region in source.regions {
                    let labels = [("region", region.name())];
                    visit.series(Labels::new(&labels), Value::Unsigned(region.entries()));
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.perf.region.events",
                "Events that the processor counted inside, scaled to the time that they were wanted.",
                Unit::Count("{event}"),
                Kind::Counter,
            ),
            collect: events,
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.perf.region.derived",
                "Ratios of events that the processor counted inside.",
                Unit::Count("{ratio}"),
                Kind::Gauge,
            ),
            collect: derived,
        },
    ];
}

fn events(source: &RegionSource, visit: &mut dyn Visit) {
    for region in source.regions {
        for sample in region.counts().samples() {
            let labels = [("region", region.name()), ("event", sample.event.name())];
            visit.series(Labels::new(&labels), Value::Unsigned(sample.count));
        }
    }
}

fn derived(source: &RegionSource, visit: &mut dyn Visit) {
    for region in source.regions {
        let samples: Vec<_> = region.counts().samples().collect();
        for ratio in ratios(&samples) {
            let labels = [("region", region.name()), ("name", ratio.name)];
            visit.series(Labels::new(&labels), Value::Float(ratio.value));
        }
    }
}

collect_table!(RegionSource);
