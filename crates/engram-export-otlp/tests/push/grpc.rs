//! The exporter against a receiver of gRPC that is not ours, over real sockets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engram_export_otlp::{
    Compression, Config, Delivery, ExportError, Exporter, LogRecord, Protocol, Span,
};
use engram_metrics_core::{SpanId, TraceId};
use opentelemetry_proto::tonic::collector::logs::v1 as logs;
use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;
use opentelemetry_proto::tonic::collector::trace::v1 as traces;
use prost::Message as _;
use tokio::net::TcpListener;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status};

use super::receiver::{Totals, add, totals};
use super::sockets::{PATIENCE, counted};

/// A receiver that answers as its script says, and well when that is empty.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    script: VecDeque<Status>,
    partial: Option<metrics::ExportMetricsPartialSuccess>,
    received: Totals,
    attempts: usize,
    records: usize,
    metadata: Vec<tonic::metadata::MetadataMap>,
}

impl Receiver {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self) -> Result<(), Status> {
        let mut state = self.state();
        state.attempts += 1;
        state.script.pop_front().map_or(Ok(()), Err)
    }

    /// Listens until the process ends.
    fn start() -> (Self, SocketAddr) {
        let receiver = Self::default();
        let (sender, address) = std::sync::mpsc::channel();
        let service = receiver.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                sender.send(listener.local_addr().expect("an address")).expect("is waited for");
                service.serve(listener).await;
            });
        });
        (receiver, address.recv().expect("listens"))
    }

    async fn serve(self, listener: TcpListener) {
        let incoming = tonic::transport::server::TcpIncoming::from(listener);
        let all = [CompressionEncoding::Gzip, CompressionEncoding::Zstd];
        let [gzip, zstd] = all;
        let metrics = metrics::metrics_service_server::MetricsServiceServer::new(self.clone());
        let logs = logs::logs_service_server::LogsServiceServer::new(self.clone());
        let traces = traces::trace_service_server::TraceServiceServer::new(self);
        Server::builder()
            .add_service(metrics.accept_compressed(gzip).accept_compressed(zstd))
            .add_service(logs)
            .add_service(traces)
            .serve_with_incoming(incoming)
            .await
            .expect("serves until the end");
    }
}

#[tonic::async_trait]
impl metrics::metrics_service_server::MetricsService for Receiver {
    async fn export(
        &self,
        request: Request<metrics::ExportMetricsServiceRequest>,
    ) -> Result<Response<metrics::ExportMetricsServiceResponse>, Status> {
        self.state().metadata.push(request.metadata().clone());
        self.answer()?;
        let content = totals(&request.into_inner().encode_to_vec());
        let mut state = self.state();
        add(&mut state.received, &content, false);
        let partial_success = state.partial.take();
        Ok(Response::new(metrics::ExportMetricsServiceResponse { partial_success }))
    }
}

#[tonic::async_trait]
impl logs::logs_service_server::LogsService for Receiver {
    async fn export(
        &self,
        request: Request<logs::ExportLogsServiceRequest>,
    ) -> Result<Response<logs::ExportLogsServiceResponse>, Status> {
        self.answer()?;
        let scopes = request.into_inner().resource_logs.into_iter().flat_map(|it| it.scope_logs);
        self.state().records += scopes.map(|it| it.log_records.len()).sum::<usize>();
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl traces::trace_service_server::TraceService for Receiver {
    async fn export(
        &self,
        request: Request<traces::ExportTraceServiceRequest>,
    ) -> Result<Response<traces::ExportTraceServiceResponse>, Status> {
        self.answer()?;
        let scopes = request.into_inner().resource_spans.into_iter().flat_map(|it| it.scope_spans);
        self.state().records += scopes.map(|it| it.spans.len()).sum::<usize>();
        Ok(Response::new(Default::default()))
    }
}

fn config(address: SocketAddr) -> Config {
    let mut config = Config::new(&format!("http://{address}")).expect("a URL");
    config.target.protocol = Protocol::Grpc;
    config.interval = Duration::from_secs(3600);
    config.record_interval = Duration::from_secs(3600);
    config
}

/// A status whose details are a `RetryInfo` of `millis`.
fn with_retry_info(code: Code, millis: u32) -> Status {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Details {
        #[prost(message, repeated, tag = "3")]
        details: Vec<Any>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct RetryInfo {
        #[prost(message, optional, tag = "1")]
        delay: Option<Delay>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Delay {
        #[prost(int64, tag = "1")]
        seconds: i64,
        #[prost(int32, tag = "2")]
        nanos: i32,
    }
    let nanos = (millis % 1000 * 1_000_000) as i32;
    let delay = Some(Delay { seconds: (millis / 1000).into(), nanos });
    let any = Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        value: RetryInfo { delay }.encode_to_vec(),
    };
    let details = Details { details: vec![any] }.encode_to_vec();
    Status::with_details(code, "later", details.into())
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
        let packed = state.metadata[0].get("grpc-encoding").map(|it| it.to_str().expect("text"));
        let wanted = match compression {
            Compression::Gzip => Some("gzip"),
            Compression::Zstd => Some("zstd"),
            _ => None,
        };
        assert_eq!(packed, wanted);
    }
}

#[test]
fn each_code_is_tried_again_or_not_as_the_specification_says() {
    for code in (1..=16).map(Code::from_i32) {
        let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
        receiver.state().script = [Status::new(code, "why")].into();
        let exporter = Exporter::start(&config(address), registry).expect("starts");
        counted.things.add(1);
        let result = exporter.flush(PATIENCE);
        let is_again = matches!(
            code,
            Code::Cancelled
                | Code::DeadlineExceeded
                | Code::Aborted
                | Code::OutOfRange
                | Code::Unavailable
                | Code::DataLoss
        );
        assert_eq!(receiver.state().attempts, if is_again { 2 } else { 1 }, "{code:?}");
        let why = format!("gRPC {code:?}: why");
        let refused = ExportError::Failed { delivery: Delivery::Refused, why };
        assert_eq!(result, if is_again { Ok(()) } else { Err(refused) }, "{code:?}");
    }
}

#[test]
fn exhausted_resources_are_tried_again_when_the_receiver_says_when() {
    let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [with_retry_info(Code::ResourceExhausted, 1)].into();
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(1);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    assert_eq!(receiver.state().attempts, 2);
}

#[test]
fn nobody_asks_again_before_the_receiver_wants_it() {
    let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
    // An hour: more than the export may take, so that there is no second attempt at all.
    receiver.state().script = [with_retry_info(Code::Unavailable, 3_600_000)].into();
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(1);
    let result = exporter.flush(PATIENCE);
    assert!(matches!(result, Err(ExportError::Failed { delivery: Delivery::Refused, .. })));
    assert_eq!(receiver.state().attempts, 1);
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
