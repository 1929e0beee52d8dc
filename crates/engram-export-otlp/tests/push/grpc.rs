//! The exporter against a receiver of gRPC that is not ours, over real sockets.

#[path = "grpc/faults.rs"]
mod faults;
#[path = "grpc/receiver.rs"]
pub(crate) mod receiver;
#[path = "grpc/retries.rs"]
mod retries;
#[cfg(feature = "tls")]
#[path = "grpc/tls.rs"]
mod tls;

use std::net::SocketAddr;
use std::time::Duration;

use engram_export_otlp::{
    Compression, Config, Delivery, ExportError, Exporter, LogRecord, Protocol, Span,
};
use engram_metrics_core::{SpanId, TraceId};
use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;

use super::sockets::{PATIENCE, counted};
use receiver::Receiver;

pub(crate) fn config(address: SocketAddr) -> Config {
    let mut config = Config::new(&format!("http://{address}")).expect("a URL");
    config.target.protocol = Protocol::Grpc;
    config.interval = Duration::from_secs(3600);
    config.record_interval = Duration::from_secs(3600);
    config
}

#[test]
fn what_was_recorded_arrives_over_grpc_packed_or_not() {
    let cases = [
        Compression::None,
        #[cfg(feature = "gzip")]
        Compression::Gzip,
        #[cfg(feature = "zstd")]
        Compression::Zstd,
    ];
    for compression in cases {
        let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
        let mut config = config(address);
        config.target.compression = compression;
        config.target = config.target.with_header("x-key", "secret").expect("a header");
        let exporter = Exporter::start(&config, registry).expect("starts");
        counted.things.add(5);
        assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
        let state = receiver.state();
        assert_eq!(state.received["things"], 5);
        assert_eq!(state.metadata[0].get("x-key").expect("a header"), "secret");
        let said = |name| state.metadata[0].get(name).map(|it| it.to_str().expect("text"));
        let (packed, taken) = (said("grpc-encoding"), said("grpc-accept-encoding"));
        let wanted = match compression {
            Compression::Gzip => Some("gzip"),
            Compression::Zstd => Some("zstd"),
            _ => None,
        };
        assert_eq!(packed, wanted);
        // Go answers packed, whatever it was told, where it was asked packed.
        assert!(wanted.is_none_or(|wanted| taken.is_some_and(|it| it.contains(wanted))), "{taken:?}");
    }
}

#[test]
fn partial_success_over_grpc_is_counted() {
    let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
    receiver.state().partial = Some(metrics::ExportMetricsPartialSuccess {
        rejected_data_points: 1,
        error_message: "no".to_owned(),
    });
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(1);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    assert_eq!(exporter.metrics().rejected.value(), 1);
}

#[test]
fn log_records_and_spans_arrive_over_grpc() {
    let ((receiver, address), (registry, _)) = (Receiver::start(), counted());
    let mut config = config(address);
    let target = config.target.clone();
    (config.logs, config.traces) = (Some(target.clone()), Some(target));
    let exporter = Exporter::start(&config, registry).expect("starts");
    let now = std::time::SystemTime::now();
    let outbox = exporter.outbox();
    (0..3).for_each(|_| outbox.log(&LogRecord::at(now)).expect("there is room"));
    let span = Span::new("name", (TraceId(1), SpanId(1)), now..now);
    (0..2).for_each(|_| outbox.span(&span).expect("there is room"));
    assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
    assert_eq!(receiver.state().records, 5);
}

#[test]
fn nobody_there_is_a_refusal_over_grpc_too() {
    let (registry, counted) = counted();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(1);
    let result = exporter.shutdown(Duration::from_millis(50));
    let refused = matches!(result, Err(ExportError::Failed { delivery: Delivery::Refused, .. }));
    assert!(refused, "{result:?}");
}

#[test]
fn an_answer_that_never_comes_over_grpc_is_in_doubt() {
    let (registry, counted) = counted();
    // Takes connections and says nothing: not even that it speaks HTTP/2.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut config = config(silent.local_addr().expect("an address"));
    config.target.timeout = Duration::from_millis(30);
    let exporter = Exporter::start(&config, registry).expect("starts");
    counted.things.add(1);
    let result = exporter.shutdown(Duration::from_millis(500));
    let unknown = matches!(
        result,
        Err(ExportError::Failed { delivery: Delivery::Unknown, .. } | ExportError::TimedOut)
    );
    assert!(unknown, "{result:?}");
}

#[test]
fn the_last_interval_arrives_over_grpc_inside_a_runtime() {
    let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let exporter = Exporter::start(&config(address), registry).expect("starts");
        counted.things.add(3);
        assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
    });
    assert_eq!(receiver.state().received["things"], 3);
}
