//! The time that tasks waited for a resource.

use std::fs;
use std::path::PathBuf;

use engram_metrics_core::{Descriptor, Kind, Labels, Unit, Value, Visit};

use super::{Metric, Table, collect_table};
use crate::pressure::{Pressure, Stall};
use crate::unavailable::Unavailable;

/// Pressure on the whole machine.
#[derive(Debug)]
pub struct PressureSource {
    root: PathBuf,
}

/// Interrupts only on kernels that account for their time.
const RESOURCES: [&str; 4] = ["cpu", "memory", "io", "irq"];

impl PressureSource {
    /// Reads below `root`, `/` for this machine.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub(super) fn read(&self, resource: &str) -> Result<Pressure, Unavailable> {
        let text = fs::read_to_string(self.root.join("proc/pressure").join(resource));
        Pressure::parse(&text.map_err(|error| Unavailable::of_file(&error, "/proc/pressure"))?)
    }

    fn each(&self, visit: &mut dyn Visit, value: impl Fn(&Stall) -> f64) {
        for resource in RESOURCES {
            let Ok(pressure) = self.read(resource) else { continue };
            for (kind, stall) in [("some", pressure.some), ("full", pressure.full)] {
                if let Some(stall) = stall {
                    let labels = [("resource", resource), ("kind", kind)];
                    visit.series(Labels::new(&labels), Value::Float(value(&stall)));
                }
            }
        }
    }
}

impl Table for PressureSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "engram.pressure.stalled",
                "Time in which some or all tasks of the machine waited for a resource.",
                Unit::Seconds,
                Kind::Counter,
            ),
            collect: |source, visit| source.each(visit, |stall| stall.total.as_secs_f64()),
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.pressure.recent",
                "The share of the last ten seconds in which they did.",
                Unit::Ratio,
                Kind::Gauge,
            ),
            collect: |source, visit| source.each(visit, |stall| stall.share_10s),
        },
    ];
}

collect_table!(PressureSource);
