//! A page in full: what stands above the samples, behind them, and where.
//!
//! Reads text 0.0.4, text 1.0.0 and OpenMetrics 1.0. What is not of the grammar is a finding with its line;
//! the rest of the page is read all the same.

use anyhow::{Context, Result, bail, ensure};

use super::{Labels, name, number, series};

/// Which grammar a page follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Text 0.0.4 and 1.0.0.
    Text,
    OpenMetrics,
}

/// A page.
#[derive(Clone, Debug)]
pub(crate) struct Exposition {
    pub(crate) dialect: Dialect,
    pub(crate) families: Vec<Family>,
    /// Lines that could not be read, and why.
    pub(crate) errors: Vec<(usize, String)>,
}

/// A metric and its samples, in the order of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Family {
    pub(crate) name: String,
    /// `untyped` where nothing is said.
    pub(crate) kind: String,
    /// Whether its name stands in quotation marks, and so may be anything.
    pub(crate) is_quoted: bool,
    pub(crate) help: Option<String>,
    pub(crate) unit: Option<String>,
    /// The first line that is about it.
    pub(crate) line: usize,
    pub(crate) samples: Vec<Line>,
}

/// A sample, and what stands behind it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) line: usize,
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) value: f64,
    /// In seconds for OpenMetrics, in milliseconds for text.
    pub(crate) time: Option<f64>,
    pub(crate) exemplar: Option<Labels>,
}

/// What the names of a family's samples may end with.
const SUFFIXES: [&str; 8] =
    ["_total", "_created", "_bucket", "_sum", "_count", "_info", "_gsum", "_gcount"];

impl Exposition {
    /// Reads a page; `dialect` is what its content type says.
    pub(crate) fn read(page: &str, dialect: Dialect) -> Self {
        let mut read = Self { dialect, families: Vec::new(), errors: Vec::new() };
        let mut ended = None;
        for (line, text) in (1..).zip(page.lines()) {
            if let Some(end) = ended {
                read.errors.push((line, format!("stands behind the end in line {end}")));
                break;
            }
            if dialect == Dialect::OpenMetrics && text == "# EOF" {
                ended = Some(line);
            } else if let Err(error) = read.line(line, text) {
                read.errors.push((line, format!("{error:#}: {text}")));
            }
        }
        let lines = page.lines().count();
        if dialect == Dialect::OpenMetrics && ended.is_none() {
            read.errors.push((lines, "the page has no # EOF: it may have been cut off".to_owned()));
        }
        if !page.is_empty() && !page.ends_with('\n') && ended.is_none() {
            read.errors.push((lines, "the last line has no line feed".to_owned()));
        }
        read
    }

    /// All samples.
    pub(crate) fn samples(&self) -> impl Iterator<Item = &Line> {
        self.families.iter().flat_map(|family| &family.samples)
    }

    fn line(&mut self, line: usize, text: &str) -> Result<()> {
        match text.strip_prefix('#') {
            Some(comment) => self.comment(line, comment),
            None if text.trim().is_empty() => {
                ensure!(self.dialect == Dialect::Text, "OpenMetrics has no empty lines");
                Ok(())
            }
            None => self.sample(line, text),
        }
    }

    fn comment(&mut self, line: usize, comment: &str) -> Result<()> {
        let comment = comment.trim_start();
        let (keyword, rest) = comment.split_once(' ').unwrap_or((comment, ""));
        if !["HELP", "TYPE", "UNIT"].contains(&keyword) {
            ensure!(self.dialect == Dialect::Text, "OpenMetrics has no comments");
            return Ok(());
        }
        let is_quoted = rest.starts_with('"');
        let (name, rest) = subject(rest, self.dialect)?;
        let is_known =
            |kind| KINDS.contains(&kind) && (self.dialect == Dialect::Text || kind != UNTYPED);
        let is_known = is_known(rest);
        let family = self.family(line, &name);
        family.is_quoted = is_quoted;
        ensure!(family.samples.is_empty(), "{keyword} stands behind the first sample of {name}");
        match keyword {
            "HELP" => set(&mut family.help, rest),
            "UNIT" => set(&mut family.unit, rest),
            _ if family.kind != UNTYPED => bail!("TYPE is there twice"),
            _ => {
                family.kind = rest.to_owned();
                ensure!(is_known, "the type {rest} is unknown");
                Ok(())
            }
        }
        .with_context(|| format!("about {name}"))
    }

    fn sample(&mut self, line: usize, text: &str) -> Result<()> {
        let (name, labels, rest) = series(text)?;
        let has_comma = text[..text.len() - rest.len()].ends_with(",}");
        ensure!(
            self.dialect == Dialect::Text || !has_comma,
            "a comma stands behind the last label"
        );
        let (rest, exemplar) = match rest.split_once(" # ") {
            Some((rest, exemplar)) => (rest, Some(read_exemplar(exemplar, self.dialect)?)),
            None => (rest, None),
        };
        let mut words = words(rest, self.dialect)?.into_iter();
        let value = number(words.next().context("no value")?)?;
        let time = words.next().map(moment).transpose()?;
        let is_whole = time.is_none_or(|time| time.fract() == 0.0);
        ensure!(
            is_whole || self.dialect == Dialect::OpenMetrics,
            "the time is not in milliseconds"
        );
        ensure!(words.next().is_none(), "there is more behind the value and the time");
        let sample = Line { line, name, labels, value, time, exemplar };
        let family = self.family_of(line, &sample.name);
        family.is_quoted |= text.starts_with('{');
        family.samples.push(sample);
        Ok(())
    }

    /// The family that a line of metadata is about.
    fn family(&mut self, line: usize, name: &str) -> &mut Family {
        let is_current = self.families.last().is_some_and(|family| family.name == name);
        if !is_current {
            let kind = UNTYPED.to_owned();
            let name = name.to_owned();
            self.families.push(Family { name, kind, line, ..Family::default() });
        }
        self.families.last_mut().expect("one was added")
    }

    /// The family that a sample belongs to: the current one, if its name says so.
    fn family_of(&mut self, line: usize, sample: &str) -> &mut Family {
        let current = self.families.last().map_or("", |family| family.name.as_str());
        let suffix = sample.strip_prefix(current).filter(|_| !current.is_empty());
        let is_current = suffix.is_some_and(|it| it.is_empty() || SUFFIXES.contains(&it));
        let name = if is_current { current.to_owned() } else { sample.to_owned() };
        self.family(line, &name)
    }
}

/// What a family is about which nothing is said.
pub(crate) const UNTYPED: &str = "untyped";

const KINDS: [&str; 9] = [
    "counter",
    "gauge",
    "histogram",
    "summary",
    UNTYPED,
    "unknown",
    "info",
    "stateset",
    "gaugehistogram",
];

fn set(place: &mut Option<String>, value: &str) -> Result<()> {
    ensure!(place.is_none(), "it is there twice");
    *place = Some(value.to_owned());
    Ok(())
}

/// The name that a line of metadata is about, which may be quoted, and what it says.
fn subject(text: &str, dialect: Dialect) -> Result<(String, &str)> {
    if text.starts_with('"') {
        let (name, _, rest) = name(text)?;
        return Ok((name, rest.strip_prefix(' ').unwrap_or(rest)));
    }
    let (name, rest) = match text.split_once(' ') {
        None if dialect == Dialect::OpenMetrics => {
            bail!("a keyword, a name and what is said of it")
        }
        parts => parts.unwrap_or((text, "")),
    };
    Ok((name.to_owned(), rest))
}

/// What stands behind a series: in OpenMetrics with one space before each word and nothing else.
fn words(rest: &str, dialect: Dialect) -> Result<Vec<&str>> {
    if dialect == Dialect::Text {
        return Ok(rest.split_whitespace().collect());
    }
    let words = rest.strip_prefix(' ').context("no space stands before the value")?.split(' ');
    let words: Vec<_> = words.collect();
    ensure!(words.iter().all(|word| !word.is_empty()), "one space too many");
    Ok(words)
}

fn moment(text: &str) -> Result<f64> {
    let time = number(text).context("the time")?;
    ensure!(time.is_finite(), "the time {text} is none");
    Ok(time)
}

/// The labels of what stands behind `#`, once its value and its time are found to be numbers.
fn read_exemplar(text: &str, dialect: Dialect) -> Result<Labels> {
    let (name, labels, rest) = series(text).context("the exemplar")?;
    ensure!(name.is_empty(), "an exemplar has no name");
    match words(rest, dialect)?.as_slice() {
        [value] => number(value).map(drop)?,
        [value, time] => number(value).and(moment(time)).map(drop)?,
        _ => bail!("an exemplar has a value and perhaps a time"),
    }
    Ok(labels)
}
