//! What the engine does, operation by operation: to those who listen to `/events`, into a file, to a receiver.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use engram_export_otlp::Outbox;
use engram_serve::Findings;
use engram_trace::{
    DEFAULT_INTERVAL, Drain, Drainer, JsonLines, Live, Logs, Rotation, Spans, Tracer,
};
use engram_workload::events::{self, EVENTS, MemoryEvent};

use super::REGISTRY;

/// How often those who listen get a message.
const LIVE: Duration = Duration::from_secs(1);

/// How long the last events may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The name of the events among those of `/events`.
pub(crate) const LIVE_NAME: &str = "trace";

/// Drains the events of the engine to whoever wants them.
pub(super) fn start(
    findings: Findings,
    outbox: Option<Outbox>,
    file: Option<&Path>,
) -> Result<Drainer> {
    let tracer: &'static Tracer<MemoryEvent> = &EVENTS;
    events::thin_out();
    // A message that nobody wants is no error.
    let live = Live::every(LIVE, move |message| drop(findings.push(LIVE_NAME, message)));
    let mut drain = Drain::of(tracer)?.to("live", live);
    if let Some(outbox) = outbox {
        drain =
            drain.to("logs", Logs::new(outbox.clone(), "engram.")).to("spans", Spans::new(outbox));
    }
    if let Some(file) = file {
        let lines = JsonLines::open(file, Rotation::DEFAULT);
        drain =
            drain.to("file", lines.with_context(|| format!("cannot write {}", file.display()))?);
    }
    for sink in ["live", "logs", "spans", "file"] {
        if let Some(metrics) = drain.metrics(sink) {
            REGISTRY.register_shared(&[("sink", sink)], metrics)?;
        }
    }
    drain.start(DEFAULT_INTERVAL).context("no thread for the events")
}

/// Hands on the last events: the demo fails when one of them gets lost.
pub(super) fn finish(drainer: &Drainer) -> Result<()> {
    let summary = drainer.shutdown(PATIENCE);
    let account = &summary.account;
    eprintln!(
        "events: {} offered = {} recorded + {} sampled out + {} refused",
        account.offered(),
        account.recorded,
        account.sampled_out,
        account.refused(),
    );
    for (sink, _) in &summary.sinks {
        let lost = summary.undelivered(sink).unwrap_or(0);
        ensure!(lost == 0, "{lost} events did not reach {sink}: {summary:?}");
    }
    Ok(())
}
