//! Buckets that belong together.

use std::collections::BTreeMap;

use super::{Finding, finding};
use crate::page::exposition::{Family, Line};
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
    if family.kind != "histogram" {
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
        match (suffix, sample.labels.iter().find(|(name, _)| name == "le")) {
            ("_bucket", Some((_, bound))) => match number(bound) {
                Ok(bound) => parts.buckets.push((bound, sample.value)),
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

impl Parts<'_> {
    fn broken(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let pairs = || self.buckets.windows(2);
        let last = self.buckets.last().filter(|(bound, _)| *bound == f64::INFINITY);
        let rules = [
            (pairs().any(|it| it[0].0 >= it[1].0), "the bounds of the buckets do not ascend"),
            (pairs().any(|it| it[0].1 > it[1].1), "the buckets are not cumulative"),
            (last.is_none(), "there is no bucket up to +Inf"),
            (self.count.is_none() || self.sum.is_none(), "there is no _count or no _sum"),
            (
                last.zip(self.count).is_some_and(|(last, count)| last.1 != count),
                "the bucket up to +Inf is not the count",
            ),
        ];
        let line = self.line;
        rules.into_iter().filter(|(is_broken, _)| *is_broken).map(move |(_, text)| (line, text))
    }
}
