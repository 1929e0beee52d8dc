//! An exporter of your own: the slowest histograms of a registry, in one line each.
//!
//! `cargo run -p engram-metrics-core --example custom_visit`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::time::Duration;

use engram_metrics_core::{
    Counter, Descriptor, Histogram, Labels, RegisterError, Registry, Unit, Value, Visit, metric_set,
};

metric_set! {
    /// What a store does.
    struct StoreMetrics {
        /// Entries written.
        writes: Counter = "store.writes", Unit::Count("{entry}");
        /// Time to read an entry.
        read_duration: Histogram = "store.read.duration", Unit::Seconds;
        /// Time to write an entry.
        write_duration: Histogram = "store.write.duration", Unit::Seconds;
    }
}

static STORE: StoreMetrics = StoreMetrics::new();

/// The 99th percentile of each histogram, by name. Everything else is left out.
#[derive(Default)]
struct Slowest {
    metric: String,
    found: Vec<(f64, String)>,
}

impl Visit for Slowest {
    fn metric(&mut self, descriptor: &Descriptor) {
        descriptor.name().clone_into(&mut self.metric);
    }

    fn series(&mut self, _: Labels<'_>, value: Value<'_>) {
        if let Value::Histogram(snapshot) = value
            && let Some(p99) = snapshot.quantile(0.99)
        {
            self.found.push((p99, self.metric.clone()));
        }
    }
}

fn main() -> Result<(), RegisterError> {
    let registry = Registry::new();
    registry.register(&STORE)?;
    for millis in 1..=100 {
        STORE.writes.increment();
        STORE.write_duration.record_duration(Duration::from_millis(millis));
        STORE.read_duration.record_duration(Duration::from_millis(millis / 10));
    }
    let mut slowest = Slowest::default();
    registry.collect(&mut slowest);
    slowest.found.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (seconds, name) in slowest.found {
        println!("{name}: 99 % within {seconds:.3} s");
    }
    Ok(())
}
