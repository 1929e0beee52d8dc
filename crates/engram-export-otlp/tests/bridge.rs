//! A registry inside a meter provider of the SDK, and such a provider in a registry, by values.
#![cfg(feature = "otel-bridge")]

engram_metrics_core::when_enabled! {
    #[path = "bridge/theirs.rs"]
    mod theirs;
    #[path = "bridge/values.rs"]
    mod values;
}

engram_metrics_core::when_disabled! {
    #[test]
    fn there_is_nothing_to_observe_when_telemetry_is_compiled_out() {
        use opentelemetry::metrics::MeterProvider as _;
        static REGISTRY: engram_metrics_core::Registry = engram_metrics_core::Registry::new();
        let provider = opentelemetry_sdk::metrics::SdkMeterProvider::builder().build();
        assert_eq!(engram_export_otlp::observe(&REGISTRY, &provider.meter("engram")), 0);
    }
}
