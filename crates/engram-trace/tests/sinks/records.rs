//! Log records and spans.

use std::sync::Arc;

use engram_export_otlp::{Config, Exporter, Target};
use engram_metrics_core::{Registry, SpanId, TraceId, label_enum, when_enabled};
use engram_trace::{Drain, Event, Field, Logs, Sink, Spans, Tracer};

use super::receiver::Receiver;
use super::*;

static REGISTRY: Registry = Registry::new();

const PATIENCE: Duration = Duration::from_secs(20);

fn exporter(receiver: &Receiver, queue_bytes: usize) -> Exporter {
    let url = |path: &str| format!("http://{}/v1/{path}", receiver.address);
    let mut config = Config::new(&url("metrics")).expect("a URL");
    config.logs = Some(Target::new(&url("logs")).expect("a URL"));
    config.traces = Some(Target::new(&url("traces")).expect("a URL"));
    config.queue_bytes = queue_bytes;
    Exporter::start(&config, &REGISTRY).expect("starts")
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

label_enum! { enum Step as "step" { Search = "search" } }

/// Something that took time.
#[derive(Clone, Copy)]
struct Took;

impl Event for Took {
    type Kind = Step;

    fn kind(&self) -> Step {
        Step::Search
    }

    fn context(&self) -> Option<(TraceId, SpanId)> {
        Some((TraceId(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10), SpanId(0x1112_1314_1516_1718)))
    }

    fn duration_ticks(&self) -> Option<u64> {
        Some(1 << 30)
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("index", Field::Text("words"));
        see("ready", Field::Bool(true));
        see("change", Field::Signed(-1));
    }
}

const TRACE: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const SPAN: [u8; 8] = [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18];

when_enabled! {
    #[test]
    fn events_arrive_as_log_records_and_spans_of_their_trace() {
        let receiver = Receiver::start();
        let exporter = exporter(&receiver, 1 << 20);
        let tracer = Arc::new(Tracer::new());
        let drain = Drain::of(tracer.clone()).expect("nobody else drains");
        let drain = drain.to("logs", Logs::new(exporter.outbox(), "engram."));
        let drain = drain.to("spans", Spans::new(exporter.outbox()));
        tracer.record(Took);
        let summary = drain.finish();
        assert!(summary.sinks.iter().all(|(_, it)| it.delivered == 1), "{summary:?}");
        exporter.shutdown(PATIENCE).expect("it is taken");
        for path in ["/v1/logs", "/v1/traces"] {
            let body = receiver.body(path);
            for part in [&TRACE[..], &SPAN, b"search", b"index", b"words"] {
                assert!(contains(&body, part), "{path}: {part:?} in {body:?}");
            }
        }
        assert!(contains(&receiver.body("/v1/logs"), b"engram.search"));
        assert!(contains(&receiver.body("/v1/logs"), b"engram.duration"));
    }

    #[test]
    fn what_the_outbox_has_no_room_for_is_undelivered() {
        let receiver = Receiver::start();
        let exporter = exporter(&receiver, 2_000);
        let mut logs = Logs::new(exporter.outbox(), "");
        let items: Vec<_> = (0..100).map(traced).collect();
        let error = logs.deliver(&batch(&items)).expect_err("there is little room");
        assert!((1..100).contains(&error.taken), "{error}");
        exporter.shutdown(PATIENCE).expect("what was taken is taken");
        let records = receiver.body("/v1/logs").windows(6).filter(|it| it == b"recall").count();
        assert_eq!(records as u64, error.taken);
    }
}

#[test]
fn a_gap_is_a_warning() {
    let receiver = Receiver::start();
    let exporter = exporter(&receiver, 1 << 20);
    Logs::new(exporter.outbox(), "engram.").deliver(&batch(&[gap(17)])).expect("there is room");
    // A thing without a duration is no span.
    Spans::new(exporter.outbox()).deliver(&batch(&[traced(1), gap(1)])).expect("there is room");
    let _ = exporter.shutdown(PATIENCE);
    let is_sent = contains(&receiver.body("/v1/logs"), b"engram.trace.gap");
    assert_eq!(is_sent, engram_trace::ENABLED);
    assert!(receiver.body("/v1/traces").is_empty());
}
