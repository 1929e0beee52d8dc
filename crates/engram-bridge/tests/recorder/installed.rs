use engram_bridge::{AlreadyInstalled, Recorder};
use engram_metrics_core::Registry;

#[test]
fn a_process_has_one_recorder_and_a_second_is_an_error() {
    static REGISTRY: Registry = Registry::new();
    assert_eq!(Recorder::new(&REGISTRY).install(), Ok(()));
    metrics::counter!("installed").increment(2);
    engram_metrics_core::when_enabled! {
        let second: Result<(), AlreadyInstalled> = Recorder::new(&REGISTRY).install();
        assert!(second.is_err_and(|it| it.to_string().contains("already")));
        let page = engram_metrics_core::Reading::of(&REGISTRY);
        assert_eq!(page.number("installed", &[]), Some(2.0));
    }
    let _: Option<AlreadyInstalled> = None;
}
