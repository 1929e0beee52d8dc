//! What has been met before is recorded without allocating.

#![cfg(all(feature = "metrics", feature = "tracing"))]

use allocation_counter::measure;
use engram_bridge::{Recorder, SpanLayer};
use engram_metrics_core::Registry;
use metrics::{counter, gauge, histogram, with_local_recorder};
use tracing::subscriber::with_default;
use tracing::{error, info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

#[test]
fn a_series_that_the_thread_has_met_is_found_without_allocating() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let record = || {
        for _ in 0..100 {
            counter!("rows", "table" => "words", "kind" => "read").increment(1);
            counter!("rows", "table" => "links", "kind" => "read").absolute(7);
            gauge!("depth").set(1.0);
            histogram!("time_seconds", "table" => "words").record(0.5);
        }
    };
    with_local_recorder(&recorder, || {
        record();
        assert_eq!(measure(record).count_total, 0);
    });
}

#[test]
fn labels_made_for_the_call_cost_what_the_macro_allocates_and_no_more() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let path = String::from("/words/sleep");
    let name = |path: &String| metrics::Key::from_parts("hits", &[("path", path.clone())]);
    with_local_recorder(&recorder, || {
        let record = || counter!("hits", "path" => path.clone()).increment(1);
        record();
        let of_the_key = measure(|| drop(name(&path))).count_total;
        assert!(of_the_key > 0);
        assert!(measure(record).count_total <= of_the_key);
    });
}

#[test]
fn a_span_and_an_event_allocate_nothing_in_the_layer() {
    static REGISTRY: Registry = Registry::new();
    let layer = SpanLayer::new(&REGISTRY).expect("the registry is empty");
    let work = || {
        for _ in 0..500 {
            info_span!("outer").in_scope(|| {
                info_span!("inner", number = 1).in_scope(|| info!("inside"));
                error!("failed");
            });
        }
    };
    with_default(tracing_subscriber::registry().with(layer), || {
        // Identities come from a pool whose pages grow for a while, and so do the parts of the table.
        (0..40).for_each(|_| work());
        assert_eq!(measure(work).count_total, 0);
    });
}
