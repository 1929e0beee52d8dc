//! Every row of the table as a process of its own, with a time limit: what must be reported is, with both
//! places of each step, and what must not be reported is not.
//!
//! This binary starts itself again with the name of a row; the row prints the report when it is done, and
//! leaves by `exit`, for some of its threads never will.

#![cfg(feature = "locks")]
#![expect(clippy::unwrap_used, reason = "a row that panics is a row that fails")]

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use engram_concurrency_audit::{AUDITOR, ENABLED, Policy};
use serde_json::Value;

/// The rows of a module, each a function of the same name.
macro_rules! rows {
    ($($name:ident, $expected:expr;)+) => {
        pub(crate) const ROWS: &[Row] =
            &[$(Row { name: stringify!($name), run: $name, expected: $expected }),+];
    };
}

#[cfg(feature = "atomics")]
#[path = "scenarios/atomics.rs"]
mod atomics;
#[cfg(feature = "channels")]
#[path = "scenarios/channels.rs"]
mod channels;
#[path = "scenarios/locks.rs"]
mod locks;
#[path = "scenarios/once.rs"]
mod once;
#[cfg(feature = "pools")]
#[path = "scenarios/pools.rs"]
mod pools;
#[path = "scenarios/readers.rs"]
mod readers;
#[cfg(feature = "channels")]
#[path = "scenarios/recoveries.rs"]
mod recoveries;
#[path = "scenarios/stage.rs"]
mod stage;
#[cfg(feature = "tokio")]
#[path = "scenarios/tasks.rs"]
mod tasks;
#[path = "scenarios/waits.rs"]
mod waits;

/// What the report of a row must say.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// A finding of this code and severity.
    Report(&'static str, &'static str),
    /// The same, with so many steps, whose places are exactly those that the row marked.
    Cycle(&'static str, &'static str, usize),
    /// Nothing at ERROR or POTENTIAL.
    Silence,
    /// Nothing at all, not even a warning.
    #[cfg_attr(
        not(any(feature = "channels", feature = "atomics")),
        expect(dead_code, reason = "said of channels and atomics")
    )]
    Quiet,
    /// Nothing at ERROR or POTENTIAL, and a cycle that was proved to be infeasible.
    Suppressed,
    /// Nothing at ERROR or POTENTIAL, and this warning.
    Warning(&'static str),
}

struct Row {
    name: &'static str,
    run: fn(),
    expected: Expected,
}

const ROW: &str = "ENGRAM_AUDIT_ROW";
const LIMIT: Duration = Duration::from_secs(60);

fn rows() -> impl Iterator<Item = &'static Row> {
    let rows = locks::ROWS.iter().chain(readers::ROWS).chain(waits::ROWS).chain(once::ROWS);
    #[cfg(feature = "channels")]
    let rows = rows.chain(channels::ROWS).chain(recoveries::ROWS);
    #[cfg(feature = "pools")]
    let rows = rows.chain(pools::ROWS);
    #[cfg(feature = "atomics")]
    let rows = rows.chain(atomics::ROWS);
    #[cfg(feature = "tokio")]
    let rows = rows.chain(tasks::ROWS);
    rows
}

/// Is this process a row? Then it plays it, prints the report and ends.
#[test]
fn play() {
    let Ok(name) = std::env::var(ROW) else { return };
    let row = rows().find(|row| row.name == name).expect("the table has the row");
    let quiet = engram_concurrency_audit::Action::Keep;
    AUDITOR.set_policy(Policy::testing().with_action(quiet));
    (row.run)();
    let marked = serde_json::json!({
        "marked": stage::marked(), "took_ms": stage::took_ms(), "is_slow": stage::is_slow(),
    });
    println!("\nREPORT{}", AUDITOR.json(&[("row", marked)]));
    std::process::exit(0);
}

#[test]
fn every_row_has_the_verdict_of_the_table() {
    if !ENABLED || std::env::var(ROW).is_ok() {
        return;
    }
    let only = std::env::var("ENGRAM_AUDIT_ONLY").unwrap_or_default();
    let wrong: Vec<String> =
        rows().filter(|row| row.name.contains(&only)).filter_map(|row| judge(row).err()).collect();
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// On a busy machine a thread may sleep through the tenth of a second: a row that is late, and nothing else, is
/// played again for so long.
const PLAYED_AGAIN_FOR: Duration = Duration::from_secs(60);

fn judge(row: &Row) -> Result<(), String> {
    let started = Instant::now();
    loop {
        let report = play_apart(row.name).map_err(|problem| format!("{}: {problem}", row.name))?;
        verdict(row, &report)?;
        match in_time(row, &report["row"]) {
            Ok(()) => return Ok(()),
            Err(problem) if started.elapsed() > PLAYED_AGAIN_FOR => {
                return Err(format!("{}: {problem}", row.name));
            }
            Err(_) => {}
        }
    }
}

fn verdict(row: &Row, report: &Value) -> Result<(), String> {
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let is = |finding: &&Value, key: &str, wanted: &str| finding[key] == wanted;
    let find = |code, severity| {
        findings.iter().find(|it| is(it, "code", code) && is(it, "severity", severity))
    };
    let loud = findings.iter().find(|it| {
        ["ERROR-ACTUAL", "ERROR", "POTENTIAL"].iter().any(|level| is(it, "severity", level))
    });
    let verdict = match row.expected {
        Expected::Report(code, severity) => {
            find(code, severity).ok_or("is not reported".to_owned()).and_then(names_its_places)
        }
        Expected::Cycle(code, severity, steps) => {
            let found = find(code, severity).ok_or("is not reported".to_owned());
            found.and_then(|found| check_places(found, steps, &report["row"]["marked"]))
        }
        Expected::Silence => loud.map_or(Ok(()), |_| Err("a false alarm".to_owned())),
        Expected::Quiet if findings.is_empty() => Ok(()),
        Expected::Quiet => Err("a false alarm".to_owned()),
        Expected::Suppressed if loud.is_some() => Err("a false alarm".to_owned()),
        Expected::Suppressed => {
            let found = findings.iter().find(|it| is(it, "severity", "SUPPRESSED"));
            found.map(|_| ()).ok_or("nothing was suppressed".to_owned())
        }
        Expected::Warning(_) if loud.is_some() => Err("a false alarm".to_owned()),
        Expected::Warning(code) => {
            find(code, "WARN").ok_or("no warning".to_owned()).and_then(names_its_places)
        }
    };
    verdict.map_err(|problem| {
        format!("{}: {problem}, expected {:?}\n{findings:#?}", row.name, row.expected)
    })
}

/// Both places of each step, or those of what is no cycle, are lines of the row's file.
fn names_its_places(finding: &Value) -> Result<(), String> {
    let edges = finding["edges"].as_array().cloned().unwrap_or_default();
    let steps = edges.iter().flat_map(|edge| [&edge["holds"], &edge["wants"]]);
    let sites = finding["sites"].as_array().cloned().unwrap_or_default();
    let places: Vec<&Value> = steps.chain(&sites).map(|place| &place["site"]).collect();
    let is_here = |site: &&&Value| {
        let file = site["file"].as_str().unwrap_or_default();
        file.contains("tests/scenarios/") && site["line"].as_u64().unwrap_or_default() > 0
    };
    match places.len() {
        0 => Err("names no place".to_owned()),
        all if places.iter().filter(is_here).count() == all => Ok(()),
        _ => Err("names a place that is not in the row".to_owned()),
    }
}

/// A deadlock is reported within a tenth of a second, and each row of one has looked at the time.
fn in_time(row: &Row, played: &Value) -> Result<(), String> {
    let is_deadlock = matches!(
        row.expected,
        Expected::Report(_, "ERROR-ACTUAL") | Expected::Cycle(_, "ERROR-ACTUAL", _)
    );
    match played["took_ms"].as_u64() {
        _ if played["is_slow"] == true => Ok(()),
        Some(late) if late >= 100 => Err(format!("was reported after {late} ms")),
        None if is_deadlock => Err("does not say how long it took".to_owned()),
        _ => Ok(()),
    }
}

/// Every step names two places, all of them in the row, and every marked place is named.
fn check_places(finding: &Value, steps: usize, marked: &Value) -> Result<(), String> {
    let edges = finding["edges"].as_array().cloned().unwrap_or_default();
    if edges.len() != steps {
        return Err(format!("{} steps", edges.len()));
    }
    let sites = edges.iter().flat_map(|edge| [&edge["holds"]["site"], &edge["wants"]["site"]]);
    let mut named: Vec<String> = sites
        .map(|site| format!("{}:{}", site["file"].as_str().unwrap_or(""), site["line"]))
        .collect();
    named.sort();
    named.dedup();
    let mut marked: Vec<String> = marked
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect();
    marked.sort();
    marked.dedup();
    if named == marked { Ok(()) } else { Err(format!("places {named:?}, marked {marked:?}")) }
}

fn play_apart(name: &str) -> Result<Value, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(this)
        .args(["--exact", "play", "--nocapture", "--test-threads=1"])
        .env(ROW, name)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    // Read while it runs: a report may be larger than what a pipe holds.
    let out = read(child.stdout.take());
    let errors = read(child.stderr.take());
    let started = Instant::now();
    loop {
        if child.try_wait().map_err(|error| error.to_string())?.is_some() {
            break;
        }
        if started.elapsed() > LIMIT {
            let _ = child.kill();
            return Err("took too long".to_owned());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let text = out.join().map_err(|_| "the reader panicked".to_owned())?;
    let errors = errors.join().map_err(|_| "the reader panicked".to_owned())?;
    let report = text.lines().find_map(|line| line.strip_prefix("REPORT"));
    let report = report.ok_or_else(|| format!("no report: {text}{errors}"))?;
    serde_json::from_str(report).map_err(|error| error.to_string())
}

fn read(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    })
}
