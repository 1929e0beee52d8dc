//! Many runs in which something goes wrong: no event is ever unaccounted for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use engram_metrics_core::when_enabled;
use engram_trace::{Batch, Bounds, Drain, Sink, SinkError, Summary, Tracer};

use super::*;

/// What a sink does with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Takes as long as many batches.
    Slow,
    /// Does not come back before the end of the run.
    Blocks,
    /// Takes a part and fails.
    Fails,
    Panics,
    /// What a full disk says; nothing is ever taken again.
    DiskFull,
    /// Any of these but blocking, batch by batch.
    Any,
}

const FAULTS: [Fault; 7] = [
    Fault::None,
    Fault::Slow,
    Fault::Blocks,
    Fault::Fails,
    Fault::Panics,
    Fault::DiskFull,
    Fault::Any,
];

/// A sink with a fault, which counts by itself what it took.
struct Faulty {
    fault: Fault,
    random: fastrand::Rng,
    taken: Arc<AtomicU64>,
    lost: Arc<AtomicU64>,
    /// Ends when the run lets go.
    gate: Mutex<Receiver<()>>,
}

impl Faulty {
    fn new(fault: Fault, seed: u64) -> (Self, Counts, Sender<()>) {
        let (sender, gate) = mpsc::channel();
        let counts = Counts::default();
        let sink = Self {
            fault,
            random: fastrand::Rng::with_seed(seed),
            taken: counts.taken.clone(),
            lost: counts.lost.clone(),
            gate: Mutex::new(gate),
        };
        (sink, counts, sender)
    }

    fn take(&self, count: u64) {
        // Relaxed: read when the drain has ended.
        self.taken.fetch_add(count, Ordering::Relaxed);
    }
}

/// What a sink counted.
#[derive(Clone, Default)]
struct Counts {
    taken: Arc<AtomicU64>,
    lost: Arc<AtomicU64>,
}

impl Sink<Thing> for Faulty {
    fn deliver(&mut self, batch: &Batch<'_, Thing>) -> Result<(), SinkError> {
        let fault = match self.fault {
            Fault::Any => FAULTS[self.random.usize(..FAULTS.len())],
            fault => fault,
        };
        // Relaxed: as in `take`.
        self.lost.fetch_add(super::lost(batch.items()), Ordering::Relaxed);
        let events = batch.events();
        match fault {
            Fault::None | Fault::Any => {}
            Fault::Slow => (0..20).for_each(|_| thread::yield_now()),
            Fault::Blocks if self.fault == Fault::Any => {}
            Fault::Blocks => _ = self.gate.lock().map(|gate| gate.recv()),
            Fault::Fails => {
                let taken = self.random.u64(..=events);
                self.take(taken);
                return Err(SinkError::after(taken, "it was told to fail"));
            }
            // Without the message of a panic that nobody expected.
            Fault::Panics => std::panic::resume_unwind(Box::new("it was told to panic")),
            Fault::DiskFull => {
                return Err(SinkError::after(
                    0,
                    std::io::Error::from(std::io::ErrorKind::StorageFull),
                ));
            }
        }
        self.take(events);
        Ok(())
    }
}

/// One run.
struct Run {
    seed: u64,
    fault: Fault,
    events: u64,
}

/// Threads that record at one time.
const PRODUCERS: u64 = 4;

/// For a sink that never comes back, and for those that do, however busy the machine is.
const SHORT: Duration = Duration::from_millis(30);
const HOUR: Duration = Duration::from_secs(3600);

/// The strength of recalls that are recorded, in runs with filters.
const LEAST: f32 = 0.5;

/// How seldom a producer waits for room: each time may take until the next drain.
const EVENTS_BETWEEN_WAITS: u64 = 5_000;

impl Run {
    /// Records with producers that are born and die, drains, ends, and adds up.
    fn play(&self) -> Summary {
        let _told = TellsIfItFails(self);
        let mut random = fastrand::Rng::with_seed(self.seed);
        let bounds = Bounds { rings: random.usize(1..=6), events: 1 << random.u32(0..=12) };
        let tracer = Arc::new(Tracer::bounded(bounds));
        if random.bool() {
            tracer.set_one_in(Kind::Search, 1 << random.u32(0..4));
            tracer.set_min_strength(Kind::Recall, LEAST);
        }
        let (sink, counts, gate) = Faulty::new(self.fault, random.u64(..));
        let drain = Drain::of(tracer.clone()).expect("nobody else drains").to("faulty", sink);
        let drainer = drain.start(Duration::from_millis(random.u64(0..5))).expect("a thread");
        let patience = if self.fault == Fault::Blocks { SHORT } else { HOUR };
        let ends_after = random.bool().then(|| random.u64(0..self.events / 2));
        let within_bound = AtomicBool::new(true);
        let (offered, early) = thread::scope(|scope| {
            let producers: Vec<_> = (0..PRODUCERS)
                .map(|producer| {
                    let seed = random.u64(..);
                    let (tracer, within_bound) = (&tracer, &within_bound);
                    scope.spawn(move || self.live(tracer, (producer, seed), within_bound))
                })
                .collect();
            let early = ends_after.map(|count| {
                while tracer.account().offered() < count {
                    thread::yield_now();
                }
                drainer.shutdown(patience)
            });
            let offered: u64 = producers.into_iter().map(|it| it.join().expect("no panic")).sum();
            (offered, early)
        });
        let last = drainer.shutdown(patience);
        if let Some(early) = early {
            assert_eq!(early.sinks, last.sinks, "a second end changes nothing");
        }
        // Relaxed: the threads are joined.
        assert!(within_bound.load(Ordering::Relaxed), "more memory than documented");
        self.judge(&last, offered, &counts);
        drop(gate);
        last
    }

    /// One of the producers: a sequence of threads, of which each records a little and ends.
    fn live(
        &self,
        tracer: &Arc<Tracer<Thing>>,
        (producer, seed): (u64, u64),
        bound: &AtomicBool,
    ) -> u64 {
        let mut random = fastrand::Rng::with_seed(seed);
        let share = self.events / PRODUCERS;
        // A sink that never comes back makes no room.
        let waits = random.bool() && self.fault != Fault::Blocks;
        let mut waits = if waits { share / EVENTS_BETWEEN_WAITS } else { 0 };
        let mut offered = 0;
        while offered < share {
            let count = random.u64(1..=share / 3 + 1).min(share - offered);
            thread::scope(|scope| {
                scope.spawn(|| offer(tracer, producer, count, &mut waits));
            });
            offered += count;
            if tracer.bytes() > tracer.most_bytes() {
                // Relaxed: read when this thread is joined.
                bound.store(false, Ordering::Relaxed);
            }
        }
        offered
    }

    fn judge(&self, summary: &Summary, offered: u64, counts: &Counts) {
        let Self { seed, fault, .. } = self;
        let (account, (_, delivery)) = (&summary.account, &summary.sinks[0]);
        let what = format!("seed {seed}, {fault:?}: {summary:?}");
        assert_eq!(account.offered(), offered, "{what}");
        assert_eq!(account.recorded, delivery.handed() + account.pending(), "{what}");
        // Relaxed: the drain has ended, or its sink never came back.
        if *fault != Fault::Blocks {
            assert_eq!(delivery.delivered, counts.taken.load(Ordering::Relaxed), "{what}");
            assert_eq!(delivery.abandoned, 0, "{what}");
            assert!(counts.lost.load(Ordering::Relaxed) <= account.refused_full, "{what}");
            if account.pending() == 0 {
                assert!(summary.is_complete, "{what}");
            }
        }
        let refused =
            account.refused() + account.filtered_out + delivery.undelivered() + account.pending();
        assert_eq!(delivery.delivered + refused + account.sampled_out, offered, "{what}");
    }
}

/// Offers so many events, and after a refusal waits for room as long as it may: more of them get into the ring.
fn offer(tracer: &Tracer<Thing>, producer: u64, count: u64, waits: &mut u64) {
    for number in 0..count {
        let thing = Thing::numbered(producer, number);
        let strength = (number % 10) as f32 / 10.0;
        let is_recall = number % 3 == 0;
        let is_in =
            tracer.record(if is_recall { thing.of(Kind::Recall, strength) } else { thing });
        // Neither filtered nor sampled, so what is not in was refused.
        let is_refused = !is_in && is_recall && strength >= LEAST;
        if is_refused && *waits > 0 {
            *waits -= 1;
            wait_for_room(tracer);
        }
    }
}

/// Comes back when all that is in the rings was drained, or nothing will be.
fn wait_for_room(tracer: &Tracer<Thing>) {
    let recorded = tracer.account().recorded;
    while tracer.account().drained < recorded && !tracer.is_closed() {
        thread::yield_now();
    }
}

/// Says which run it was, whatever it was that failed.
struct TellsIfItFails<'a>(&'a Run);

impl Drop for TellsIfItFails<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let Run { seed, fault, events } = self.0;
            eprintln!("this was the run with seed {seed}, {fault:?}, {events} events");
        }
    }
}

/// What became of the events of many runs.
#[derive(Debug, Default)]
struct Total {
    offered: u64,
    delivered: u64,
    refused: u64,
    sampled_out: u64,
    filtered_out: u64,
    /// Recorded, and by the fault of the sink not delivered.
    undelivered: u64,
}

impl Total {
    fn add(&mut self, summary: &Summary) {
        let (account, delivery) = (&summary.account, &summary.sinks[0].1);
        self.offered += account.offered();
        self.delivered += delivery.delivered;
        self.refused += account.refused();
        self.sampled_out += account.sampled_out;
        self.filtered_out += account.filtered_out;
        self.undelivered += account.recorded - delivery.delivered;
    }

    const fn parts(&self) -> [u64; 5] {
        [self.delivered, self.refused, self.sampled_out, self.filtered_out, self.undelivered]
    }
}

when_enabled! {
    #[test]
    fn in_a_hundred_runs_with_faults_delivered_refused_and_sampled_out_are_what_was_offered() {
        // Ten million of them where `cargo xtask verify --full --only trace` asks for it.
        let events = std::env::var("ENGRAM_EVENTS").ok().and_then(|it| it.parse().ok());
        let events = events.unwrap_or(20_000);
        let mut total = Total::default();
        for seed in 0..100 {
            let fault = FAULTS[seed as usize % FAULTS.len()];
            total.add(&Run { seed, fault, events }.play());
        }
        // For whoever asks for more of them.
        eprintln!("{total:?}");
        assert_eq!(total.parts().iter().sum::<u64>(), 100 * events, "{total:?}");
        assert!(total.parts().iter().all(|part| *part > events / 10), "of each there are some: {total:?}");
    }

    #[test]
    fn of_ten_million_events_by_four_producers_every_single_one_is_accounted_for() {
        // Fewer where each access is watched.
        let events = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
        Run { seed: 1, fault: Fault::None, events }.play();
    }

    #[test]
    fn without_faults_every_event_is_delivered_or_told_as_a_gap() {
        let tracer = Arc::new(Tracer::bounded(Bounds { rings: 4, events: 64 }));
        let (sink, counts, _gate) = Faulty::new(Fault::Slow, 1);
        let drain = Drain::of(tracer.clone()).expect("nobody else drains").to("slow", sink);
        let drainer = drain.start(Duration::from_millis(1)).expect("a thread");
        thread::scope(|scope| {
            for producer in 0..PRODUCERS {
                let tracer = &tracer;
                scope.spawn(move || {
                    (0..50_000).for_each(|number| _ = tracer.record(Thing::numbered(producer, number)));
                });
            }
        });
        let summary = drainer.shutdown(HOUR);
        // Relaxed: the drain has ended.
        let told = counts.taken.load(Ordering::Relaxed) + counts.lost.load(Ordering::Relaxed);
        assert_eq!(told, PRODUCERS * 50_000, "{summary:?}");
        assert!(summary.is_complete && summary.account.refused_full > 0, "{summary:?}");
    }
}
