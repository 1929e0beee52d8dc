//! A library speaks through the facade `metrics`; the application shows it on its page, beside its own.
//!
//! `cargo run -p engram-bridge --example metrics_facade`
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use engram_bridge::{BRIDGE, Recorder};
use engram_metrics_core::{Reading, Registry};

static REGISTRY: Registry = Registry::new();

/// What some library does, which has never heard of us.
mod library {
    use metrics::{Unit, counter, describe_histogram, gauge, histogram};

    pub(crate) fn start() {
        describe_histogram!("pool_wait_ms", Unit::Milliseconds, "Time to get a connection.");
        gauge!("pool_connections", "state" => "idle").set(8.0);
    }

    pub(crate) fn query(table: &'static str) {
        counter!("pool_queries_total", "table" => table).increment(1);
        histogram!("pool_wait_ms").record(0.25);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    REGISTRY.register(&BRIDGE)?;
    Recorder::new(&REGISTRY).install()?;
    library::start();
    (0..100).for_each(|_| library::query("words"));
    let page = Reading::of(&REGISTRY);
    println!("queries: {:?}", page.number("pool_queries", &[("table", "words")]));
    println!("seconds waited: {:?}", page.histogram("pool_wait", &[]).map(|it| it.sum()));
    println!(
        "names that became the same: {:?}",
        page.number("engram.bridge.merged", &[("of", "metric")])
    );
    Ok(())
}
