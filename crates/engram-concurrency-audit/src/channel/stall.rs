//! How a channel is doing: a pure function of what was counted and of when.
//!
//! ```text
//!            messages move              full for `patience`, and moving
//!   Idle  <───────────────>  Busy  ────────────────────────────────────>  Backpressure
//!     │                        │ <──── below `low` for `patience` ──────       │
//!     │   inside, none taken   │                                               │
//!     └─── for `stall` ────────┴───────────────> Stalled <─────────────────────┘
//!                                                   │ taken in two looks running: Busy
//!   from anywhere: nobody receives ──> Dead
//! ```
//!
//! A channel has to be in trouble for a while before it is said to be, and out of it for a while before it
//! is said to be well: what hovers around a limit is one event, not a hundred.

use std::time::{Duration, Instant};

/// How a channel is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing moves, and nothing is inside that should.
    #[default]
    Idle,
    /// Messages move.
    Busy,
    /// Messages move, and there has been hardly any room for a while.
    Backpressure,
    /// Messages are inside, and nobody has taken one for a while.
    Stalled,
    /// Nobody receives any more.
    Dead,
}

impl State {
    /// As it stands in reports and labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Busy => "busy",
            Self::Backpressure => "backpressure",
            Self::Stalled => "stalled",
            Self::Dead => "dead",
        }
    }
}

/// What is to be seen of a channel at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Messages that went in so far.
    pub sent: u64,
    /// Messages that came out so far, recoveries not counted.
    pub received: u64,
    /// Messages inside.
    pub depth: u64,
    /// Room for so many; `None` for any number.
    pub capacity: Option<u64>,
    /// Whether anybody can still receive.
    pub has_receiver: bool,
}

/// From when on a channel is in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// A channel is full from this share of its capacity on, in per cent.
    pub high_percent: u8,
    /// A full channel has room again from this share down, in per cent.
    pub low_percent: u8,
    /// How long a channel must be full to be under backpressure, and have room to be so no more.
    pub patience: Duration,
    /// How long no message must be taken for a channel to be stalled.
    pub stall: Duration,
    /// An unbounded channel grows when it does so from quarter to quarter of this time.
    pub growth: Duration,
    /// An unbounded channel may grow to so many messages without a word.
    pub growth_from: u64,
}

impl Thresholds {
    /// For programs at work.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            high_percent: 90,
            low_percent: 70,
            patience: Duration::from_secs(1),
            stall: Duration::from_secs(2),
            growth: Duration::from_secs(10),
            growth_from: 1024,
        }
    }

    /// Everything that is measured in time, this many times sooner.
    #[must_use]
    pub fn sooner(self, times: u32) -> Self {
        let times = times.max(1);
        Self {
            patience: self.patience / times,
            stall: self.stall / times,
            growth: self.growth / times,
            ..self
        }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::production()
    }
}

/// What a look brought to light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The state before, where it changed.
    pub left: Option<State>,
    /// Whether the channel was found, in this look, to have been growing for a while.
    pub is_growing: bool,
}

/// Looks at one channel again and again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detector {
    state: State,
    last: Sample,
    /// When a message was last taken, or the channel last empty.
    taken: Option<Instant>,
    /// Since when the channel is on the other side of the limit that matters in its state.
    beyond: Option<Instant>,
    /// Looks running in which messages were taken.
    streak: u32,
    growth: Growth,
}

impl Detector {
    /// How the channel did at the last look.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Whether a message was taken between the last two looks.
    #[must_use]
    pub const fn is_being_taken(&self) -> bool {
        self.streak > 0
    }

    /// Looks again.
    pub fn look(&mut self, sample: Sample, thresholds: &Thresholds, now: Instant) -> Verdict {
        let moved = sample.sent != self.last.sent || sample.received != self.last.received;
        let is_taken = sample.received != self.last.received;
        self.streak = if is_taken { self.streak + 1 } else { 0 };
        if is_taken || sample.depth == 0 || self.taken.is_none() {
            self.taken = Some(now);
        }
        self.last = sample;
        let next = self.next(moved, thresholds, now);
        let left = (next != self.state).then_some(self.state);
        if left.is_some() && [next, self.state].contains(&State::Backpressure) {
            // The limit that matters is another one now.
            self.beyond = None;
        }
        self.state = next;
        let is_growing = sample.capacity.is_none() && self.growth.look(sample, thresholds, now);
        Verdict { left, is_growing }
    }

    fn next(&mut self, moved: bool, thresholds: &Thresholds, now: Instant) -> State {
        let Sample { depth, has_receiver, .. } = self.last;
        if !has_receiver {
            return State::Dead;
        }
        let untouched = self.taken.map_or(Duration::ZERO, |taken| now - taken);
        if depth > 0 && untouched >= thresholds.stall {
            return State::Stalled;
        }
        let is_backpressure = match self.state {
            State::Stalled if self.streak < CALM && depth > 0 => return State::Stalled,
            State::Backpressure => !self.has_room_for_long(thresholds, now),
            _ => self.is_full_for_long(thresholds, now),
        };
        if is_backpressure {
            return State::Backpressure;
        }
        if moved || depth > 0 { State::Busy } else { State::Idle }
    }

    fn is_full_for_long(&mut self, thresholds: &Thresholds, now: Instant) -> bool {
        self.is_for_long(self.is_above(thresholds.high_percent), thresholds, now)
    }

    fn has_room_for_long(&mut self, thresholds: &Thresholds, now: Instant) -> bool {
        self.is_for_long(!self.is_above(thresholds.low_percent), thresholds, now)
    }

    fn is_for_long(&mut self, is_beyond: bool, thresholds: &Thresholds, now: Instant) -> bool {
        if !is_beyond {
            self.beyond = None;
            return false;
        }
        now - *self.beyond.get_or_insert(now) >= thresholds.patience
    }

    /// Whether so many per cent of the room are taken. A channel without room, where messages are handed
    /// over, or with any, is never full.
    fn is_above(&self, percent: u8) -> bool {
        match self.last.capacity {
            None | Some(0) => false,
            Some(capacity) => self.last.depth * 100 >= capacity * u64::from(percent),
        }
    }
}

/// Looks with messages taken, one after the other, after which a stall is over.
const CALM: u32 = 2;

/// Whether a channel without a bound only grows: the depth at the ends of four quarters of a time.
#[derive(Clone, Copy, Debug, Default)]
struct Growth {
    began: Option<Instant>,
    /// The least depth so far in the current quarter, and that of the one before.
    least: u64,
    before: u64,
    quarters: u32,
}

impl Growth {
    /// True at the end of a fourth quarter running whose least depth is above that of the one before.
    fn look(&mut self, sample: Sample, thresholds: &Thresholds, now: Instant) -> bool {
        let began = *self.began.get_or_insert(now);
        self.least = self.least.min(sample.depth);
        if now - began < thresholds.growth / 4 {
            return false;
        }
        let grew = self.least > self.before;
        self.quarters = if grew { self.quarters + 1 } else { 0 };
        self.before = self.least;
        self.least = sample.depth;
        self.began = Some(now);
        let is_growing = self.quarters >= 4 && sample.depth >= thresholds.growth_from;
        if is_growing {
            self.quarters = 0;
        }
        is_growing
    }
}

#[cfg(test)]
mod tests;
