//! Native histograms, exemplars and staleness in a real Prometheus, and OpenMetrics in its reference parser.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::{check_page, fetch, folder, open_metrics, query, start_server, url_in, wait_until_up};
use crate::verify::command::{exists, run};
use crate::verify::context::Context;
use crate::verify::process::Background;
use crate::verify::step::{Outcome, Step};
use crate::verify::test::{example, examples};

pub(crate) const STEP: Step = Step {
    name: "prometheus-formats",
    why: "Prometheus queries native histograms and exemplars; its Python parser reads OpenMetrics",
    run: formats,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// The example counts so many requests of 1, 2, … times 2^20 ticks of 2^-30 s.
const REQUESTS: u32 = 199;

/// Reads a page by the parser that OpenMetrics is defined by, and says how many samples it found; the example has one
/// family of each of these types.
const PARSE: &str = "import sys\n\
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse\n\
    families = list(parse(sys.stdin.read()))\n\
    types = {family.type for family in families}\n\
    assert {'counter', 'histogram', 'stateset'} <= types, types\n\
    print(sum(len(family.samples) for family in families))\n";

fn formats(context: &Context) -> Result<Outcome> {
    if !exists("prometheus") || !exists("promtool") {
        return Ok(Outcome::skipped("prometheus or promtool is not installed: see the step setup"));
    }
    run(&mut examples(context, &["page"]))?;
    let program = example(context, "page");
    let page = Background::start(&mut context.command(program, &["127.0.0.1:0"]))?;
    let url = url_in(&page.wait_for("/metrics", PATIENCE)?)?;
    check_page(context, &fetch(&url, &[])?)?;
    let samples = parse_by_python(context, &url)?;

    let features = "--enable-feature=native-histograms,exemplar-storage";
    let (server, api) = start_server(context, &url, &[features])?;
    wait_until_up(&api)?;
    let count = until(&api, "histogram_count(server_duration_seconds)")?;
    ensure!(count == f64::from(REQUESTS), "{count} values in the native histogram");
    let median = until(&api, "histogram_quantile(0.5, server_duration_seconds)")?;
    let exact = f64::from(REQUESTS.div_ceil(2)) / 1024.0;
    ensure!((median / exact - 1.0).abs() < 0.1, "the median is {median}, not about {exact}");
    let exemplars = exemplars(&api)?;
    drop(page);
    until_gone(&api, "server_requests_total")?;
    drop(server);
    Ok(Outcome::passed(format!(
        "{samples} OpenMetrics samples; native median {median:.4} of {exact:.4} s; \
         {exemplars} exemplars; stale once gone"
    )))
}

/// Has Prometheus' own parser read the page as OpenMetrics.
fn parse_by_python(context: &Context, url: &str) -> Result<usize> {
    let script = folder(context)?.join("openmetrics.py");
    let page = folder(context)?.join("page.om");
    std::fs::write(&script, PARSE).context("cannot write the script")?;
    let text = open_metrics(url)?;
    ensure!(text.ends_with("# EOF\n"), "the page is not OpenMetrics");
    std::fs::write(&page, text).context("cannot write the page")?;
    let input = std::fs::File::open(&page).context("cannot read the page")?;
    let mut python = context.command("python3", &[]);
    python.arg(&script).env("PYTHONPATH", context.tools().join("python")).stdin(input);
    let output = python.output().context("cannot start python3")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "prometheus_client about the page: {said}");
    let samples = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    ensure!(samples > 0, "prometheus_client found no samples");
    Ok(samples)
}

/// The value of a query, once there is one.
pub(super) fn until(api: &str, promql: &str) -> Result<f64> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(value) = query(api, promql)?.values().next() {
            return Ok(*value);
        }
        thread::sleep(Duration::from_millis(200));
    }
    bail!("Prometheus has nothing for `{promql}`")
}

/// A target that no longer answers has no values, well before they would be too old.
pub(super) fn until_gone(api: &str, promql: &str) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if query(api, promql)?.is_empty() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    bail!("Prometheus still has `{promql}` of a target that is gone")
}

/// How many exemplars Prometheus gives back, each of them one that the example recorded.
fn exemplars(api: &str) -> Result<usize> {
    let api = api.replace("/query", "/query_exemplars");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let times = [(now - 3600).to_string(), (now + 60).to_string()];
    let parameters =
        [("query", "server_duration_seconds"), ("start", &times[0]), ("end", &times[1])];
    let answer: Value = serde_json::from_str(&fetch(&api, &parameters)?)
        .context("the answer of Prometheus is not JSON")?;
    let series = answer["data"].as_array().context("the answer has no data")?;
    let found: Vec<&Value> =
        series.iter().filter_map(|it| it["exemplars"].as_array()).flatten().collect();
    ensure!(!found.is_empty(), "Prometheus has no exemplars: {answer}");
    for exemplar in &found {
        let trace = exemplar["labels"]["trace_id"].as_str().context("no trace")?;
        let value: f64 = exemplar["value"].as_str().context("no value")?.parse()?;
        let millis = u128::from_str_radix(trace, 16)?;
        ensure!(value == millis as f64 / 1024.0, "{value} of trace {trace} was not recorded");
    }
    Ok(found.len())
}
