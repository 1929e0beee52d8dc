//! What the exporter's thread does.

use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use engram_metrics_core::{Registry, seconds_to_ticks};

use super::{Command, ExportError, OnPartial};
use crate::answer::Verdict;
use crate::config::Config;
use crate::course::{Course, Next};
use crate::encoding::Uncertain;
use crate::metrics::{Delivery, Metrics};
use crate::partial::Partial;
use crate::telemetry::{ExporterMetrics, Outcome};
use crate::transport::Transport;

/// The state of the thread.
pub(super) struct Run {
    registry: &'static Registry,
    metrics: Metrics,
    transport: Transport,
    commands: Receiver<Command>,
    /// A command that came during an export.
    waiting: Option<Command>,
    interval: Duration,
    export_timeout: Duration,
    /// Whether a request of unknown fate is sent again: what is cumulative can be.
    resends: bool,
    seed: u64,
    pub(super) on_partial: Box<OnPartial>,
    pub(super) telemetry: Arc<ExporterMetrics>,
}

impl Run {
    pub(super) fn new(
        config: &Config,
        registry: &'static Registry,
        transport: Transport,
        commands: Receiver<Command>,
    ) -> Self {
        let encoding = &config.encoding;
        Self {
            registry,
            metrics: Metrics::new(encoding, SystemTime::now()),
            transport,
            commands,
            waiting: None,
            interval: config.interval,
            export_timeout: config.export_timeout,
            resends: !encoding.temporality.is_delta()
                || encoding.uncertain == Uncertain::AtLeastOnce,
            seed: RandomState::new().hash_one(0),
            on_partial: Box::new(|_| {}),
            telemetry: Arc::new(ExporterMetrics::new()),
        }
    }

    /// Exports at intervals and when asked to, until asked for the last time.
    pub(super) fn until_the_end(mut self) {
        let mut next = Instant::now() + self.interval;
        loop {
            let command = match self.waiting.take() {
                Some(command) => Ok(command),
                None => self.commands.recv_timeout(next.saturating_duration_since(Instant::now())),
            };
            match command {
                Ok(Command { end, is_last, answer }) => {
                    // Whoever asked may have stopped waiting.
                    let _ = answer.send(self.export(end));
                    if is_last {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    next = Instant::now() + self.interval;
                    // It shows in `attempts`; what is owed goes out with the next export.
                    let _ = self.export(Instant::now() + self.export_timeout);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// One export, which does not begin another attempt after `end`.
    fn export(&mut self, end: Instant) -> Result<(), ExportError> {
        let started = Instant::now();
        let requests = self.collect().ok_or(ExportError::Panicked)?;
        let mut result = Ok(());
        for request in 0..requests {
            let (delivery, why) = self.deliver(request, end);
            self.metrics.settle(request, delivery);
            if delivery != Delivery::Accepted {
                result = Err(ExportError::Failed { delivery, why });
            }
        }
        self.telemetry.export_duration.record(seconds_to_ticks(started.elapsed()));
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
            self.telemetry.panics.increment();
        }
        self.telemetry.left_out.add(self.metrics.left_out() - left_out);
        requests
    }

    /// All attempts of one request.
    fn deliver(&mut self, request: usize, end: Instant) -> (Delivery, String) {
        self.seed = self.seed.wrapping_add(1);
        let mut course = Course::new(end, self.resends, self.seed);
        self.telemetry.request_size.record(self.metrics.request(request).len() as u64);
        loop {
            let patience = end.saturating_duration_since(Instant::now());
            if patience.is_zero() {
                return (course.given_up(), "the time was over".to_owned());
            }
            let reply = self.transport.send(self.metrics.request(request), patience);
            self.count(reply.verdict);
            if let Some(partial) = &reply.partial {
                self.show(partial);
            }
            let why = reply.why.unwrap_or_default();
            match course.ended(reply.verdict, Instant::now()) {
                Next::Done(delivery) => return (delivery, why),
                Next::Wait { delay, is_in_doubt } => {
                    if is_in_doubt {
                        self.metrics.doubt();
                    }
                    if !self.rest(delay) {
                        return (course.given_up(), why);
                    }
                }
            }
        }
    }

    /// Waits; false when something else was asked for meanwhile, which is more urgent than an attempt.
    fn rest(&mut self, delay: Duration) -> bool {
        if self.waiting.is_none() {
            self.waiting = match self.commands.recv_timeout(delay) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => None,
            };
        }
        false
    }

    fn count(&self, verdict: Verdict) {
        let outcome = match verdict {
            Verdict::Accepted => Outcome::Accepted,
            Verdict::Again { is_refused: false, .. } => Outcome::Unknown,
            Verdict::Again { .. } | Verdict::Final => Outcome::Refused,
        };
        self.telemetry.attempts.at(outcome).increment();
    }

    fn show(&mut self, partial: &Partial) {
        self.telemetry.rejected.add(partial.rejected);
        let on_partial = &mut self.on_partial;
        // The callback is the application's: what it leaves behind is for itself to look after.
        if catch_unwind(AssertUnwindSafe(|| on_partial(partial))).is_err() {
            self.telemetry.panics.increment();
        }
    }
}
