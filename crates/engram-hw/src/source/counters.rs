//! The processor's counters of this process.

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value, Visit};

use super::{Metric, Table, collect_table};
use crate::gate::ENABLED;
use crate::perf::{Counters, Event, Sample, Scope, Vendor, ratios};

/// Counters of the thread that made it, and of all that it starts from then on: made first, of the process.
#[derive(Debug)]
pub struct CounterSource {
    counters: Option<Counters>,
}

impl CounterSource {
    /// Opens what there is, and starts it.
    #[must_use]
    pub fn of_process() -> Self {
        let open = || {
            let counters = Counters::open(&events(), Scope::Process(std::process::id()));
            // One that does not start never runs, and what never ran is not shown.
            let _ = counters.enable();
            counters
        };
        Self { counters: ENABLED.then(open) }
    }

    fn samples(&self) -> Vec<Sample> {
        let counters = self.counters.as_ref().and_then(|counters| counters.read().ok());
        let mut samples = counters.unwrap_or_default();
        samples.retain(|sample| sample.count > 0 || !sample.event.is_of_vendor());
        samples
    }
}

/// The usual ones, and what the manual of this processor adds.
fn events() -> Vec<Event> {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let more = Vendor::of_cpuinfo(&text).map_or(&[][..], Vendor::events);
    Event::USUAL.iter().chain(more).copied().collect()
}

impl Table for CounterSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "engram.perf.events",
                "Events that the processor counted in user space, scaled to the time that they were wanted.",
                Unit::Count("{event}"),
                Kind::Counter,
            ),
            collect: |source, visit| {
                for sample in source.samples() {
                    let labels = [("event", sample.event.name())];
                    visit.series(Labels::new(&labels), Value::Unsigned(sample.count));
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.perf.running",
                "The share of the time in which a counter had a place on the processor: 1 is exact.",
                Unit::Ratio,
                Kind::Gauge,
            ),
            collect: |source, visit| {
                for sample in source.samples() {
                    let labels = [("event", sample.event.name())];
                    visit.series(Labels::new(&labels), Value::Float(sample.running));
                }
            },
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.perf.derived",
                "Ratios of two counts since the start, where both are there.",
                Unit::Ratio,
                Kind::Gauge,
            ),
            collect: derived,
        },
    ];
}

fn derived(source: &CounterSource, visit: &mut dyn Visit) {
    for ratio in ratios(&source.samples()) {
        visit.series(Labels::new(&[("name", ratio.name)]), Value::Float(ratio.value));
    }
}

collect_table!(CounterSource);
