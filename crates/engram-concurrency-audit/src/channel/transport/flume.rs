//! Channels of `flume`.

use std::time::Duration;

use ::flume as raw;

use super::{RawReceiver, RawSender, Transport};
use crate::channel::error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

/// Channels of `flume`: many senders, many receivers, with or without a bound.
#[derive(Clone, Copy, Debug)]
pub struct Flume;

many_to_many!(Flume);
