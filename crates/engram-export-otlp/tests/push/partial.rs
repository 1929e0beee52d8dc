//! Receivers that take a request and not all that is in it.

use std::sync::{Arc, Mutex};

use engram_export_otlp::{Exporter, Partial, Temporality};
use engram_metrics_core::{Counter, Registry, Unit, metric_set};

use super::faults::Fault;
use super::receiver::{Receiver, UNWANTED};
use super::sockets::{PATIENCE, config, counted};

#[test]
fn partial_success_is_counted_and_shown_and_a_panic_does_not_end_the_thread() {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [Fault::Warn].into();
    let shown = Arc::new(Mutex::new(Vec::<Partial>::new()));
    let seen = shown.clone();
    let on_partial = Box::new(move |partial: &Partial| {
        seen.lock().expect("nobody panics inside").push(partial.clone());
        panic!("on purpose");
    });
    let exporter = Exporter::start_with(&config(&receiver), registry, on_partial).expect("starts");
    counted.things.add(1);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    let (metrics, shown) = (exporter.metrics(), shown.lock().expect("nobody panics inside"));
    assert_eq!((metrics.rejected.value(), metrics.panics.value()), (3, 1));
    assert_eq!((shown[0].rejected, shown[0].message.as_str()), (3, "too old"));
}

metric_set! {
    struct Both {
        /// Taken.
        wanted: Counter = "wanted", Unit::Count("{thing}");
        /// Not always taken.
        unwanted: Counter = "unwanted", Unit::Count("{thing}");
    }
}

/// Five exports of one thing each, the first four without what is not wanted: what arrived of both, and what
/// was counted as rejected.
fn in_parts(temporality: Temporality) -> ([u64; 2], u64) {
    let receiver = Receiver::start();
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let both: &'static Both = Box::leak(Box::new(Both::new()));
    registry.register(both).expect("registers");
    let mut config = config(&receiver);
    config.encoding.temporality = temporality;
    receiver.state().script = [Fault::Part; 4].into();
    let exporter = Exporter::start(&config, registry).expect("starts");
    for _ in 0..5 {
        both.wanted.increment();
        both.unwanted.increment();
        assert_eq!(exporter.flush(PATIENCE), Ok(()));
    }
    let state = receiver.state();
    assert_eq!((state.headers.len(), &state.errors), (5, &vec![]), "nothing is sent twice");
    let received = ["wanted", UNWANTED].map(|series| state.received.get(series).copied());
    (received.map(Option::unwrap_or_default), exporter.metrics().rejected.value())
}

#[test]
fn what_a_receiver_rejects_of_a_request_is_counted_and_the_rest_is_exact() {
    // A rejection is final: what is wanted must not come twice, and the interval that was not is lost.
    assert_eq!(in_parts(Temporality::Delta), ([5, 1], 4));
    // A total makes up for it as soon as it is taken.
    assert_eq!(in_parts(Temporality::Cumulative), ([5, 5], 4));
}
