//! A scraped page in the Prometheus text format, read back.
//!
//! Written from the format's description and apart from the encoder, so that the two check each other.

pub(crate) mod exposition;

use anyhow::{Context, Result, bail, ensure};

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
///
/// Text 1.0.0 has a name that is no identifier inside the braces, in quotation marks: `{"a.b",c="d"}`.
fn series(line: &str) -> Result<(String, Labels, &str)> {
    let end = line.find(['{', ' ']).context("a name and nothing else")?;
    let (bare, rest) = line.split_at(end);
    let (quoted, labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => braces(inside)?,
        None => (None, Vec::new(), rest),
    };
    match quoted {
        Some(_) if !bare.is_empty() => bail!("a name before the brace and one behind it"),
        quoted => Ok((quoted.unwrap_or_else(|| bare.to_owned()), labels, rest)),
    }
}

/// A quoted name, if there is one, the labels up to the closing brace, and what stands behind it.
fn braces(mut rest: &str) -> Result<(Option<String>, Labels, &str)> {
    let (mut metric, mut labels) = (None, Vec::new());
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok((metric, labels, behind));
        }
        let (name, is_quoted, behind) = name(rest)?;
        if let Some(value) = behind.strip_prefix("=\"") {
            ensure!(is_quoted || is_label(&name), "the label {name} is not [a-zA-Z_][a-zA-Z0-9_]*");
            let (value, behind) = quoted_value(value)?;
            labels.push((name, value));
            rest = behind;
        } else if is_quoted && metric.is_none() {
            metric = Some(name);
            rest = behind;
        } else {
            bail!("a label without a value");
        }
        rest = match rest.strip_prefix(',') {
            Some(more) => more,
            None if rest.starts_with('}') => rest,
            None => bail!("no comma between two labels"),
        };
    }
}

/// Whether a label may be called that without quotation marks.
fn is_label(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(is_part) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

/// A name, whether it is quoted, as text 1.0.0 may, and what stands behind it.
fn name(rest: &str) -> Result<(String, bool, &str)> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let (name, behind) = quoted_value(quoted)?;
        return Ok((name, true, behind));
    }
    let end = rest.find(['=', ',', '}', '"', ' ']).context("a label without a value")?;
    Ok((rest[..end].to_owned(), false, &rest[end..]))
}

/// The text up to the closing quotation mark, unescaped, and what stands behind it.
fn quoted_value(text: &str) -> Result<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => match letters.next().context("a label value without an end")? {
                (_, 'n') => value.push('\n'),
                (_, letter @ ('\\' | '"')) => value.push(letter),
                // What is no escape stands for itself.
                (_, letter) => value.extend(['\\', letter]),
            },
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
