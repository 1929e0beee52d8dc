//! A receiver of gRPC by `tonic`, which answers as its script says, and well when that is empty.

use std::collections::VecDeque;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1 as logs;
use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;
use opentelemetry_proto::tonic::collector::trace::v1 as traces;
use prost::Message as _;
use tokio::net::TcpListener;
use tonic::codec::CompressionEncoding;
use tonic::codegen::tokio_stream::StreamExt as _;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

use crate::faults::Fault;
use crate::receiver::{Totals, add, is_delta, totals};

#[derive(Clone, Default)]
pub(crate) struct Receiver(Arc<Mutex<State>>);

#[derive(Default)]
pub(crate) struct State {
    /// What the next requests are answered with.
    pub(crate) script: VecDeque<Status>,
    /// What happens to the next requests with metrics, where that is more than an answer.
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) partial: Option<metrics::ExportMetricsPartialSuccess>,
    pub(crate) received: Totals,
    pub(crate) attempts: usize,
    pub(crate) records: usize,
    pub(crate) metadata: Vec<tonic::metadata::MetadataMap>,
    /// The connection that was made last, to be broken off.
    connection: Option<TcpStream>,
}

impl Receiver {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens until the process ends.
    pub(crate) fn start() -> (Self, SocketAddr) {
        Self::start_as(Server::builder())
    }

    /// The same with settings of its own.
    pub(crate) fn start_as(server: Server) -> (Self, SocketAddr) {
        let receiver = Self::default();
        let (sender, address) = std::sync::mpsc::channel();
        let service = receiver.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                sender.send(listener.local_addr().expect("an address")).expect("is waited for");
                service.serve(server, listener).await;
            });
        });
        (receiver, address.recv().expect("listens"))
    }

    async fn serve(self, mut server: Server, listener: TcpListener) {
        let receiver = self.clone();
        let incoming = TcpIncoming::from(listener).map(move |stream| {
            let stream = stream?;
            let other_end = stream.as_fd().try_clone_to_owned()?;
            receiver.state().connection = Some(TcpStream::from(other_end));
            std::io::Result::Ok(stream)
        });
        let [gzip, zstd] = [CompressionEncoding::Gzip, CompressionEncoding::Zstd];
        let metrics = metrics::metrics_service_server::MetricsServiceServer::new(self.clone());
        let logs = logs::logs_service_server::LogsServiceServer::new(self.clone());
        let traces = traces::trace_service_server::TraceServiceServer::new(self);
        server
            .add_service(metrics.accept_compressed(gzip).accept_compressed(zstd))
            .add_service(logs)
            .add_service(traces)
            .serve_with_incoming(incoming)
            .await
            .expect("serves until the end");
    }

    fn answer(&self) -> Result<(), Status> {
        let mut state = self.state();
        state.attempts += 1;
        state.script.pop_front().map_or(Ok(()), Err)
    }

    /// What is said about a request that was taken or not; hung requests are never answered.
    async fn act(&self, fault: Fault) -> Result<i64, Status> {
        match fault {
            Fault::Ok | Fault::Part => Ok(0),
            Fault::Slow => {
                tokio::time::sleep(Duration::from_millis(5)).await;
                Ok(0)
            }
            Fault::Warn => Ok(3),
            Fault::Refuse => Err(Status::new(Code::Unavailable, "later")),
            Fault::Reject => Err(Status::new(Code::InvalidArgument, "never")),
            Fault::HangTaken | Fault::HangLost => std::future::pending().await,
            Fault::Truncate | Fault::Restart => {
                let connection = self.state().connection.take();
                connection.iter().for_each(|it| drop(it.shutdown(Shutdown::Both)));
                std::future::pending().await
            }
        }
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
        let fault = self.state().faults.pop_front().unwrap_or(Fault::Ok);
        if fault.takes() {
            let body = request.into_inner().encode_to_vec();
            add(&mut self.state().received, &totals(&body), is_delta(&body));
        }
        let rejected_data_points = self.act(fault).await?;
        let warning = metrics::ExportMetricsPartialSuccess {
            rejected_data_points,
            error_message: "too old".to_owned(),
        };
        let warning = Some(warning).filter(|it| it.rejected_data_points > 0);
        let partial_success = self.state().partial.take().or(warning);
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
