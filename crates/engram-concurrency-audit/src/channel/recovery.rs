//! What is done about a channel in trouble, and the record of what was done.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use super::event::Event;
use super::stall::State;

/// What can be done about a channel in trouble.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// Gives it twice the room, within the bounds of its [`Sizing`](super::Sizing).
    Grow,
    /// Takes so many messages out, the oldest first, and drops them.
    DropOldest(u64),
    /// Takes out what is inside, and drops it.
    Drain,
    /// Starts the consumer again, by the function that the channel was [made with](super::Open::restart).
    Restart,
    /// Calls a function, on a thread of its own.
    Call(Callback),
}

impl Action {
    /// Calls a function. It runs on a thread of its own, so that it may block and panic.
    pub fn call(act: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self::Call(Callback(Arc::new(act)))
    }

    /// As it stands in reports and labels.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Grow => "grow",
            Self::DropOldest(_) => "drop_oldest",
            Self::Drain => "drain",
            Self::Restart => "restart",
            Self::Call(_) => "call",
        }
    }
}

/// A function that is told of a channel in trouble.
#[derive(Clone)]
pub struct Callback(pub(super) Arc<dyn Fn(&Event) + Send + Sync>);

impl fmt::Debug for Callback {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Callback")
    }
}

/// What came of an [`Action`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// There is room for so many messages now.
    Grown(u64),
    /// So many messages were dropped.
    Dropped(u64),
    /// It was started.
    Started,
    /// It could not be done; why, as a phrase.
    Refused(&'static str),
}

/// One recovery, for the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was done.
    pub at: Instant,
    /// What the channel had come into.
    pub state: State,
    /// What was done, as [`Action::as_str`].
    pub action: &'static str,
    /// Messages inside before.
    pub depth: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// The newest records of a channel.
#[derive(Debug, Default)]
pub(super) struct Records(VecDeque<Record>);

impl Records {
    pub(super) fn add(&mut self, record: Record) {
        if self.0.len() == ROOM {
            self.0.pop_front();
        }
        self.0.push_back(record);
    }

    pub(super) fn list(&self) -> Vec<Record> {
        self.0.iter().copied().collect()
    }
}

/// Records that are kept of each channel; the metrics count them all.
const ROOM: usize = 64;
