//! Log records and spans through the exporter's thread.

use std::time::{Duration, SystemTime};

use engram_export_otlp::{Cause, Dropped, Exporter, LogRecord, Span, Target};
use engram_metrics_core::{SpanId, TraceId};

use super::faults::Fault;
use super::receiver::Receiver;
use super::sockets::{PATIENCE, config, counted};

fn exporter(receiver: &Receiver, queue_bytes: usize) -> Exporter {
    let (registry, _) = counted();
    let mut config = config(receiver);
    let target = |path| Target::new(&format!("http://{}/v1/{path}", receiver.address));
    config.logs = Some(target("logs").expect("a URL"));
    config.traces = Some(target("traces").expect("a URL"));
    (config.record_interval, config.queue_bytes) = (Duration::from_secs(3600), queue_bytes);
    Exporter::start(&config, registry).expect("starts")
}

#[test]
fn log_records_and_spans_arrive_with_the_next_export() {
    let receiver = Receiver::start();
    let exporter = exporter(&receiver, 1 << 20);
    let (outbox, now) = (exporter.outbox(), SystemTime::now());
    (0..7).for_each(|_| outbox.log(&LogRecord::at(now)).expect("there is room"));
    let span = Span::new("work", (TraceId(1), SpanId(2)), now..now);
    (0..5).for_each(|_| outbox.span(&span).expect("there is room"));
    assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
    let state = receiver.state();
    assert_eq!((state.received["log records"], state.received["spans"]), (7, 5));
    assert_eq!(&state.errors, &Vec::<String>::new());
}

#[test]
fn what_does_not_fit_is_dropped_and_counted_and_the_rest_arrives() {
    let receiver = Receiver::start();
    let exporter = exporter(&receiver, 1000);
    let (outbox, now) = (exporter.outbox(), SystemTime::now());
    let taken = (0..100).filter(|_| outbox.log(&LogRecord::at(now)).is_ok()).count() as u64;
    assert!((1..100).contains(&taken), "{taken}");
    assert_eq!(outbox.log(&LogRecord::at(now)), Err(Dropped::Full));
    assert_eq!(exporter.metrics().dropped.at(Cause::Full).value(), 101 - taken);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    assert_eq!(receiver.state().received["log records"], taken);
    assert_eq!(outbox.log(&LogRecord::at(now)), Ok(()));
}

#[test]
fn what_is_refused_for_good_is_counted() {
    let receiver = Receiver::start();
    // Metrics come first.
    receiver.state().script = [Fault::Ok, Fault::Reject].into();
    let exporter = exporter(&receiver, 1 << 20);
    let outbox = exporter.outbox();
    outbox.log(&LogRecord::at(SystemTime::now())).expect("there is room");
    assert!(exporter.flush(PATIENCE).is_err());
    assert_eq!(exporter.metrics().dropped.at(Cause::Refused).value(), 1);
}

#[test]
fn without_a_target_there_is_no_place() {
    let (receiver, (registry, _)) = (Receiver::start(), counted());
    let exporter = Exporter::start(&config(&receiver), registry).expect("starts");
    let result = exporter.outbox().log(&LogRecord::at(SystemTime::now()));
    assert_eq!(result, Err(Dropped::NoTarget));
}
