//! `engram scrape`: fetches a page over HTTP, shows it, checks it, compares it.

mod compare;
mod lint;
mod table;

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::page::exposition::{Dialect, Exposition};

/// Longer than any page takes; a scrape must not hang the demo.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of a page; what is larger is no page of metrics.
const MOST: u64 = 1 << 30;

/// What Prometheus sends, without the protobuf that is nothing to look at.
const ACCEPT: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=1.0.0;\
                      escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/// Arguments of `engram scrape`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where the page is: http://HOST:PORT/metrics, or HOST:PORT, or the path of a saved page.
    #[arg(value_name = "URL")]
    url: String,

    /// Look for what is wrong with the page, and fail if something is.
    #[arg(long)]
    check: bool,

    /// Compare with this page, which was saved before: nothing may go backwards or change its buckets.
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,

    /// Ask for the classic text format instead of OpenMetrics.
    #[arg(long)]
    text: bool,

    /// Print the page as it came.
    #[arg(long)]
    raw: bool,
}

/// Something that is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The line that it is about; 0 for the page as a whole.
    pub(crate) line: usize,
    pub(crate) message: String,
}

/// Scrapes; fails when something is wrong that was looked for.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let accept = if options.text { "text/plain;version=0.0.4" } else { ACCEPT };
    let (page, dialect) = load(&options.url, accept)?;
    let exposition = Exposition::read(&page, dialect);
    let mut findings = Vec::new();
    if options.check {
        findings.extend(lint::check(&exposition));
    }
    if let Some(path) = &options.previous {
        let (previous, dialect) = read_file(path)?;
        findings.extend(compare::compare(&Exposition::read(&previous, dialect), &exposition));
    }
    let shown = if options.raw { page } else { table::table(&exposition) };
    let mut out = io::stdout().lock();
    out.write_all(shown.as_bytes()).and_then(|()| out.flush()).context("cannot write the page")?;
    report(&findings, options);
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(findings: &[Finding], options: &Options) {
    for Finding { line, message } in findings {
        eprintln!("{}:{line}: {message}", options.url);
    }
    if options.check || options.previous.is_some() {
        eprintln!("{} findings", findings.len());
    }
}

/// A page and its dialect, from a file or over HTTP.
fn load(url: &str, accept: &str) -> Result<(String, Dialect)> {
    if Path::new(url).is_file() {
        return read_file(Path::new(url));
    }
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}/metrics") };
    fetch(&url, accept)
}

/// A saved page; only OpenMetrics has an end.
fn read_file(path: &Path) -> Result<(String, Dialect)> {
    let page =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let is_open = page.trim_end().ends_with("# EOF");
    Ok((page, if is_open { Dialect::OpenMetrics } else { Dialect::Text }))
}

fn fetch(url: &str, accept: &str) -> Result<(String, Dialect)> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).build().into();
    let request = agent.get(url).header("accept", accept);
    let mut answer = request.call().with_context(|| format!("cannot scrape {url}"))?;
    let kind = answer.headers().get("content-type").and_then(|it| it.to_str().ok());
    let dialect = match kind.map(|kind| kind.split(';').next().unwrap_or("").trim()) {
        Some("application/openmetrics-text") => Dialect::OpenMetrics,
        Some("text/plain") => Dialect::Text,
        // What Prometheus 3 refuses as well.
        other => bail!("{url} has the content type {other:?}, which is none of a page of metrics"),
    };
    let page = answer.body_mut().with_config().limit(MOST).read_to_string();
    Ok((page.with_context(|| format!("the page of {url}"))?, dialect))
}

/// The classic text of `/metrics` at an address.
///
/// # Errors
/// When the endpoint does not answer in time, or not with a page.
pub(crate) fn page(address: SocketAddr) -> Result<String> {
    fetch(&format!("http://{address}/metrics"), "text/plain;version=0.0.4").map(|(page, _)| page)
}
