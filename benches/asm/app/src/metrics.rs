//! What the application does, and somebody who looks at it.

use std::hint::black_box;

use engram_asm_engine::metrics::CACHE;
use engram_metrics_core::{
    Counter, Descriptor, DynamicFamily, Histogram, Labels, Registry, Unit, Value, Visit, metric_set,
};

metric_set! {
    /// Metrics of the application itself.
    pub(crate) struct AppMetrics {
        /// Requests to the fixture.
        pub(crate) requests: Counter = "asm.app.requests", Unit::Count("{request}");
        /// Size of an answer.
        pub(crate) answer_size: Histogram = "asm.app.answer.size", Unit::Bytes;
        /// Time to answer.
        pub(crate) answer_duration: Histogram = "asm.app.answer.duration", Unit::Seconds;
        /// Words that were asked for.
        pub(crate) words: DynamicFamily<1, Counter> = "asm.app.words", Unit::Count("{word}"),
            DynamicFamily::new(["asm_word_label"]);
    }
}

pub(crate) static APP: AppMetrics = AppMetrics::new();

/// Shows all metrics to a visitor.
pub(crate) fn export() {
    let registry = Registry::new();
    let _ = registry.register(&APP);
    let _ = registry.register(&CACHE);
    registry.collect(&mut Total(0));
}

struct Total(usize);

impl Visit for Total {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.0 += black_box(descriptor.name()).len();
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        self.0 += labels.iter().count();
        black_box(value);
    }
}
