//! The report for people.

use std::fmt::Write as _;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};

use super::finding::findings;
use super::report::{RESOURCES, Report};

pub(super) fn table(report: &Report) -> String {
    let mut out = format!("\n{}\n", report.title);
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED);
    for (name, value) in rows(report) {
        table.add_row([name, value]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let _ = writeln!(out, "{table}");
    for (reason, (events, advice)) in &report.counted.unavailable {
        let _ = writeln!(out, "not counted ({reason}): {}\n  {advice}", events.join(", "));
    }
    let found = findings(report);
    if found.is_empty() {
        out.push_str("nothing stands out\n");
    }
    for finding in found {
        let _ = writeln!(out, "* {}: {}\n  {}", finding.title, finding.evidence, finding.advice);
    }
    out
}

/// Names and values; what is not known has no row.
pub(super) fn rows(report: &Report) -> Vec<(String, String)> {
    let used = &report.used;
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
    row("time", format!("{:.3} s", report.seconds()));
    row("processors busy", format!("{:.2}", report.busy()));
    row("user time", format!("{:.3} s", used.user_time.as_secs_f64()));
    row("system time", format!("{:.3} s", used.system_time.as_secs_f64()));
    row("peak memory", format!("{:.1} MiB", used.peak_bytes as f64 / f64::from(1 << 20)));
    row("page faults, minor", used.minor_faults.to_string());
    row("page faults, major", used.major_faults.to_string());
    if used.voluntary_switches + used.involuntary_switches > 0 {
        row("switches, voluntary", used.voluntary_switches.to_string());
        row("switches, involuntary", used.involuntary_switches.to_string());
    }
    if let Some(migrations) = report.watched.migrations {
        row("migrations, at least", migrations.to_string());
    }
    let pages: u64 = report.watched.pages.values().sum();
    for (node, here) in &report.watched.pages {
        row(
            &format!("pages on node {node}"),
            format!("{here} ({:.0} %)", *here as f64 / pages as f64 * 100.0),
        );
    }
    for (at, resource) in RESOURCES.iter().enumerate() {
        if let Some(share) = report.share(at) {
            row(&format!("some task waited: {resource}"), format!("{:.1} %", share * 100.0));
        }
    }
    // Without a quota there are no periods, and nobody is throttled in them.
    if let Some(it) = report.surroundings.throttling.filter(|it| it.periods > 0) {
        row("periods throttled", format!("{} of {}", it.throttled_periods, it.periods));
    }
    if let Some(quota) = report.surroundings.quota {
        row("quota", format!("{quota:.2} processors"));
    }
    for sample in &report.counted.samples {
        let estimate = if sample.running < 0.999 {
            format!(" (ran {:.0} %)", sample.running * 100.0)
        } else {
            String::new()
        };
        row(sample.event.name(), format!("{}{estimate}", sample.count));
    }
    for ratio in &report.counted.ratios {
        row(ratio.name, format!("{:.3} of {}", ratio.value, ratio.denominator));
    }
    rows
}
