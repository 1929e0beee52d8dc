use std::sync::Arc;

use engram_metrics_core::{Reading, Registry};

use super::*;

fn adapter() -> (Arc<LegacyMetricsAdapter>, Registry) {
    let (adapter, registry) = (Arc::new(LegacyMetricsAdapter::new()), Registry::new());
    registry.register_shared(&[], adapter.clone()).unwrap();
    (adapter, registry)
}

#[test]
fn totals_are_those_of_all_runs() {
    let (adapter, registry) = adapter();
    for total in [5, 9, 2, 3] {
        adapter.report_thread_metrics([("Thread::Starts.Count", total), ("idle", 1)]);
    }
    if !ENABLED {
        assert_eq!(adapter.total("idle"), None);
        return;
    }
    // 9 of the first run, 3 of the second.
    assert_eq!(adapter.total("Thread::Starts.Count"), Some(12));
    let reading = Reading::of(&registry);
    let number = |name| reading.number("engram.legacy.events", &[("name", name)]);
    assert_eq!((number("Thread::Starts.Count"), number("idle")), (Some(12.0), Some(1.0)));
}

#[test]
fn the_buckets_of_a_histogram_are_counted_once_however_often_they_are_reported() {
    let (adapter, registry) = adapter();
    adapter.report_histogram("task", [(1_000, 40), (2_000_000_000, 2)]);
    adapter.report_histogram("task", [(1_000, 41), (2_000_000_000, 2), (500, 1)]);
    if !ENABLED {
        assert!(adapter.histogram("task").is_none());
        return;
    }
    let snapshot = adapter.histogram("task").unwrap();
    assert_eq!(snapshot.count(), 44);
    assert!((snapshot.sum() - 4.0000415).abs() < 1e-6, "{}", snapshot.sum());
    // It began anew.
    adapter.report_histogram("task", [(1_000, 3)]);
    let reading = Reading::of(&registry);
    let snapshot = reading.histogram("engram.legacy.duration", &[("name", "task")]).unwrap();
    assert_eq!(snapshot.count(), 47);
}

#[test]
fn what_has_no_room_is_refused_and_counted() {
    let (adapter, _) = adapter();
    if !ENABLED {
        return;
    }
    let names: Vec<String> = (0..NAMES + 3).map(|number| format!("n{number}")).collect();
    adapter.report_thread_metrics(names.iter().map(|name| (name.as_str(), 1)));
    assert_eq!(
        (adapter.refused(), adapter.total("n255"), adapter.total("n256")),
        (3, Some(1), None)
    );
    adapter.report_histogram("values", (0..VALUES as u64 + 2).map(|value| (value, 1)));
    assert_eq!(adapter.refused(), 5);
    assert_eq!(adapter.histogram("values").unwrap().count(), VALUES as u64);
}
