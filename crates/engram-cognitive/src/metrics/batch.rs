//! Operations in batches, and the kernels below them.

use engram_metrics_core::{
    Counter, Family, Histogram, Unit, UpDownCounter, label_enum, metric_set,
};

use super::inputs::accepted;
use crate::input::{Elapsed, Input};

label_enum! {
    /// What a batch consists of.
    pub enum BatchOperation as "operation" { Store = "store", Recall = "recall", Search = "search" }
}

label_enum! {
    /// What became of an operation of a batch.
    pub enum BatchResult as "result" { Done = "done", Failed = "failed", Refused = "refused" }
}

label_enum! {
    /// Whether whoever sends batches was told to wait, or to go on.
    pub enum Pressure as "change" { On = "on", Off = "off" }
}

label_enum! {
    /// The instructions that a kernel was compiled to.
    pub enum Instructions as "instructions" {
        Scalar = "scalar",
        Sse = "sse",
        Avx2 = "avx2",
        Avx512 = "avx512",
        Neon = "neon",
    }
}

label_enum! {
    /// Whether both vectors began on a cache line.
    pub enum Alignment as "alignment" { Aligned = "aligned", Unaligned = "unaligned" }
}

metric_set! {
    /// Operations in batches.
    pub struct BatchMetrics {
        /// Operations that came in batches, by what became of them.
        pub operations: Family<(BatchOperation, BatchResult), Counter> =
            "engram.batch.operations", Unit::Count("{operation}");
        /// How long batches took.
        pub duration: Family<BatchOperation, Histogram> = "engram.batch.duration", Unit::Seconds;
        /// How often senders were told to wait, and to go on.
        pub backpressure: Family<Pressure, Counter> =
            "engram.batch.backpressure", Unit::Count("{change}");
        /// Senders that wait.
        pub waiting: UpDownCounter = "engram.batch.waiting", Unit::Count("{sender}");
        /// Vector operations, by the instructions that did them.
        pub kernel: Family<(Instructions, Alignment), Counter> =
            "engram.kernel.operations", Unit::Count("{operation}");
    }
}

/// Batches of this process.
pub static BATCH: BatchMetrics = BatchMetrics::new();

impl BatchMetrics {
    /// Records a batch by how many of its operations were done, failed and refused. If its duration is
    /// refused, nothing of it is recorded.
    #[inline]
    pub fn record(
        &self,
        operation: BatchOperation,
        [done, failed, refused]: [u64; 3],
        seconds: f64,
    ) {
        if let Some(duration) = accepted(Input::Duration, Elapsed::new(seconds)) {
            self.operations.at((operation, BatchResult::Done)).add(done);
            self.operations.at((operation, BatchResult::Failed)).add(failed);
            self.operations.at((operation, BatchResult::Refused)).add(refused);
            self.duration.at(operation).record_f64(duration.seconds());
        }
    }

    /// Counts that a sender was told to wait or to go on.
    #[inline]
    pub fn press(&self, change: Pressure) {
        self.backpressure.at(change).increment();
        self.waiting.add(if change == Pressure::On { 1 } else { -1 });
    }
}
