//! A scraped page in the Prometheus text format, read back.
//!
//! Written from the format's description and apart from the encoder, so that the two check each other.

pub(crate) mod exposition;

use anyhow::{Context, Result, bail};

/// One line of a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    /// Name of the series, with its suffix.
    pub(crate) name: String,
    /// Names and values of its labels, in the order of the page.
    pub(crate) labels: Labels,
    /// Its value.
    pub(crate) value: f64,
}

/// The samples of a page, in its order.
///
/// # Errors
/// The first line that is not of the format, with its number.
pub(crate) fn parse(page: &str) -> Result<Vec<Sample>> {
    let lines = page.lines().enumerate();
    let samples = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let parse =
        |(at, line)| sample(line).with_context(|| format!("line {} of the page: {line}", at + 1));
    samples.map(parse).collect()
}

fn sample(line: &str) -> Result<Sample> {
    let (name, labels, rest) = series(line)?;
    let value = number(rest.trim_start().split(' ').next().context("no value")?)?;
    Ok(Sample { name, labels, value })
}

/// Names and values of labels.
pub(crate) type Labels = Vec<(String, String)>;

/// The name and the labels at the start of a line, and what stands behind them.
fn series(line: &str) -> Result<(String, Labels, &str)> {
    let end = line.find(['{', ' ']).context("a name and nothing else")?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => labels(inside)?,
        None => (Vec::new(), rest),
    };
    Ok((name.to_owned(), labels, rest))
}

/// The labels up to the closing brace, and what stands behind it.
fn labels(mut rest: &str) -> Result<(Labels, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.strip_prefix(',').unwrap_or(rest);
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok((labels, behind));
        }
        let (name, quoted) = label_name(rest)?;
        let (value, behind) = quoted_value(quoted)?;
        labels.push((name, value));
        rest = behind;
    }
}

/// The name of a label, which text 1.0.0 may quote, and the value behind its quotation mark.
fn label_name(rest: &str) -> Result<(String, &str)> {
    let Some(quoted) = rest.strip_prefix('"') else {
        let (name, behind) = rest.split_once("=\"").context("a label without a value")?;
        return Ok((name.to_owned(), behind));
    };
    let (name, behind) = quoted_value(quoted)?;
    Ok((name, behind.strip_prefix("=\"").context("a label without a value")?))
}

/// The text up to the closing quotation mark, unescaped, and what stands behind it.
fn quoted_value(text: &str) -> Result<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => value.push(match letters.next() {
                Some((_, 'n')) => '\n',
                Some((_, letter @ ('\\' | '"'))) => letter,
                other => bail!("the escape \\{:?}", other.map(|(_, letter)| letter)),
            }),
            letter => value.push(letter),
        }
    }
    bail!("a label value without an end")
}

/// A value or a bound; the format spells infinity with a sign.
pub(crate) fn number(text: &str) -> Result<f64> {
    text.parse().with_context(|| format!("{text:?} is not a number"))
}

#[cfg(test)]
mod tests;
