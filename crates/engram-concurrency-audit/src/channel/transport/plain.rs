//! Channels of the standard library.

use std::sync::mpsc as raw;
use std::time::Duration;

use super::{RawReceiver, RawSender, Transport};
use crate::channel::error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

/// Channels of [`std::sync::mpsc`]: one receiver, and nobody can ask how many messages are inside.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// Where messages go into a channel of [`std::sync::mpsc`], whichever kind.
#[derive(Debug)]
pub enum PlainSender<T> {
    /// Of a channel with a bound.
    Bounded(raw::SyncSender<T>),
    /// Of one without.
    Unbounded(raw::Sender<T>),
}

impl<T> Clone for PlainSender<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Bounded(sender) => Self::Bounded(sender.clone()),
            Self::Unbounded(sender) => Self::Unbounded(sender.clone()),
        }
    }
}

impl Transport for Plain {
    type Sender<T: Send + 'static> = PlainSender<T>;
    type Receiver<T: Send + 'static> = raw::Receiver<T>;

    fn open<T: Send + 'static>(capacity: Option<usize>) -> (Self::Sender<T>, Self::Receiver<T>) {
        if let Some(capacity) = capacity {
            let (sender, receiver) = raw::sync_channel(capacity);
            (PlainSender::Bounded(sender), receiver)
        } else {
            let (sender, receiver) = raw::channel();
            (PlainSender::Unbounded(sender), receiver)
        }
    }
}

impl<T: Send> RawSender<T> for PlainSender<T> {
    #[inline]
    fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        match self {
            Self::Bounded(sender) => sender.try_send(message).map_err(|error| match error {
                raw::TrySendError::Full(message) => TrySendError::Full(message),
                raw::TrySendError::Disconnected(message) => TrySendError::Closed(message),
            }),
            Self::Unbounded(sender) => {
                sender.send(message).map_err(|error| TrySendError::Closed(error.0))
            }
        }
    }

    #[inline]
    fn send(&self, message: T) -> Result<(), SendError<T>> {
        let sent = match self {
            Self::Bounded(sender) => sender.send(message),
            Self::Unbounded(sender) => sender.send(message),
        };
        sent.map_err(|error| SendError(error.0))
    }

    fn depth(&self) -> Option<usize> {
        None
    }
}

impl<T: Send> RawReceiver<T> for raw::Receiver<T> {
    receive!();

    fn depth(&self) -> Option<usize> {
        None
    }

    fn another(&self) -> Option<Self> {
        None
    }
}
