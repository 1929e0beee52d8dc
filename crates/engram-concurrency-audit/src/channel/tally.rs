//! What is counted: by each handle in memory of its own, added up by whoever asks.
//!
//! ```text
//!   Sender    ── Tally [ sent      | closed sends | deepest | thread | since ]  one line of its own,
//!   Sender    ── Tally [ …                                                   ]  written by its owner alone
//!   Receiver  ── Tally [ received  |              |         | thread | since ]
//!   channel   ── Retired [ the sums of the handles that are gone ]  + drops of recoveries, under the lock
//! ```
//!
//! A message costs a load and a store of a line that nobody else writes. A shared counter, even on a line of
//! its own, would cost a locked instruction and the line would travel with each message.

use std::sync::Arc;

use super::sync::Own;

/// What the owner of one handle counts. On cache lines of its own, for each neighbour has another owner.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Tally {
    /// Messages sent, or received.
    messages: Own,
    /// Sends that found the channel closed.
    refused: Own,
    /// The most messages that this handle saw in the channel.
    deepest: Own,
    /// The number of the thread that used the handle last; 0 before the first use.
    thread: Own,
    /// How often a wait was begun or ended: odd while its owner waits.
    waits: Own,
    /// The number of the thread that made the handle.
    maker: u32,
}

impl Tally {
    pub(super) const fn new(maker: u32) -> Self {
        Self {
            messages: Own::new(0),
            refused: Own::new(0),
            deepest: Own::new(0),
            thread: Own::new(0),
            waits: Own::new(0),
            maker,
        }
    }

    /// One message more; returns how many there were.
    #[inline(always)]
    pub(super) fn count(&self) -> u64 {
        self.messages.add(1)
    }

    #[inline(always)]
    pub(super) fn messages(&self) -> u64 {
        self.messages.load()
    }

    pub(super) fn refuse(&self) {
        self.refused.add(1);
    }

    /// A depth that was seen.
    pub(super) fn see(&self, depth: u64) {
        if depth > self.deepest.load() {
            self.deepest.store(depth);
        }
    }

    #[inline(always)]
    pub(super) fn thread(&self) -> u64 {
        self.thread.load()
    }

    /// The number of the thread that the handle is with, as far as anybody knows.
    pub(super) fn home(&self) -> u64 {
        match self.thread() {
            0 => u64::from(self.maker),
            number => number,
        }
    }

    pub(super) fn set_thread(&self, number: u32) {
        self.thread.store(u64::from(number));
    }

    /// A wait begins, or ends.
    pub(super) fn turn(&self) {
        self.waits.add(1);
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.waits.load() % 2 == 1
    }
}

/// The sums over the handles of a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Messages that went in.
    pub sent: u64,
    /// Messages that came out.
    pub received: u64,
    /// Messages that a recovery took out.
    pub dropped: u64,
    /// Messages that were inside when the last receiver went, or went in at that moment.
    pub lost: u64,
    /// Sends that found the channel closed.
    pub closed_sends: u64,
    /// The most messages that were seen inside.
    pub high_water: u64,
}

impl Totals {
    /// Messages inside, as far as the counts say: while a message is on its way, one more or less.
    #[must_use]
    pub const fn depth(&self) -> u64 {
        self.sent.saturating_sub(self.received + self.dropped + self.lost)
    }

    /// With those of another channel.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            received: self.received + other.received,
            dropped: self.dropped + other.dropped,
            lost: self.lost + other.lost,
            closed_sends: self.closed_sends + other.closed_sends,
            high_water: self.high_water.max(other.high_water),
        }
    }

    pub(super) fn add_sender(&mut self, tally: &Tally) {
        self.sent += tally.messages.load();
        self.closed_sends += tally.refused.load();
        self.high_water = self.high_water.max(tally.deepest.load());
    }

    pub(super) fn add_receiver(&mut self, tally: &Tally) {
        self.received += tally.messages.load();
        self.high_water = self.high_water.max(tally.deepest.load());
    }
}

/// The handles of a channel: those that are there, and the sums of those that are gone.
#[derive(Debug, Default)]
pub(super) struct Handles {
    pub(super) senders: Vec<Arc<Tally>>,
    pub(super) receivers: Vec<Arc<Tally>>,
    pub(super) retired: Totals,
}

impl Handles {
    pub(super) fn totals(&self) -> Totals {
        let mut totals = self.retired;
        // Receivers first: what was received was sent before, so that the difference is rarely negative.
        self.receivers.iter().for_each(|tally| totals.add_receiver(tally));
        self.senders.iter().for_each(|tally| totals.add_sender(tally));
        totals
    }

    /// A sender is dropped; true for the last one.
    pub(super) fn retire_sender(&mut self, tally: &Arc<Tally>) -> bool {
        self.senders.retain(|other| !Arc::ptr_eq(other, tally));
        self.retired.add_sender(tally);
        self.senders.is_empty()
    }

    /// A receiver is dropped; true for the last one.
    pub(super) fn retire_receiver(&mut self, tally: &Arc<Tally>) -> bool {
        self.receivers.retain(|other| !Arc::ptr_eq(other, tally));
        self.retired.add_receiver(tally);
        self.receivers.is_empty()
    }
}

#[cfg(test)]
mod tests;
