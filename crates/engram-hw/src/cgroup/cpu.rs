//! Quota, burst and throttling.

use std::time::Duration;

use super::CgroupError;

/// Time on processors that a group may use in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CpuLimit {
    /// In one period, over all CPUs.
    pub quota: Duration,
    /// How long one is.
    pub period: Duration,
    /// What may be saved up and used beyond the quota.
    pub burst: Duration,
}

/// Where the kernel writes no period.
const USUAL_PERIOD: Duration = Duration::from_millis(100);

impl CpuLimit {
    /// Reads `cpu.max` of version 2: `max 100000`, `250000 100000`, or the quota alone.
    ///
    /// # Errors
    /// When it is something else, or the period is 0.
    pub fn from_v2(text: &str) -> Result<Option<Self>, CgroupError> {
        let malformed = || CgroupError::malformed("cpu.max", text);
        let mut fields = text.split_whitespace();
        let quota = fields.next().ok_or_else(malformed)?;
        let period =
            fields.next().map_or(Ok(USUAL_PERIOD), |it| micros(it).ok_or_else(malformed))?;
        if fields.next().is_some() || period.is_zero() {
            return Err(malformed());
        }
        if quota == "max" {
            return Ok(None);
        }
        let quota = micros(quota).ok_or_else(malformed)?;
        Ok(Some(Self { quota, period, burst: Duration::ZERO }))
    }

    /// Reads `cpu.cfs_quota_us` and `cpu.cfs_period_us` of version 1; a quota of -1 is none.
    ///
    /// # Errors
    /// When they are something else, or the period is 0.
    pub fn from_v1(quota: &str, period: &str) -> Result<Option<Self>, CgroupError> {
        if quota.trim() == "-1" {
            return Ok(None);
        }
        let quota = micros(quota.trim())
            .ok_or_else(|| CgroupError::malformed("cpu.cfs_quota_us", quota))?;
        let malformed = || CgroupError::malformed("cpu.cfs_period_us", period);
        let period = micros(period.trim()).filter(|it| !it.is_zero()).ok_or_else(malformed)?;
        Ok(Some(Self { quota, period, burst: Duration::ZERO }))
    }

    /// How many processors that is, in fractions.
    #[must_use]
    pub fn cores(&self) -> f64 {
        // Microseconds are whole numbers, of which a quotient is exact where it can be.
        self.quota.as_micros() as f64 / self.period.as_micros() as f64
    }

    /// Whole processors that can be busy all the time; 1 at least.
    #[must_use]
    pub fn floor(&self) -> u32 {
        whole(self.quota.as_micros() / self.period.as_micros().max(1))
    }

    /// Whole processors that are enough to use it up.
    #[must_use]
    pub fn ceil(&self) -> u32 {
        whole(self.quota.as_micros().div_ceil(self.period.as_micros().max(1)))
    }

    /// With what may be saved up.
    #[must_use]
    pub(super) fn with_burst(self, burst: Duration) -> Self {
        Self { burst, ..self }
    }
}

fn whole(processors: u128) -> u32 {
    u32::try_from(processors).unwrap_or(u32::MAX).max(1)
}

/// How often a group was held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Throttling {
    /// Periods in which the group wanted to run.
    pub periods: u64,
    /// Those of them at whose end it had to wait.
    pub throttled_periods: u64,
    /// How long its tasks waited, added up over CPUs.
    pub throttled_time: Duration,
    /// Periods in which it used what it had saved up.
    pub burst_periods: u64,
    /// Time beyond the quota that it used.
    pub burst_time: Duration,
}

impl Throttling {
    /// What came since an earlier reading; nothing where the counters started again.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            periods: self.periods.saturating_sub(earlier.periods),
            throttled_periods: self.throttled_periods.saturating_sub(earlier.throttled_periods),
            throttled_time: self.throttled_time.saturating_sub(earlier.throttled_time),
            burst_periods: self.burst_periods.saturating_sub(earlier.burst_periods),
            burst_time: self.burst_time.saturating_sub(earlier.burst_time),
        }
    }

    /// Reads `cpu.stat` of either version; `None` where the group has no controller that counts. Nanoseconds in
    /// version 1, microseconds in version 2. Allocates nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let field = |name| field(text, name);
        let time = |v1, v2| {
            let old = field(v1).map(Duration::from_nanos);
            old.or_else(|| field(v2).map(Duration::from_micros)).unwrap_or_default()
        };
        Some(Self {
            periods: field("nr_periods")?,
            throttled_periods: field("nr_throttled")?,
            throttled_time: time("throttled_time", "throttled_usec"),
            burst_periods: field("nr_bursts").unwrap_or(0),
            burst_time: time("burst_time", "burst_usec"),
        })
    }
}

/// The number behind a name, in files of one such pair a line.
pub(crate) fn field(text: &str, name: &str) -> Option<u64> {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
    text.lines().find_map(value)
}

pub(super) fn micros(text: &str) -> Option<Duration> {
    text.bytes()
        .all(|it| it.is_ascii_digit())
        .then(|| text.parse().ok().map(Duration::from_micros))?
}
