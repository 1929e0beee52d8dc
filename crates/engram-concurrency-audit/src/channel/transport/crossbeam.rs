//! Channels of `crossbeam-channel`.

use std::time::Duration;

use crossbeam_channel as raw;

use super::{RawReceiver, RawSender, Transport};
use crate::channel::error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

/// Channels of `crossbeam-channel`: many senders, many receivers, with or without a bound.
#[derive(Clone, Copy, Debug)]
pub struct Crossbeam;

many_to_many!(Crossbeam);
