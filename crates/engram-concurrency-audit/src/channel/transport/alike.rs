//! What the kinds of channels have in common, down to the names: their methods and their errors.

/// How messages come out of a `raw::Receiver`.
macro_rules! receive {
    () => {
        #[inline]
        fn try_recv(&self) -> Result<T, TryRecvError> {
            self.try_recv().map_err(|error| match error {
                raw::TryRecvError::Empty => TryRecvError::Empty,
                raw::TryRecvError::Disconnected => TryRecvError::Closed,
            })
        }

        #[inline]
        fn recv(&self) -> Result<T, RecvError> {
            self.recv().map_err(|_| RecvError)
        }

        fn recv_within(&self, patience: Duration) -> Result<T, RecvTimeoutError> {
            self.recv_timeout(patience).map_err(|error| match error {
                raw::RecvTimeoutError::Timeout => RecvTimeoutError::Timeout,
                raw::RecvTimeoutError::Disconnected => RecvTimeoutError::Closed,
            })
        }
    };
}

/// A kind of channels with many senders and many receivers, which know how many messages are inside.
macro_rules! many_to_many {
    ($kind:ident) => {
        impl Transport for $kind {
            type Sender<T: Send + 'static> = raw::Sender<T>;
            type Receiver<T: Send + 'static> = raw::Receiver<T>;

            fn open<T: Send + 'static>(
                capacity: Option<usize>,
            ) -> (Self::Sender<T>, Self::Receiver<T>) {
                match capacity {
                    Some(capacity) => raw::bounded(capacity),
                    None => raw::unbounded(),
                }
            }
        }

        impl<T: Send> RawSender<T> for raw::Sender<T> {
            #[inline]
            fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
                self.try_send(message).map_err(|error| match error {
                    raw::TrySendError::Full(message) => TrySendError::Full(message),
                    raw::TrySendError::Disconnected(message) => TrySendError::Closed(message),
                })
            }

            fn send_within(&self, message: T, patience: Duration) -> Result<(), TrySendError<T>> {
                self.send_timeout(message, patience).map_err(|error| match error {
                    raw::SendTimeoutError::Timeout(message) => TrySendError::Full(message),
                    raw::SendTimeoutError::Disconnected(message) => TrySendError::Closed(message),
                })
            }

            #[inline]
            fn send(&self, message: T) -> Result<(), SendError<T>> {
                self.send(message).map_err(|error| SendError(error.0))
            }

            #[inline]
            fn depth(&self) -> Option<usize> {
                Some(self.len())
            }
        }

        impl<T: Send> RawReceiver<T> for raw::Receiver<T> {
            receive!();

            #[inline]
            fn depth(&self) -> Option<usize> {
                Some(self.len())
            }

            fn another(&self) -> Option<Self> {
                Some(self.clone())
            }
        }
    };
}
