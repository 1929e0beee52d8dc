//! The thread that drains, and how it ends.
//!
//! | state     | means                                   | left by                                        |
//! |-----------|-----------------------------------------|------------------------------------------------|
//! | `Running` | a round every interval                  | [`Drainer::shutdown`]                          |
//! | `Closing` | the tracer is closed, the rest is drained | the thread, when it is done or late           |
//! | `Ended`   | the thread will not touch a sink again  | -                                              |
//!
//! A sink that does not come back keeps the thread, not the one that ends it: at the deadline what the sink
//! has is abandoned, and what is in the rings is left behind. Both are in the [`Summary`].

use std::fmt;
use std::io;
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::drain::{Drain, Ledger, Shared, Summary};
use crate::event::Event;
use crate::gate::ENABLED;
use crate::sync::{Condvar, Mutex, lock, thread};

/// A thread that drains a tracer; dropping it is a [`shutdown`](Self::shutdown) of at most five seconds.
///
/// ```no_run
/// # use engram_metrics_core::label_enum;
/// # use engram_trace::{Event, Field};
/// use std::time::Duration;
/// use engram_trace::{DEFAULT_INTERVAL, Drain, Memory, Tracer};
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
/// let (memory, _recorded) = Memory::keeping(1000);
/// let drainer = Drain::of(&TRACER)?.to("memory", memory).start(DEFAULT_INTERVAL)?;
/// TRACER.record(Lookup { node: 7 });
/// let summary = drainer.shutdown(Duration::from_secs(5));
/// assert!(summary.is_complete);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Drainer {
    control: Arc<dyn Control>,
}

/// From one round to the next: the bounds of a tracer are made for it.
pub const DEFAULT_INTERVAL: Duration = Duration::from_millis(100);

/// A drainer of whatever events.
trait Control: Send + Sync {
    fn shutdown(&self, patience: Duration) -> Summary;
}

struct Engine<E: Event> {
    /// The process that has the thread: the child of a fork has none.
    process: u32,
    tracer: Shared<E>,
    ledgers: Vec<Arc<Ledger>>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Running { thread: Option<thread::ThreadId> },
    Closing { thread: Option<thread::ThreadId>, end: Instant },
    Ended,
}

impl Drainer {
    pub(crate) fn start<E: Event>(drain: Drain<E>, interval: Duration) -> io::Result<Self> {
        let state = if ENABLED { State::Running { thread: None } } else { State::Ended };
        let engine = Arc::new(Engine {
            process: process::id(),
            tracer: drain.tracer(),
            ledgers: drain.ledgers(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        if ENABLED {
            let thread = thread::Builder::new().name("engram-trace".to_owned());
            let running = engine.clone();
            // Not joined: it may be inside a sink for ever. Its end is in the state.
            drop(thread.spawn(move || running.run(drain, interval))?);
        }
        Ok(Self { control: engine })
    }

    /// Closes the tracer, hands on what is left, and returns within about `patience` whatever the sinks do.
    ///
    /// What could not be delivered by then is in the summary, and stays undelivered. Called again it waits for
    /// the same end and says the same. Called inside a sink, which is to say by the thread that it would wait
    /// for, it closes the tracer and returns at once; the rest is drained behind it. In the child of a `fork`, where
    /// that thread does not exist, it closes the copy of the tracer and says nothing of any sink.
    pub fn shutdown(&self, patience: Duration) -> Summary {
        self.control.shutdown(patience)
    }
}

impl Drop for Drainer {
    fn drop(&mut self) {
        self.control.shutdown(LAST_PATIENCE);
    }
}

impl fmt::Debug for Drainer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Drainer").finish_non_exhaustive()
    }
}

const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// An end that no clock reaches.
const FOR_EVER: Duration = Duration::from_secs(60 * 60 * 24 * 365);

impl<E: Event> Control for Engine<E> {
    fn shutdown(&self, patience: Duration) -> Summary {
        self.tracer.close();
        if process::id() != self.process {
            // Whoever held a lock when this process was forked does not run here.
            return Summary::of_nobody(&*self.tracer);
        }
        let end = Instant::now() + patience.min(FOR_EVER);
        if self.begin_closing(end) && !self.wait_for_end(end) {
            self.ledgers.iter().for_each(|ledger| ledger.abandon());
        }
        Summary::of(&*self.tracer, self.ledgers.iter().map(|ledger| &**ledger))
    }
}

impl<E: Event> Engine<E> {
    /// Asks the thread to end; false when the caller is that thread.
    fn begin_closing(&self, end: Instant) -> bool {
        let mut state = lock(&self.state);
        let thread = match *state {
            State::Running { thread } => {
                *state = State::Closing { thread, end };
                self.changed.notify_all();
                thread
            }
            State::Closing { thread, .. } => thread,
            State::Ended => None,
        };
        thread != Some(thread::current().id())
    }

    /// Whether the thread ended in time.
    fn wait_for_end(&self, end: Instant) -> bool {
        let mut state = lock(&self.state);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if matches!(*state, State::Ended) || left.is_zero() {
                return matches!(*state, State::Ended);
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
    }

    fn run(&self, mut drain: Drain<E>, interval: Duration) {
        let _ended = Ended(self);
        self.introduce();
        let end = loop {
            if let Some(end) = self.pause(interval) {
                break end;
            }
            // As long as there is more than a batch, but no longer than until the end.
            while drain.step() >= crate::BATCH_EVENTS && self.end().is_none() {}
            drain.round();
        };
        while Instant::now() < end && !self.is_abandoned() && drain.step() > 0 {}
        if !self.is_abandoned() {
            drain.flush();
        }
    }

    /// Says which thread it is that drains.
    fn introduce(&self) {
        let id = Some(thread::current().id());
        match &mut *lock(&self.state) {
            State::Running { thread } | State::Closing { thread, .. } => *thread = id,
            State::Ended => {}
        }
    }

    /// Waits for the next round; when the end is near, until when there is time.
    fn pause(&self, interval: Duration) -> Option<Instant> {
        let state = lock(&self.state);
        if let State::Closing { end, .. } = *state {
            return Some(end);
        }
        let waited = self.changed.wait_timeout(state, interval);
        drop(waited.unwrap_or_else(|poisoned| poisoned.into_inner()));
        self.end()
    }

    fn end(&self) -> Option<Instant> {
        match *lock(&self.state) {
            State::Closing { end, .. } => Some(end),
            _ => None,
        }
    }

    fn is_abandoned(&self) -> bool {
        self.ledgers.iter().any(|ledger| ledger.is_over())
    }
}

/// Says that the thread has ended, also when it panicked.
struct Ended<'a, E: Event>(&'a Engine<E>);

impl<E: Event> Drop for Ended<'_, E> {
    fn drop(&mut self) {
        *lock(&self.0.state) = State::Ended;
        self.0.changed.notify_all();
    }
}
