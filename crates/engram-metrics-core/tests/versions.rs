//! Another version of this crate in the same program does not go unnoticed.

engram_metrics_core::when_enabled! {
    use std::sync::Arc;

    use engram_metrics_core::{Info, RECORDER, Reading, Registry, versions};

    /// What any other version leaves behind; its form is the same in all of them.
    #[cfg(target_os = "linux")]
    #[used]
    #[unsafe(link_section = "engram_core")]
    static OTHER: [u8; 16] = *b"0.0.7-other\0\0\0\0\0";

    #[cfg(target_os = "linux")]
    #[test]
    fn two_versions_in_one_program_are_both_told_of() {
        assert_eq!(versions(), ["0.0.7-other", env!("CARGO_PKG_VERSION")]);

        let registry = Registry::new();
        registry.register(&RECORDER).expect("new");
        registry.register_shared(&[], Arc::new(Info::build())).expect("new");
        let reading = Reading::of(&registry);
        assert_eq!(reading.number("engram.metrics.versions", &[]), Some(2.0));
        for version in versions() {
            let labels = [("version", version)];
            assert_eq!(reading.number("engram.build.info", &labels), Some(1.0), "{version}");
        }
    }
}

engram_metrics_core::when_disabled! {
    #[test]
    fn compiled_out_no_version_is_left() {
        assert!(engram_metrics_core::versions().is_empty());
    }
}
