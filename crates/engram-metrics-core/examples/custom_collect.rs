//! A source of your own: numbers that something else keeps, read when they are asked for.
//!
//! `cargo run -p engram-metrics-core --example custom_collect`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::sync::{Arc, Mutex, PoisonError};

use engram_metrics_core::{
    Collect, Descriptor, Kind, Labels, RegisterError, Registry, Unit, Value, Visit,
};

static LENGTH: Descriptor =
    Descriptor::fixed("queue.length", "Jobs that wait.", Unit::Count("{job}"), Kind::Gauge);

/// Nothing is recorded when a job comes or goes: the queue knows its length already.
#[derive(Default)]
struct Queue(Mutex<Vec<&'static str>>);

impl Queue {
    fn push(&self, job: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(job);
    }
}

impl Collect for Queue {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&LENGTH)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let length = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        visit.series(Labels::NONE, Value::Float(length as f64));
    }
}

/// Prints what it is shown.
struct Print;

impl Visit for Print {
    fn metric(&mut self, descriptor: &Descriptor) {
        println!("{}: {}", descriptor.name(), descriptor.help());
    }

    fn series(&mut self, _: Labels<'_>, value: Value<'_>) {
        println!("  {value:?}");
    }
}

fn main() -> Result<(), RegisterError> {
    let queue = Arc::new(Queue::default());
    let registry = Registry::new();
    registry.register_shared(&[("queue", "mail")], queue.clone())?;
    queue.push("letter");
    queue.push("parcel");
    registry.collect(&mut Print);
    Ok(())
}
