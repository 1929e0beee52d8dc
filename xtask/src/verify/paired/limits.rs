//! `benches/paired.toml`: what each operation may take.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::lines::{ALONE, Lines};
use super::program::{Kind, Program};
use super::{FILE, PAIRS, PATIENCE, Pair, observe};

/// Times that all is measured.
const TIMES: usize = 8;

/// How much more than that is allowed.
const ROOM: f64 = 1.05;

/// The limits, and what they hold for.
#[derive(Debug, PartialEq)]
pub(super) struct Limits {
    processor: String,
    /// How a core is that nobody else uses.
    alone: f64,
    ratios: BTreeMap<String, f64>,
    /// Whether they are those of this processor.
    is_here: bool,
}

impl Limits {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let reading = || format!("cannot read {}", path.display());
        let text = fs::read_to_string(path).with_context(reading)?;
        Self::parse(&text, &processor()).with_context(reading)
    }

    fn parse(text: &str, here: &str) -> Result<Self> {
        let table: toml::Table = text.parse()?;
        let of = |section: &str| {
            let section = table.get(section).and_then(toml::Value::as_table);
            section.context("it has no [core] or no [ratio]")
        };
        let processor = of("core")?.get("processor").and_then(toml::Value::as_str);
        let processor = processor.context("it names no processor")?.to_owned();
        let alone = of("core")?.get("alone").and_then(toml::Value::as_float);
        let ratio = |(name, value): (&String, &toml::Value)| {
            Ok((name.clone(), value.as_float().with_context(|| format!("{name} has no number"))?))
        };
        Ok(Self {
            is_here: processor == here,
            processor,
            alone: alone.context("it does not say how a core is that nobody else uses")?,
            ratios: of("ratio")?.iter().map(ratio).collect::<Result<_>>()?,
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut text = String::from(HEAD);
        writeln!(text, "\n[core]\nprocessor = \"{}\"\nalone = {:.5}", self.processor, self.alone)?;
        writeln!(text, "\n[ratio]")?;
        for (name, ratio) in &self.ratios {
            writeln!(text, "{name} = {ratio:.3}")?;
        }
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// How a core of its own is on this processor, where that is known.
    pub(super) fn alone(&self) -> Option<f64> {
        self.is_here.then_some(self.alone)
    }

    pub(super) fn of(&self, operation: &str) -> Result<f64> {
        let limit = self.ratios.get(operation).copied();
        limit.with_context(|| {
            format!("{FILE} has no limit for {operation}: `cargo xtask paired --bless`")
        })
    }
}

/// Measures them anew.
pub(super) fn measure(program: &Program) -> Result<Limits> {
    let alone = quietest(program)?;
    let limit = |pair: Pair| Ok((pair.0.to_owned(), most(program, pair, alone)? * ROOM));
    let ratios = PAIRS.into_iter().map(limit).collect::<Result<_>>()?;
    // A neighbour who was there all of the time is only noticed when he goes.
    ensure!(quietest(program)? * ALONE > alone, BUSY);
    Ok(Limits { processor: processor(), alone, ratios, is_here: true })
}

/// How the core was at its best.
fn quietest(program: &Program) -> Result<f64> {
    let cores = (0..PATIENCE).map(|seed| Ok(program.time(Kind::Pairs, PAIRS[0], seed)?.core()));
    Ok(cores.collect::<Result<Vec<_>>>()?.into_iter().fold(f64::INFINITY, f64::min))
}

const BUSY: &str = "the machine is busy: try again when it does nothing else";

/// The second largest figure of a pair: one may be an accident.
fn most(program: &Program, pair: Pair, alone: f64) -> Result<f64> {
    let mut figures = Vec::new();
    for _ in 0..TIMES {
        let figure = observe(program, Some(alone), (Kind::Pairs, pair), Lines::ratio)?;
        ensure!(figure.is_alone, BUSY);
        figures.push(figure.middle);
    }
    figures.sort_unstable_by(f64::total_cmp);
    Ok(figures[TIMES - 2])
}

/// What kind of processor this is; empty where the system does not say.
fn processor() -> String {
    named(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default())
}

fn named(description: &str) -> String {
    let value = |name: &str| {
        let line = description.lines().find(|line| line.split('\t').next() == Some(name))?;
        line.split_once(": ").map(|(_, value)| value.trim())
    };
    let words = ["vendor_id", "cpu family", "model"].into_iter().filter_map(value);
    words.collect::<Vec<_>>().join(" ")
}

const HEAD: &str = "\
# What one operation may take, in the time of the same work by hand: see benches/cost/src/twins.rs.
# `cargo xtask paired` measures and fails above; `cargo xtask paired --bless` writes this, on a machine that
# does little else: the second largest of eight figures, and a twentieth more.
# They hold for one kind of processor, on a core that nobody else uses. Elsewhere they are two and a half
# times as wide.
";

#[cfg(test)]
mod tests;
