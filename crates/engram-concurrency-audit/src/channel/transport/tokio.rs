//! Channels of `tokio`, whose tasks wait without blocking a thread.

use std::cell::RefCell;
use std::future::poll_fn;
use std::time::{Duration, Instant};

use ::tokio::sync::mpsc as raw;

use super::{RawReceiver, RawSender, Transport};
use crate::channel::error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

/// Channels of [`tokio::sync::mpsc`](::tokio::sync::mpsc): one receiver, and tasks that wait.
#[derive(Clone, Copy, Debug)]
pub struct Tokio;

/// Where messages go into a channel of tokio, whichever kind.
#[derive(Debug)]
pub enum TokioSender<T> {
    /// Of a channel with a bound, which is at least 1.
    Bounded(raw::Sender<T>),
    /// Of one without.
    Unbounded(raw::UnboundedSender<T>),
}

/// Where messages come out of a channel of tokio.
#[derive(Debug)]
pub struct TokioReceiver<T>(RefCell<Inbox<T>>);

#[derive(Debug)]
enum Inbox<T> {
    Bounded(raw::Receiver<T>),
    Unbounded(raw::UnboundedReceiver<T>),
}

impl<T> Clone for TokioSender<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Bounded(sender) => Self::Bounded(sender.clone()),
            Self::Unbounded(sender) => Self::Unbounded(sender.clone()),
        }
    }
}

impl Transport for Tokio {
    type Sender<T: Send + 'static> = TokioSender<T>;
    type Receiver<T: Send + 'static> = TokioReceiver<T>;

    fn open<T: Send + 'static>(capacity: Option<usize>) -> (Self::Sender<T>, Self::Receiver<T>) {
        let (sender, inbox) = if let Some(capacity) = capacity {
            let (sender, receiver) = raw::channel(capacity.max(1));
            (TokioSender::Bounded(sender), Inbox::Bounded(receiver))
        } else {
            let (sender, receiver) = raw::unbounded_channel();
            (TokioSender::Unbounded(sender), Inbox::Unbounded(receiver))
        };
        (sender, TokioReceiver(RefCell::new(inbox)))
    }
}

impl<T> TokioSender<T> {
    /// Sends a message, and lets the task wait for room.
    pub(in crate::channel) async fn send_async(&self, message: T) -> Result<(), SendError<T>> {
        let sent = match self {
            Self::Bounded(sender) => sender.send(message).await,
            Self::Unbounded(sender) => sender.send(message),
        };
        sent.map_err(|error| SendError(error.0))
    }
}

impl<T> TokioReceiver<T> {
    /// Receives a message, and lets the task wait for it.
    pub(in crate::channel) async fn recv_async(&mut self) -> Result<T, RecvError> {
        let received = poll_fn(|context| match self.0.get_mut() {
            Inbox::Bounded(receiver) => receiver.poll_recv(context),
            Inbox::Unbounded(receiver) => receiver.poll_recv(context),
        });
        received.await.ok_or(RecvError)
    }
}

impl<T: Send> RawSender<T> for TokioSender<T> {
    fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        match self {
            Self::Bounded(sender) => sender.try_send(message).map_err(|error| match error {
                raw::error::TrySendError::Full(message) => TrySendError::Full(message),
                raw::error::TrySendError::Closed(message) => TrySendError::Closed(message),
            }),
            Self::Unbounded(sender) => {
                sender.send(message).map_err(|error| TrySendError::Closed(error.0))
            }
        }
    }

    fn send(&self, message: T) -> Result<(), SendError<T>> {
        let sent = match self {
            Self::Bounded(sender) => sender.blocking_send(message),
            Self::Unbounded(sender) => sender.send(message),
        };
        sent.map_err(|error| SendError(error.0))
    }

    fn depth(&self) -> Option<usize> {
        match self {
            Self::Bounded(sender) => Some(sender.max_capacity() - sender.capacity()),
            Self::Unbounded(_) => None,
        }
    }
}

impl<T: Send> RawReceiver<T> for TokioReceiver<T> {
    fn try_recv(&self) -> Result<T, TryRecvError> {
        let received = match &mut *self.0.borrow_mut() {
            Inbox::Bounded(receiver) => receiver.try_recv(),
            Inbox::Unbounded(receiver) => receiver.try_recv(),
        };
        received.map_err(|error| match error {
            raw::error::TryRecvError::Empty => TryRecvError::Empty,
            raw::error::TryRecvError::Disconnected => TryRecvError::Closed,
        })
    }

    fn recv(&self) -> Result<T, RecvError> {
        let received = match &mut *self.0.borrow_mut() {
            Inbox::Bounded(receiver) => receiver.blocking_recv(),
            Inbox::Unbounded(receiver) => receiver.blocking_recv(),
        };
        received.ok_or(RecvError)
    }

    /// There are no clocks without a runtime: looks every 50 us.
    fn recv_within(&self, patience: Duration) -> Result<T, RecvTimeoutError> {
        let started = Instant::now();
        loop {
            match self.try_recv() {
                Ok(message) => return Ok(message),
                Err(TryRecvError::Closed) => return Err(RecvTimeoutError::Closed),
                Err(TryRecvError::Empty) if started.elapsed() >= patience => {
                    return Err(RecvTimeoutError::Timeout);
                }
                Err(TryRecvError::Empty) => std::thread::sleep(Duration::from_micros(50)),
            }
        }
    }

    fn depth(&self) -> Option<usize> {
        Some(match &*self.0.borrow() {
            Inbox::Bounded(receiver) => receiver.len(),
            Inbox::Unbounded(receiver) => receiver.len(),
        })
    }

    fn another(&self) -> Option<Self> {
        None
    }
}
