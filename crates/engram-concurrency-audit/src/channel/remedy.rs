//! A receiver kept for recoveries.

use std::fmt;
use std::sync::Arc;

use super::receiver::{Receiver, drain};
use super::record::Channel;
use super::transport::{RawReceiver, Transport};
use crate::gate::Live;

/// Starts a consumer again.
pub(super) type Restart<T, B> = Box<dyn Fn(Receiver<T, B>) + Send>;

/// What a recovery can do to the messages of a channel, whatever they are.
pub(super) trait Remedy: Send + fmt::Debug {
    /// Takes out at most so many messages and drops them; says how many.
    fn drop_oldest(&self, most: u64) -> u64;

    /// Starts the consumer again; false when nobody said how.
    fn restart(&self, channel: &Arc<Channel>) -> bool;
}

/// The receiver of a channel that recoveries take from, and how its consumer is started.
pub(super) struct Spare<T: Send + 'static, B: Transport> {
    pub(super) raw: B::Receiver<T>,
    pub(super) restart: Option<Restart<T, B>>,
}

impl<T: Send + 'static, B: Transport> Remedy for Spare<T, B> {
    fn drop_oldest(&self, most: u64) -> u64 {
        drain(&self.raw, most)
    }

    fn restart(&self, channel: &Arc<Channel>) -> bool {
        let (Some(restart), Some(raw)) = (&self.restart, self.raw.another()) else { return false };
        restart(Receiver::new(raw, &Live::new(Arc::clone(channel))));
        true
    }
}

impl<T: Send + 'static, B: Transport> fmt::Debug for Spare<T, B> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Spare").finish_non_exhaustive()
    }
}
