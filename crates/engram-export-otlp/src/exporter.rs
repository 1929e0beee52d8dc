//! The thread that exports: how it starts, and how it ends.

mod courier;
mod run;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use engram_metrics_core::Registry;

use crate::config::{Config, ConfigError, Signal, Target};
use crate::encoding::Uncertain;
use crate::metrics::{Delivery, Metrics};
use crate::outbox::{Batch, Outbox, Queue};
use crate::partial::Partial;
use crate::resource::Head;
use crate::telemetry::ExporterMetrics;
use crate::transport::Transport;
use courier::Courier;
use run::{Mail, Run, Times};

/// Exports a registry on a thread of its own, at intervals; dropping it is a [`shutdown`](Self::shutdown)
/// of at most five seconds.
///
/// It needs no runtime and gets along with any: recording never waits for it, and shutting down waits
/// only for its thread.
///
/// ```no_run
/// use std::time::Duration;
/// use engram_export_otlp::{Config, Exporter};
/// use engram_metrics_core::Registry;
///
/// static REGISTRY: Registry = Registry::new();
///
/// let exporter = Exporter::start(&Config::from_env()?, &REGISTRY)?;
/// // work
/// exporter.shutdown(Duration::from_secs(5))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Exporter {
    /// Closed when the exporter ends.
    commands: Option<Sender<Command>>,
    thread: Option<JoinHandle<()>>,
    outbox: Outbox,
}

/// What the thread is asked to do: export at once, until `end`, and say how it went.
#[derive(Debug)]
pub(crate) struct Command {
    end: Instant,
    is_last: bool,
    answer: SyncSender<Result<(), ExportError>>,
}

/// Is shown what receivers reject.
pub type OnPartial = dyn FnMut(&Partial) + Send;

impl Exporter {
    /// Starts to export `registry`; the first export is after one interval.
    ///
    /// # Errors
    /// When the configuration makes no sense, a certificate cannot be read, or the system gives no thread.
    /// That the receiver cannot be reached is no error here: it may come later.
    pub fn start(config: &Config, registry: &'static Registry) -> Result<Self, StartError> {
        Self::start_with(config, registry, Box::new(|_| {}))
    }

    /// The same, showing `on_partial` whatever the receiver rejects. It is called on the exporter's thread;
    /// when it panics, that is counted and the thread goes on.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with(
        config: &Config,
        registry: &'static Registry,
        on_partial: Box<OnPartial>,
    ) -> Result<Self, StartError> {
        let telemetry = Arc::new(ExporterMetrics::new());
        let (sender, commands) = mpsc::channel();
        let courier = Courier {
            commands,
            waiting: None,
            seed: RandomState::new().hash_one(0),
            on_partial,
            telemetry: telemetry.clone(),
        };
        let run = prepare(config, registry, courier)?;
        let queue = |signal| Some(run.mail.iter().find(|it| it.signal == signal)?.queue.clone());
        let (logs, spans) = (queue(Signal::Logs), queue(Signal::Traces));
        let outbox = Outbox { logs, spans, telemetry };
        let name = "engram-otlp".to_owned();
        let thread = thread::Builder::new().name(name).spawn(move || run.until_the_end());
        let thread = thread.map_err(StartError::Thread)?;
        Ok(Self { commands: Some(sender), thread: Some(thread), outbox })
    }

    /// What the exporter says about itself, to be registered with
    /// [`Registry::register_shared`].
    #[must_use]
    pub fn metrics(&self) -> Arc<ExporterMetrics> {
        self.outbox.telemetry.clone()
    }

    /// Where log records and spans are put to be exported too.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    /// Exports at once; waits for the result, `patience` at most.
    ///
    /// # Errors
    /// When not everything was taken in time.
    pub fn flush(&self, patience: Duration) -> Result<(), ExportError> {
        self.command(patience, false)
    }

    /// Exports a last time and ends the thread; returns after `patience` at the latest.
    ///
    /// Works everywhere, inside an asynchronous task too: it blocks the calling thread, never one that the
    /// export needs. An export that hangs is not interrupted; the result then is
    /// [`ExportError::TimedOut`], and the thread ends when its attempt does.
    ///
    /// # Errors
    /// When not everything was taken in time.
    pub fn shutdown(mut self, patience: Duration) -> Result<(), ExportError> {
        self.end(patience)
    }

    fn end(&mut self, patience: Duration) -> Result<(), ExportError> {
        let result = self.command(patience, true);
        self.commands = None;
        if !matches!(result, Err(ExportError::TimedOut))
            && let Some(thread) = self.thread.take()
        {
            // It has answered, or panicked, which was printed: it is about to end.
            let _ = thread.join();
        }
        result
    }

    fn command(&self, patience: Duration, is_last: bool) -> Result<(), ExportError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let end = Instant::now() + patience;
        let sent = self.commands.as_ref().map(|it| it.send(Command { end, is_last, answer }));
        let Some(Ok(())) = sent else { return Err(ExportError::Ended) };
        answered.recv_timeout(patience).unwrap_or_else(|error| match error {
            RecvTimeoutError::Timeout => Err(ExportError::TimedOut),
            RecvTimeoutError::Disconnected => Err(ExportError::Ended),
        })
    }
}

/// Everything that the thread needs; what is wrong with the configuration shows here.
fn prepare(
    config: &Config,
    registry: &'static Registry,
    courier: Courier,
) -> Result<Run, ConfigError> {
    config.check()?;
    let encoding = &config.encoding;
    let at_least_once = encoding.uncertain == Uncertain::AtLeastOnce;
    let mail = |signal, target: &Target| -> Result<Mail, ConfigError> {
        let head = Head::new(&encoding.resource, &encoding.scope);
        let limit = encoding.request_bytes.saturating_sub(head.len());
        Ok(Mail {
            signal,
            queue: Arc::new(Queue::new(limit.min(config.queue_bytes))),
            batch: Batch::new(head),
            transport: Transport::new(target, signal)?,
            resends: at_least_once,
        })
    };
    let targets = [(Signal::Logs, &config.logs), (Signal::Traces, &config.traces)].into_iter();
    let targets = targets.filter_map(|(signal, target)| Some((signal, target.as_ref()?)));
    Ok(Run {
        registry,
        metrics: Metrics::new(encoding, SystemTime::now()),
        transport: Transport::new(&config.target, Signal::Metrics)?,
        mail: targets.map(|(signal, target)| mail(signal, target)).collect::<Result<_, _>>()?,
        courier,
        times: Times {
            metrics: config.interval,
            records: config.record_interval,
            export: config.export_timeout,
        },
        resends: at_least_once || !encoding.temporality.is_delta(),
    })
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if self.thread.is_some() && self.commands.is_some() {
            // Nobody is left to tell.
            let _ = self.end(LAST_PATIENCE);
        }
    }
}

const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// Why an exporter did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A setting makes no sense.
    Config(ConfigError),
    /// The system gives no thread.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(out),
            Self::Thread(error) => write!(out, "no thread for the exporter: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// Why an export was not, or not wholly, delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// The time was over; the export may still be under way.
    TimedOut,
    /// A request was not taken.
    Failed {
        /// What is known of it.
        delivery: Delivery,
        /// What the receiver or the network said.
        why: String,
    },
    /// A source panicked while it was collected.
    Panicked,
    /// The exporter's thread has ended.
    Ended,
}

impl fmt::Display for ExportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => write!(out, "the export was not done in time"),
            Self::Failed { delivery: Delivery::Unknown, why } => {
                write!(out, "nobody knows whether the export arrived: {why}")
            }
            Self::Failed { why, .. } => write!(out, "the export was refused: {why}"),
            Self::Panicked => write!(out, "a source of metrics panicked"),
            Self::Ended => write!(out, "the exporter has ended"),
        }
    }
}

impl std::error::Error for ExportError {}
