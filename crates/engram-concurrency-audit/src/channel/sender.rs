//! Where messages go in.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use super::error::{SendError, TrySendError};
use super::handle::{At, Handle, PATIENCE};
use super::record::{Channel, Side, name_of_thread};
use super::transport::{Crossbeam, RawSender, Transport};
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Site};
use crate::gate::Live;

/// The end of a channel that messages go in at.
///
/// It counts without a locked instruction, so one thread at a time has it: clone it for the others.
/// ```compile_fail
/// fn is_shared<T: Sync>() {}
/// is_shared::<engram_concurrency_audit::channel::Sender<u8>>();
/// ```
pub struct Sender<T: Send + 'static, B: Transport = Crossbeam> {
    raw: B::Sender<T>,
    handle: Live<Handle>,
    alone: PhantomData<Cell<()>>,
}

impl<T: Send + 'static, B: Transport> Sender<T, B> {
    pub(super) fn new(raw: B::Sender<T>, channel: &Live<Arc<Channel>>) -> Self {
        Self { raw, handle: channel.map(Handle::sender), alone: PhantomData }
    }

    /// Sends a message, and waits for room.
    ///
    /// # Errors
    /// With the message, when nobody receives any more. That is also a finding, with the place of this call.
    #[inline]
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let Some(handle) = self.handle.get() else { return self.raw.send(message) };
        let at = Location::caller();
        let sent = match handle.has_room(|| self.raw.depth()) {
            true => self.raw.try_send(message),
            false => Err(TrySendError::Full(message)),
        };
        match sent {
            Ok(()) => {
                handle.count(Side::Senders, || self.raw.depth());
                Ok(())
            }
            Err(error) => self.send_slowly(error, handle, at),
        }
    }

    /// Sends a message if there is room now.
    ///
    /// # Errors
    /// With the message, when there is no room or nobody receives any more.
    #[inline]
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let Some(handle) = self.handle.get() else { return self.raw.try_send(message) };
        if !handle.has_room(|| self.raw.depth()) {
            return Err(TrySendError::Full(message));
        }
        let sent = self.raw.try_send(message);
        match &sent {
            Ok(()) => handle.count(Side::Senders, || self.raw.depth()),
            Err(TrySendError::Closed(_)) => refused(handle, Location::caller()),
            Err(TrySendError::Full(_)) => {}
        }
        sent
    }

    /// The channel below, for what this one has no name for. What is sent there is not counted.
    #[must_use]
    pub const fn raw(&self) -> &B::Sender<T> {
        &self.raw
    }

    #[cold]
    fn send_slowly(
        &self,
        error: TrySendError<T>,
        handle: &Handle,
        at: At,
    ) -> Result<(), SendError<T>> {
        let soon = match error {
            TrySendError::Full(message) if handle.has_room(|| self.raw.depth()) => {
                self.raw.send_within(message, PATIENCE)
            }
            error => Err(error),
        };
        let sent = match soon {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(message)) => Err(SendError(message)),
            Err(TrySendError::Full(message)) => {
                handle.wait(Side::Senders, at, || self.send_when_room(message, handle))
            }
        };
        match sent {
            Ok(()) => handle.count(Side::Senders, || self.raw.depth()),
            Err(_) => refused(handle, at),
        }
        sent
    }

    /// Waits for room: in the channel below, or, where ours has less, by looking every millisecond.
    fn send_when_room(&self, message: T, handle: &Handle) -> Result<(), SendError<T>> {
        while !handle.has_room(|| self.raw.depth()) {
            if handle.channel().handles().receivers.is_empty() {
                return Err(SendError(message));
            }
            std::thread::sleep(PATIENCE);
        }
        self.raw.send(message)
    }
}

#[cfg(feature = "tokio")]
impl<T: Send + 'static> Sender<T, super::transport::Tokio> {
    /// Sends a message, and lets the task wait for room: no part of the graph of threads that wait. `&mut`, so
    /// that the future can go from thread to thread with its task.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_async(&mut self, message: T) -> Result<(), SendError<T>> {
        let sent = self.raw.send_async(message).await;
        self.handle.with(|handle| match &sent {
            Ok(()) => handle.count(Side::Senders, || self.raw.depth()),
            Err(_) => refused(handle, Location::caller()),
        });
        sent
    }
}

#[cold]
fn refused(handle: &Handle, at: At) {
    handle.tally().refuse();
    let channel = handle.channel();
    let closed_by = channel.closures().into_iter().rev().find(|it| it.side == Side::Receivers);
    let closed_by = closed_by.map_or_else(|| "somebody".to_owned(), |closure| closure.thread);
    let message = format!("a send into {}, which {closed_by} closed", channel.name);
    let finding = channel.finding(ErrorCode::ClosedSend, message);
    AUDITOR.report(finding.at("sends", Site::of(at)).in_thread(name_of_thread()));
}

impl<T: Send + 'static, B: Transport> Clone for Sender<T, B> {
    fn clone(&self) -> Self {
        let handle = self.handle.map(|handle| Handle::sender(handle.channel()));
        Self { raw: self.raw.clone(), handle, alone: PhantomData }
    }
}

impl<T: Send + 'static, B: Transport> Drop for Sender<T, B> {
    fn drop(&mut self) {
        self.handle.with(|handle| {
            handle.channel().retire_sender(handle.tally());
            handle.reseat(Side::Senders);
        });
    }
}

impl<T: Send + 'static, B: Transport> fmt::Debug for Sender<T, B> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.handle.get().map(|handle| handle.channel().name.as_str());
        out.debug_struct("Sender").field("channel", &name).finish_non_exhaustive()
    }
}
