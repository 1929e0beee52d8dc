//! The page against the tally: every series of the engine and of the metrics of memory, both ways.

use engram_workload::Expectation;

use crate::experiment::is_of_memory;
use crate::page::{Sample, number};

/// Series that the tally accounts for begin with this.
const ENGINE: &str = "engram_workload_";

/// One series: what the page says and what the tally says.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) metric: String,
    pub(crate) labels: Vec<(String, String)>,
    /// `None` when the page does not have it.
    pub(crate) scraped: Option<f64>,
    /// `None` when the tally does not know it.
    pub(crate) tally: Option<f64>,
}

impl Check {
    /// Whether page and tally agree to the unit.
    pub(crate) fn holds(&self) -> bool {
        self.scraped.is_some() && self.scraped == self.tally
    }

    fn is(&self, metric: &str, labels: &[(&str, &str)]) -> bool {
        self.metric == metric
            && self.labels.len() == labels.len()
            && self.labels.iter().all(|own| labels.iter().any(|other| same_label(own, *other)))
    }
}

/// Compares all series of the engine on `page` with what is expected. A series that only one of the
/// two knows is a check that fails. Of the metrics of memory the tally names those that are not zero.
pub(crate) fn compare(page: &[Sample], expected: &[Expectation]) -> Vec<Check> {
    let is_checked = |name: &str| name.starts_with(ENGINE) || is_of_memory(name);
    let samples = page.iter().filter(|sample| is_checked(&sample.name));
    let scraped = |sample: &Sample| Check {
        metric: sample.name.clone(),
        labels: sample.labels.clone(),
        scraped: Some(sample.value),
        tally: None,
    };
    let mut checks: Vec<Check> = samples.map(scraped).collect();
    for expectation in expected {
        let labels: Vec<_> =
            expectation.labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let open =
            |check: &&mut Check| check.tally.is_none() && check.is(&expectation.metric, &labels);
        match checks.iter_mut().find(open) {
            Some(check) => check.tally = Some(expectation.value),
            None => checks.push(missing(expectation)),
        }
    }
    let unnamed = |check: &&mut Check| check.tally.is_none() && is_of_memory(&check.metric);
    checks.iter_mut().filter(unnamed).for_each(|check| check.tally = Some(0.0));
    checks
}

fn missing(expectation: &Expectation) -> Check {
    let owned = |(name, value): &(&str, String)| ((*name).to_owned(), value.clone());
    Check {
        metric: expectation.metric.clone(),
        labels: expectation.labels.iter().map(owned).collect(),
        scraped: None,
        tally: Some(expectation.value),
    }
}

/// Equal, the bounds of buckets as numbers: the same float has several spellings.
fn same_label(own: &(String, String), other: (&str, &str)) -> bool {
    let same_value = || match other.0 {
        "le" => matches!((number(&own.1), number(other.1)), (Ok(a), Ok(b)) if a == b),
        _ => own.1 == other.1,
    };
    own.0 == other.0 && same_value()
}

#[cfg(test)]
mod tests;
