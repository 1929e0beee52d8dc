//! Pressure: the time that tasks waited for a resource (PSI).

mod trigger;

pub use trigger::Trigger;

use std::time::Duration;

use crate::unavailable::{Reason, Unavailable};

/// What `/proc/pressure/RESOURCE` and `RESOURCE.pressure` of a cgroup say.
///
/// ```
/// use engram_hw::Pressure;
///
/// let text = "some avg10=48.32 avg60=65.11 avg300=83.97 total=13862412531\n";
/// let some = Pressure::parse(text)?.some.unwrap();
/// assert_eq!(some.share_10s, 0.4832);
/// assert_eq!(some.total.as_secs(), 13_862);
/// # Ok::<(), engram_hw::Unavailable>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pressure {
    /// At least one task waited. Interrupts have no such line.
    pub some: Option<Stall>,
    /// All tasks that were not idle waited at once. CPUs have no such line before Linux 5.13.
    pub full: Option<Stall>,
}

/// How long was waited.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stall {
    /// Share of the last 10 seconds, in 0..1.
    pub share_10s: f64,
    /// Share of the last minute.
    pub share_60s: f64,
    /// Share of the last five minutes.
    pub share_300s: f64,
    /// In all, since the machine or the cgroup started.
    pub total: Duration,
}

impl Pressure {
    /// Reads the text of such a file. Allocates nothing.
    ///
    /// # Errors
    /// When a line is none that a kernel writes, or there is none.
    pub fn parse(text: &str) -> Result<Self, Unavailable> {
        let malformed = Unavailable::because(Reason::Malformed, "pressure");
        let mut pressure = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (kind, fields) = line.split_once(' ').ok_or(malformed)?;
            let stall = Some(Stall::parse(fields).ok_or(malformed)?);
            match kind {
                "some" => pressure.some = stall,
                "full" => pressure.full = stall,
                _ => return Err(malformed),
            }
        }
        if pressure == Self::default() { Err(malformed) } else { Ok(pressure) }
    }
}

impl Stall {
    fn parse(fields: &str) -> Option<Self> {
        let field = |name| {
            let mut pairs = fields.split_whitespace().filter_map(|it| it.split_once('='));
            pairs.find(|(field, _)| *field == name).map(|(_, value)| value)
        };
        let share = |name| {
            let percent: f64 = field(name)?.parse().ok()?;
            (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
        };
        Some(Self {
            share_10s: share("avg10")?,
            share_60s: share("avg60")?,
            share_300s: share("avg300")?,
            total: Duration::from_micros(field("total")?.parse().ok()?),
        })
    }

    /// The time that was waited since an earlier reading; none where the counter started again.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Duration {
        self.total.saturating_sub(earlier.total)
    }
}

#[cfg(test)]
mod tests;
