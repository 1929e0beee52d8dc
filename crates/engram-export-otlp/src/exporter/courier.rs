//! The attempts of one request, and the waiting in between.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::{Command, OnPartial};
use crate::answer::Verdict;
use crate::course::{Course, Next};
use crate::metrics::Delivery;
use crate::partial::Partial;
use crate::telemetry::{ExporterMetrics, Outcome};
use crate::transport::Transport;

/// Brings requests to their receivers.
pub(super) struct Courier {
    pub(super) commands: Receiver<Command>,
    /// A command that came during an export.
    pub(super) waiting: Option<Command>,
    pub(super) seed: u64,
    pub(super) on_partial: Box<OnPartial>,
    pub(super) telemetry: Arc<ExporterMetrics>,
}

/// A request, and how far one goes for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parcel<'a> {
    pub(super) body: &'a [u8],
    /// Whether it is sent again when nobody knows what became of it.
    pub(super) resends: bool,
    /// No attempt begins later.
    pub(super) end: Instant,
}

/// What became of a request.
#[derive(Debug)]
pub(super) struct Delivered {
    pub(super) delivery: Delivery,
    /// What the receiver or the network said last.
    pub(super) why: String,
    /// Attempts of unknown fate that others followed.
    pub(super) doubts: u64,
}

impl Courier {
    /// The next command, waiting until `then` at most.
    pub(super) fn command(&mut self, then: Instant) -> Result<Command, RecvTimeoutError> {
        match self.waiting.take() {
            Some(command) => Ok(command),
            None => self.commands.recv_timeout(then.saturating_duration_since(Instant::now())),
        }
    }

    /// All attempts of one request.
    pub(super) fn deliver(&mut self, transport: &mut Transport, parcel: Parcel<'_>) -> Delivered {
        self.seed = self.seed.wrapping_add(1);
        self.telemetry.request_size.record(parcel.body.len() as u64);
        let mut course = Course::new(parcel.end, parcel.resends, self.seed);
        let mut doubts = 0;
        loop {
            let patience = parcel.end.saturating_duration_since(Instant::now());
            if patience.is_zero() {
                let why = "the time was over".to_owned();
                return Delivered { delivery: course.given_up(), why, doubts };
            }
            let reply = transport.send(parcel.body, patience);
            self.count(reply.verdict);
            if let Some(partial) = &reply.partial {
                self.show(partial);
            }
            let why = reply.why.unwrap_or_default();
            match course.ended(reply.verdict, Instant::now()) {
                Next::Done(delivery) => return Delivered { delivery, why, doubts },
                Next::Wait { delay, is_in_doubt } => {
                    doubts += u64::from(is_in_doubt);
                    if !self.rest(delay) {
                        return Delivered { delivery: course.given_up(), why, doubts };
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
