//! One channel as the monitor sees it, and what is done when something is wrong with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::ChannelReport;
use crate::auditor::AUDITOR;
use crate::channel::event::Event;
use crate::channel::metrics::{CHANNEL, Recovery};
use crate::channel::record::{Channel, lock};
use crate::channel::recovery::{Action, Outcome, Record};
use crate::channel::stall::{Detector, Sample, State};
use crate::channel::tally::{Handles, Totals};
use crate::finding::{ErrorCode, Finding};
use crate::thread_number::is_alive;

/// One channel, and what is remembered of the looks before.
#[derive(Debug)]
pub(super) struct Watched {
    channel: Arc<Channel>,
    detector: Detector,
    totals: Totals,
    /// Since when the counts are the same, or when they were last found to be.
    still: Option<Instant>,
    /// Whether what does not change until the next message was reported.
    is_told: bool,
    /// The most messages inside since the room was last sized, and when that was.
    deepest: u64,
    sized: Option<Instant>,
}

/// Something is new about a channel.
#[derive(Debug)]
pub(super) struct Trouble {
    channel: Arc<Channel>,
    totals: Totals,
    change: Option<(State, State)>,
    finding: Option<Finding>,
}

impl Watched {
    pub(super) fn new(channel: Arc<Channel>) -> Self {
        Self {
            channel,
            detector: Detector::default(),
            totals: Totals::default(),
            still: None,
            is_told: false,
            deepest: 0,
            sized: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.channel.name
    }

    pub(super) fn is_at(&self, address: usize) -> bool {
        self.channel.address() == address
    }

    pub(super) fn channel(&self) -> &Channel {
        &self.channel
    }

    pub(super) fn totals(&self) -> Totals {
        self.channel.totals()
    }

    /// Whether no handle is left.
    pub(super) fn is_gone(&self) -> bool {
        Arc::strong_count(&self.channel) == 1
    }

    pub(super) fn look(&mut self, now: Instant) -> Option<Trouble> {
        let (totals, has_receiver, suspicion) = self.read(now);
        let depth = totals.depth();
        let (sent, received) = (totals.sent, totals.received);
        let capacity = self.channel.room();
        let sample = Sample { sent, received, depth, capacity, has_receiver };
        let thresholds = self.channel.policy.thresholds;
        let verdict = self.detector.look(sample, &thresholds, now);
        self.totals = totals;
        self.size(depth, now);
        let change = verdict.left.map(|left| (left, self.detector.state()));
        let growing = || verdict.is_growing.then(|| self.growth());
        let finding = change.and_then(|(_, state)| self.finding(state)).or_else(growing);
        let finding = finding.or(suspicion);
        if change.is_none() && finding.is_none() {
            return None;
        }
        Some(Trouble { channel: Arc::clone(&self.channel), totals, change, finding })
    }

    /// What is counted now, whether anybody receives, and what is suspicious about a channel that stands still.
    fn read(&mut self, now: Instant) -> (Totals, bool, Option<Finding>) {
        let handles = self.channel.handles();
        let totals = handles.totals();
        let has_receiver = !handles.receivers.is_empty() || handles.senders.is_empty();
        if totals != self.totals || self.still.is_none() {
            self.still = Some(now);
            self.is_told = false;
        }
        let still = self.still.map_or_else(Default::default, |since| now - since);
        if self.is_told || still < self.channel.policy.thresholds.stall {
            return (totals, has_receiver, None);
        }
        // Whoever is about to wait may do so later: it is looked at again after as long.
        self.still = Some(now);
        let suspicion = suspicion(&self.channel, &handles, totals);
        self.is_told = suspicion.is_some();
        (totals, has_receiver, suspicion)
    }

    /// Gives a channel that is sized the room that it needs.
    fn size(&mut self, depth: u64, now: Instant) {
        let Some(sizing) = self.channel.policy.sizing else { return };
        self.deepest = self.deepest.max(depth);
        let since = *self.sized.get_or_insert(now);
        let state = self.detector.state();
        let patience = self.channel.policy.thresholds.patience;
        if now - since < patience {
            return;
        }
        let limit = self.channel.limit.load();
        let wanted = sizing.next(limit, self.deepest, state);
        if wanted != limit {
            self.channel.limit.store(wanted);
            CHANNEL.resizes.increment();
        }
        self.sized = Some(now);
        self.deepest = depth;
    }

    fn finding(&self, state: State) -> Option<Finding> {
        let (name, depth) = (&self.channel.name, self.totals.depth());
        let (code, what) = match state {
            State::Backpressure => (ErrorCode::Backpressure, "stays full"),
            State::Stalled => (ErrorCode::Stalled, "is not taken from"),
            State::Idle | State::Busy | State::Dead => return None,
        };
        Some(self.channel.finding(code, format!("{name} {what}: {depth} messages are inside")))
    }

    fn growth(&self) -> Finding {
        let (name, depth) = (&self.channel.name, self.totals.depth());
        let message = format!("{name} has no bound and only grows: {depth} messages are inside");
        self.channel.finding(ErrorCode::Growth, message)
    }

    pub(super) fn report(&self) -> ChannelReport {
        let (senders, receivers) = {
            let handles = self.channel.handles();
            (handles.senders.len(), handles.receivers.len())
        };
        ChannelReport {
            name: self.channel.name.clone(),
            site: self.channel.site,
            state: self.detector.state(),
            totals: self.channel.totals(),
            capacity: self.channel.room(),
            senders,
            receivers,
            closures: self.channel.closures(),
            recoveries: lock(&self.channel.records).list(),
        }
    }
}

/// What is wrong with a channel in which nothing has moved for a while.
fn suspicion(channel: &Channel, handles: &Handles, totals: Totals) -> Option<Finding> {
    let Totals { sent, received, dropped, .. } = totals;
    if received + dropped > sent {
        let message =
            format!("{sent} messages went into {}, {} came out", channel.name, received + dropped);
        return Some(channel.finding(ErrorCode::Unbalanced, message));
    }
    let waiting: Vec<u64> =
        handles.receivers.iter().filter(|it| it.is_waiting()).map(|it| it.thread()).collect();
    if waiting.is_empty() || handles.senders.is_empty() || sent != received + dropped {
        return None;
    }
    let homes: Vec<u64> = handles.senders.iter().map(|it| it.home()).collect();
    if waiting.len() == handles.receivers.len() && homes.iter().all(|home| waiting.contains(home)) {
        let message = format!(
            "a receiver of {} waits, and only its own thread has senders: it waits for ever",
            channel.name
        );
        return Some(channel.finding(ErrorCode::SelfHeldSender, message));
    }
    if homes.iter().any(|home| is_alive(*home)) {
        return None;
    }
    let message = format!(
        "a receiver of {} waits, and the threads that had its {} senders have ended",
        channel.name,
        homes.len()
    );
    Some(channel.finding(ErrorCode::LeakedSender, message))
}

/// A queue that stalls while its thread takes from others is starved.
pub(super) fn tell_starved(troubles: &mut [Trouble], watched: &[Watched]) {
    for trouble in troubles {
        let is_stalled =
            trouble.finding.as_ref().is_some_and(|finding| finding.code == ErrorCode::Stalled);
        if !is_stalled {
            continue;
        }
        let own = threads(&trouble.channel);
        let serves = |it: &&Watched| {
            it.detector.is_being_taken() && threads(&it.channel).iter().any(|it| own.contains(it))
        };
        if let Some(other) = watched.iter().find(serves) {
            let name = &trouble.channel.name;
            let message =
                format!("{name} is not taken from by a thread that takes from {}", other.name());
            let finding = trouble.channel.finding(ErrorCode::Starved, message);
            trouble.finding =
                Some(finding.at(format!("{} was made", other.name()), other.channel.site));
        }
    }
}

/// The threads that receive.
fn threads(channel: &Channel) -> Vec<u64> {
    let handles = channel.handles();
    handles.receivers.iter().map(|it| it.thread()).filter(|number| *number != 0).collect()
}

impl Trouble {
    /// Reports it and does what the policy says; returns what listeners are told.
    pub(super) fn act(self, now: Instant) -> Option<Event> {
        let Self { channel, totals, change, finding } = self;
        if let Some(finding) = finding {
            AUDITOR.report_from_watcher(finding);
        }
        let (from, to) = change?;
        let (name, site) = (channel.name.clone(), channel.site);
        let event = Event { at: now, channel: name, site, from, to, totals };
        let due = channel.policy.recoveries.iter().filter(|(state, _)| *state == to);
        due.for_each(|(_, action)| recover(&channel, action, &event));
        Some(event)
    }
}

fn recover(channel: &Arc<Channel>, action: &Action, event: &Event) {
    let outcome = match action {
        Action::Grow => grow(channel),
        Action::DropOldest(most) => take_out(channel, *most),
        Action::Drain => take_out(channel, event.totals.depth()),
        Action::Restart => restart(channel),
        Action::Call(callback) => {
            let (callback, event) = (callback.clone(), event.clone());
            // What the function breaks is its own; it has nothing of ours.
            let call = move || drop(catch_unwind(AssertUnwindSafe(|| callback.0(&event))));
            let builder = std::thread::Builder::new().name("engram-recovery".to_owned());
            match builder.spawn(call) {
                Ok(_) => Outcome::Started,
                Err(_) => Outcome::Refused("the system has no thread left"),
            }
        }
    };
    let kind = Recovery::of(action);
    match outcome {
        Outcome::Refused(_) => CHANNEL.refused_recoveries.at(kind).increment(),
        _ => CHANNEL.recoveries.at(kind).increment(),
    }
    let (state, depth) = (event.to, event.totals.depth());
    let record = Record { at: event.at, state, action: action.as_str(), depth, outcome };
    lock(&channel.records).add(record);
    if let Outcome::Refused(why) = outcome {
        let message = format!("{} of {}: {why}", action.as_str(), channel.name);
        AUDITOR.report_from_watcher(channel.finding(ErrorCode::RecoveryRefused, message));
    }
}

fn grow(channel: &Channel) -> Outcome {
    let Some(sizing) = channel.policy.sizing else {
        return Outcome::Refused("the channel has no bounds to be sized between");
    };
    let limit = channel.limit.load();
    match sizing.next(limit, limit, State::Backpressure) {
        wanted if wanted > limit => {
            channel.limit.store(wanted);
            CHANNEL.resizes.increment();
            Outcome::Grown(wanted)
        }
        _ => Outcome::Refused("the channel has all the room that it may have"),
    }
}

fn take_out(channel: &Channel, most: u64) -> Outcome {
    // A message that panics while it is dropped ends this recovery; those before it are not counted twice.
    let taken = channel.remedy(|remedy| {
        catch_unwind(AssertUnwindSafe(|| remedy.drop_oldest(most))).unwrap_or_default()
    });
    let Some(dropped) = taken else {
        return Outcome::Refused("nobody can take messages out of such a channel");
    };
    channel.handles().retired.dropped += dropped;
    Outcome::Dropped(dropped)
}

fn restart(channel: &Arc<Channel>) -> Outcome {
    let start =
        || channel.remedy(|remedy| catch_unwind(AssertUnwindSafe(|| remedy.restart(channel))).ok());
    match start() {
        Some(Some(true)) => Outcome::Started,
        Some(None) => Outcome::Refused("the function that starts the consumer panicked"),
        _ => Outcome::Refused("nobody said how the consumer is started"),
    }
}
