//! Two scrapes of one process: what may not change between them.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::table::series;
use crate::page::exposition::{Exposition, Family, Line};

/// What is wrong with `now`, given what was there before.
pub(super) fn compare(before: &Exposition, now: &Exposition) -> Vec<Finding> {
    let families: BTreeMap<&str, &Family> =
        before.families.iter().map(|family| (family.name.as_str(), family)).collect();
    let earlier = |family: &Family| families.get(family.name.as_str()).copied();
    let pairs = now.families.iter().filter_map(|family| Some((earlier(family)?, family)));
    pairs.flat_map(|(before, now)| compare_family(before, now)).collect()
}

fn compare_family(before: &Family, now: &Family) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |line, message| findings.push(Finding { line, message });
    if before.kind != now.kind {
        find(now.line, format!("{} was a {} and is a {}", now.name, before.kind, now.kind));
    }
    if edges(before) != edges(now) {
        find(now.line, format!("{} has other buckets than before", now.name));
    }
    let key = |sample: &Line| (sample.name.clone(), sample.labels.clone());
    let values: BTreeMap<_, f64> =
        before.samples.iter().map(|sample| (key(sample), sample.value)).collect();
    for sample in now.samples.iter().filter(|sample| only_grows(now, sample)) {
        if let Some(before) = values.get(&key(sample))
            && sample.value < *before
        {
            let text = format!("{} went back from {before} to {}", series(sample), sample.value);
            find(sample.line, text);
        }
    }
    findings
}

/// Whether a sample is a counter, or a part of a histogram that is one.
fn only_grows(family: &Family, sample: &Line) -> bool {
    let is_part = ["_bucket", "_count", "_sum"].iter().any(|it| sample.name.ends_with(it));
    match family.kind.as_str() {
        "counter" => !sample.name.ends_with("_created"),
        "histogram" | "summary" => is_part,
        _ => false,
    }
}

/// The bounds of a histogram's buckets; empty where there is none.
fn edges(family: &Family) -> BTreeSet<&str> {
    let labels = family.samples.iter().flat_map(|sample| &sample.labels);
    labels.filter(|(name, _)| name == "le").map(|(_, bound)| bound.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::exposition::Dialect;

    fn findings(before: &str, now: &str) -> Vec<String> {
        let read = |page| Exposition::read(page, Dialect::Text);
        compare(&read(before), &read(now)).into_iter().map(|it| it.message).collect()
    }

    const COUNTER: &str = "# TYPE a_total counter\na_total{b=\"c\"} 5\n";
    const HISTOGRAM: &str =
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n";

    #[test]
    fn what_grows_or_comes_and_goes_is_fine() {
        assert!(findings(COUNTER, &COUNTER.replace('5', "6")).is_empty());
        assert!(findings(COUNTER, HISTOGRAM).is_empty());
        assert!(findings(HISTOGRAM, HISTOGRAM).is_empty());
        let gauge = |value| format!("# TYPE g gauge\ng {value}\n");
        assert!(findings(&gauge(5), &gauge(4)).is_empty());
    }

    #[test]
    fn a_counter_that_went_back_and_other_buckets_or_kinds_are_found() {
        let back = findings(COUNTER, &COUNTER.replace('5', "4"));
        assert_eq!(back, ["a_total{b=\"c\"} went back from 5 to 4"]);
        assert_eq!(findings(HISTOGRAM, &HISTOGRAM.replace("count 2", "count 1")).len(), 1);
        let edges = findings(HISTOGRAM, &HISTOGRAM.replace("le=\"1\"", "le=\"2\""));
        assert_eq!(edges, ["h has other buckets than before"]);
        let kind = findings(COUNTER, &COUNTER.replace("counter", "gauge"));
        assert_eq!(kind, ["a_total was a counter and is a gauge"]);
    }
}
