//! What a scrape must show after experiments, counted apart from the metrics.

use std::collections::BTreeMap;

/// A series without `le`: its name and its labels in alphabetical order.
type Series = (String, Vec<(String, String)>);

/// Counts and observations, by series as a Prometheus page names them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    counts: BTreeMap<Series, f64>,
    /// Observations in whole ticks, and how many of those make a base unit.
    observed: BTreeMap<Series, (Vec<u64>, f64)>,
}

impl Ledger {
    /// Adds to a counter, or to a gauge that goes both ways.
    pub fn count(&mut self, name: &str, labels: &[(&str, &str)], change: f64) {
        *self.counts.entry(series(name, labels)).or_default() += change;
    }

    /// Adds an observation to a histogram whose ticks are `2^-resolution` base units.
    pub fn observe(
        &mut self,
        (name, resolution): (&str, i32),
        labels: &[(&str, &str)],
        value: f64,
    ) {
        let per_unit = f64::from(resolution).exp2();
        let entry =
            self.observed.entry(series(name, labels)).or_insert_with(|| (Vec::new(), per_unit));
        entry.0.push((value * per_unit).round() as u64);
    }

    /// What the page has to show for a sample: 0 for what was never counted.
    #[must_use]
    pub fn expected(&self, name: &str, labels: &[(String, String)]) -> f64 {
        let le = labels.iter().find(|(name, _)| name == "le").map(|(_, bound)| bound.as_str());
        let mut rest: Vec<_> = labels.iter().filter(|(name, _)| name != "le").cloned().collect();
        rest.sort_unstable();
        let histogram = |suffix| {
            let name = name.strip_suffix(suffix)?;
            self.observed.get(&(name.to_owned(), rest.clone()))
        };
        if let (Some(bound), Some((ticks, per_unit))) = (le, histogram("_bucket")) {
            let bound =
                if bound == "+Inf" { f64::INFINITY } else { bound.parse().unwrap_or(f64::NAN) };
            return ticks.iter().filter(|it| **it as f64 <= bound * per_unit).count() as f64;
        }
        if let Some((ticks, per_unit)) = histogram("_sum") {
            return ticks.iter().sum::<u64>() as f64 / per_unit;
        }
        if let Some((ticks, _)) = histogram("_count") {
            return ticks.len() as f64;
        }
        self.counts.get(&(name.to_owned(), rest)).copied().unwrap_or_default()
    }

    /// The series that a page has to have: those of histograms by their count.
    pub fn series(&self) -> impl Iterator<Item = (String, &[(String, String)])> {
        let counts = self.counts.keys().map(|(name, labels)| (name.clone(), labels.as_slice()));
        let observed = self.observed.keys();
        counts.chain(observed.map(|(name, labels)| (format!("{name}_count"), labels.as_slice())))
    }
}

fn series(name: &str, labels: &[(&str, &str)]) -> Series {
    let mut labels: Vec<_> =
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    labels.sort_unstable();
    (name.to_owned(), labels)
}
