//! One request from its first attempt to its last.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::answer::Verdict;
use crate::metrics::Delivery;

/// What happens to a request, without sending it: the attempts, and the waiting in between.
#[derive(Debug)]
pub(crate) struct Course {
    backoff: ExponentialBackoff,
    /// No attempt begins later.
    end: Instant,
    /// Whether a request of unknown fate is sent again.
    resends: bool,
    is_in_doubt: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another attempt, after this long.
    Wait { delay: Duration, is_in_doubt: bool },
    /// Nothing.
    Done(Delivery),
}

impl Course {
    /// The attempts of one request. `seed` decides about the jitter.
    pub(crate) fn new(end: Instant, resends: bool, seed: u64) -> Self {
        let backoff = ExponentialBuilder::new()
            .with_min_delay(FIRST_DELAY)
            .with_max_delay(LONGEST_DELAY)
            .with_factor(2.0)
            .without_max_times()
            .with_jitter()
            .with_jitter_seed(seed)
            .build();
        Self { backoff, end, resends, is_in_doubt: false }
    }

    /// An attempt ended.
    pub(crate) fn ended(&mut self, verdict: Verdict, now: Instant) -> Next {
        match verdict {
            Verdict::Accepted => Next::Done(Delivery::Accepted),
            Verdict::Final => Next::Done(self.given_up()),
            Verdict::Again { is_refused: false, .. } if !self.resends => {
                Next::Done(Delivery::Unknown)
            }
            Verdict::Again { after, is_refused } => {
                self.is_in_doubt |= !is_refused;
                self.again(after, !is_refused, now)
            }
        }
    }

    fn again(&mut self, after: Option<Duration>, is_in_doubt: bool, now: Instant) -> Next {
        let delay = self.backoff.next().unwrap_or(LONGEST_DELAY).max(after.unwrap_or_default());
        let is_in_time = now.checked_add(delay).is_some_and(|then| then < self.end);
        if is_in_time { Next::Wait { delay, is_in_doubt } } else { Next::Done(self.given_up()) }
    }

    /// What is known of the request when there are no more attempts.
    pub(crate) fn given_up(&self) -> Delivery {
        if self.is_in_doubt { Delivery::Unknown } else { Delivery::Refused }
    }
}

/// Up to twice as much, by the jitter.
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
