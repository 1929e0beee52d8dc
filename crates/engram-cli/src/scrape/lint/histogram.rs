//! Buckets that belong together.

use std::collections::BTreeMap;

use super::{Finding, finding};
use crate::page::exposition::{Dialect, Family, Line};
use crate::page::{Labels, number};

/// The series of one histogram.
#[derive(Default)]
struct Parts<'a> {
    line: usize,
    /// In the order of the page.
    buckets: Vec<(f64, f64)>,
    count: Option<f64>,
    sum: Option<&'a Line>,
}

/// Findings of all histograms of a family.
pub(super) fn check(family: &Family) -> Vec<Finding> {
    if !is_histogram(family) {
        return Vec::new();
    }
    let mut histograms: BTreeMap<Labels, Parts<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for sample in &family.samples {
        let suffix = sample.name.strip_prefix(family.name.as_str()).unwrap_or("");
        let mut labels = sample.labels.clone();
        labels.retain(|(name, _)| name != "le");
        labels.sort();
        let parts = histograms.entry(labels).or_default();
        parts.line = parts.line.max(sample.line);
        match (suffix, bound_of(sample)) {
            ("_bucket", Some(bound)) => match number(bound) {
                Ok(value) => parts.buckets.push((value, sample.value)),
                Err(error) => findings.push(finding(sample.line, format!("{error:#}"))),
            },
            ("_count", _) => parts.count = Some(sample.value),
            ("_sum", _) => parts.sum = Some(sample),
            _ => {}
        }
    }
    let about = |message: &str, line| finding(line, format!("{}: {message}", family.name));
    let broken = histograms.values().flat_map(Parts::broken);
    findings.extend(broken.map(|(line, message)| about(message, line)));
    findings
}

/// Bounds that another program would write otherwise, which makes them other series.
pub(super) fn spelling(family: &Family, dialect: Dialect) -> Vec<Finding> {
    if !is_histogram(family) || dialect == Dialect::Text {
        return Vec::new();
    }
    let buckets = family.samples.iter().filter(|it| it.name.ends_with("_bucket"));
    let unusual = buckets.filter_map(|sample| {
        let bound = bound_of(sample)?;
        let usual = canonical(number(bound).ok()?);
        let message = format!("{}: the bound {bound} is written {usual}", family.name);
        (shape(bound) != shape(&usual)).then(|| finding(sample.line, message))
    });
    unusual.collect()
}

fn is_histogram(family: &Family) -> bool {
    family.kind == "histogram"
}

pub(super) fn bound_of(sample: &Line) -> Option<&str> {
    let bound = sample.labels.iter().find(|(name, _)| name == "le");
    bound.map(|(_, bound)| bound.as_str())
}

/// A bound as OpenMetrics writes it: as Go does, and never without a point or an exponent. The same bound has to
/// be the same series wherever it comes from.
fn canonical(bound: f64) -> String {
    if bound.is_infinite() {
        return if bound > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{bound:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse().unwrap_or(0) {
        -4..6 => format!("{bound:?}"),
        exponent @ 0.. => format!("{digits}e+{exponent:02}"),
        exponent => format!("{digits}e-{:02}", -exponent),
    }
}

/// A number with all digits alike. Where two texts of the same length mean the same number, as for 2^-25, either
/// is the shortest.
fn shape(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect()
}

impl Parts<'_> {
    fn broken(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let pairs = || self.buckets.windows(2);
        let last = self.buckets.last().filter(|(bound, _)| *bound == f64::INFINITY);
        let rules = [
            (pairs().any(|it| it[0].0 >= it[1].0), "the bounds of the buckets do not ascend"),
            (pairs().any(|it| it[0].1 > it[1].1), "the buckets are not cumulative"),
            (last.is_none(), "there is no bucket up to +Inf"),
            (self.count.is_none() != self.sum.is_none(), "there is no _count or no _sum"),
            (
                last.zip(self.count).is_some_and(|(last, count)| last.1 != count),
                "the bucket up to +Inf is not the count",
            ),
        ];
        let line = self.line;
        rules.into_iter().filter(|(is_broken, _)| *is_broken).map(move |(_, text)| (line, text))
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, shape};

    #[test]
    fn bounds_are_written_as_open_metrics_writes_them() {
        for (bound, text) in [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (0.25, "0.25"),
            (-2.5, "-2.5"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (9.5e-7, "9.5e-07"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (1_048_576.0, "1.048576e+06"),
            (1e100, "1e+100"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(canonical(bound), text);
        }
        let either = ["2.9802322387695312e-08", "2.9802322387695313e-08"];
        assert!(either.iter().all(|text| text.parse() == Ok(2.0_f64.powi(-25))));
        assert_eq!(shape(either[0]), shape(either[1]));
    }
}
