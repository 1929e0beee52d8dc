//! What the demo shows, pushed to an OpenTelemetry receiver while it runs.

use std::time::Duration;

use anyhow::{Context, Result};
use engram_export_otlp::{Config, Exporter};

use super::REGISTRY;

/// From one export to the next: a demo lasts seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long the last export may take.
const PATIENCE: Duration = Duration::from_secs(10);

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";

/// Pushes to the receiver at `endpoint`, where every signal has the usual path. Headers, protocol, compression and
/// certificates are those of the variables that OpenTelemetry has for them.
pub(super) fn start(endpoint: &str) -> Result<Exporter> {
    let lookup = |name: &str| setting(endpoint, name);
    let config = Config::from_variables(&lookup);
    let mut config = config.context(
        "--otlp takes an address such as http://127.0.0.1:4318, and all else from the environment",
    )?;
    config.interval = INTERVAL;
    let exporter = Exporter::start(&config, &REGISTRY).context("cannot push")?;
    eprintln!("pushing to: {endpoint}");
    Ok(exporter)
}

/// What a variable says, as far as the demo leaves it to the environment: where to push is what its option says.
fn setting(endpoint: &str, name: &str) -> Option<String> {
    match name {
        ENDPOINT => Some(endpoint.to_owned()),
        _ if name.ends_with("_ENDPOINT") => None,
        SERVICE_NAME => std::env::var(name).ok().or_else(|| Some("engram-demo".to_owned())),
        _ => std::env::var(name).ok(),
    }
}

/// Exports the final values: the demo fails when they do not arrive.
pub(super) fn finish(exporter: Exporter) -> Result<()> {
    exporter.shutdown(PATIENCE).context("the receiver of --otlp did not take the final values")?;
    eprintln!("pushed: the receiver has the final values");
    Ok(())
}
