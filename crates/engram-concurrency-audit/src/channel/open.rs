//! Channels are made here.

use std::marker::PhantomData;
use std::sync::Arc;

use super::monitor::CHANNELS;
use super::policy::ChannelPolicy;
use super::receiver::Receiver;
use super::record::{Channel, Room};
use super::remedy::{Restart, Spare};
use super::sender::Sender;
use super::transport::{Crossbeam, RawReceiver, Transport};
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Site};
use crate::gate::Live;

/// A channel with room for so many messages, over one of `crossbeam-channel`, named after the place that this
/// is called at. Without room, each message is handed over from thread to thread.
#[must_use]
#[track_caller]
pub fn bounded<T: Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    Open::here().bounded(capacity)
}

/// The same with room for any number of messages.
#[must_use]
#[track_caller]
pub fn unbounded<T: Send + 'static>() -> (Sender<T>, Receiver<T>) {
    Open::here().unbounded()
}

/// A channel that is about to be made: its name, its policy, the kind that it is over.
///
/// ```
/// use engram_concurrency_audit::channel::{Open, Plain};
///
/// let (sender, receiver) = Open::named("orders").over::<Plain>().bounded::<u32>(8);
/// sender.send(1)?;
/// drop(sender);
/// assert_eq!(receiver.iter().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Open<B: Transport = Crossbeam> {
    plan: Live<Plan>,
    kind: PhantomData<fn() -> B>,
    /// The largest room of a channel that is sized, which is that of the channel below.
    most: Option<usize>,
}

#[derive(Clone, Debug)]
struct Plan {
    name: String,
    site: Site,
    policy: ChannelPolicy,
}

impl Open {
    /// A channel of this name.
    #[must_use]
    #[track_caller]
    pub fn named(name: &str) -> Self {
        let site = Site::caller();
        Self::planned(|| Plan { name: name.to_owned(), site, policy: ChannelPolicy::default() })
    }

    /// A channel named after the place that this is called at.
    #[must_use]
    #[track_caller]
    pub fn here() -> Self {
        let site = Site::caller();
        let file = || site.file().rsplit('/').next().unwrap_or_default();
        let name = || format!("{}:{}", file(), site.line());
        Self::planned(|| Plan { name: name(), site, policy: ChannelPolicy::default() })
    }

    fn planned(plan: impl FnOnce() -> Plan) -> Self {
        Self { plan: Live::make(plan), kind: PhantomData, most: None }
    }

    /// Over channels of another kind.
    #[must_use]
    pub fn over<B: Transport>(self) -> Open<B> {
        Open { plan: self.plan, kind: PhantomData, most: self.most }
    }
}

impl<B: Transport> Open<B> {
    /// With a policy.
    #[must_use]
    pub fn policy(mut self, policy: ChannelPolicy) -> Self {
        if let Some(plan) = self.plan.get_mut() {
            self.most = policy.sizing.map(|sizing| sizing.most() as usize);
            plan.policy = policy;
        }
        self
    }

    /// With room for so many messages; where the policy [sizes](ChannelPolicy::sized) the channel, to begin with.
    #[must_use]
    pub fn bounded<T: Send + 'static>(self, capacity: usize) -> (Sender<T, B>, Receiver<T, B>) {
        self.open(Some(capacity), None)
    }

    /// With room for any number of messages.
    #[must_use]
    pub fn unbounded<T: Send + 'static>(self) -> (Sender<T, B>, Receiver<T, B>) {
        self.open(None, None)
    }

    /// With room for so many messages, and a function that starts the consumer again, for
    /// [`Action::Restart`](super::Action::Restart). It is handed a receiver of its own, and must not block.
    #[must_use]
    pub fn restart<T: Send + 'static>(
        self,
        capacity: usize,
        restart: impl Fn(Receiver<T, B>) + Send + 'static,
    ) -> (Sender<T, B>, Receiver<T, B>) {
        self.open(Some(capacity), Some(Box::new(restart)))
    }

    fn open<T: Send + 'static>(
        self,
        capacity: Option<usize>,
        restart: Option<Restart<T, B>>,
    ) -> (Sender<T, B>, Receiver<T, B>) {
        let most = capacity.map(|capacity| self.most.unwrap_or(capacity).max(capacity));
        let (sender, receiver) = B::open(most);
        let limit = capacity.filter(|_| self.most.is_some());
        let room = Room {
            capacity: most.map(|most| most as u64),
            limit: limit.map_or(u64::MAX, |limit| limit as u64),
        };
        let channel = self.plan.map(|plan| {
            let Plan { name, site, policy } = plan.clone();
            check(&name, site, &policy, capacity.map(|capacity| capacity as u64));
            let needs_spare = restart.is_some() || !policy.recoveries.is_empty();
            let channel = Arc::new(Channel::new(name, site, policy, room));
            if let Some(raw) = receiver.another().filter(|_| needs_spare) {
                channel.set_remedy(Box::new(Spare::<T, B> { raw, restart }));
            }
            CHANNELS.watch(&channel);
            channel
        });
        (Sender::new(sender, &channel), Receiver::new(receiver, &channel))
    }
}

/// Reports a capacity that the class does not allow.
fn check(name: &str, site: Site, policy: &ChannelPolicy, capacity: Option<u64>) {
    if let Some(what) = policy.class.rule().broken_by(capacity) {
        let message = format!("{name} of class {} {what}", policy.class.as_str());
        let finding = crate::Finding::new(ErrorCode::BufferRule, name, message);
        AUDITOR.report(finding.at("the channel was made", site));
    }
}
