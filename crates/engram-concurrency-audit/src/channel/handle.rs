//! What a sender and a receiver have in common: their counts, and what happens now and then.

use std::cell::Cell;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::record::{Channel, Side};
use super::tally::Tally;
use crate::lock::waits::{self, Wait};
use crate::lock::warn_if_holding;
use crate::thread_number::thread_number;

/// One end of a channel.
#[derive(Debug)]
pub(super) struct Handle {
    tally: Arc<Tally>,
    channel: Arc<Channel>,
    /// The number of messages from which on the depth is looked at again.
    next_look: Cell<u64>,
    /// Whether the channel has less room than the one below it.
    is_sized: bool,
    /// The thread that is known to have it, by its serial number.
    party: Cell<Option<u32>>,
}

impl Handle {
    pub(super) fn sender(channel: &Arc<Channel>) -> Self {
        let handle = Self::of(channel);
        channel.handles().senders.push(Arc::clone(&handle.tally));
        handle.reseat(Side::Senders);
        handle
    }

    pub(super) fn receiver(channel: &Arc<Channel>) -> Self {
        let handle = Self::of(channel);
        channel.handles().receivers.push(Arc::clone(&handle.tally));
        handle.reseat(Side::Receivers);
        handle
    }

    fn of(channel: &Arc<Channel>) -> Self {
        Self {
            tally: Arc::new(Tally::new(thread_number())),
            channel: Arc::clone(channel),
            next_look: Cell::new(0),
            is_sized: channel.limit.load() != u64::MAX,
            party: Cell::new(None),
        }
    }

    pub(super) fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    pub(super) fn channel(&self) -> &Arc<Channel> {
        &self.channel
    }

    /// Counts a message. `depth` is asked rarely: for each of the first 64 messages, then ever more seldom,
    /// down to one in 64.
    #[inline(always)]
    pub(super) fn count(&self, side: Side, depth: impl FnOnce() -> Option<usize>) {
        let messages = self.tally.count();
        let is_moved = self.tally.thread() != u64::from(thread_number());
        if is_moved || messages >= self.next_look.get() {
            self.look(side, depth());
        }
    }

    /// Whether one message more may be inside.
    #[inline(always)]
    pub(super) fn has_room(&self, depth: impl FnOnce() -> Option<usize>) -> bool {
        !self.is_sized || depth().is_none_or(|depth| (depth as u64) < self.channel.limit.load())
    }

    #[cold]
    fn look(&self, side: Side, depth: Option<usize>) {
        let messages = self.tally.messages();
        self.next_look.set(messages + 1 + (messages / 64).min(63));
        if let Some(depth) = depth {
            // A message that was just received was inside the moment before.
            self.tally.see(depth as u64 + u64::from(side == Side::Receivers));
        }
        let number = thread_number();
        if self.tally.thread() != u64::from(number) {
            self.tally.set_thread(number);
            self.take_part(side);
        }
    }

    /// This thread has the handle, though it does not use it now.
    pub(super) fn adopt(&self) {
        if self.tally.thread() != u64::from(thread_number()) {
            self.tally.set_thread(thread_number());
            self.take_part(Side::Receivers);
        }
    }

    /// This thread has the handle, and the one that had it has it no more.
    fn take_part(&self, side: Side) {
        self.reseat(side);
        waits::take_part(self.channel.address(), part(side), self.seats(side));
        self.party.set(waits::party());
    }

    /// The handle is new, or leaves its thread: there may be a thread that nobody knows of now.
    pub(super) fn reseat(&self, side: Side) {
        let leaves = self.party.take();
        waits::reseat(self.channel.address(), part(side), self.seats(side), leaves);
    }

    fn seats(&self, side: Side) -> usize {
        let handles = self.channel.handles();
        match side {
            Side::Senders => handles.senders.len(),
            Side::Receivers => handles.receivers.len(),
        }
    }

    /// Runs `block`, which waits for the other side, as a part of the graph of those who wait.
    #[cold]
    pub(super) fn wait<R>(&self, side: Side, at: At, block: impl FnOnce() -> R) -> R {
        struct End<'a>(&'a Tally);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.turn();
            }
        }
        // Who waits on a side is one of those who act on it.
        self.take_part(side);
        self.tally.set_thread(thread_number());
        let (wait, what) = match side {
            Side::Senders => (Wait::Send, "waits for room in a channel"),
            Side::Receivers => (Wait::Receive, "waits for a message"),
        };
        warn_if_holding(what, at);
        self.tally.turn();
        let _end = End(&self.tally);
        waits::blocking(wait, self.channel.address(), at, block)
    }
}

const fn part(side: Side) -> waits::Side {
    match side {
        Side::Senders => waits::Side::Gives,
        Side::Receivers => waits::Side::Takes,
    }
}

/// Where something is asked for.
pub(super) type At = &'static Location<'static>;

/// How long a thread waits before it is part of the graph: most waits are over by then, and cost nothing.
pub(super) const PATIENCE: Duration = Duration::from_millis(1);
