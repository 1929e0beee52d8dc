//! A real Prometheus scrapes the demo and must end up with the very numbers of its page.

mod collector;
mod formats;
mod push;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::command::{exists, run};
use super::context::Context;
use super::page::{self, Series};
use super::process::Background;
use super::step::{Outcome, Step};

pub(super) use collector::STEP as OTLP;
pub(super) use formats::STEP as FORMATS;
pub(super) use push::STEP as PUSH;

pub(super) const STEP: Step = Step {
    name: "prometheus",
    why: "Prometheus itself reads the page, and ends up with the numbers on it",
    run: prometheus,
};

/// Series that no longer change when the run is over.
const ENGINE: &str = "engram_workload_";

/// Longer than indexing and the run take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Three scrapes: one may be under way when the run ends, the others see the final values.
const SETTLE: Duration = Duration::from_secs(3);

fn prometheus(context: &Context) -> Result<Outcome> {
    if !exists("prometheus") || !exists("promtool") {
        return Ok(Outcome::skipped("prometheus or promtool is not installed: see the step setup"));
    }
    run(&mut context.cargo(&["build", "--release"]))?;
    let engram = context.target.join("release/engram");
    let arguments = ["demo", "--seconds", "8", "--linger", "25", "--listen", "127.0.0.1:0"];
    let demo = Background::start(&mut context.command(engram, &arguments))?;
    let url = url_in(&demo.wait_for("/metrics", PATIENCE)?)?;
    check_page(context, &fetch(&url, &[])?)?;

    let (server, api) = start_server(context, &url, &[])?;
    wait_until_up(&api)?;
    demo.wait_for("lingering", PATIENCE)?;
    thread::sleep(SETTLE);
    let page = fetch(&url, &[])?;
    check_page(context, &page)?;
    let shown: BTreeMap<_, _> =
        page::parse(&page)?.into_iter().filter(|((name, _), _)| name.starts_with(ENGINE)).collect();
    let stored = query(&api, &format!("{{__name__=~\"{ENGINE}.*\"}}"))?;
    drop(server);
    Ok(compare(&shown, &stored))
}

/// The address in a line that the demo wrote.
pub(super) fn url_in(line: &str) -> Result<String> {
    let url = line.split_whitespace().find(|word| word.starts_with("http://"));
    url.map(str::to_owned).with_context(|| format!("no address in `{line}`"))
}

fn fetch(url: &str, parameters: &[(&str, &str)]) -> Result<String> {
    let timeout = Some(Duration::from_secs(10));
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(timeout).build().into();
    let request = agent.get(url).query_pairs(parameters.iter().copied());
    let mut answer = request.call().with_context(|| format!("cannot read {url}"))?;
    answer.body_mut().read_to_string().with_context(|| format!("the answer of {url}"))
}

/// The page as OpenMetrics, which has exemplars.
fn open_metrics(url: &str) -> Result<String> {
    let mut answer = ureq::get(url)
        .header("accept", "application/openmetrics-text;version=1.0.0")
        .call()
        .with_context(|| format!("cannot read {url}"))?;
    answer.body_mut().read_to_string().context("the page is no text")
}

/// promtool must have nothing to say about a page.
fn check_page(context: &Context, page: &str) -> Result<()> {
    let path = folder(context)?.join("page.txt");
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
    let mut promtool = context.command("promtool", &["check", "metrics"]);
    let input = fs::File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let output = promtool.stdin(Stdio::from(input)).output().context("cannot start promtool")?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    ensure!(output.status.success() && said.is_empty(), "promtool about the page: {said}");
    Ok(())
}

/// Starts a server with a configuration and a store of its own; gives the address of its API.
fn start_server(context: &Context, url: &str, more: &[&str]) -> Result<(Background, String)> {
    let folder = folder(context)?;
    let store = folder.join("tsdb");
    if store.exists() {
        fs::remove_dir_all(&store).with_context(|| format!("cannot remove {}", store.display()))?;
    }
    let configuration = folder.join("prometheus.yml");
    fs::write(&configuration, configuration_for(url)?)
        .with_context(|| format!("cannot write {}", configuration.display()))?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut server = context.command("prometheus", &["--log.level=warn"]);
    server
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.tsdb.path={}", store.display()))
        .arg(format!("--web.listen-address={address}"))
        .args(more);
    Ok((Background::start(&mut server)?, format!("http://{address}/api/v1/query")))
}

fn configuration_for(url: &str) -> Result<String> {
    let target = url.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/metrics"));
    let target = target.with_context(|| format!("{url} is not the address of a page"))?;
    Ok(format!(
        "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n  \
         - job_name: engram\n    static_configs:\n      - targets: [\"{target}\"]\n"
    ))
}

/// A port that was free a moment ago; another program may take it first, which fails loudly.
pub(super) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr().context("the port has no address")?.port())
}

fn wait_until_up(api: &str) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        let up = query(api, "up").unwrap_or_default();
        if up.values().any(|value| *value == 1.0) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    bail!("Prometheus did not reach the demo within 30 s: see above")
}

/// The result of a PromQL query, without the labels that scraping adds.
fn query(api: &str, promql: &str) -> Result<BTreeMap<Series, f64>> {
    let answer: Value = serde_json::from_str(&fetch(api, &[("query", promql)])?)
        .context("the answer of Prometheus is not JSON")?;
    let results = answer["data"]["result"].as_array().context("the answer has no result")?;
    results.iter().map(stored_sample).collect()
}

fn stored_sample(result: &Value) -> Result<(Series, f64)> {
    let metric = result["metric"].as_object().context("a result without labels")?;
    let name = metric.get("__name__").and_then(Value::as_str).unwrap_or_default();
    let labels = metric
        .iter()
        .filter(|(name, _)| !["__name__", "job", "instance"].contains(&name.as_str()))
        .map(|(name, value)| page::label(name, value.as_str().unwrap_or_default()));
    let value = result["value"][1].as_str().context("a result without a value")?;
    Ok(((name.to_owned(), labels.collect()), page::number(value)?))
}

fn compare(shown: &BTreeMap<Series, f64>, stored: &BTreeMap<Series, f64>) -> Outcome {
    if !shown.keys().any(|(name, _)| name == "engram_workload_operations_total") {
        return Outcome::failed("the page has no engram_workload_operations_total");
    }
    for (series, value) in shown {
        if stored.get(series) != Some(value) {
            let other = stored.get(series);
            return Outcome::failed(format!("{series:?}: page {value}, Prometheus {other:?}"));
        }
    }
    if let Some(series) = stored.keys().find(|series| !shown.contains_key(*series)) {
        return Outcome::failed(format!("{series:?}: in Prometheus, not on the page"));
    }
    Outcome::passed(format!("{} series equal", shown.len()))
}

fn folder(context: &Context) -> Result<std::path::PathBuf> {
    let folder = context.target.join("verify");
    make(&folder)?;
    Ok(folder)
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests;
