//! Times contenders against each other: short chunks in random order, medians.
//!
//! Every round visits all contenders, so that a change in the machine's speed meets all of them alike.
//! A chunk is far shorter than a time slice where the operation allows it, see [`chunk`].

pub(crate) mod chunk;

use crate::allocations;
use chunk::Sample;

pub(crate) use chunk::stay_on_processor;

/// One way to do an operation.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    /// It is timed alone and with each number of threads up to this one.
    pub(crate) threads: usize,
    /// Does the operation a number of times.
    pub(crate) run: Box<dyn Fn(u32) + Sync>,
}

impl Contender {
    /// The same, timed with one thread only.
    pub(crate) fn alone(self) -> Self {
        Self { threads: 1, ..self }
    }
}

/// What a contender cost.
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) threads: usize,
    /// Nanoseconds per operation and thread, the median of all chunks.
    pub(crate) median_ns: f64,
    /// The same of the slowest operation in a hundred, where that is looked at.
    pub(crate) p99_ns: Option<f64>,
    /// Allocations per operation, where one thread does it all.
    pub(crate) allocations: Option<f64>,
    /// Memory that an operation needs beyond what is kept from the one before, at its peak.
    pub(crate) peak_bytes: u64,
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
            threads: 2,
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

/// Times every contender in `rounds` rounds.
pub(crate) fn measure(contenders: &[Contender], rounds: usize) -> Vec<Outcome> {
    let rows = contenders.iter().flat_map(|it| (1..=it.threads).map(move |threads| (it, threads)));
    let mut rows: Vec<_> = rows.map(|(contender, threads)| Row::new(contender, threads)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..rounds {
        random.shuffle(&mut order);
        order.iter().for_each(|at| rows[*at].sample());
    }
    rows.into_iter().map(Row::outcome).collect()
}

/// A contender with a number of threads.
struct Row<'a> {
    contender: &'a Contender,
    threads: usize,
    /// Operations in a chunk.
    times: u32,
    samples: Vec<Sample>,
}

impl<'a> Row<'a> {
    fn new(contender: &'a Contender, threads: usize) -> Self {
        let times = chunk::calibrate(&*contender.run, threads);
        Self { contender, threads, times, samples: Vec::new() }
    }

    /// Two threads seldom have both processors for themselves, so they get more tries.
    fn sample(&mut self) {
        for _ in 0..if self.threads == 1 { 1 } else { 3 } {
            let sample = chunk::time(&*self.contender.run, self.threads, self.times);
            self.samples.push(sample);
            if sample.is_undisturbed {
                break;
            }
        }
    }

    fn outcome(self) -> Outcome {
        let before = allocations::count();
        (self.contender.run)(self.times);
        let allocated = allocations::count() - before;
        Outcome {
            name: self.contender.name,
            operation: self.contender.operation,
            threads: self.threads,
            median_ns: median(&self.samples),
            p99_ns: None,
            allocations: Some(allocated as f64 / f64::from(self.times)),
            peak_bytes: allocations::peak(|| (self.contender.run)(1)),
        }
    }
}

/// The median of the undisturbed samples, unless those are few: then of all.
pub(crate) fn median(samples: &[Sample]) -> f64 {
    let of = |only_good: bool| -> Vec<f64> {
        samples.iter().filter(|it| it.is_undisturbed || !only_good).map(|it| it.ns).collect()
    };
    let mut chosen = of(true);
    if chosen.len() < samples.len() / 10 {
        chosen = of(false);
    }
    chosen.sort_by(f64::total_cmp);
    chosen[chosen.len() / 2]
}
