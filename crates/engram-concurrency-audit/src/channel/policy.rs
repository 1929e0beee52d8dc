//! What a channel is for, and what is done when it is in trouble.

use super::recovery::Action;
use super::stall::{State, Thresholds};

/// How much waiting the messages of a channel bear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QosClass {
    /// Late is wrong: a short queue, or none.
    Realtime,
    /// Somebody waits for the answer.
    Interactive,
    /// Throughput counts.
    #[default]
    Batch,
    /// Whatever is left over.
    BestEffort,
}

impl QosClass {
    /// As it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Realtime => "realtime",
            Self::Interactive => "interactive",
            Self::Batch => "batch",
            Self::BestEffort => "best_effort",
        }
    }

    /// What is asked of the buffers of the class.
    #[must_use]
    pub const fn rule(self) -> BufferRule {
        let most = match self {
            Self::Realtime => 64,
            Self::Interactive => 1024,
            Self::Batch => 65_536,
            Self::BestEffort => u64::MAX,
        };
        BufferRule { most, is_bounded: !matches!(self, Self::Batch | Self::BestEffort) }
    }
}

/// What is asked of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferRule {
    /// The largest capacity.
    pub most: u64,
    /// Whether there must be a bound.
    pub is_bounded: bool,
}

impl BufferRule {
    /// What a capacity breaks, as a phrase.
    #[must_use]
    pub const fn broken_by(self, capacity: Option<u64>) -> Option<&'static str> {
        match capacity {
            None if self.is_bounded => Some("has no bound"),
            Some(capacity) if capacity > self.most => Some("has more room than its class may"),
            _ => None,
        }
    }
}

/// The bounds between which a buffer is sized while the program runs.
///
/// ```
/// use engram_concurrency_audit::channel::{Sizing, State};
///
/// let sizing = Sizing::between(16, 1024);
/// assert_eq!(sizing.next(64, 60, State::Backpressure), 128);
/// assert_eq!(sizing.next(1024, 1000, State::Backpressure), 1024);
/// assert_eq!(sizing.next(64, 3, State::Idle), 32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizing {
    least: u64,
    most: u64,
}

impl Sizing {
    /// Room for at least and at most so many messages; at least 1.
    #[must_use]
    pub const fn between(least: u64, most: u64) -> Self {
        let least = if least == 0 { 1 } else { least };
        Self { least, most: if most < least { least } else { most } }
    }

    /// The most room there can ever be.
    #[must_use]
    pub const fn most(self) -> u64 {
        self.most
    }

    /// The room that a channel should have, which has room for `limit` now and had at most `deepest`
    /// messages inside of late: twice as much where it does not suffice, half as much where a quarter would.
    #[must_use]
    pub fn next(self, limit: u64, deepest: u64, state: State) -> u64 {
        let wanted = match state {
            State::Backpressure => limit.saturating_mul(2),
            State::Idle | State::Busy if deepest < limit / 4 => limit / 2,
            _ => limit,
        };
        wanted.clamp(self.least, self.most)
    }
}

/// What a channel is for, from when on it is in trouble, and what is done then.
#[derive(Clone, Debug, Default)]
pub struct ChannelPolicy {
    pub(super) class: QosClass,
    pub(super) thresholds: Thresholds,
    pub(super) sizing: Option<Sizing>,
    pub(super) recoveries: Vec<(State, Action)>,
}

impl ChannelPolicy {
    /// The policy of a class, without recoveries.
    #[must_use]
    pub fn of(class: QosClass) -> Self {
        Self { class, ..Self::default() }
    }

    /// With other thresholds.
    #[must_use]
    pub const fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = thresholds;
        self
    }

    /// Gives the channel room between bounds, by what it needs. The memory is that of the upper one.
    #[must_use]
    pub const fn sized(mut self, sizing: Sizing) -> Self {
        self.sizing = Some(sizing);
        self
    }

    /// Does this once each time the channel comes into that state.
    #[must_use]
    pub fn on(mut self, state: State, action: Action) -> Self {
        self.recoveries.push((state, action));
        self
    }
}
