//! What a short-lived job pushes, in a real Pushgateway and in a real Prometheus.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::formats::{until, until_gone};
use super::{fetch, free_port, query, start_server};
use crate::verify::command::{exists, run};
use crate::verify::context::Context;
use crate::verify::page::{self, Series};
use crate::verify::process::Background;
use crate::verify::step::{Outcome, Step};
use crate::verify::test::{example, examples};

pub(crate) const STEP: Step = Step {
    name: "prometheus-push",
    why: "a Pushgateway and a Prometheus keep what a short-lived job pushes to them",
    run: push,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// What the example counts: 8 tables, 125 rows each, in 1/4, 2/4, … seconds.
const EXPECTED: [(&str, f64); 3] = [
    ("backup_rows_total", 1000.0),
    ("backup_table_duration_seconds_count", 8.0),
    ("backup_table_duration_seconds_sum", 9.0),
];

fn push(context: &Context) -> Result<Outcome> {
    if !exists("prometheus") || !exists("prometheus-pushgateway") {
        let missing = "prometheus or prometheus-pushgateway is not installed: see the step setup";
        return Ok(Outcome::skipped(missing));
    }
    run(&mut examples(context, &["short_lived_job"]))?;
    let (gateway, url) = start_gateway(context)?;
    job(context, "gateway", &url)?;
    let pushed = page::parse(&fetch(&format!("{url}/metrics"), &[])?)?;
    check("the Pushgateway", &ours(pushed))?;

    // It scrapes the gateway as well, where the same job has other labels.
    let receiver = "--web.enable-remote-write-receiver";
    let (server, api) = start_server(context, &format!("{url}/metrics"), &[receiver])?;
    wait_until_ready(&api.replace("/api/v1/query", "/-/ready"))?;
    let write = api.replace("/query", "/write");
    job(context, "server", &write)?;
    let selector = "{__name__=~\"backup_.*\",host=\"db/1\",job=\"backup\"}";
    let stored = query(&api, selector)?;
    check("Prometheus", &stored)?;
    let median = "histogram_quantile(0.5, backup_table_duration_seconds_bucket{job=\"backup\"})";
    let median = until(&api, median)?;
    ensure!((0.9..1.3).contains(&median), "the median is {median}, not about 1 s");
    job(context, "end", &write)?;
    until_gone(&api, selector)?;
    drop((gateway, server));
    Ok(Outcome::passed(format!(
        "{} series each; median {median:.2} s; gone at the end",
        stored.len()
    )))
}

fn start_gateway(context: &Context) -> Result<(Background, String)> {
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut gateway = context.command("prometheus-pushgateway", &["--log.level=warn"]);
    gateway.arg(format!("--web.listen-address={address}"));
    let gateway = Background::start(&mut gateway)?;
    wait_until_ready(&format!("http://{address}/-/ready"))?;
    Ok((gateway, format!("http://{address}")))
}

fn wait_until_ready(url: &str) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if fetch(url, &[]).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("nothing is ready at {url}")
}

/// Runs the example.
fn job(context: &Context, to: &str, url: &str) -> Result<()> {
    let program = example(context, "short_lived_job");
    run(&mut context.command(program, &[to, url])).map(|_| ())
}

/// The series of the job, whose labels have to be those that it gave.
fn ours(page: BTreeMap<Series, f64>) -> BTreeMap<Series, f64> {
    let labels = [page::label("host", "db/1"), page::label("job", "backup")];
    let is_ours = |(name, found): &Series| {
        name.starts_with("backup_")
            && labels.iter().all(|(name, value)| found.get(name) == Some(value))
    };
    page.into_iter().filter(|(series, _)| is_ours(series)).collect()
}

fn check(whose: &str, series: &BTreeMap<Series, f64>) -> Result<()> {
    for (name, expected) in EXPECTED {
        let found = series.iter().find(|((found, _), _)| found == name);
        let (_, value) = found.with_context(|| format!("{whose} has no {name}: {series:?}"))?;
        ensure!(*value == expected, "{whose} has {value} for {name}, not {expected}");
    }
    let buckets = series.iter().filter(|((name, _), _)| name.ends_with("_bucket"));
    let all = buckets.map(|(_, count)| *count).fold(0.0, f64::max);
    ensure!(all == 8.0, "{whose} has {all} values in the last bucket, not 8");
    Ok(())
}
