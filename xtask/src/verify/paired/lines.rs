//! What the program printed, and what it comes to.

use anyhow::{Context as _, Result, ensure};

use super::statistic::{self, at_least, at_most, lower_bound, median, quantile};

/// Two batches, and how the core was doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::verify) struct Line {
    /// Nanoseconds per operation.
    pub(in crate::verify) twin: f64,
    pub(in crate::verify) subject: f64,
    /// What a lot of work at once took, in what work one after the other took: least on a core that
    /// nobody else uses.
    pub(in crate::verify) core: f64,
}

/// The lines of a process.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::verify) struct Lines(pub(in crate::verify) Vec<Line>);

/// The part of the lines that has to be left. Where fewer are, those that are left had company too, only
/// not when it was looked for.
const ENOUGH: f64 = 0.5;

/// How much slower than alone a core may be and still count as such.
pub(super) const ALONE: f64 = 1.03;

/// How much wider a limit is for a core that somebody else uses too: twice is what was seen.
const COMPANY: f64 = 2.5;

/// One of a hundred.
const TAIL: f64 = 0.99;

/// What lines come to: the subject in the time of its twin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::verify) struct Figure {
    pub(in crate::verify) middle: f64,
    /// Not more than the true one, with 99 % confidence.
    pub(in crate::verify) least: f64,
    /// On a core that nobody else used.
    pub(in crate::verify) is_alone: bool,
}

impl Lines {
    pub(in crate::verify) fn parse(text: &str) -> Result<Self> {
        let lines: Vec<_> =
            text.lines().map(line).collect::<Option<_>>().context("not three numbers")?;
        ensure!(!lines.is_empty(), "nothing was timed");
        Ok(Self(lines))
    }

    /// The lines of several processes, as if of one.
    pub(in crate::verify) fn together(processes: Vec<Self>) -> Self {
        Self(processes.into_iter().flat_map(|lines| lines.0).collect())
    }

    /// The lines with a core for themselves, if they are enough; `core` is what that looks like.
    pub(in crate::verify) fn alone(&self, core: f64) -> Option<Self> {
        let lines: Vec<_> =
            self.0.iter().filter(|line| line.core <= core * ALONE).copied().collect();
        (lines.len() as f64 >= self.0.len() as f64 * ENOUGH).then_some(Self(lines))
    }

    /// The median of the ratios.
    pub(in crate::verify) fn ratio(&self) -> Figure {
        let ratios = statistic::sorted(self.0.iter().map(|line| line.subject / line.twin));
        Figure { middle: median(&ratios), least: lower_bound(&ratios), is_alone: true }
    }

    /// The ratio of the 99th percentiles. What disturbs about one batch in a hundred moves either of the two
    /// by any factor, so the bound is that of the subject's in what the twin's may be at most.
    pub(in crate::verify) fn tail(&self) -> Figure {
        let subject = statistic::sorted(self.0.iter().map(|line| line.subject));
        let twin = statistic::sorted(self.0.iter().map(|line| line.twin));
        Figure {
            middle: quantile(&subject, TAIL) / quantile(&twin, TAIL),
            least: at_least(&subject, TAIL) / at_most(&twin, TAIL),
            is_alone: true,
        }
    }

    /// How the core was at its best, apart from a few lines that a clock that ticks makes look better.
    pub(in crate::verify) fn core(&self) -> f64 {
        quantile(&statistic::sorted(self.0.iter().map(|line| line.core)), 0.1)
    }
}

fn line(text: &str) -> Option<Line> {
    let mut numbers = text.split(' ').map(|number| number.parse().ok());
    let line = Line { twin: numbers.next()??, subject: numbers.next()??, core: numbers.next()?? };
    numbers.next().is_none().then_some(line)
}

impl Figure {
    /// The same of lines during which somebody else used the core too.
    pub(in crate::verify) fn in_company(self) -> Self {
        Self { is_alone: false, ..self }
    }

    /// The limit that applies.
    pub(in crate::verify) fn limit(&self, limit: f64) -> f64 {
        if self.is_alone { limit } else { limit * COMPANY }
    }

    pub(in crate::verify) fn is_over(&self, limit: f64) -> bool {
        self.least > self.limit(limit)
    }
}

#[cfg(test)]
mod tests;
