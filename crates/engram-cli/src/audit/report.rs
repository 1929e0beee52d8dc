//! A saved report as text: findings, the worst first, and the classes that were waited for longest.

use std::fmt;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The version of reports that is understood.
const VERSION: u64 = 1;

/// What a report says, by severity.
#[derive(Debug)]
pub(super) struct Report<'a> {
    findings: Vec<&'a Value>,
    contended: Vec<&'a Value>,
    lost: u64,
}

/// Severities as reports have them, the worst first.
const SEVERITIES: [&str; 5] = ["ERROR-ACTUAL", "ERROR", "POTENTIAL", "WARN", "SUPPRESSED"];

/// How many of them are errors, or may become one.
const LOUD: usize = 3;

impl<'a> Report<'a> {
    /// What a saved report says.
    pub(super) fn of(value: &'a Value) -> Result<Self> {
        let version = value["version"].as_u64().context("it has no version")?;
        ensure!(version == VERSION, "its version is {version}, this program knows {VERSION}");
        let findings = value["findings"].as_array().context("it has no findings")?;
        let mut findings: Vec<&Value> = findings.iter().collect();
        findings.sort_by_key(|finding| rank(finding));
        let contended = value["contended"].as_array().into_iter().flatten();
        let contended = contended.filter(|row| row["contentions"] != 0).collect();
        Ok(Self { findings, contended, lost: value["lost"].as_u64().unwrap_or_default() })
    }

    /// Whether anything was found that is an error or may become one.
    pub(super) fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| rank(finding) < LOUD)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            write_finding(out, finding)?;
        }
        if self.lost > 0 {
            writeln!(out, "{} findings had no room", self.lost)?;
        }
        for row in &self.contended {
            let waited = row["waited_seconds"].as_f64().unwrap_or_default();
            let (class, site) = (text(row, "class"), text(row, "site"));
            let waits = row["contentions"].as_u64().unwrap_or_default();
            writeln!(out, "waited {waits} times, {waited:.6} s together, for {class} ({site})")?;
        }
        let counts = SEVERITIES.iter().enumerate().filter_map(|(at, severity)| {
            let count = self.findings.iter().filter(|finding| rank(finding) == at).count();
            (count > 0).then(|| format!("{count} {severity}"))
        });
        let counts: Vec<String> = counts.collect();
        match counts.is_empty() {
            true => writeln!(out, "no findings"),
            false => writeln!(
                out,
                "{}; `engram audit explain CODE` says what they mean",
                counts.join(", ")
            ),
        }
    }
}

fn write_finding(out: &mut fmt::Formatter<'_>, finding: &Value) -> fmt::Result {
    let of = |key| text(finding, key);
    writeln!(out, "{} {} {}: {}", of("severity"), of("code"), of("title"), of("message"))?;
    writeln!(out, "  resource: {}", of("resource"))?;
    for (number, edge) in (1..).zip(finding["edges"].as_array().into_iter().flatten()) {
        let (thread, holds, wants) =
            (text(edge, "thread"), place(&edge["holds"]), place(&edge["wants"]));
        writeln!(out, "  {number}. thread {thread:?} {holds}, then {wants}")?;
    }
    for site in finding["sites"].as_array().into_iter().flatten() {
        writeln!(out, "  - {}", place(site))?;
    }
    let list = |key: &str| {
        let items = finding[key].as_array().into_iter().flatten();
        items.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    let gates = list("gates");
    if !gates.is_empty() {
        writeln!(out, "  gates: {gates}")?;
    }
    writeln!(out, "  threads: {}; node {}", list("threads"), finding["node"])?;
    writeln!(out, "  confidence: {}; {}", of("confidence"), of("advice"))?;
    match finding["backtrace"].as_str() {
        Some(backtrace) => writeln!(out, "  backtrace:\n{backtrace}\n"),
        None => writeln!(out),
    }
}

fn place(place: &Value) -> String {
    let site = &place["site"];
    format!("{} at {}:{}:{}", text(place, "what"), text(site, "file"), site["line"], site["column"])
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("?")
}

/// Where the severity stands; what is unknown comes last.
fn rank(finding: &Value) -> usize {
    let severity = text(finding, "severity");
    SEVERITIES.iter().position(|it| *it == severity).unwrap_or(SEVERITIES.len())
}
