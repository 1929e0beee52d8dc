//! Reading a Prometheus page, apart from the code that writes it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// A series: its name, and its labels by name.
pub(super) type Series = (String, BTreeMap<String, String>);

/// The samples of a page by series.
///
/// # Errors
/// When a line is neither a comment nor a sample, or a series is there twice.
pub(super) fn parse(page: &str) -> Result<BTreeMap<Series, f64>> {
    let mut samples = BTreeMap::new();
    for line in page.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (series, value) = sample(line).with_context(|| format!("not a sample: {line}"))?;
        if samples.insert(series, value).is_some() {
            bail!("there twice: {line}");
        }
    }
    Ok(samples)
}

/// Labels as they are compared: the same bound of a bucket has several spellings.
pub(super) fn label(name: &str, value: &str) -> (String, String) {
    let bound = (name == "le").then(|| number(value).ok()).flatten();
    (name.to_owned(), bound.map_or_else(|| value.to_owned(), |bound| bound.to_string()))
}

/// A value as Prometheus spells it.
pub(super) fn number(text: &str) -> Result<f64> {
    match text {
        "+Inf" => Ok(f64::INFINITY),
        "-Inf" => Ok(f64::NEG_INFINITY),
        _ => text.parse().with_context(|| format!("{text} is not a number")),
    }
}

fn sample(line: &str) -> Result<(Series, f64)> {
    let Some((name, rest)) = line.split_once('{') else {
        let (name, value) = line.split_once(' ').context("no value")?;
        return Ok(((name.to_owned(), BTreeMap::new()), number(value)?));
    };
    let mut labels = BTreeMap::new();
    let mut rest = rest;
    while let Some((name, after)) = rest.split_once("=\"").filter(|_| !rest.starts_with('}')) {
        let (value, after) = quoted(after).context("a label without an end")?;
        let (name, value) = label(name.trim_start_matches(','), &value);
        labels.insert(name, value);
        rest = after;
    }
    let value = rest.trim_start_matches(',').strip_prefix("} ").context("no value")?;
    Ok(((name.to_owned(), labels), number(value)?))
}

/// What stands before the closing quote, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(match chars.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            _ => value.push(char),
        }
    }
    None
}

#[cfg(test)]
mod tests;
