//! The last interval arrives wherever the exporter is shut down, and within its deadline.

use std::thread;
use std::time::Duration;

use engram_export_otlp::{Config, ExportError, Exporter};
use engram_metrics_core::{Counter, DynamicFamily, Histogram, Registry, Unit, metric_set};
use tokio::runtime::Builder;

use super::faults::Fault;
#[cfg(feature = "grpc")]
use super::grpc;
use super::receiver::Receiver;
use super::sockets::{PATIENCE, config, counted};

metric_set! {
    struct Recorded {
        /// Things.
        things: Counter = "things", Unit::Count("{thing}");
        /// Things, by kind.
        kinds: DynamicFamily<1, Counter> = "kinds", Unit::Count("{thing}"),
            DynamicFamily::<1, Counter>::new(["kind"]);
        /// How large they are.
        sizes: Histogram = "sizes", Unit::Bytes;
    }
}

/// Starts and ends an exporter inside `place`, over every protocol; what was recorded has to be there.
fn arrives(place: impl Fn(Box<dyn FnOnce() + Send>)) {
    let receiver = Receiver::start();
    arrives_at(&config(&receiver), &place);
    assert_eq!(receiver.state().received["things"], 3);
    #[cfg(feature = "grpc")]
    {
        let (receiver, address) = grpc::receiver::Receiver::start();
        arrives_at(&grpc::config(address), &place);
        assert_eq!(receiver.state().received["things"], 3);
    }
}

fn arrives_at(config: &Config, place: impl Fn(Box<dyn FnOnce() + Send>)) {
    let ((registry, counted), config) = (counted(), config.clone());
    place(Box::new(move || {
        let exporter = Exporter::start(&config, registry).expect("starts");
        counted.things.add(3);
        assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
    }));
}

#[test]
fn the_last_interval_arrives_without_a_runtime() {
    arrives(|end| end());
}

#[test]
fn the_last_interval_arrives_in_a_current_thread_runtime() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    arrives(|end| runtime.block_on(async { end() }));
}

#[test]
fn the_last_interval_arrives_in_a_runtime_of_one_worker() {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    arrives(|end| runtime.block_on(async { end() }));
}

#[test]
fn the_last_interval_arrives_in_a_runtime_of_several_workers() {
    let runtime = Builder::new_multi_thread().worker_threads(4).build().expect("a runtime");
    arrives(|end| runtime.block_on(async { end() }));
}

/// One worker, which waits for the exporter: nothing of the export may need it.
#[test]
fn the_last_interval_arrives_inside_an_asynchronous_task() {
    for workers in [1, 4] {
        let runtime = Builder::new_multi_thread().worker_threads(workers).build();
        let runtime = runtime.expect("a runtime");
        arrives(|end| {
            let task = runtime.spawn(async move { end() });
            runtime.block_on(task).expect("the task ends");
        });
    }
}

#[test]
fn the_last_interval_arrives_when_the_exporter_is_dropped() {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    let exporter = Exporter::start(&config(&receiver), registry).expect("starts");
    counted.things.add(3);
    drop(exporter);
    assert_eq!(receiver.state().received["things"], 3);
}

#[test]
fn during_a_hung_export_the_end_is_reported_within_its_deadline() {
    let receiver = Receiver::start();
    receiver.state().script = [Fault::HangLost].into();
    is_reported(config(&receiver), || !receiver.state().headers.is_empty());
    #[cfg(feature = "grpc")]
    {
        let (receiver, address) = grpc::receiver::Receiver::start();
        receiver.state().faults = [Fault::HangLost].into();
        is_reported(grpc::config(address), || receiver.state().attempts > 0);
    }
}

/// Ends an exporter whose first request hangs as soon as `hangs` says so: everywhere in the table of places.
fn is_reported(mut config: Config, hangs: impl Fn() -> bool) {
    let (registry, counted) = counted();
    config.interval = Duration::from_millis(1);
    config.target.timeout = FOR_EVER;
    config.export_timeout = FOR_EVER;
    counted.things.add(3);
    let exporter = Exporter::start(&config, registry).expect("starts");
    while !hangs() {
        thread::yield_now();
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let end = runtime.spawn(async move { exporter.shutdown(Duration::from_millis(100)) });
    let ended = runtime.block_on(end).expect("the task ends");
    assert_eq!(ended, Err(ExportError::TimedOut));
}

/// Nothing that a recorder needs is held by an export, for one that never ends would hold it for ever: neither for the
/// first record of a thread, nor for a new series, nor for a new metric.
#[test]
fn nobody_who_records_waits_for_an_export_that_hangs() {
    let (receiver, (registry, recorded)) = (Receiver::start(), recorded());
    receiver.state().script = [Fault::HangLost].into();
    let mut config = config(&receiver);
    config.target.timeout = FOR_EVER;
    config.export_timeout = FOR_EVER;
    config.interval = Duration::from_millis(1);
    recorded.things.add(1);
    let exporter = Exporter::start(&config, registry).expect("starts");
    while receiver.state().headers.is_empty() {
        thread::yield_now();
    }
    let record = || {
        for number in 0..100_000_u64 {
            recorded.things.increment();
            recorded.kinds.at([["a", "b", "c", "d"][number as usize % 4]]).increment();
            recorded.sizes.record(number);
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(record))));
    assert_eq!((recorded.things.value(), recorded.kinds.at(["d"]).value()), (400_001, 100_000));
    assert_eq!(recorded.sizes.snapshot().count(), 400_000);
    registry.register_with(&[("late", "yes")], counted().1).expect("registers");
    assert_eq!(exporter.metrics().export_duration.snapshot().count(), 0, "it hangs to the end");
    assert_eq!(exporter.shutdown(Duration::from_millis(1)), Err(ExportError::TimedOut));
}

/// Longer than a test runs.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// A registry of its own, for as long as the process runs.
fn recorded() -> (&'static Registry, &'static Recorded) {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let recorded: &'static Recorded = Box::leak(Box::new(Recorded::new()));
    registry.register(recorded).expect("registers");
    (registry, recorded)
}
