//! `engram demo`: the engine runs, its metrics move, and at the end every number is checked.

mod check;
mod events;
mod inject;
mod live;
mod push;
mod report;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use engram_metrics_core::{ENABLED, RECORDER, Registry};
use engram_serve::{DEFAULT_PORT, Endpoint, Findings};
use engram_workload::events::EVENTS;
use engram_workload::telemetry::METRICS;
use engram_workload::{Engine, EngineConfig, RunConfig, StopFlag, Tally};

use check::Check;
use inject::Fault;
use live::Live;
use report::Summary;

pub(crate) use events::LIVE_NAME;

/// What the endpoint shows.
static REGISTRY: Registry = Registry::new();

/// Arguments of `engram demo`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Seconds to run once the index is built; 0 runs until Ctrl-C.
    #[arg(long, value_name = "N", default_value_t = 30)]
    seconds: u64,

    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Decides what the engine does; only durations differ between runs of one seed.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Where /metrics and /health answer; port 0 takes any free port.
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT)))]
    listen: SocketAddr,

    /// Also push to an OpenTelemetry receiver, for instance http://127.0.0.1:4318
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,

    /// Also write the events of the engine to a file, a line of JSON for each that is recorded.
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,

    /// Keep the endpoint up this long after the run, with the final values.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    linger: u64,

    /// Make a mistake while the engine runs, and show how it is found.
    #[arg(long, value_name = "FAULT", value_enum)]
    inject: Option<Fault>,

    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the demo; fails when a number on the page is not the engine's own.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let interrupt = interrupts()?;
    register()?;
    if options.inject.is_some() {
        inject::register(&REGISTRY)?;
    }
    let findings = Findings::new();
    let endpoint = Endpoint::builder(&REGISTRY).listen(options.listen).findings(&findings).start();
    let endpoint = endpoint.context("the demo needs its endpoint (--listen ADDR:PORT)")?;
    eprintln!("metrics: http://{}/metrics", endpoint.address());

    let push = options.otlp.as_deref().map(push::start).transpose()?;
    let outbox = push.as_ref().map(|exporter| exporter.outbox());
    let drainer = events::start(findings, outbox, options.events.as_deref())?;

    let engine = build(options)?;
    let threads = options.threads.map_or_else(cores, usize::from);
    eprintln!("engine: {threads} workers, {}", duration_text(options.seconds));
    let started = Instant::now();
    let injected = options.inject.map(|fault| thread::spawn(move || fault.make()));
    let tally = work(&engine, threads, options, &interrupt);
    let elapsed = started.elapsed();
    if let Some(injected) = injected {
        injected.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    }

    events::finish(&drainer)?;
    push.map_or(Ok(()), push::finish)?;
    let checks = if ENABLED {
        let page = crate::page::parse(&crate::scrape::page(endpoint.address())?)?;
        check::compare(&page, &tally.expectations(&engine.report()))
    } else {
        Vec::new()
    };
    let summary = Summary { tally: &tally, elapsed, threads, seed: options.seed, checks: &checks };
    if options.json { summary.write_json() } else { summary.write_table() }
        .context("cannot write the result")?;

    linger(options.linger, &interrupt);
    Ok(if checks.iter().all(Check::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn register() -> Result<()> {
    // Before there are threads that record: cells then stay on the node of who writes them. Only where another
    // part of the program has done the same can it fail, and then it is done.
    let _ = engram_hw::place_cells_by_node();
    REGISTRY.register(&METRICS)?;
    engram_cognitive::metrics::register(&REGISTRY)?;
    REGISTRY.register(&RECORDER)?;
    engram_hw::register_machine(&REGISTRY)?;
    REGISTRY.register(&EVENTS)?;
    Ok(())
}

/// A channel that hears of Ctrl-C.
fn interrupts() -> Result<Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    let notify = move || {
        // Nobody listens any more once the demo is over, which is what was asked for.
        let _ = sender.send(());
    };
    ctrlc::set_handler(notify).context("cannot listen for Ctrl-C")?;
    Ok(receiver)
}

fn build(options: &Options) -> Result<Engine> {
    let bar = live::IndexBar::new();
    let config = EngineConfig { seed: options.seed, ..EngineConfig::default() };
    let engine = Engine::build(&config, &mut |progress| bar.show(progress.done, progress.total));
    bar.finish();
    engine.context("cannot build the engine")
}

/// Workers run until the time is over or Ctrl-C; the tally is complete when this returns.
fn work(engine: &Engine, threads: usize, options: &Options, interrupt: &Receiver<()>) -> Tally {
    let stop = StopFlag::new();
    let config = RunConfig { threads, seed: options.seed, operations_per_thread: None };
    thread::scope(|scope| {
        let workers = scope.spawn(|| engram_workload::run(engine, config, &stop));
        watch(options.seconds, interrupt);
        stop.raise();
        workers.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Shows the metrics until the time is over or Ctrl-C.
fn watch(seconds: u64, interrupt: &Receiver<()>) {
    let mut live = Live::new(&REGISTRY);
    let started = Instant::now();
    let limit = if seconds == 0 { Duration::MAX } else { Duration::from_secs(seconds) };
    loop {
        let left = limit.saturating_sub(started.elapsed());
        match interrupt.recv_timeout(left.min(live.interval())) {
            Err(RecvTimeoutError::Timeout) if started.elapsed() < limit => {
                live.show(started.elapsed());
            }
            _ => break,
        }
    }
    live.finish();
}

/// Keeps the endpoint up with the final values.
fn linger(seconds: u64, interrupt: &Receiver<()>) {
    if seconds > 0 {
        eprintln!("lingering: the endpoint stays up for {seconds} s, Ctrl-C ends it");
        let _ = interrupt.recv_timeout(Duration::from_secs(seconds));
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn duration_text(seconds: u64) -> String {
    if seconds == 0 {
        "until Ctrl-C".to_owned()
    } else {
        format!("for {seconds} s, Ctrl-C ends it sooner")
    }
}
