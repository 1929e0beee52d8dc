//! A sink and its account.
//!
//! A batch that a sink has is *in flight*: either the thread that drains settles it when the sink comes back,
//! or whoever ends the drain abandons it when the deadline passes. Whoever is first takes the number; so
//! every event is counted once, also when the sink comes back an hour later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::SystemTime;

use engram_metrics_core::{
    Counter, Family, Histogram, Moment, Stamp, Unit, label_enum, metric_set,
};

use crate::account::Delivery;
use crate::event::Event;
use crate::sink::{Batch, Sink, SinkError};
use crate::sync::{Mutex, lock};

label_enum! {
    /// Why a sink was not delivered what it was handed.
    pub enum Undelivered as "cause" {
        /// It said so.
        Failed = "failed",
        /// It panicked.
        Panicked = "panicked",
        /// The deadline of the end passed.
        Abandoned = "abandoned",
    }
}

metric_set! {
    /// What a drain says about one of its sinks.
    pub struct SinkMetrics {
        /// Events that the sink took.
        pub delivered: Counter = "engram.trace.delivered", Unit::Count("{event}");
        /// Events that the sink was handed and did not take.
        pub undelivered: Family<Undelivered, Counter> =
            "engram.trace.undelivered", Unit::Count("{event}");
        /// Batches that the sink did not take as a whole, and what it could not pass on later.
        pub errors: Counter = "engram.trace.sink.errors", Unit::Count("{error}");
        /// Time that the sink took for a batch.
        pub duration: Histogram = "engram.trace.sink.duration", Unit::Seconds;
    }
}

/// A sink, where the thread that drains has it.
pub(super) struct Outlet<E> {
    sink: Box<dyn Sink<E>>,
    pub(super) ledger: Arc<Ledger>,
}

/// The account of a sink, where everybody may look.
#[derive(Debug)]
pub(crate) struct Ledger {
    name: String,
    metrics: Arc<SinkMetrics>,
    flight: Mutex<Flight>,
}

#[derive(Debug, Default)]
struct Flight {
    /// Events that the sink has at present.
    events: u64,
    /// Nothing that the sink does counts any more.
    is_over: bool,
    /// Counted here as well as in the metrics, which somebody may have switched off.
    delivery: Delivery,
}

impl<E: Event> Outlet<E> {
    pub(super) fn new(name: &str, sink: Box<dyn Sink<E>>) -> Self {
        let metrics = Arc::new(SinkMetrics::new());
        let ledger = Ledger { name: name.to_owned(), metrics, flight: Mutex::default() };
        Self { sink, ledger: Arc::new(ledger) }
    }

    /// Hands over a batch that the ledger knows to be in flight.
    pub(super) fn deliver(&mut self, batch: &Batch<'_, E>) {
        if self.ledger.is_over() {
            return;
        }
        let started = Moment::now();
        // What a panic leaves behind in the sink is the sink's.
        let result = catch_unwind(AssertUnwindSafe(|| self.sink.deliver(batch)));
        self.ledger.metrics.duration.record(started.elapsed_ticks());
        self.ledger.settle(result.as_ref().ok());
    }

    pub(super) fn flush(&mut self) {
        self.without_batch(|sink| sink.flush());
    }

    pub(super) fn round(&mut self, now: (SystemTime, Stamp)) {
        self.without_batch(|sink| sink.round(now));
    }

    fn without_batch(&mut self, act: impl FnOnce(&mut dyn Sink<E>) -> Result<(), SinkError>) {
        if self.ledger.is_over() {
            return;
        }
        let result = catch_unwind(AssertUnwindSafe(|| act(&mut *self.sink)));
        if !matches!(result, Ok(Ok(()))) {
            self.ledger.metrics.errors.increment();
        }
    }
}

impl Ledger {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn metrics(&self) -> Arc<SinkMetrics> {
        self.metrics.clone()
    }

    pub(crate) fn delivery(&self) -> Delivery {
        lock(&self.flight).delivery
    }

    pub(crate) fn is_over(&self) -> bool {
        lock(&self.flight).is_over
    }

    /// So many events are about to be handed over.
    pub(super) fn begin(&self, events: u64) {
        let mut flight = lock(&self.flight);
        if flight.is_over {
            // Drained behind the back of a drain that has ended.
            flight.delivery.abandoned += events;
            return;
        }
        flight.events = events;
    }

    /// The sink came back; `None` when it panicked.
    fn settle(&self, result: Option<&Result<(), SinkError>>) {
        let mut flight = lock(&self.flight);
        let events = std::mem::take(&mut flight.events);
        if flight.is_over {
            return;
        }
        let delivered = match result {
            Some(Ok(())) => events,
            Some(Err(error)) => error.taken.min(events),
            None => 0,
        };
        let rest = events - delivered;
        flight.delivery.delivered += delivered;
        self.metrics.delivered.add(delivered);
        match result {
            Some(Ok(())) => {}
            Some(Err(_)) => {
                flight.delivery.failed += rest;
                self.metrics.undelivered.at(Undelivered::Failed).add(rest);
                self.metrics.errors.increment();
            }
            None => {
                flight.delivery.panicked += rest;
                self.metrics.undelivered.at(Undelivered::Panicked).add(rest);
                self.metrics.errors.increment();
            }
        }
    }

    /// From now on nothing that the sink does counts; what it has is abandoned.
    pub(crate) fn abandon(&self) {
        let mut flight = lock(&self.flight);
        let events = std::mem::take(&mut flight.events);
        flight.is_over = true;
        flight.delivery.abandoned += events;
        self.metrics.undelivered.at(Undelivered::Abandoned).add(events);
    }
}
