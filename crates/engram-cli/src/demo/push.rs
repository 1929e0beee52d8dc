//! What the demo shows, pushed to an OpenTelemetry receiver while it runs.

use std::time::Duration;

use anyhow::{Context, Result};
use engram_export_otlp::{Config, Exporter, Resource, Target};

use super::REGISTRY;

/// From one export to the next: a demo lasts seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long the last export may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pushes to the receiver at `endpoint`, where every signal has the usual path.
pub(super) fn start(endpoint: &str) -> Result<Exporter> {
    const WANTED: &str = "--otlp needs an address such as http://127.0.0.1:4318";
    let url = |path: &str| format!("{}/v1/{path}", endpoint.trim_end_matches('/'));
    let mut config = Config::new(&url("metrics")).context(WANTED)?;
    config.logs = Some(Target::new(&url("logs")).context(WANTED)?);
    config.traces = Some(Target::new(&url("traces")).context(WANTED)?);
    config.encoding.resource = Resource::named("engram-demo");
    config.interval = INTERVAL;
    let exporter = Exporter::start(&config, &REGISTRY).context("cannot push")?;
    eprintln!("pushing to: {endpoint}");
    Ok(exporter)
}

/// Exports the final values: the demo fails when they do not arrive.
pub(super) fn finish(exporter: Exporter) -> Result<()> {
    exporter.shutdown(PATIENCE).context("the receiver of --otlp did not take the final values")?;
    eprintln!("pushed: the receiver has the final values");
    Ok(())
}
