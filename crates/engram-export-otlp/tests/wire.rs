//! What is on the wire, decoded by somebody else's code and compared field by field.

engram_metrics_core::when_enabled! {
    #[path = "wire/cases.rs"]
    mod cases;
    #[path = "wire/oracle.rs"]
    mod oracle;
    #[path = "wire/registries.rs"]
    mod registries;
    #[path = "wire/rows.rs"]
    mod rows;
}

engram_metrics_core::when_disabled! {
    #[test]
    fn nothing_is_encoded_when_telemetry_is_compiled_out() {
        let encoding = engram_export_otlp::Encoding::default();
        let mut metrics = engram_export_otlp::Metrics::new(&encoding, std::time::UNIX_EPOCH);
        let registry = engram_metrics_core::Registry::new();
        assert_eq!(metrics.collect(&registry, std::time::UNIX_EPOCH), 0);
    }
}
