//! What the exporter's thread does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant, SystemTime};

use engram_metrics_core::{Registry, seconds_to_ticks};

use super::courier::{Courier, Parcel};
use super::{Command, ExportError};
use crate::config::Signal;
use crate::metrics::{Delivery, Metrics};
use crate::outbox::{Batch, Queue};
use crate::telemetry::Cause;
use crate::transport::Transport;

/// The state of the thread.
pub(super) struct Run {
    pub(super) registry: &'static Registry,
    pub(super) metrics: Metrics,
    pub(super) transport: Transport,
    pub(super) mail: Vec<Mail>,
    pub(super) courier: Courier,
    pub(super) times: Times,
    /// Whether metrics of unknown fate are sent again: what is cumulative can be.
    pub(super) resends: bool,
}

/// Where the records of one queue go.
pub(super) struct Mail {
    pub(super) signal: Signal,
    pub(super) queue: Arc<Queue>,
    pub(super) batch: Batch,
    pub(super) transport: Transport,
    pub(super) resends: bool,
}

/// From one export to the next, and for one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) metrics: Duration,
    pub(super) records: Duration,
    pub(super) export: Duration,
}

impl Run {
    /// Exports at intervals and when asked to, until asked for the last time.
    pub(super) fn until_the_end(mut self) {
        let mut metrics = Instant::now() + self.times.metrics;
        let mut records = Instant::now() + self.times.records;
        loop {
            let next = if self.mail.is_empty() { metrics } else { metrics.min(records) };
            match self.courier.command(next) {
                Ok(Command { end, is_last, answer }) => {
                    // Whoever asked may have stopped waiting.
                    let _ = answer.send(self.export(end));
                    if is_last {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let end = Instant::now() + self.times.export;
                    // How it went shows in `attempts` and `dropped`; what is owed of metrics goes out with the
                    // next export.
                    if next == metrics {
                        metrics = Instant::now() + self.times.metrics;
                        let _ = self.export_metrics(end);
                    } else {
                        records = Instant::now() + self.times.records;
                        let _ = self.export_records(end);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// One export of everything, which does not begin another attempt after `end`.
    fn export(&mut self, end: Instant) -> Result<(), ExportError> {
        let metrics = self.export_metrics(end);
        self.export_records(end).and(metrics)
    }

    fn export_metrics(&mut self, end: Instant) -> Result<(), ExportError> {
        let started = Instant::now();
        let requests = self.collect().ok_or(ExportError::Panicked)?;
        let mut result = Ok(());
        for request in 0..requests {
            let body = self.metrics.request(request);
            let parcel = Parcel { body, resends: self.resends, end };
            let delivered = self.courier.deliver(&mut self.transport, parcel);
            (0..delivered.doubts).for_each(|_| self.metrics.doubt());
            self.metrics.settle(request, delivered.delivery);
            result = result.and(judged(delivered.delivery, delivered.why));
        }
        let elapsed = seconds_to_ticks(started.elapsed());
        self.courier.telemetry.export_duration.record(elapsed);
        result
    }

    /// Encodes; `None` when a source panicked.
    fn collect(&mut self) -> Option<usize> {
        let left_out = self.metrics.left_out();
        let (metrics, registry) = (&mut self.metrics, self.registry);
        // A source that panics leaves requests half written, which the next export clears.
        let collect = || metrics.collect(registry, SystemTime::now());
        let requests = catch_unwind(AssertUnwindSafe(collect)).ok();
        if requests.is_none() {
            self.courier.telemetry.panics.increment();
        }
        self.courier.telemetry.left_out.add(self.metrics.left_out() - left_out);
        requests
    }

    fn export_records(&mut self, end: Instant) -> Result<(), ExportError> {
        let mut result = Ok(());
        for Mail { queue, batch, transport, resends, .. } in &mut self.mail {
            let records = batch.take(queue);
            if records == 0 {
                continue;
            }
            let parcel = Parcel { body: batch.request(), resends: *resends, end };
            let delivered = self.courier.deliver(transport, parcel);
            let cause = match delivered.delivery {
                Delivery::Accepted => None,
                Delivery::Refused => Some(Cause::Refused),
                Delivery::Unknown => Some(Cause::Unknown),
            };
            if let Some(cause) = cause {
                self.courier.telemetry.dropped.at(cause).add(records);
            }
            result = result.and(judged(delivered.delivery, delivered.why));
        }
        result
    }
}

fn judged(delivery: Delivery, why: String) -> Result<(), ExportError> {
    match delivery {
        Delivery::Accepted => Ok(()),
        delivery => Err(ExportError::Failed { delivery, why }),
    }
}
