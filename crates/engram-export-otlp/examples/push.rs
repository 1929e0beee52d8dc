//! Metrics pushed to OpenTelemetry in ten lines, besides what is counted.
//!
//! `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 cargo run -p engram-export-otlp --example push`

use engram_metrics_core::{Counter, Registry, Unit, metric_set};

metric_set! {
    struct Shop {
        /// Orders taken.
        orders: Counter = "shop.orders", Unit::Count("{order}");
    }
}
static SHOP: Shop = Shop::new();
static REGISTRY: Registry = Registry::new();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    REGISTRY.register(&SHOP)?;
    let config = engram_export_otlp::Config::from_env()?;
    let exporter = engram_export_otlp::Exporter::start(&config, &REGISTRY)?;
    SHOP.orders.increment();
    exporter.shutdown(std::time::Duration::from_secs(5))?;
    Ok(())
}
