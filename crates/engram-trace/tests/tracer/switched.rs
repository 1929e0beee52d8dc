//! What holds whether telemetry is compiled in or not.

use std::sync::Arc;
use std::time::Duration;

use engram_metrics_core::when_disabled;
use engram_trace::{Drain, ENABLED, Memory, Reader, Tracer};

use super::event::{Kind, Thing};

#[test]
fn an_end_without_events_and_a_second_one_are_harmless() {
    let tracer = Arc::new(Tracer::<Thing>::new());
    let (memory, recorded) = Memory::keeping(1);
    let drainer = Drain::of(tracer.clone())
        .expect("nobody else drains")
        .to("memory", memory)
        .start(Duration::from_secs(3600))
        .expect("a thread");
    let first = drainer.shutdown(Duration::from_secs(60));
    assert!(first.is_complete);
    assert_eq!(drainer.shutdown(Duration::ZERO), first);
    assert!(recorded.is_empty());
    assert_eq!(tracer.is_closed(), ENABLED);
}

#[test]
fn settings_of_a_tracer_that_is_compiled_out_change_nothing() {
    let tracer = Tracer::<Thing>::new();
    tracer.set_one_in(Kind::Search, 8);
    tracer.allow(&[]);
    tracer.record(Thing::numbered(0, 0).of(Kind::Decay, 0.1));
    assert_eq!(tracer.one_in(Kind::Search), if engram_trace::ENABLED { 8 } else { 0 });
    assert_eq!(tracer.account().recorded, 0);
}

#[test]
fn there_is_one_reader_at_a_time() {
    let tracer = Tracer::<Thing>::new();
    {
        let reader: Option<Reader<Thing>> = tracer.reader();
        assert!(reader.is_some());
        assert_eq!(tracer.reader().is_some(), !ENABLED);
    }
    assert!(tracer.reader().is_some());
    let tracer = Arc::new(tracer);
    let _drain = Drain::of(tracer.clone()).expect("nobody else drains");
    assert_eq!(Drain::of(tracer.clone()).is_err(), ENABLED);
}

when_disabled! {
    #[test]
    fn compiled_out_a_tracer_is_nothing() {
        use engram_metrics_core::{Reading, Registry};
        static TRACER: Tracer<Thing> = Tracer::new();
        static REGISTRY: Registry = Registry::new();
        REGISTRY.register(&TRACER).expect("registers once");
        assert_eq!(size_of::<Tracer<Thing>>(), 0);
        assert_eq!(size_of::<Reader<Thing>>(), 0);
        TRACER.record(Thing::numbered(0, 0));
        assert_eq!(TRACER.account(), engram_trace::Account::default());
        assert_eq!((TRACER.bytes(), TRACER.most_bytes()), (0, 0));
        let page = Reading::of(&REGISTRY);
        assert_eq!(page.number("engram.trace.events.recorded", &[]), None);
    }
}
