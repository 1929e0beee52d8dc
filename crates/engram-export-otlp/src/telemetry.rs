//! What an exporter says about itself.

use engram_metrics_core::{Counter, Family, Histogram, Unit, label_enum, metric_set};

label_enum! {
    /// What became of an attempt.
    pub enum Outcome as "outcome" {
        /// The receiver took it.
        Accepted = "accepted",
        /// It did not, certainly.
        Refused = "refused",
        /// Nobody knows.
        Unknown = "unknown"
    }
}

label_enum! {
    /// Why log records and spans were dropped.
    pub enum Cause as "cause" {
        /// The queue was full.
        Full = "full",
        /// The receiver did not take them.
        Refused = "refused",
        /// Nobody knows whether it did.
        Unknown = "unknown"
    }
}

metric_set! {
    /// The metrics of one exporter.
    pub struct ExporterMetrics {
        /// Attempts to send a request, by what became of them.
        pub attempts: Family<Outcome, Counter> = "engram.otlp.attempts", Unit::Count("{attempt}");
        /// Points that receivers rejected out of requests that they took.
        pub rejected: Counter = "engram.otlp.rejected", Unit::Count("{point}");
        /// Points that were left out for want of room to remember their series.
        pub left_out: Counter = "engram.otlp.left_out", Unit::Count("{point}");
        /// Log records and spans that were dropped.
        pub dropped: Family<Cause, Counter> = "engram.otlp.dropped", Unit::Count("{record}");
        /// Callbacks and sources that panicked during an export.
        pub panics: Counter = "engram.otlp.panics", Unit::Count("{panic}");
        /// Time that an export took, with all its attempts.
        pub export_duration: Histogram = "engram.otlp.export.duration", Unit::Seconds;
        /// Size of a request before it is packed.
        pub request_size: Histogram = "engram.otlp.request.size", Unit::Bytes;
    }
}
