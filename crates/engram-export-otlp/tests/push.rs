//! What arrives: faults by script, against the account alone and over real sockets; and how it ends.

engram_metrics_core::when_enabled! {
    #[path = "push/account.rs"]
    mod account;
    #[path = "push/ends.rs"]
    mod ends;
    #[path = "push/examples.rs"]
    mod examples;
    #[path = "push/faults.rs"]
    mod faults;
    #[cfg(feature = "grpc")]
    #[path = "push/grpc.rs"]
    mod grpc;
    #[cfg(feature = "json")]
    #[path = "push/json.rs"]
    mod json;
    #[path = "push/partial.rs"]
    mod partial;
    #[path = "push/receiver.rs"]
    mod receiver;
    #[path = "push/records.rs"]
    mod records;
    #[path = "push/scripts.rs"]
    mod scripts;
    #[path = "push/sockets.rs"]
    mod sockets;
    #[path = "push/starting.rs"]
    mod starting;
    #[cfg(feature = "tls")]
    #[path = "push/tls.rs"]
    mod tls;
}

engram_metrics_core::when_disabled! {
    #[test]
    fn an_exporter_of_nothing_starts_and_ends() {
        use engram_export_otlp::{Config, Exporter};
        static REGISTRY: engram_metrics_core::Registry = engram_metrics_core::Registry::new();
        let config = Config::new("http://127.0.0.1:9/v1/metrics").expect("a URL");
        let exporter = Exporter::start(&config, &REGISTRY).expect("starts");
        assert_eq!(exporter.shutdown(std::time::Duration::from_secs(30)), Ok(()));
    }
}
