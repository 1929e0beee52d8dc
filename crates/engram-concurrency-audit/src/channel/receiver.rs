//! Where messages come out.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::{RecvError, RecvTimeoutError, TryRecvError};
use super::handle::{At, Handle, PATIENCE};
use super::iter::Iter;
use super::record::{Channel, Inside, Side};
use super::tally::Totals;
use super::transport::{Crossbeam, RawReceiver, Transport};
use crate::gate::Live;

/// The end of a channel that messages come out at. One thread at a time has it, as with a
/// [`Sender`](super::Sender).
pub struct Receiver<T: Send + 'static, B: Transport = Crossbeam> {
    raw: B::Receiver<T>,
    handle: Live<Handle>,
    alone: PhantomData<Cell<()>>,
}

impl<T: Send + 'static, B: Transport> Receiver<T, B> {
    pub(super) fn new(raw: B::Receiver<T>, channel: &Live<Arc<Channel>>) -> Self {
        Self { raw, handle: channel.map(Handle::receiver), alone: PhantomData }
    }

    /// Receives a message, and waits for it.
    ///
    /// # Errors
    /// When there is none, and nobody who could send one.
    #[inline]
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let Some(handle) = self.handle.get() else { return self.raw.recv() };
        let at = Location::caller();
        match self.raw.try_recv() {
            Ok(message) => {
                handle.count(Side::Receivers, || self.raw.depth());
                Ok(message)
            }
            Err(TryRecvError::Closed) => Err(RecvError),
            Err(TryRecvError::Empty) => self.recv_slowly(handle, at),
        }
    }

    /// Receives a message if there is one now.
    ///
    /// # Errors
    /// When there is none.
    #[inline]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let received = self.raw.try_recv();
        self.count(received.is_ok());
        received
    }

    /// Receives a message, and waits for it at most so long. Such a wait is no part of a deadlock.
    ///
    /// # Errors
    /// When none came in time, or there will never be one.
    #[inline]
    pub fn recv_timeout(&self, patience: Duration) -> Result<T, RecvTimeoutError> {
        let received = self.raw.recv_within(patience);
        self.count(received.is_ok());
        received
    }

    /// Receives until the channel is closed.
    #[must_use]
    pub const fn iter(&self) -> Iter<'_, T, B> {
        Iter::new(self)
    }

    /// What was counted so far; zeros when the audit is compiled out.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.handle.with(|handle| handle.channel().totals())
    }

    /// Messages inside; `None` for kinds that do not know.
    #[must_use]
    pub fn depth(&self) -> Option<usize> {
        self.raw.depth()
    }

    /// The channel below, for what this one has no name for. What is received there is not counted.
    #[must_use]
    pub const fn raw(&self) -> &B::Receiver<T> {
        &self.raw
    }

    #[inline(always)]
    fn count(&self, is_received: bool) {
        if let Some(handle) = self.handle.get().filter(|_| is_received) {
            handle.count(Side::Receivers, || self.raw.depth());
        }
    }

    #[cold]
    fn recv_slowly(&self, handle: &Handle, at: At) -> Result<T, RecvError> {
        let received = match self.raw.recv_within(PATIENCE) {
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Closed) => Err(RecvError),
            Err(RecvTimeoutError::Timeout) => handle.wait(Side::Receivers, at, || self.raw.recv()),
        };
        self.count(received.is_ok());
        received
    }

    /// Messages inside, when the last receiver goes. Where nobody can ask and nobody sends any more, they are
    /// taken out, which is what would become of them in a moment.
    fn inside(&self, is_quiet: bool) -> Inside {
        let depth = self.raw.depth().map(|depth| depth as u64);
        let taken = || is_quiet.then(|| drain(&self.raw, u64::MAX));
        depth.or_else(taken)
    }
}

/// Takes out at most so many messages and drops them; says how many.
pub(super) fn drain<T>(raw: &impl RawReceiver<T>, most: u64) -> u64 {
    let mut count = 0;
    while count < most && raw.try_recv().is_ok() {
        count += 1;
    }
    count
}

impl<T: Send + 'static> Receiver<T, Crossbeam> {
    /// Waits for one of several channels to have a message, or to be closed, and says which; `None` when the
    /// time is over. Which one, of several, is left to chance.
    ///
    /// ```
    /// use engram_concurrency_audit::channel::{self, Receiver};
    ///
    /// let ((sender, jobs), (_other, orders)) = (channel::bounded::<u8>(1), channel::bounded::<u8>(1));
    /// sender.send(7)?;
    /// assert_eq!(Receiver::select(&[&jobs, &orders], None), Some(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn select(receivers: &[&Self], patience: Option<Duration>) -> Option<usize> {
        let mut select = crossbeam_channel::Select::new();
        for receiver in receivers {
            select.recv(&receiver.raw);
            // An arm that is never served is still known to be this thread's.
            receiver.handle.with(Handle::adopt);
        }
        match patience {
            None => Some(select.ready()),
            Some(patience) => select.ready_deadline(Instant::now() + patience).ok(),
        }
    }
}

#[cfg(feature = "tokio")]
impl<T: Send + 'static> Receiver<T, super::transport::Tokio> {
    /// Receives a message, and lets the task wait for it: no part of the graph of threads that wait.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub async fn recv_async(&mut self) -> Result<T, RecvError> {
        let received = self.raw.recv_async().await;
        self.count(received.is_ok());
        received
    }
}

impl<T: Send + 'static, B: Transport> Clone for Receiver<T, B>
where
    B::Receiver<T>: Clone,
{
    fn clone(&self) -> Self {
        let handle = self.handle.map(|handle| Handle::receiver(handle.channel()));
        Self { raw: self.raw.clone(), handle, alone: PhantomData }
    }
}

impl<T: Send + 'static, B: Transport> Drop for Receiver<T, B> {
    fn drop(&mut self) {
        self.handle.with(|handle| {
            handle.channel().retire_receiver(handle.tally(), |is_quiet| self.inside(is_quiet));
            handle.reseat(Side::Receivers);
        });
    }
}

impl<T: Send + 'static, B: Transport> fmt::Debug for Receiver<T, B> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.handle.get().map(|handle| handle.channel().name.as_str());
        out.debug_struct("Receiver").field("channel", &name).finish_non_exhaustive()
    }
}
