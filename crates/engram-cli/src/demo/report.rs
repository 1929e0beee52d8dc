//! The result, for people and for programs.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use engram_metrics_core::ENABLED;
use engram_workload::Tally;
use serde_json::{Map, Value, json};

use super::check::Check;

/// Everything that is known after a run.
#[derive(Debug)]
pub(crate) struct Summary<'a> {
    pub(crate) tally: &'a Tally,
    pub(crate) elapsed: Duration,
    pub(crate) threads: usize,
    pub(crate) seed: u64,
    pub(crate) checks: &'a [Check],
}

impl Summary<'_> {
    /// One JSON object on standard output.
    pub(crate) fn write_json(&self) -> io::Result<()> {
        let report = json!({
            "operations": self.tally.operations(),
            "seconds": self.elapsed.as_secs_f64(),
            "threads": self.threads,
            "seed": self.seed,
            "telemetry": if ENABLED { "on" } else { "off" },
            "checks": self.checks.iter().map(check_json).collect::<Vec<_>>(),
            "mismatches": self.mismatches().count(),
        });
        let mut out = io::stdout().lock();
        writeln!(out, "{report:#}")?;
        out.flush()
    }

    /// A table on standard output: a row per series that is not zero, the buckets of a histogram gathered.
    pub(crate) fn write_table(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let (operations, seconds) = (self.tally.operations(), self.elapsed.as_secs_f64());
        let rate = operations as f64 / seconds;
        writeln!(out, "{operations} operations in {seconds:.1} s ({rate:.0}/s)")?;
        writeln!(out, "{}", self.findings())?;
        if ENABLED {
            writeln!(out, "\n{}\n", self.table())?;
        }
        writeln!(out, "{}", self.verdict())?;
        out.flush()
    }

    /// What the engine found out, beside the literature.
    fn findings(&self) -> String {
        let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
        let (trials, lures) = self.tally.false_recall();
        let (found, missed) = self.tally.canary_neighbours();
        format!(
            "false recall of critical lures {:.2} (Roediger & McDermott 1995: .55), \
             index recall@10 {:.3}",
            share(lures, trials),
            share(found, found + missed),
        )
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(UTF8_FULL_CONDENSED).set_header(["series", "scraped", "tally", ""]);
        let (buckets, plain): (Vec<&Check>, Vec<&Check>) =
            self.checks.iter().partition(|check| check.metric.ends_with("_bucket"));
        for check in plain.into_iter().filter(|check| !check.holds() || check.tally != Some(0.0)) {
            let verdict = if check.holds() { "equal" } else { "DIFFERENT" };
            table.add_row([&series(check), &text(check.scraped), &text(check.tally), verdict]);
        }
        let moved = |check: &&Check| !check.holds() || check.tally != Some(0.0);
        let moved = buckets.iter().copied().filter(moved).map(|check| &check.metric);
        for metric in moved.collect::<BTreeSet<_>>() {
            let of_metric = buckets.iter().filter(|check| check.metric == *metric);
            let (holds, fails): (Vec<&Check>, Vec<&Check>) = of_metric.partition(|it| it.holds());
            table.add_row([metric, "", "", &format!("{} equal", holds.len())]);
            for check in fails {
                let row = [&series(check), &text(check.scraped), &text(check.tally), "DIFFERENT"];
                table.add_row(row);
            }
        }
        for column in table.column_iter_mut().skip(1).take(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    fn verdict(&self) -> String {
        if !ENABLED {
            return "telemetry is compiled out: nothing was recorded, nothing to compare"
                .to_owned();
        }
        let series = self.checks.len();
        match self.mismatches().count() {
            0 => format!("all {series} series of the page equal the engine's own tally"),
            wrong => format!("{wrong} of {series} series differ from the engine's own tally"),
        }
    }

    fn mismatches(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.holds())
    }
}

fn check_json(check: &Check) -> Value {
    let label = |(name, value): &(String, String)| (name.clone(), Value::from(value.clone()));
    json!({
        "metric": check.metric,
        "labels": check.labels.iter().map(label).collect::<Map<_, _>>(),
        "scraped": check.scraped.map(number),
        "tally": check.tally.map(number),
    })
}

/// Whole numbers without a fraction.
fn number(value: f64) -> Value {
    if value.trunc() == value && value.abs() < 2_f64.powi(53) {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

fn text(value: Option<f64>) -> String {
    value.map_or_else(|| "missing".to_owned(), |value| value.to_string())
}

fn series(check: &Check) -> String {
    let label = |(name, value): &(String, String)| format!("{name}={value:?}");
    let labels: Vec<_> = check.labels.iter().map(label).collect();
    match labels.as_slice() {
        [] => check.metric.clone(),
        labels => format!("{}{{{}}}", check.metric, labels.join(",")),
    }
}
