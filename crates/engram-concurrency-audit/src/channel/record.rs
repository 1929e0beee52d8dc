//! What is known of one channel, shared by its handles and the monitor.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::policy::ChannelPolicy;
use super::recovery::Records;
use super::remedy::Remedy;
use super::sync::Setting;
use super::tally::{Handles, Tally, Totals};
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::lock::waits;
use crate::sync::Mutex;

/// One of the two sides of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Those who send.
    Senders,
    /// Those who receive.
    Receivers,
}

/// A side of a channel went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// Which one.
    pub side: Side,
    /// The thread that dropped the last handle of it.
    pub thread: String,
    /// Messages inside at that moment.
    pub undelivered: u64,
}

/// One channel.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) name: String,
    /// Where it was made.
    pub(super) site: Site,
    /// Room of the channel below; `None` for any number.
    pub(super) capacity: Option<u64>,
    pub(super) policy: ChannelPolicy,
    /// Messages that may be inside, where the channel is sized while the program runs.
    pub(super) limit: Setting,
    handles: Mutex<Handles>,
    closures: Mutex<Vec<Closure>>,
    /// What takes messages out; gone with the last receiver, for it is one itself.
    remedy: Mutex<Option<Box<dyn Remedy>>>,
    pub(super) records: Mutex<Records>,
}

impl Channel {
    pub(super) fn new(name: String, site: Site, policy: ChannelPolicy, room: Room) -> Self {
        Self {
            name,
            site,
            capacity: room.capacity,
            policy,
            limit: Setting::new(room.limit),
            handles: Mutex::default(),
            closures: Mutex::default(),
            remedy: Mutex::default(),
            records: Mutex::default(),
        }
    }

    /// What all who wait for this channel wait for.
    pub(super) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// The room there is now.
    pub(super) fn room(&self) -> Option<u64> {
        match self.limit.load() {
            u64::MAX => self.capacity,
            limit => Some(limit),
        }
    }

    /// Whether a message more may go in, or never can. One that was taken before it counts as sent was handed over.
    pub(super) fn has_room(&self) -> bool {
        let room = self.room();
        let handles = self.handles();
        let Totals { sent, received, dropped, .. } = handles.totals();
        let taken = received + dropped;
        let fits = |room| sent.saturating_sub(taken) < room;
        handles.receivers.is_empty() || taken > sent || room.is_none_or(fits)
    }

    /// Whether a message is inside, or none will ever be.
    pub(super) fn has_message(&self) -> bool {
        let handles = self.handles();
        handles.senders.is_empty() || handles.totals().depth() > 0
    }

    pub(super) fn handles(&self) -> MutexGuard<'_, Handles> {
        lock(&self.handles)
    }

    pub(super) fn totals(&self) -> Totals {
        let handles = self.handles();
        let mut totals = handles.totals();
        if handles.receivers.is_empty() {
            // Nobody takes them out any more.
            totals.lost = totals.depth();
        }
        totals
    }

    pub(super) fn set_remedy(&self, remedy: Box<dyn Remedy>) {
        *lock(&self.remedy) = Some(remedy);
    }

    /// Runs `act` on what takes messages out, if there is such a thing.
    ///
    /// It is not locked meanwhile, for `act` runs code of the program, which may drop the last receiver.
    pub(super) fn remedy<R>(&self, act: impl FnOnce(&dyn Remedy) -> R) -> Option<R> {
        let remedy = lock(&self.remedy).take()?;
        let result = act(&*remedy);
        let mut place = lock(&self.remedy);
        if !self.handles().receivers.is_empty() {
            *place = Some(remedy);
        }
        Some(result)
    }

    pub(super) fn closures(&self) -> Vec<Closure> {
        lock(&self.closures).clone()
    }

    /// A sender is dropped.
    pub(super) fn retire_sender(&self, tally: &Arc<Tally>) {
        let mut handles = self.handles();
        if handles.retire_sender(tally) {
            let undelivered = handles.totals().depth();
            drop(handles);
            self.close(Side::Senders, undelivered);
        }
    }

    /// A receiver is dropped; `inside` counts the messages that are, and may take them out when that is the
    /// only way to know.
    pub(super) fn retire_receiver(&self, tally: &Arc<Tally>, inside: impl FnOnce(bool) -> Inside) {
        let mut handles = self.handles();
        if !handles.retire_receiver(tally) {
            return;
        }
        let is_quiet = handles.senders.is_empty();
        let totals = handles.totals();
        drop(handles);
        let inside = inside(is_quiet);
        // Recoveries end here: what is left is a receiver that nobody has.
        let remedy = lock(&self.remedy).take();
        drop(remedy);
        if let Some(inside) = inside.filter(|_| is_quiet) {
            self.balance(totals, inside);
        }
        let undelivered = inside.unwrap_or_else(|| totals.depth());
        self.close(Side::Receivers, undelivered);
        if undelivered > 0 {
            self.report_lost(undelivered);
        }
    }

    /// Nobody can change the counts any more: what went in came out or is inside.
    fn balance(&self, totals: Totals, inside: u64) {
        let Totals { sent, received, dropped, .. } = totals;
        if sent == received + dropped + inside {
            return;
        }
        let message = format!(
            "{sent} messages went into {}, {received} came out, {dropped} were dropped, {inside} are inside",
            self.name
        );
        AUDITOR.report(self.finding(ErrorCode::Unbalanced, message));
    }

    fn report_lost(&self, undelivered: u64) {
        let thread = name_of_thread();
        let message = format!(
            "{undelivered} messages were inside {} when {thread} dropped its last receiver",
            self.name
        );
        AUDITOR.report(self.finding(ErrorCode::Undelivered, message).in_thread(thread));
    }

    fn close(&self, side: Side, undelivered: u64) {
        lock(&self.closures).push(Closure { side, thread: name_of_thread(), undelivered });
    }

    /// A finding about this channel.
    pub(super) fn finding(&self, code: ErrorCode, message: String) -> Finding {
        Finding::new(code, &self.name, message).at("the channel was made", self.site)
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        waits::forget_resource(self.address());
    }
}

/// How much fits into a channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) capacity: Option<u64>,
    /// `u64::MAX` where the channel is not sized while the program runs.
    pub(super) limit: u64,
}

/// Messages inside, where that can be known.
pub(super) type Inside = Option<u64>;

/// Not with patience: it is held for moments, by who neither waits nor calls back.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn name_of_thread() -> String {
    let current = std::thread::current();
    current.name().map_or_else(|| "a thread without a name".to_owned(), str::to_owned)
}
