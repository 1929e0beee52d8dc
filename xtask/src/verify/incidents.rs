//! Each fault makes exactly its alert fire, from the program to a receiver of alerts.
//!
//! ```text
//!   incident FAULT <── scrapes ── Prometheus, the rules in a hurry ──> Alertmanager ──> webhook (here)
//!   five programs                 one each, by an external label       one              what arrived
//! ```
//!
//! All five run at the same time, one of them without a fault: of that nothing may arrive. The others are healthy at
//! first, for a rate that rises has to be seen before it does.

mod webhook;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::command::{exists, run};
use super::context::Context;
use super::process::Background;
use super::prometheus::{free_port, url_in};
use super::step::{Outcome, Step};
use super::test::{example, examples};
use webhook::Webhook;

pub(super) const STEP: Step = Step {
    name: "incidents",
    why: "each fault makes exactly its alert arrive, through a real Prometheus and Alertmanager",
    run: incidents,
};

/// Faults and the one alert that each is there for.
const FAULTS: [(&str, Option<&str>); 5] = [
    ("none", None),
    ("nan", Some("EngramInputsRejected")),
    ("association", Some("EngramFalseMemoryHigh")),
    ("consolidator", Some("EngramConsolidationStalled")),
    ("ring", Some("EngramEventsRefused")),
];

/// How long programs are healthy: longer than the rules look back and wait.
const HEALTHY: Duration = Duration::from_secs(20);

/// How long programs may take to build their engines, on a machine that does other things as well.
const START: Duration = Duration::from_secs(180);

/// How long the alerts may take once there are faults.
const PATIENCE: Duration = Duration::from_secs(60);

/// After the last one that is wanted: whatever else a fault causes has fired by then.
const AFTERMATH: Duration = Duration::from_secs(10);

/// What arrived, by fault.
type Arrived = BTreeMap<String, BTreeSet<String>>;

fn incidents(context: &Context) -> Result<Outcome> {
    for program in ["prometheus", "prometheus-alertmanager"] {
        if !exists(program) {
            return Ok(Outcome::skipped(format!("{program} is not installed: see the step setup")));
        }
    }
    run(&mut examples(context, &["catalogue", "incident"]))?;
    let folder = fresh(&context.target.join("verify/incidents"))?;
    let rules = [&*folder.to_string_lossy(), "quick"];
    run(&mut context.command(example(context, "catalogue"), &rules))?;

    let webhook = Webhook::start()?;
    let (alertmanager, receiver) = start_alertmanager(context, &folder, webhook.port())?;
    let mut running = vec![alertmanager];
    let mut programs = Vec::new();
    for (fault, _) in FAULTS {
        programs.push(start_program(context, fault)?);
    }
    for ((fault, _), program) in FAULTS.iter().zip(&programs) {
        let url = url_in(&program.wait_for("/metrics", START)?)?;
        running.push(start_prometheus(context, &folder.join(fault), (&url, &receiver))?);
    }
    for program in &programs {
        program.wait_for("fault: ", START)?;
    }
    let took = wait(&webhook);
    thread::sleep(AFTERMATH);
    // Of what has ended nothing arrives either.
    running.append(&mut programs);
    running.iter_mut().try_for_each(Background::still_runs)?;
    drop(running);
    Ok(judge(&webhook.arrived(), took))
}

/// Until all alerts that are wanted have arrived, or patience has ended.
fn wait(webhook: &Webhook) -> Duration {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let arrived = webhook.arrived();
        let is_there = |(fault, alert): &(&str, Option<&str>)| {
            alert.is_none_or(|alert| arrived.get(*fault).is_some_and(|it| it.contains(alert)))
        };
        if FAULTS.iter().all(is_there) {
            break;
        }
        thread::sleep(Duration::from_millis(200));
    }
    started.elapsed()
}

fn judge(arrived: &Arrived, took: Duration) -> Outcome {
    let mut faults = Vec::new();
    for (fault, alert) in FAULTS {
        let wanted: BTreeSet<String> = alert.into_iter().map(str::to_owned).collect();
        let there = arrived.get(fault).cloned().unwrap_or_default();
        if there != wanted {
            faults.push(format!("{fault}: {there:?} arrived, {wanted:?} is wanted"));
        }
    }
    match faults.as_slice() {
        [] => Outcome::passed(format!(
            "{} faults, each with its alert and no other, within {:.0} s",
            FAULTS.len() - 1,
            took.as_secs_f64()
        )),
        faults => Outcome::failed(faults.join("; ")),
    }
}

fn start_program(context: &Context, fault: &str) -> Result<Background> {
    let seconds = HEALTHY.as_secs().to_string();
    Background::start(&mut context.command(example(context, "incident"), &[fault, &seconds]))
}

/// Starts an Alertmanager that passes everything on at once; gives its address.
fn start_alertmanager(
    context: &Context,
    folder: &Path,
    webhook: u16,
) -> Result<(Background, String)> {
    let configuration = folder.join("alertmanager.yml");
    let text = format!(
        "route:\n  receiver: here\n  group_by: ['...']\n  group_wait: 0s\n  group_interval: 1s\n\
         receivers:\n  - name: here\n    webhook_configs:\n      \
         - url: http://127.0.0.1:{webhook}/\n        send_resolved: false\n"
    );
    fs::write(&configuration, text).context("cannot write the configuration of Alertmanager")?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut command = context.command("prometheus-alertmanager", &["--log.level=warn"]);
    command
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.path={}", folder.join("alertmanager").display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--cluster.listen-address=");
    Ok((Background::start(&mut command)?, address))
}

/// Starts a Prometheus that scrapes one program and sends its alerts, with the fault as a label.
fn start_prometheus(
    context: &Context,
    folder: &Path,
    (url, receiver): (&str, &str),
) -> Result<Background> {
    let folder = fresh(folder)?;
    let fault = folder.file_name().unwrap_or_default().to_string_lossy();
    let target = url.trim_start_matches("http://").trim_end_matches("/metrics");
    let configuration = folder.join("prometheus.yml");
    let text = format!(
        "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  evaluation_interval: 1s\n  \
         external_labels: {{fault: {fault}}}\nrule_files: [../quick.rules.yml]\n\
         alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: [\"{receiver}\"]\n\
         scrape_configs:\n  - job_name: engram\n    static_configs:\n      - targets: [\"{target}\"]\n"
    );
    fs::write(&configuration, text).context("cannot write the configuration of Prometheus")?;
    let mut command = context.command("prometheus", &["--log.level=warn"]);
    command
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("tsdb").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{}", free_port()?));
    Background::start(&mut command)
}

/// An empty folder.
fn fresh(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests;
