//! After the first export, another one allocates nothing, whatever is in it; and what an export costs.

engram_metrics_core::when_enabled! {
    #[path = "allocation/exports.rs"]
    mod exports;
}
