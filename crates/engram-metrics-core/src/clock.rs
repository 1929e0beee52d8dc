//! Time between two moments, in ticks of 2^-30 s, at the cost of reading the processor's counter.
//!
//! ```text
//!   first use              20 ms later, at the earliest
//!      │ anchor                 │ second reading: rate = ticks / cycles, published once
//!      ▼                        ▼
//!   ───┼── moments: Instant ────┼── moments: cycles ───────────────► nobody ever waits
//! ```
//!
//! On x86-64 the time stamp counter is a clock where CPUID calls it invariant: it then counts at one rate
//! on all cores, whatever their frequency and sleep states. What that rate is nobody says, so it is
//! measured against [`Instant`]. Until then, without such a counter, on other processors and under Miri a
//! moment is an `Instant`. A moment is measured to its end by the clock that it began with.
//!
//! # Error
//! A reading takes the counter in front of and behind an `Instant`, which is somewhere in between: the
//! middle is off by at most half the width of this bracket. The rate is published only when both brackets
//! together are at most 2^-13 of the cycles between them, so they contribute at most 2^-14, 6.1e-5. An
//! `Instant` that moves in steps of 100 ns, the coarsest in use, adds 1e-5 over 20 ms; rounding to ticks
//! 9e-8; the fixed point of the rate 2e-9 up to 20 GHz. Together below **1e-4** of the duration, plus the
//! order in which the processor executes: `rdtsc` waits for nothing and may be some tens of cycles early.
//! What happens to the system's clock afterwards (NTP may slow it by up to 5e-4) is not followed.
//!
//! # Limits
//! A machine whose counters are not the same on all sockets, or that resets them when it wakes up, can
//! show an end before its beginning; that measures as 0. The rate never changes once published, so a
//! measurement never mixes two.
//!
//! # Cost
//! Two moments and a conversion: measured by `cargo run --release -p engram-metrics-core --example clock`.

use std::hint::cold_path;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use crate::gate::{ENABLED, Live};
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// A point in time that a duration is measured from. Off, it is nothing and no clock is read.
///
/// ```
/// use engram_metrics_core::Moment;
///
/// let started = Moment::now();
/// let first = started.elapsed_ticks();
/// assert!(started.elapsed_ticks() >= first);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Moment(Live<Source>);

#[derive(Clone, Copy, Debug)]
enum Source {
    Cycles(u64),
    Instant(Instant),
}

impl Moment {
    /// Now.
    #[inline]
    #[must_use]
    pub fn now() -> Self {
        Self(Live::make(|| CLOCK.now()))
    }

    /// Ticks of 2^-30 s since then; 0 when the moment is later than now.
    #[inline]
    #[must_use]
    pub fn elapsed_ticks(&self) -> u64 {
        self.0.with(|source| CLOCK.since(source))
    }

    /// The time since then, as [`elapsed_ticks`](Self::elapsed_ticks).
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        ticks_to_duration(self.elapsed_ticks())
    }
}

/// A point in time that fits into a word: ticks of 2^-30 s since the clock of the process was first used. For
/// what is kept by the million, and dated only when it is read. Off, all of them are the same.
///
/// ```
/// use std::time::SystemTime;
/// use engram_metrics_core::Stamp;
///
/// let kept = Stamp::now();
/// let now = (SystemTime::now(), Stamp::now());
/// assert!(kept <= now.1);
/// assert!(kept.date(now) <= now.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// Now: a reading of the clock and a multiplication.
    #[inline]
    #[must_use]
    pub fn now() -> Self {
        Self(if ENABLED { CLOCK.stamp() } else { 0 })
    }

    /// The stamp that many ticks after the first use of the clock.
    #[must_use]
    pub const fn from_ticks(ticks: u64) -> Self {
        Self(ticks)
    }

    /// Ticks since the first use of the clock.
    #[must_use]
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// The date, given that of another stamp; off by less than 1e-4 of the time between the two.
    #[must_use]
    pub fn date(self, (date, stamp): (SystemTime, Self)) -> SystemTime {
        let apart = ticks_to_duration(self.0.abs_diff(stamp.0));
        let dated = if self <= stamp { date.checked_sub(apart) } else { date.checked_add(apart) };
        dated.unwrap_or(date)
    }
}

/// A duration in ticks of 2^-30 s, rounded to the nearest; one that is too long becomes the largest.
#[must_use]
pub fn seconds_to_ticks(duration: Duration) -> u64 {
    let fraction = ((u64::from(duration.subsec_nanos()) << 30) + NANOS / 2) / NANOS;
    duration.as_secs().saturating_mul(1 << 30).saturating_add(fraction)
}

/// The other way round, rounded to the nearest nanosecond.
pub(crate) fn ticks_to_duration(ticks: u64) -> Duration {
    let (seconds, fraction) = (ticks >> 30, ticks & ((1 << 30) - 1));
    Duration::from_secs(seconds) + Duration::from_nanos((fraction * NANOS + (1 << 29)) >> 30)
}

const NANOS: u64 = 1_000_000_000;

/// The clock of the process.
static CLOCK: Clock = Clock::new();

/// A stamp of now: ticks since the clock was first used. For what is kept, and dated only when read.
#[inline]
pub(crate) fn stamp() -> u64 {
    CLOCK.stamp()
}

/// | state            | means                                  | left by                             |
/// |------------------|----------------------------------------|-------------------------------------|
/// | no claim         | never used                             | the first use, by setting `claimed` |
/// | claim, no anchor | a thread is taking the anchor          | that thread                         |
/// | anchor, rate 0   | too early for a rate, or no counter    | a use 20 ms later, if at all        |
/// | rate             | moments are cycles, for good           | -                                   |
#[derive(Debug)]
struct Clock {
    claimed: AtomicU32,
    /// Set by the one thread that claimed it, so that nobody ever waits for it.
    anchor: OnceLock<Reading>,
    /// Ticks per cycle, times 2^32; 0 while that is not known.
    rate: AtomicU64,
}

impl Clock {
    const fn new() -> Self {
        Self { claimed: AtomicU32::new(0), anchor: OnceLock::new(), rate: AtomicU64::new(0) }
    }

    #[inline]
    fn rate(&self) -> u64 {
        // Relaxed: the number stands for itself. Whoever holds a moment in cycles has seen it, or was
        // handed the moment by a thread that had, and a location never goes back.
        self.rate.load(Ordering::Relaxed)
    }

    #[inline]
    fn now(&self) -> Source {
        if self.rate() == 0 {
            return Source::Instant(self.calibrate());
        }
        Source::Cycles(cycles())
    }

    #[inline]
    fn since(&self, source: &Source) -> u64 {
        match source {
            Source::Cycles(start) => to_ticks(cycles().saturating_sub(*start), self.rate()),
            Source::Instant(start) => seconds_to_ticks(start.elapsed()),
        }
    }

    #[inline]
    fn stamp(&self) -> u64 {
        let Some(anchor) = self.anchor() else { return 0 };
        match (&anchor.counter, self.rate()) {
            (Some(counter), rate) if rate > 0 => {
                to_ticks(cycles().saturating_sub(counter.cycles), rate)
            }
            _ => seconds_to_ticks(self.calibrate().saturating_duration_since(anchor.at)),
        }
    }

    /// Now by the system's clock; fixes the rate when it is time to.
    #[cold]
    fn calibrate(&self) -> Instant {
        let now = Instant::now();
        let due = |anchor: &&Reading| {
            anchor.counter.is_some() && now.saturating_duration_since(anchor.at) >= BASELINE
        };
        if let Some(rate) = self.anchor().filter(due).and_then(|it| it.rate(&Reading::take())) {
            // Relaxed, both: as in `rate`. Of two threads that get here the first one decides.
            let _ = self.rate.compare_exchange(0, rate, Ordering::Relaxed, Ordering::Relaxed);
        }
        now
    }

    /// The anchor, taken now if nobody has; `None` while another thread is about to take it.
    #[inline]
    fn anchor(&self) -> Option<&Reading> {
        if let Some(anchor) = self.anchor.get() {
            return Some(anchor);
        }
        cold_path();
        // Relaxed: only decides who sets the anchor; the cell itself publishes it.
        if self.claimed.swap(1, Ordering::Relaxed) == 0 {
            return Some(self.anchor.get_or_init(Reading::take));
        }
        None
    }
}

/// The system's clock and, where there is one, the counter at the same time.
#[derive(Clone, Copy, Debug)]
struct Reading {
    at: Instant,
    counter: Option<Counter>,
}

/// The middle of a bracket around the reading of the system's clock, and how wide that was.
#[derive(Clone, Copy, Debug)]
struct Counter {
    cycles: u64,
    width: u64,
}

impl Counter {
    fn between(before: u64, after: u64) -> Self {
        let width = after.saturating_sub(before);
        Self { cycles: before.saturating_add(width / 2), width }
    }
}

impl Reading {
    /// The narrowest bracket of a few: a thread that is interrupted inside one gets a wide one.
    fn take() -> Self {
        let counts = counts_at_one_rate();
        let bracket = || {
            let before = cycles();
            let at = Instant::now();
            Self { at, counter: counts.then_some(Counter::between(before, cycles())) }
        };
        let width = |it: &Self| it.counter.map_or(0, |counter| counter.width);
        let (first, second, third) = (bracket(), bracket(), bracket());
        let better = if width(&second) < width(&first) { second } else { first };
        if width(&third) < width(&better) { third } else { better }
    }

    /// Ticks per cycle, times 2^32, between this reading and a later one; `None` while the brackets are
    /// too wide for their distance, see the error above.
    fn rate(&self, later: &Self) -> Option<u64> {
        let (from, to) = (self.counter?, later.counter?);
        let cycles = to.cycles.checked_sub(from.cycles).filter(|cycles| *cycles > 0)?;
        let widths = from.width.saturating_add(to.width);
        let elapsed = later.at.checked_duration_since(self.at)?;
        if elapsed < BASELINE || widths > cycles >> ERROR_BITS {
            return None;
        }
        let ticks = u128::from(seconds_to_ticks(elapsed)) << RATE_BITS;
        u64::try_from(ticks / u128::from(cycles)).ok().filter(|rate| *rate > 0)
    }
}

/// How far apart the readings are at least; a hundred thousand times what they are off by.
const BASELINE: Duration = Duration::from_millis(20);

/// Both brackets together are at most this power of two of their distance.
const ERROR_BITS: u32 = 13;

/// Bits of the rate behind the point.
const RATE_BITS: u32 = 32;

/// Cycles in ticks, rounded down. Exact to 2^96, more than a processor lives to count.
#[inline]
fn to_ticks(cycles: u64, rate: u64) -> u64 {
    ((u128::from(cycles) * u128::from(rate)) >> RATE_BITS) as u64
}

/// The time stamp counter.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline]
fn cycles() -> u64 {
    // SAFETY: only reads a register, one that every x86-64 has and every system leaves open to programs.
    unsafe { std::arch::x86_64::_rdtsc() }
}

/// Whether the counter is a clock: the bit for an invariant one, in leaf 0x8000_0007.
#[cfg(all(target_arch = "x86_64", not(miri)))]
fn counts_at_one_rate() -> bool {
    use std::arch::x86_64::__cpuid;
    const POWER: u32 = 0x8000_0007;
    __cpuid(0x8000_0000).eax >= POWER && __cpuid(POWER).edx & (1 << 8) != 0
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
fn cycles() -> u64 {
    0
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
fn counts_at_one_rate() -> bool {
    false
}

#[cfg(test)]
mod tests;
