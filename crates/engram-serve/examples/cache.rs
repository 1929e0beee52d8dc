//! Labels and a distribution behind an endpoint.

use engram_metrics_core::{Counter, Family, Histogram, Registry, Unit, label_enum, metric_set};

label_enum! { enum Outcome as "outcome" { Hit = "hit", Miss = "miss" } }

metric_set! {
    /// What the cache does.
    struct CacheMetrics {
        /// Look-ups, by outcome.
        lookups: Family<Outcome, Counter> = "cache.lookups", Unit::Count("{lookup}");
        /// Time to load a missing entry.
        load_duration: Histogram = "cache.load.duration", Unit::Seconds;
    }
}
static CACHE: CacheMetrics = CacheMetrics::new();
static REGISTRY: Registry = Registry::new();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    REGISTRY.register(&CACHE)?;
    let _endpoint = engram_serve::Endpoint::start("127.0.0.1:9464".parse()?, &REGISTRY)?;
    CACHE.lookups.at(Outcome::Hit).increment();
    CACHE.lookups.at(Outcome::Miss).increment();
    CACHE.load_duration.time(|| { /* load it */ });
    Ok(())
}
