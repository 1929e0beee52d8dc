//! The channels that ours can be over, by one trait.

#[macro_use]
mod alike;
mod crossbeam;
#[cfg(feature = "flume")]
mod flume;
mod plain;
#[cfg(feature = "tokio")]
mod tokio;

use std::time::Duration;

use super::error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

pub use crossbeam::Crossbeam;
#[cfg(feature = "flume")]
pub use flume::Flume;
pub use plain::{Plain, PlainSender};
#[cfg(feature = "tokio")]
pub use tokio::{Tokio, TokioReceiver, TokioSender};

/// A kind of channels, [`Crossbeam`] say.
pub trait Transport: 'static {
    /// Where messages go in.
    type Sender<T: Send + 'static>: RawSender<T>;
    /// Where they come out.
    type Receiver<T: Send + 'static>: RawReceiver<T>;

    /// A channel with room for so many messages, or for any number.
    fn open<T: Send + 'static>(capacity: Option<usize>) -> (Self::Sender<T>, Self::Receiver<T>);
}

/// Where messages go in.
pub trait RawSender<T>: Clone + Send {
    /// Sends if there is room now.
    ///
    /// # Errors
    /// With the message, when there is no room or nobody who receives.
    fn try_send(&self, message: T) -> Result<(), TrySendError<T>>;

    /// Sends if there is room soon. Kinds that cannot wait for a time try once.
    ///
    /// # Errors
    /// As [`try_send`](Self::try_send).
    fn send_within(&self, message: T, patience: Duration) -> Result<(), TrySendError<T>> {
        let _ = patience;
        self.try_send(message)
    }

    /// Waits for room.
    ///
    /// # Errors
    /// With the message, when nobody receives.
    fn send(&self, message: T) -> Result<(), SendError<T>>;

    /// Messages inside; `None` for kinds that do not know.
    fn depth(&self) -> Option<usize>;
}

/// Where messages come out.
pub trait RawReceiver<T>: Send + Sized {
    /// Receives if there is a message now.
    ///
    /// # Errors
    /// When there is none, or there will never be one.
    fn try_recv(&self) -> Result<T, TryRecvError>;

    /// Waits for a message.
    ///
    /// # Errors
    /// When there will never be one.
    fn recv(&self) -> Result<T, RecvError>;

    /// Waits for a message, at most so long.
    ///
    /// # Errors
    /// When the time is over, or there will never be one.
    fn recv_within(&self, patience: Duration) -> Result<T, RecvTimeoutError>;

    /// Messages inside; `None` for kinds that do not know.
    fn depth(&self) -> Option<usize>;

    /// Another receiver of the same channel; `None` for kinds that have only one.
    fn another(&self) -> Option<Self>;
}
