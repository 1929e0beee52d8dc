//! An axum application that is there already, pushing while it serves.
//!
//! `cargo run -p engram-export-otlp --example axum_push -- 127.0.0.1:8080`

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use engram_export_otlp::{Config, Exporter};
use engram_metrics_core::{Counter, Registry, Unit, metric_set};

metric_set! {
    struct Shop {
        /// Orders taken.
        orders: Counter = "shop.orders", Unit::Count("{order}");
    }
}
static SHOP: Shop = Shop::new();
static REGISTRY: Registry = Registry::new();

async fn order() -> &'static str {
    SHOP.orders.increment();
    "thank you\n"
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    REGISTRY.register(&SHOP)?;
    let exporter = Exporter::start(&Config::from_env()?, &REGISTRY)?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let application = Router::new().route("/order", get(order));
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, application).with_graceful_shutdown(end()).await
    })?;
    // Behind the runtime, though it would work inside too: what the last requests did is in it.
    exporter.shutdown(Duration::from_secs(5))?;
    Ok(())
}

/// When standard input ends, which stands for whatever the application listens to.
async fn end() {
    // There is nothing to do about an input that cannot be read: it has ended.
    let _ = tokio::task::spawn_blocking(|| std::io::stdin().lines().count()).await;
}
