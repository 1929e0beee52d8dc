//! What is wrong with a page: what `promtool check metrics` says, what OpenMetrics asks for, and what a
//! histogram has to be.

mod histogram;
mod names;
mod open_metrics;

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::table::series;
use crate::page::exposition::{Dialect, Exposition, Family, Line, UNTYPED};

/// All findings, by line.
pub(super) fn check(page: &Exposition) -> Vec<Finding> {
    let mut findings = invalid(page);
    for family in &page.families {
        findings.extend(about(family, page.dialect).map(|message| finding(family.line, message)));
        findings.extend(histogram::spelling(family, page.dialect));
    }
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// What a page must not have: a server that is strict refuses all of it.
fn invalid(page: &Exposition) -> Vec<Finding> {
    let unread = |(line, message): &(usize, String)| finding(*line, message.clone());
    let mut findings: Vec<Finding> = page.errors.iter().map(unread).collect();
    let mut names = BTreeSet::new();
    for family in &page.families {
        if !names.insert(&family.name) {
            findings.push(finding(family.line, format!("{} is there in two places", family.name)));
        }
        findings
            .extend(family.samples.iter().flat_map(|it| about_sample(family, it, page.dialect)));
        findings.extend(histogram::check(family));
    }
    findings.extend(twice(page));
    findings.extend(page.families.iter().flat_map(names::check));
    if page.dialect == Dialect::OpenMetrics {
        findings.extend(open_metrics::check(page));
    }
    findings
}

fn finding(line: usize, message: impl Into<String>) -> Finding {
    Finding { line, message: message.into() }
}

/// Series that are there more than once. OpenMetrics may have several values of one series, in the order of their
/// times.
fn twice(page: &Exposition) -> impl Iterator<Item = Finding> {
    let mut seen = BTreeMap::new();
    page.samples().filter_map(move |sample| {
        let mut labels = sample.labels.clone();
        labels.sort();
        let before = seen.insert((sample.name.clone(), labels), sample.time)?;
        let message = match (page.dialect, before, sample.time) {
            (Dialect::OpenMetrics, Some(before), Some(time)) if before <= time => return None,
            (Dialect::OpenMetrics, Some(_), Some(_)) => "is there again, at an earlier time",
            (Dialect::OpenMetrics, Some(_), None) | (Dialect::OpenMetrics, None, Some(_)) => {
                "has a time in one place and none in another"
            }
            _ => "is there twice",
        };
        Some(finding(sample.line, format!("{} {message}", series(sample))))
    })
}

/// What a metric's name and metadata should be.
fn about(family: &Family, dialect: Dialect) -> impl Iterator<Item = String> {
    let Family { name, kind, .. } = family;
    let (is_open, is_counter) = (dialect == Dialect::OpenMetrics, kind == "counter");
    let ends = |suffix: &str| name.ends_with(suffix);
    let words = || name.split('_');
    let has_suffix = || ["_bucket", "_count", "_sum"].into_iter().find(|it| ends(it));
    let rules: [(bool, String); 7] = [
        (family.help.as_deref().is_none_or(str::is_empty), "there is no help".to_owned()),
        (kind == UNTYPED && !is_open, "there is no type".to_owned()),
        (is_counter && !ends("_total") && !is_open, "a counter should end with _total".to_owned()),
        (!is_counter && ends("_total"), "only a counter should end with _total".to_owned()),
        (
            !matches!(kind.as_str(), "histogram" | "summary") && has_suffix().is_some(),
            "the end of the name is that of a histogram's series".to_owned(),
        ),
        (
            name.contains(':') || name.bytes().any(|it| it.is_ascii_uppercase()),
            "names are snake_case, and colons are for recording rules".to_owned(),
        ),
        (
            words().any(|word| ABBREVIATED.contains(&word)),
            "units are base units, in full: seconds, bytes, ratio".to_owned(),
        ),
    ];
    let broken = rules.into_iter().filter(|(is_broken, _)| *is_broken);
    broken.map(move |(_, message)| format!("{name}: {message}"))
}

/// Units that Prometheus has a base unit or a longer word for.
const ABBREVIATED: [&str; 16] = [
    "s",
    "ms",
    "us",
    "ns",
    "sec",
    "msec",
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "minutes",
    "hours",
    "kb",
    "mb",
    "kilobytes",
    "megabytes",
    "percent",
];

/// What a sample has to be.
fn about_sample(family: &Family, sample: &Line, dialect: Dialect) -> Vec<Finding> {
    let is_open = dialect == Dialect::OpenMetrics;
    let suffix = sample.name.strip_prefix(family.name.as_str()).unwrap_or("");
    let has = |label: &str| sample.labels.iter().any(|(name, _)| name == label);
    let is_counter = family.kind == "counter" && suffix != "_created";
    let exemplar = sample.exemplar.as_deref();
    let letters = |(name, value): &(String, String)| name.chars().count() + value.chars().count();
    let rules = [
        (is_counter && (sample.value.is_nan() || sample.value < 0.0), "a counter is not negative"),
        (is_open && is_counter && suffix != "_total", "the sample of a counter ends with _total"),
        (suffix != "_bucket" && has("le"), "the label le is for buckets"),
        (suffix == "_bucket" && !has("le"), "a bucket has the label le"),
        (family.kind != "summary" && has("quantile"), "the label quantile is for summaries"),
        (exemplar.is_some() && !is_open, "only OpenMetrics has exemplars"),
        (
            exemplar.is_some() && !matches!(suffix, "_total" | "_bucket"),
            "an exemplar is on a counter or a bucket",
        ),
        (
            exemplar.is_some_and(|it| it.iter().map(letters).sum::<usize>() > 128),
            "the labels of an exemplar have more than 128 characters",
        ),
        (
            sample.labels.iter().any(|(name, _)| name.starts_with("__")),
            "labels with __ are reserved",
        ),
        (has_twins(sample), "a label is there twice"),
    ];
    let broken = rules.into_iter().filter(|(is_broken, _)| *is_broken);
    broken
        .map(|(_, message)| finding(sample.line, format!("{}: {message}", series(sample))))
        .collect()
}

fn has_twins(sample: &Line) -> bool {
    let mut names = BTreeSet::new();
    !sample.labels.iter().all(|(name, _)| names.insert(name))
}

#[cfg(test)]
mod tests;
