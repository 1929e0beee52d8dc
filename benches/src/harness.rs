//! Times contenders against each other: short chunks in random order, medians.
//!
//! Chunks are far shorter than a time slice, and every round visits all contenders, so that a change in
//! the machine's speed meets all of them alike. With two threads both hammer the same metric; the chunk
//! begins when both are ready.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::allocations;

/// Operations in a chunk.
const CHUNK: u32 = 50_000;

/// Chunks that warm caches and make lazily created state before anything counts.
const WARM_UP: usize = 3;

/// One way to do an operation.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    /// Does the operation a number of times.
    pub(crate) run: Box<dyn Fn(u32) + Sync>,
}

/// What a contender cost.
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) threads: usize,
    /// Nanoseconds per operation and thread, the median of all chunks.
    pub(crate) median_ns: f64,
    /// Allocations per operation.
    pub(crate) allocations: f64,
}

/// Makes a contender of an expression that may use the number of the iteration.
///
/// The empty assembly behind each operation may read and write all memory, as far as the compiler knows:
/// it can neither merge operations nor keep a value in a register, for any contender.
macro_rules! contender {
    ($name:expr, $operation:expr, |$at:ident| $act:expr) => {
        $crate::harness::Contender {
            name: $name,
            operation: $operation,
            run: Box::new(move |times| {
                for $at in 0..times {
                    $act;
                    $crate::harness::fence();
                }
            }),
        }
    };
}
pub(crate) use contender;

/// Keeps operations apart; costs nothing.
#[inline(always)]
pub(crate) fn fence() {
    // SAFETY: no instruction at all.
    unsafe { std::arch::asm!("", options(nostack, preserves_flags)) };
}

/// Runs every contender alone and with two threads.
pub(crate) fn measure(contenders: &[Contender], rounds: usize) -> Vec<Outcome> {
    let mut order: Vec<(usize, usize)> =
        (0..contenders.len()).flat_map(|at| [(at, 1), (at, 2)]).collect();
    let mut samples = vec![[Vec::new(), Vec::new()]; contenders.len()];
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..rounds + WARM_UP {
        random.shuffle(&mut order);
        for &(at, threads) in &order {
            let ns = chunk(&*contenders[at].run, threads);
            if round >= WARM_UP {
                samples[at][threads - 1].push(ns);
            }
        }
    }
    let outcome = |(contender, samples): (&Contender, &mut [Vec<f64>; 2])| {
        let allocations = allocations_of(&*contender.run);
        [1, 2].map(|threads| Outcome {
            name: contender.name,
            operation: contender.operation,
            threads,
            median_ns: median(&mut samples[threads - 1]),
            allocations,
        })
    };
    contenders.iter().zip(&mut samples).flat_map(outcome).collect()
}

/// Nanoseconds per operation and thread.
fn chunk(run: &(dyn Fn(u32) + Sync), threads: usize) -> f64 {
    if threads == 1 {
        return timed(run);
    }
    let ready = Barrier::new(threads);
    let timed_together = || {
        // First use of a metric by this thread is not what is timed.
        run(64);
        ready.wait();
        timed(run)
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(timed_together)).collect();
        let times = all.into_iter().map(|it| it.join().expect("contenders do not panic"));
        times.sum::<f64>() / threads as f64
    })
}

fn timed(run: &(dyn Fn(u32) + Sync)) -> f64 {
    let started = Instant::now();
    run(CHUNK);
    started.elapsed().as_nanos() as f64 / f64::from(CHUNK)
}

fn allocations_of(run: &(dyn Fn(u32) + Sync)) -> f64 {
    let before = allocations::count();
    run(CHUNK);
    (allocations::count() - before) as f64 / f64::from(CHUNK)
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
