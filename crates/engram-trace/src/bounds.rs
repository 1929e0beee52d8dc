//! How much a tracer may keep.

/// Rings, and events in each: what bounds the memory of a [`Tracer`](crate::Tracer).
///
/// ```text
///   bytes = rings x events x 64          retention = events / (events per second of one thread)
/// ```
/// The default is 64 rings of 4,096 events, 256 KiB for each thread that records and 16 MiB at most. A thread
/// may then record 40,000 events a second, one for every 25 us of work, for the 100 ms between two drains; a
/// drainer that stops for a second loses nothing below 4,096 a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Threads that can record at one time; events of others are refused and counted.
    pub rings: usize,
    /// Events that wait in one ring; rounded up to a power of two.
    pub events: usize,
}

impl Bounds {
    /// For most programs.
    pub const DEFAULT: Self = Self { rings: 64, events: 4096 };

    /// The same with a power of two, and with at least one of each.
    pub(crate) const fn rounded(self) -> Self {
        let events = if self.events > MOST { MOST } else { self.events };
        Self {
            rings: if self.rings == 0 { 1 } else { self.rings },
            events: events.next_power_of_two(),
        }
    }
}

/// A gigabyte a ring: more is a mistake.
const MOST: usize = 1 << 24;

impl Default for Bounds {
    fn default() -> Self {
        Self::DEFAULT
    }
}
