//! Requests over gRPC, on a runtime that only this thread has.

mod codec;

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Extensions, Request, Status};
use ureq::http::HeaderMap;
use ureq::http::uri::PathAndQuery;

use super::{ANSWER_BYTES, Reply, USER_AGENT};
use crate::answer::{self, Answer};
use crate::config::{Compression, ConfigError, Signal, Target};
use crate::partial::Partial;
use codec::Bytes;

/// A receiver of gRPC.
#[derive(Debug)]
pub(crate) struct Grpc {
    runtime: Runtime,
    endpoint: Endpoint,
    path: PathAndQuery,
    headers: HeaderMap,
    compression: Option<CompressionEncoding>,
    timeout: Duration,
}

impl Grpc {
    pub(super) fn new(target: &Target, signal: Signal) -> Result<Self, ConfigError> {
        let wrong = |why: String| ConfigError::new("endpoint", &target.url(), why);
        let runtime = Builder::new_current_thread().enable_all().build();
        let endpoint = Endpoint::from(target.url.clone()).user_agent(USER_AGENT);
        let endpoint = endpoint.map_err(|error| wrong(error.to_string()))?;
        #[cfg(feature = "tls")]
        let endpoint = super::tls::endpoint(endpoint, target)?;
        Ok(Self {
            runtime: runtime.map_err(|error| wrong(format!("has no runtime: {error}")))?,
            endpoint,
            path: PathAndQuery::from_static(path(signal)),
            headers: target.headers.iter().cloned().collect(),
            compression: compression(target.compression),
            timeout: target.timeout,
        })
    }

    pub(super) fn send(&mut self, body: &[u8], patience: Duration) -> Reply {
        let patience = self.timeout.min(patience);
        let attempt = async { tokio::time::timeout(patience, self.attempt(body, patience)).await };
        // Whatever the runtime still does for the connection ends with the attempt: nothing runs between two.
        self.runtime.block_on(attempt).unwrap_or_else(|_| {
            Reply::of(Answer::BrokenOff, format!("no answer within {patience:?}"))
        })
    }

    async fn attempt(&self, body: &[u8], patience: Duration) -> Reply {
        let channel = match self.endpoint.connect().await {
            Ok(channel) => channel,
            Err(error) => return Reply::of(Answer::NotConnected, chain(&error)),
        };
        let mut client = self.client(channel);
        if let Err(error) = client.ready().await {
            return Reply::of(Answer::NotConnected, chain(&error));
        }
        let metadata = MetadataMap::from_headers(self.headers.clone());
        let body = bytes::Bytes::copy_from_slice(body);
        let mut request = Request::from_parts(metadata, Extensions::default(), body);
        request.set_timeout(patience);
        match client.unary(request, self.path.clone(), Bytes).await {
            Ok(answer) => Reply::accepted(Partial::read(&answer.into_inner())),
            Err(status) => refused(&status),
        }
    }

    fn client(&self, channel: Channel) -> tonic::client::Grpc<Channel> {
        let client = tonic::client::Grpc::new(channel).max_decoding_message_size(ANSWER_BYTES);
        match self.compression {
            // A receiver may answer in the way in which it was asked.
            Some(compression) => client.send_compressed(compression).accept_compressed(compression),
            None => client,
        }
    }
}

/// What a status means: one that has a cause was made here, out of a connection that broke.
fn refused(status: &Status) -> Reply {
    let code = status.code();
    let answer = if std::error::Error::source(status).is_some() {
        Answer::BrokenOff
    } else {
        Answer::Grpc { code: code.into(), delay: answer::retry_info(status.details()) }
    };
    Reply::of(answer, format!("{}: {}", name(code), status.message()))
}

fn name(code: Code) -> String {
    format!("gRPC {code:?}")
}

/// An error with its causes: tonic's own words alone are "transport error".
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

const fn path(signal: Signal) -> &'static str {
    match signal {
        Signal::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    }
}

/// `None` also for what this build cannot do, which is an error before it comes to this.
const fn compression(compression: Compression) -> Option<CompressionEncoding> {
    match compression {
        Compression::None => None,
        #[cfg(feature = "gzip")]
        Compression::Gzip => Some(CompressionEncoding::Gzip),
        #[cfg(feature = "zstd")]
        Compression::Zstd => Some(CompressionEncoding::Zstd),
        #[cfg(not(all(feature = "gzip", feature = "zstd")))]
        _ => None,
    }
}
