//! A Prometheus page in ten lines, besides what is counted.
//!
//! `cargo run -p engram-serve --example ten_lines`, then look at <http://127.0.0.1:9464/metrics>.

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
    let _endpoint = engram_serve::Endpoint::start("127.0.0.1:9464".parse()?, &REGISTRY)?;
    loop {
        SHOP.orders.increment();
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}
