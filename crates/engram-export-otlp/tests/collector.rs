//! A real collector between the exporter and a receiver: what comes out is what went in, field by field, and nothing
//! is lost while the receiver refuses or the collector is gone.
//!
//! Where `ENGRAM_OTELCOL` names its program, which `cargo xtask verify --full --only collector` builds; elsewhere
//! nothing is tested.

engram_metrics_core::when_enabled! {
    #[cfg(all(feature = "grpc", feature = "gzip", feature = "json", feature = "zstd"))]
    #[path = "collector/fields.rs"]
    mod fields;
    #[cfg(all(feature = "grpc", feature = "gzip", feature = "json", feature = "zstd"))]
    #[path = "collector/losses.rs"]
    mod losses;
    #[cfg(all(feature = "grpc", feature = "gzip", feature = "json", feature = "zstd"))]
    #[path = "collector/program.rs"]
    mod program;
    #[cfg(all(feature = "grpc", feature = "gzip", feature = "json", feature = "zstd"))]
    #[path = "collector/wire.rs"]
    mod wire;
}
