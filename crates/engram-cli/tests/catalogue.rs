//! What the catalogue of memory names of other crates is what they export.

use std::collections::BTreeSet;

use engram_cognitive::catalogue::OTHERS;
use engram_concurrency_audit::LOCKS;
use engram_concurrency_audit::channel::{CHANNEL, CHANNELS};
use engram_metrics_core::{Descriptor, ENABLED, Kind, Labels, RECORDER, Registry, Value, Visit};
use engram_workload::events::EVENTS;
use engram_workload::telemetry::METRICS;

static REGISTRY: Registry = Registry::new();

/// Names of metrics as a Prometheus page has them, whether or not they have a value here.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Visit for Names {
    fn metric(&mut self, descriptor: &Descriptor) {
        let suffix = descriptor.unit().suffix();
        let unit = if suffix.is_empty() { String::new() } else { format!("_{suffix}") };
        let total = if descriptor.kind() == Kind::Counter { "_total" } else { "" };
        self.0.insert(format!("{}{unit}{total}", descriptor.name().replace('.', "_")));
    }

    fn series(&mut self, _: Labels<'_>, _: Value<'_>) {}
}

#[test]
fn other_crates_export_what_alerts_and_rows_name() {
    engram_hw::register_machine(&REGISTRY).expect("nobody else does");
    let sets = [
        REGISTRY.register(&METRICS),
        REGISTRY.register(&RECORDER),
        REGISTRY.register(&EVENTS),
        REGISTRY.register(&LOCKS),
        REGISTRY.register(&CHANNEL),
        REGISTRY.register(&CHANNELS),
        REGISTRY.register(&engram_serve::METRICS),
    ];
    assert!(sets.iter().all(Result::is_ok));
    let mut names = Names::default();
    REGISTRY.collect(&mut names);
    let missing: Vec<_> = OTHERS.iter().filter(|(name, _)| !names.0.contains(*name)).collect();
    assert_eq!(missing.is_empty(), ENABLED, "{missing:?}");
}
