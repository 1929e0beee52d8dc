//! What the cache does.

use engram_metrics_core::{
    Counter, DynamicFamily, ExplicitHistogram, Family, Gauge, Histogram, LogLinearHistogram, Unit,
    UpDownCounter, label_enum, metric_set,
};

label_enum! {
    /// How a look-up ended.
    pub enum Outcome as "asm_outcome" { Hit = "asm_hit", Miss = "asm_miss" }
}

metric_set! {
    /// One instrument of each kind that a library is likely to use.
    pub struct CacheMetrics {
        /// Look-ups of the fixture.
        pub lookups: Family<Outcome, Counter> = "asm.cache.lookups", Unit::Count("{lookup}");
        /// Entries of the fixture that were replaced.
        pub evictions: Counter = "asm.cache.evictions", Unit::Count("{entry}");
        /// Entries of the fixture.
        pub entries: UpDownCounter = "asm.cache.entries", Unit::Count("{entry}");
        /// How full the fixture is.
        pub load: Gauge = "asm.cache.load", Unit::Ratio;
        /// Steps of a look-up.
        pub probes: Histogram = "asm.cache.probes", Unit::Count("{probe}");
        /// Time to fill the fixture.
        pub fill_duration: Histogram = "asm.cache.fill.duration", Unit::Seconds;
        /// Size of a key.
        pub key_size: LogLinearHistogram = "asm.cache.key.size", Unit::Bytes;
        /// Share of the capacity at a clearing.
        pub clearing: ExplicitHistogram = "asm.cache.clearing", Unit::Ratio,
            ExplicitHistogram::new(Unit::Ratio, &[0.5, 0.9]);
        /// Keys by what they begin with.
        pub prefixes: DynamicFamily<1, Counter> = "asm.cache.prefixes", Unit::Count("{key}"),
            DynamicFamily::new(["asm_prefix"]);
    }
}

/// The cache's metrics.
pub static CACHE: CacheMetrics = CacheMetrics::new();
