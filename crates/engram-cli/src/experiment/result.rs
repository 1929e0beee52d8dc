//! The result, for people and for programs.

use std::io::{self, Write};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use engram_metrics_core::ENABLED;
use engram_workload::experiment::{Report, Row, Verdict};
use serde_json::{Value, json};

use super::audit::Audit;

/// One JSON object on standard output.
pub(crate) fn write_json(reports: &[Report], audit: &Audit) -> io::Result<()> {
    let experiment = |report: &Report| {
        json!({
            "name": report.name,
            "holds": report.holds(),
            "rows": report.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    let result = json!({
        "telemetry": if ENABLED { "on" } else { "off" },
        "experiments": reports.iter().map(experiment).collect::<Vec<_>>(),
        "series": audit.series,
        "differences": audit.differences,
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{result:#}")?;
    out.flush()
}

fn row(row: &Row) -> Value {
    json!({
        "what": row.what,
        "found": row.found,
        "gate": row.gate,
        "published": row.published,
        "verdict": verdict(row.verdict),
    })
}

/// A table for each experiment on standard output, and a line about the page.
pub(crate) fn write_tables(reports: &[Report], audit: &Audit) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for report in reports {
        writeln!(out, "{}\n{}\n", report.name, table(report))?;
    }
    for difference in &audit.differences {
        writeln!(out, "DIFFERENT: {difference}")?;
    }
    writeln!(out, "{}", conclusion(audit))?;
    out.flush()
}

fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["what", "found", "has to be", "published", ""]);
    for row in &report.rows {
        let found = format!("{:.3}", row.found);
        table.add_row([&row.what, &found, row.gate, row.published, verdict(row.verdict)]);
    }
    table
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "MISSED",
        Verdict::KnownMiss => "known miss",
        Verdict::Shown => "",
    }
}

fn conclusion(audit: &Audit) -> String {
    match (ENABLED, audit.differences.len()) {
        (false, _) => {
            "telemetry is compiled out: nothing was recorded, nothing to compare".to_owned()
        }
        (true, 0) => {
            format!("all {} series of the page equal what was counted apart from it", audit.series)
        }
        (true, wrong) => format!(
            "{wrong} of {} series differ from what was counted apart from them",
            audit.series
        ),
    }
}
