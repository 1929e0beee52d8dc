//! What OpenMetrics forbids, and text does not know.

use std::collections::BTreeSet;

use super::histogram::bound_of;
use super::{Finding, finding};
use crate::page::exposition::{Exposition, Family, Line};
use crate::page::{Labels, number};

pub(super) fn check(page: &Exposition) -> Vec<Finding> {
    let mut findings: Vec<_> = page.families.iter().flat_map(family).collect();
    findings.extend(page.families.iter().filter_map(|it| clash(page, it)));
    findings
}

fn family(family: &Family) -> Vec<Finding> {
    let about = |line, message: &str| finding(line, format!("{}: {message}", family.name));
    let samples = family
        .samples
        .iter()
        .flat_map(|sample| broken(family, sample).map(move |message| about(sample.line, message)));
    let mut findings: Vec<_> = samples.collect();
    if matches!(family.kind.as_str(), "info" | "stateset") && family.unit.is_some() {
        findings.push(about(family.line, "what is no number has no unit"));
    }
    findings.extend(
        scattered(family).map(|line| about(line, "the samples of a series are not together")),
    );
    if matches!(family.kind.as_str(), "histogram" | "gaugehistogram") {
        findings.extend(incomplete(family).map(|message| about(family.line, message)));
    }
    findings
}

/// What a sample of its kind must not be.
fn broken(family: &Family, sample: &Line) -> impl Iterator<Item = &'static str> {
    let suffix = sample.name.strip_prefix(family.name.as_str()).unwrap_or("");
    let label =
        |name: &str| sample.labels.iter().find(|(it, _)| it == name).map(|(_, value)| value);
    let (kind, value) = (family.kind.as_str(), sample.value);
    let is_number = ["histogram", "gaugehistogram", "summary"].contains(&kind);
    let is_quantile = kind == "summary" && suffix.is_empty();
    let share = label("quantile").and_then(|it| number(it).ok());
    // The sum of a histogram may be negative where its bounds are.
    let is_sum = kind != "summary" && ["_sum", "_gsum"].contains(&suffix);
    let rules = [
        (is_number && !is_sum && value < 0.0, "a count, a sum or a quantile is not negative"),
        (is_number && !is_quantile && value.is_nan(), "a count or a sum is a number"),
        (
            is_quantile && !share.is_some_and(|it| (0.0..=1.0).contains(&it)),
            "a quantile is from 0 to 1",
        ),
        (kind == "info" && (suffix != "_info" || value != 1.0), "an info ends with _info and is 1"),
        (
            kind == "stateset" && (label(&family.name).is_none() || ![0.0, 1.0].contains(&value)),
            "a state has the label that is named after it, and is 0 or 1",
        ),
    ];
    rules.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, message)| message)
}

/// Lines at which a series is taken up again that others have followed.
fn scattered(family: &Family) -> impl Iterator<Item = usize> {
    let own = |sample: &Line| -> Labels {
        let mut labels = sample.labels.clone();
        let state = (family.kind == "stateset").then_some(&family.name);
        labels.retain(|(name, _)| name != "le" && name != "quantile" && Some(name) != state);
        labels.sort();
        labels
    };
    let mut before = BTreeSet::new();
    let mut current = None;
    family.samples.iter().filter_map(move |sample| {
        let labels = own(sample);
        if current.as_ref() == Some(&labels) {
            return None;
        }
        let is_again = !before.insert(labels.clone());
        current = Some(labels);
        is_again.then_some(sample.line)
    })
}

/// What is missing in a histogram, or does not go together.
fn incomplete(family: &Family) -> impl Iterator<Item = &'static str> {
    let is_gauge = family.kind == "gaugehistogram";
    let [sum, count] = if is_gauge { ["_gsum", "_gcount"] } else { ["_sum", "_count"] };
    let of = |suffix: &str| {
        let name = format!("{}{suffix}", family.name);
        family.samples.iter().filter(move |it| it.name == name)
    };
    let bounds = || of("_bucket").filter_map(bound_of);
    let is_negative = |bound: &str| number(bound).is_ok_and(|bound| bound < 0.0);
    let has_negative = bounds().any(is_negative);
    let rules = [
        (of("_bucket").next().is_none() && !family.samples.is_empty(), "there are no buckets"),
        (of(sum).count() != of(count).count(), "the sum and the number stand together"),
        (
            bounds().any(|bound| {
                !["+Inf", "-Inf"].contains(&bound) && number(bound).is_ok_and(f64::is_infinite)
            }),
            "infinity is written +Inf",
        ),
        (
            !is_gauge && has_negative && of(sum).next().is_some(),
            "with negative bounds there is no sum",
        ),
        (
            !has_negative && of(sum).any(|it| it.value < 0.0),
            "without negative bounds the sum is not negative",
        ),
    ];
    rules.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, message)| message)
}

/// Names that the samples of another metric have.
fn clash(page: &Exposition, family: &Family) -> Option<Finding> {
    let suffixes: &[&str] = match family.kind.as_str() {
        "counter" => &["_total", "_created"],
        "histogram" => &["_bucket", "_sum", "_count", "_created"],
        "gaugehistogram" => &["_bucket", "_gsum", "_gcount"],
        "summary" => &["_sum", "_count", "_created"],
        "info" => &["_info"],
        _ => &[],
    };
    let other = page.families.iter().find(|other| {
        let suffix = other.name.strip_prefix(family.name.as_str());
        suffix.is_some_and(|suffix| suffixes.contains(&suffix))
    })?;
    Some(finding(family.line, format!("{} is a sample of {}", other.name, family.name)))
}

#[cfg(test)]
mod tests;
