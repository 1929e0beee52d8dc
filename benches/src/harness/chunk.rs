//! One chunk: a number of operations between two readings of a clock.
//!
//! One thread waits for nobody, so it is timed by the processor time that it used, which is the same
//! whatever else the machine does. Two threads may wait for each other, inside a lock for instance, so
//! they are timed by the wall, each on a processor of its own. They begin together, at a barrier that
//! spins, because waking a thread takes as long as a small chunk. A chunk in which a thread was put off its processor, or in which the
//! two did not run side by side, is marked as disturbed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

/// How long a chunk takes, unless one operation takes longer: a tenth of a time slice.
const CHUNK: Duration = Duration::from_micros(300);

/// Operations that a new thread does first, so that making its state is not timed.
const FIRST_USE: u32 = 64;

/// The part of a chunk of two threads during which both have to run.
const OVERLAP: f64 = 0.8;

#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// Nanoseconds per operation and thread.
    pub(crate) ns: f64,
    pub(crate) is_undisturbed: bool,
}

type Run<'a> = &'a (dyn Fn(u32) + Sync);

/// How many operations make up a chunk: at least one. Warms caches and makes lazily created state.
pub(super) fn calibrate(run: Run<'_>, threads: usize) -> u32 {
    let mut times = 1_u32;
    loop {
        let ns = time(run, threads, times).ns;
        let took = ns * f64::from(times);
        if took >= CHUNK.as_nanos() as f64 / 2.0 || times > u32::MAX / 2 {
            return (CHUNK.as_nanos() as f64 / ns).max(1.0) as u32;
        }
        times *= 2;
    }
}

pub(crate) fn time(run: Run<'_>, threads: usize, times: u32) -> Sample {
    if threads == 1 { alone(run, times) } else { together(run, times) }
}

fn alone(run: Run<'_>, times: u32) -> Sample {
    // The contenders before have used the caches; this brings the own data back, for everybody alike.
    run(1);
    let switches = switches();
    let started = processor_time();
    run(times);
    let took = processor_time() - started;
    Sample {
        ns: took.as_nanos() as f64 / f64::from(times),
        is_undisturbed: self::switches() == switches,
    }
}

fn together(run: Run<'_>, times: u32) -> Sample {
    let start = StartLine::default();
    let start = &start;
    let laps = thread::scope(|scope| {
        let threads =
            [0, 1].map(|number| scope.spawn(move || Lap::run(run, times, (start, number))));
        threads.map(|it| it.join().expect("contenders do not panic"))
    });
    let [one, other] = laps;
    let longest = one.took().max(other.took());
    let both =
        one.finished.min(other.finished).saturating_duration_since(one.started.max(other.started));
    Sample {
        ns: (one.took() + other.took()).as_nanos() as f64 / 2.0 / f64::from(times),
        is_undisturbed: !one.was_switched
            && !other.was_switched
            && both.as_secs_f64() >= OVERLAP * longest.as_secs_f64(),
    }
}

/// One thread makes, another one takes: from the beginning of the first to the end of the second.
pub(crate) fn relay(make: Run<'_>, take: Run<'_>, times: u32) -> Sample {
    let start = StartLine::default();
    let start = &start;
    let [making, taking] = thread::scope(|scope| {
        let threads = [(make, 0), (take, 1)]
            .map(|(run, number)| scope.spawn(move || Lap::run(run, times, (start, number))));
        threads.map(|it| it.join().expect("contenders do not panic"))
    });
    let finished = making.finished.max(taking.finished);
    Sample {
        ns: finished.duration_since(making.started).as_nanos() as f64 / f64::from(times),
        is_undisturbed: !making.was_switched && !taking.was_switched,
    }
}

/// What one of two threads did.
struct Lap {
    started: Instant,
    finished: Instant,
    was_switched: bool,
}

impl Lap {
    fn run(run: Run<'_>, times: u32, (start, number): (&StartLine, usize)) -> Self {
        stay_on_processor(number);
        run(FIRST_USE);
        let switches = switches();
        start.wait();
        let started = Instant::now();
        run(times);
        let finished = Instant::now();
        Self { started, finished, was_switched: self::switches() != switches }
    }

    fn took(&self) -> Duration {
        self.finished - self.started
    }
}

/// Two threads leave together.
#[derive(Default)]
struct StartLine(AtomicUsize);

impl StartLine {
    fn wait(&self) {
        // Relaxed, both: the number itself is all that is passed on.
        self.0.fetch_add(1, Ordering::Relaxed);
        while self.0.load(Ordering::Relaxed) < 2 {
            std::hint::spin_loop();
        }
    }
}

/// Two threads on one processor would take turns. With only one, there is nothing to be done about it.
pub(crate) fn stay_on_processor(number: usize) {
    let this_thread = Pid::from_raw(0);
    let allowed = sched_getaffinity(this_thread).expect("Linux knows where a thread may run");
    let mut processors = (0..CpuSet::count()).filter(|it| allowed.is_set(*it).unwrap_or(false));
    if let Some(processor) = processors.nth(number) {
        let mut only = CpuSet::new();
        only.set(processor).expect("it was in a set before");
        sched_setaffinity(this_thread, &only).expect("it is one of those allowed");
    }
}

fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux has this clock").into()
}

/// How often this thread was put off its processor.
fn switches() -> i64 {
    getrusage(UsageWho::RUSAGE_THREAD)
        .expect("Linux counts for a thread")
        .involuntary_context_switches()
}
