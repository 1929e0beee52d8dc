//! The last interval arrives wherever the exporter is shut down, and within its deadline.

use std::time::{Duration, Instant};

use engram_export_otlp::{ExportError, Exporter};
use tokio::runtime::Builder;

use super::faults::Fault;
use super::receiver::Receiver;
use super::sockets::{PATIENCE, config, counted};

/// Records, then ends the exporter inside `place`; what was recorded has to be there.
fn arrives(place: impl FnOnce(Box<dyn FnOnce() + Send>)) {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    let exporter = Exporter::start(&config(&receiver), registry).expect("starts");
    place(Box::new(move || {
        counted.things.add(3);
        assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
    }));
    assert_eq!(receiver.state().received["things"], 3);
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

#[test]
fn the_last_interval_arrives_inside_an_asynchronous_task() {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    arrives(|end| {
        let task = runtime.spawn(async move { end() });
        runtime.block_on(task).expect("the task ends");
    });
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
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [Fault::HangLost].into();
    let mut config = config(&receiver);
    config.interval = Duration::from_millis(1);
    counted.things.add(3);
    let exporter = Exporter::start(&config, registry).expect("starts");
    while receiver.state().headers.is_empty() {
        std::thread::yield_now();
    }
    let started = Instant::now();
    assert_eq!(exporter.shutdown(Duration::from_millis(100)), Err(ExportError::TimedOut));
    // Well below the ten seconds that the attempt itself may take.
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn nobody_who_records_waits_for_an_export_that_hangs() {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [Fault::HangLost].into();
    let exporter = Exporter::start(&config(&receiver), registry).expect("starts");
    counted.things.add(1);
    assert!(exporter.flush(Duration::from_millis(200)).is_err());
    (0..1_000_000).for_each(|_| counted.things.increment());
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    assert_eq!(receiver.state().received["things"], 1_000_001);
}
