//! The clients against servers that answer by a script.

mod gateway;
mod remote_write;
mod server;
#[cfg(feature = "tls")]
mod tls;

use std::time::Duration;

use engram_export_prom::push::Destination;
use engram_metrics_core::{Counter, Registry, Unit, metric_set};

metric_set! {
    struct Example {
        /// Rows copied.
        rows: Counter = "rows", Unit::Count("{row}");
    }
}

/// A registry with a counter at 7.
fn registry() -> Registry {
    static EXAMPLE: Example = Example::new();
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| EXAMPLE.rows.add(7));
    let registry = Registry::new();
    registry.register(&EXAMPLE).expect("registers");
    registry
}

/// A destination that is given up before a test is.
fn patient(url: &str) -> Destination {
    Destination::new(url).timeout(Duration::from_millis(500)).patience(Duration::from_secs(20))
}

fn impatient(url: &str) -> Destination {
    patient(url).patience(Duration::ZERO)
}
