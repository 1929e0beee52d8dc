//! The demo pushes to a real collector while a real Prometheus scrapes it: both end up with what the engine
//! says that it did, and the collector with every event, so that the exemplars of the page lead to some of them.

mod records;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    ENGINE, PATIENCE, SETTLE, fetch, folder, free_port, open_metrics, query, start_server, url_in,
    wait_until_up,
};
use crate::verify::command::{exists, run};
use crate::verify::context::Context;
use crate::verify::page::{self, Series};
use crate::verify::process::Background;
use crate::verify::step::{Outcome, Step};
use records::Records;

pub(in super::super) const STEP: Step = Step {
    name: "otlp",
    why: "a real collector and a real Prometheus get the engine's numbers, and the collector its events",
    run: collector,
};

/// Fewer would not be the engine's counters and histograms.
const SERIES: usize = 15;

fn collector(context: &Context) -> Result<Outcome> {
    let rotel = context.tools().join("python/rotel/rotel-agent");
    if !rotel.is_file() || !exists("prometheus") {
        return Ok(Outcome::skipped("rotel or prometheus is not installed: see the step setup"));
    }
    run(&mut context.cargo(&["build", "--release"]))?;
    let (said, report) = (folder(context)?.join("rotel.txt"), folder(context)?.join("demo.json"));
    let port = free_port()?;
    let collector = Background::start(&mut start(context, &rotel, port, &said)?)?;
    wait_for(port)?;
    let demo = Background::start(&mut demo(context, port, &report))?;
    let url = url_in(&demo.wait_for("/metrics", PATIENCE)?)?;
    let (server, api) = start_server(context, &url, &[])?;
    wait_until_up(&api)?;
    demo.wait_for("lingering", PATIENCE)?;
    thread::sleep(SETTLE);
    let scraped = query(&api, &format!("{{__name__=~\"{ENGINE}.*\"}}"))?;
    let handed_over = handed_over(&fetch(&url, &[])?)?;
    let exemplars = records::exemplars(&open_metrics(&url)?);
    drop((server, demo, collector));
    let said = read(&said)?;
    let records = Records::read(&said);
    if let Some(fault) = records.fault(handed_over, &exemplars) {
        return Ok(Outcome::failed(fault));
    }
    let mut outcome = compare(&tally(&read(&report)?)?, &scraped, &shown(&said));
    let (events, found) = (records.events, exemplars.len());
    outcome.note +=
        &format!("; {events} events as log records, {found} of {found} exemplars lead to one");
    Ok(outcome)
}

/// How many events the demo says that it handed over to be pushed as log records.
fn handed_over(page: &str) -> Result<f64> {
    let series = ("engram_trace_delivered_total".to_owned(), [page::label("sink", "logs")].into());
    let all = page::parse(page)?;
    all.get(&series).copied().context("the page does not say how many events were handed over")
}

/// Prints what it receives, and sends it nowhere.
fn start(context: &Context, rotel: &Path, port: u16, said: &Path) -> Result<Command> {
    let grpc = format!("127.0.0.1:{}", free_port()?);
    let mut collector = into_file(context, said, rotel);
    collector
        .args(["start", "--exporter", "blackhole"])
        .args(["--debug-log", "metrics", "--debug-log", "logs"])
        .args(["--debug-log-verbosity", "detailed", "--otlp-grpc-endpoint", &grpc])
        .args(["--otlp-http-endpoint", &format!("127.0.0.1:{port}"), "--pid-file"])
        .arg(said.with_extension("pid"));
    Ok(collector)
}

fn demo(context: &Context, port: u16, report: &Path) -> Command {
    let mut demo = into_file(context, report, &context.target.join("release/engram"));
    demo.args(["demo", "--seconds", "4", "--linger", "20", "--listen", "127.0.0.1:0", "--json"]);
    demo.args(["--otlp", &format!("http://127.0.0.1:{port}")]);
    demo
}

/// A program whose standard output is kept. It takes the place of the shell, and ends when that is told to.
fn into_file(context: &Context, path: &Path, program: &Path) -> Command {
    let mut shell = context.command("sh", &["-c", "exec \"$0\" \"$@\" > \"$OUTPUT\""]);
    shell.arg(program).env("OUTPUT", path);
    shell
}

fn wait_for(port: u16) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > end {
            bail!("the collector does not listen within 30 s: see above");
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn read(path: &PathBuf) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// What the engine counted by itself: counters, and how many values histograms have.
fn tally(report: &str) -> Result<BTreeMap<Series, f64>> {
    let report: Value = serde_json::from_str(report).context("the demo wrote no report")?;
    let checks = report["checks"].as_array().context("the report has no checks")?;
    let series = |check: &Value| -> Option<(Series, f64)> {
        let name = check["metric"].as_str().filter(|name| name.starts_with(ENGINE))?;
        let labels = check["labels"].as_object()?.iter();
        let labels = labels.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        let series = (name.to_owned(), labels.collect::<Option<_>>()?);
        let is_counted = name.ends_with("_total") || name.ends_with("_count");
        Some((series, check["tally"].as_f64()?)).filter(|_| is_counted)
    };
    Ok(checks.iter().filter_map(series).collect())
}

/// The newest value of each series that the collector printed, under its name in Prometheus.
fn shown(said: &str) -> BTreeMap<Series, f64> {
    let (mut name, mut unit, mut suffix) = (String::new(), "", "");
    let (mut labels, mut shown) = (BTreeMap::new(), BTreeMap::new());
    for line in said.lines() {
        let line = line.trim_start();
        if let Some(text) = line.strip_prefix("-> Name: ") {
            name = text.replace('.', "_");
        } else if let Some(text) = line.strip_prefix("-> Unit: ") {
            unit = unit_of(text);
        } else if let Some(text) = line.strip_prefix("-> DataType: ") {
            suffix = if text == "Sum" { "_total" } else { "_count" };
        } else if line.contains("DataPoints #") {
            labels.clear();
        } else if let Some((label, value)) = label(line) {
            labels.insert(label.to_owned(), value.to_owned());
        } else if let Some(number) = number(line) {
            shown.insert((format!("{name}{unit}{suffix}"), labels.clone()), number);
        }
    }
    shown
}

/// What Prometheus puts behind the name.
fn unit_of(ucum: &str) -> &'static str {
    match ucum {
        "s" => "_seconds",
        "By" => "_bytes",
        "1" => "_ratio",
        _ => "",
    }
}

fn label(line: &str) -> Option<(&str, &str)> {
    let (label, value) = line.strip_prefix("-> ")?.split_once(": Str(")?;
    Some((label, value.strip_suffix(')')?))
}

fn number(line: &str) -> Option<f64> {
    let text = line.strip_prefix("Value: ").or_else(|| line.strip_prefix("Count: "))?;
    text.parse().ok()
}

fn compare(
    tally: &BTreeMap<Series, f64>,
    scraped: &BTreeMap<Series, f64>,
    pushed: &BTreeMap<Series, f64>,
) -> Outcome {
    for (series, value) in tally {
        for (place, there) in [("Prometheus", scraped), ("the collector", pushed)] {
            if there.get(series) != Some(value) {
                let there = there.get(series);
                return Outcome::failed(format!("{series:?}: {value}, {place} has {there:?}"));
            }
        }
    }
    if tally.len() < SERIES {
        return Outcome::failed(format!("{} series compared, {SERIES} wanted", tally.len()));
    }
    Outcome::passed(format!(
        "{} series equal in the engine, Prometheus and the collector",
        tally.len()
    ))
}

#[cfg(test)]
mod tests;
