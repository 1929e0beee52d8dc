//! Which answers are worth another attempt, and when that begins: a function of times that are given.

use std::time::{Duration, Instant, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

/// The attempts of one push.
#[derive(Debug)]
pub(super) struct Attempts {
    pauses: ExponentialBackoff,
    /// No attempt begins later.
    end: Instant,
    pub(super) made: u32,
}

/// Up to twice as much, by the jitter: clients that failed together do not come back together.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Attempts {
    pub(super) fn until(end: Instant) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_factor(2.0)
            .without_max_times()
            .with_jitter()
            .build();
        Self { pauses, end, made: 0 }
    }

    /// How long this attempt may take: less than `most` for the last ones, but never nothing at all.
    pub(super) fn begin(&mut self, now: Instant, most: Duration) -> Duration {
        self.made += 1;
        let left = self.end.saturating_duration_since(now);
        if self.made == 1 { most } else { most.min(left.max(FIRST_PAUSE)) }
    }

    /// The pause before the next attempt, at least as long as the server wants; `None` when there is none.
    pub(super) fn pause(&mut self, now: Instant, wanted: Option<Duration>) -> Option<Duration> {
        let pause = self.pauses.next()?.max(wanted.unwrap_or_default());
        let begins = now.checked_add(pause)?;
        (begins < self.end).then_some(pause)
    }
}

/// Whether a server that answered this way may answer in another one later.
pub(super) fn is_passing(status: u16) -> bool {
    status == 429 || (500..600).contains(&status)
}

/// `Retry-After` as a pause: seconds, or a date, which is over when it is in the past.
pub(super) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    text.parse().map(Duration::from_secs).ok().or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

#[cfg(test)]
mod tests;
