//! From the rings to the sinks, by hand or by a thread.

mod outlet;

use std::fmt;
use std::io;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use engram_metrics_core::Stamp;

use crate::account::{Account, Delivery};
use crate::drainer::Drainer;
use crate::event::Event;
use crate::item::Item;
use crate::reader::Reader;
use crate::sink::{Batch, Sink};
use crate::tracer::Tracer;
use outlet::Outlet;

pub(crate) use outlet::Ledger;
pub use outlet::{SinkMetrics, Undelivered};

/// Events that are handed on at one time.
pub const BATCH_EVENTS: usize = 512;

/// A tracer that may be shared in whatever way.
pub(crate) type Shared<E> = Arc<dyn Deref<Target = Tracer<E>> + Send + Sync>;

/// Takes events out of a tracer and hands them to sinks.
///
/// ```
/// # use engram_metrics_core::label_enum;
/// # use engram_trace::{Event, Field};
/// use engram_trace::{Drain, Memory, Tracer};
///
/// # label_enum! { pub enum Kind as "kind" { Hit = "hit" } }
/// # #[derive(Clone, Copy, Debug)]
/// # struct Lookup { node: u64 }
/// # impl Event for Lookup {
/// #     type Kind = Kind;
/// #     fn kind(&self) -> Kind { Kind::Hit }
/// #     fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) { see("node", Field::Unsigned(self.node)); }
/// # }
/// static TRACER: Tracer<Lookup> = Tracer::new();
///
/// let (memory, recorded) = Memory::keeping(1000);
/// let mut drain = Drain::of(&TRACER)?.to("memory", memory);
/// TRACER.record(Lookup { node: 7 });
/// drain.step();
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(recorded.len(), 1);
/// # }
/// # Ok::<(), engram_trace::ReaderTaken>(())
/// ```
///
/// [`start`](Self::start) does it on a thread, at intervals.
///
/// **Memory.** The rings of the tracer, and [`BATCH_EVENTS`] items here, about 80 KiB.
pub struct Drain<E: Event> {
    tracer: Shared<E>,
    reader: Reader<E>,
    items: Vec<Item<E>>,
    outlets: Vec<Outlet<E>>,
}

impl<E: Event> Drain<E> {
    /// Drains a tracer: a `&'static Tracer`, or one in an `Arc`.
    ///
    /// # Errors
    /// When somebody else does.
    pub fn of(
        tracer: impl Deref<Target = Tracer<E>> + Send + Sync + 'static,
    ) -> Result<Self, ReaderTaken> {
        let reader = tracer.reader().ok_or(ReaderTaken(()))?;
        let items = Vec::with_capacity(BATCH_EVENTS);
        Ok(Self { tracer: Arc::new(tracer), reader, items, outlets: Vec::new() })
    }

    /// Also hands everything to this sink, called so in metrics and summaries.
    #[must_use]
    pub fn to(mut self, name: &str, sink: impl Sink<E> + 'static) -> Self {
        self.outlets.push(Outlet::new(name, Box::new(sink)));
        self
    }

    /// What the sink of this name says about itself, to be registered with
    /// [`Registry::register_shared`](engram_metrics_core::Registry::register_shared).
    #[must_use]
    pub fn metrics(&self, name: &str) -> Option<Arc<SinkMetrics>> {
        let outlet = self.outlets.iter().find(|outlet| outlet.ledger.name() == name)?;
        Some(outlet.ledger.metrics())
    }

    /// Hands at most [`BATCH_EVENTS`] events, and the gaps between them, to every sink; how many items.
    pub fn step(&mut self) -> usize {
        self.items.clear();
        let most = BATCH_EVENTS;
        self.reader.drain(most, &mut self.items);
        if self.items.is_empty() {
            return 0;
        }
        self.tracer.count_drained(&self.items);
        let batch = Batch::new(&self.items, (SystemTime::now(), Stamp::now()));
        let events = batch.events();
        // All of them first: what a sink in front keeps for ever is undelivered behind it, too.
        self.outlets.iter().for_each(|outlet| outlet.ledger.begin(events));
        self.outlets.iter_mut().for_each(|outlet| outlet.deliver(&batch));
        self.items.len()
    }

    /// Closes the tracer and hands on what is left; by a thread, see [`Drainer::shutdown`].
    pub fn finish(mut self) -> Summary {
        self.tracer.close();
        while self.step() > 0 {}
        self.flush();
        Summary::of(&*self.tracer, self.outlets.iter().map(|outlet| &*outlet.ledger))
    }

    /// Drains on a thread, every `interval` and at the end.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(self, interval: Duration) -> io::Result<Drainer> {
        Drainer::start(self, interval)
    }

    /// Lets every sink pass on what is due, as a thread does after each round of [`step`](Self::step)s.
    pub fn round(&mut self) {
        let now = (SystemTime::now(), Stamp::now());
        self.outlets.iter_mut().for_each(|outlet| outlet.round(now));
    }

    /// Lets every sink pass on what it still holds.
    pub(crate) fn flush(&mut self) {
        self.outlets.iter_mut().for_each(Outlet::flush);
    }

    pub(crate) fn tracer(&self) -> Shared<E> {
        self.tracer.clone()
    }

    pub(crate) fn ledgers(&self) -> Vec<Arc<Ledger>> {
        self.outlets.iter().map(|outlet| outlet.ledger.clone()).collect()
    }
}

impl<E: Event> fmt::Debug for Drain<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sinks: Vec<_> = self.outlets.iter().map(|outlet| outlet.ledger.name()).collect();
        out.debug_struct("Drain").field("sinks", &sinks).finish_non_exhaustive()
    }
}

/// Somebody else drains this tracer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderTaken(());

impl fmt::Display for ReaderTaken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the tracer is drained by somebody else")
    }
}

impl std::error::Error for ReaderTaken {}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// What became of all events. What is pending now is left behind.
    pub account: Account,
    /// What each sink did, by its name.
    pub sinks: Vec<(String, Delivery)>,
    /// Whether everything was handed to every sink within the deadline.
    pub is_complete: bool,
}

impl Summary {
    pub(crate) fn of<'a, E: Event>(
        tracer: &Tracer<E>,
        ledgers: impl Iterator<Item = &'a Ledger>,
    ) -> Self {
        let account = tracer.account();
        let sinks: Vec<_> = ledgers.map(|it| (it.name().to_owned(), it.delivery())).collect();
        let is_complete =
            account.pending() == 0 && sinks.iter().all(|(_, it)| it.handed() == account.drained);
        let is_kept = sinks.iter().all(|(_, it)| it.abandoned == 0);
        Self { account, sinks, is_complete: is_complete && is_kept }
    }

    /// Where nobody drains.
    pub(crate) fn of_nobody<E: Event>(tracer: &Tracer<E>) -> Self {
        let account = tracer.account();
        Self { is_complete: account.pending() == 0, account, sinks: Vec::new() }
    }

    /// Events that a sink was not delivered although they were recorded: failed, panicked over, abandoned, or
    /// left behind in the rings.
    #[must_use]
    pub fn undelivered(&self, name: &str) -> Option<u64> {
        let (_, delivery) = self.sinks.iter().find(|(sink, _)| sink == name)?;
        Some(self.account.recorded - delivery.delivered)
    }
}
