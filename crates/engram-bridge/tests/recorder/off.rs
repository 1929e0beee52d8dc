use engram_bridge::Recorder;
use engram_metrics_core::{Reading, Registry};
use metrics::{counter, gauge, histogram, with_local_recorder};

engram_metrics_core::when_disabled! {
    #[test]
    fn a_recorder_is_nothing_when_telemetry_is_off() {
        assert_eq!(size_of::<Recorder>(), 0);
    }
}

#[test]
fn the_macros_work_whether_telemetry_is_on_or_off() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    with_local_recorder(&recorder, || {
        counter!("calls").increment(1);
        gauge!("level").set(1.0);
        histogram!("size").record(1.0);
    });
    let seen = Reading::of(&REGISTRY).len();
    assert_eq!(seen > 0, engram_bridge::ENABLED);
}
