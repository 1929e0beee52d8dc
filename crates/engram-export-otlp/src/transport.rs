//! Requests on their way, one attempt at a time.

#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod pack;
#[cfg(feature = "tls")]
mod tls;

use std::time::{Duration, SystemTime};

use crate::answer::{Answer, Verdict};
use crate::config::{ConfigError, Protocol, Signal, Target};
use crate::partial::Partial;

/// Sends requests to one receiver.
///
/// Connections are not kept: minutes lie between exports, and a connection that the receiver has closed
/// in the meantime would leave the fate of a request in doubt.
#[derive(Debug)]
pub(crate) enum Transport {
    Http(Box<http::Http>),
    #[cfg(feature = "grpc")]
    Grpc(Box<grpc::Grpc>),
}

/// What an attempt led to.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) verdict: Verdict,
    /// What the receiver left out of what it took.
    pub(crate) partial: Option<Partial>,
    /// Why it was not taken.
    pub(crate) why: Option<String>,
}

impl Transport {
    /// Reads certificates and checks that they are some, and that this build can do what it is told.
    pub(crate) fn new(target: &Target, signal: Signal) -> Result<Self, ConfigError> {
        pack::check(target.compression)?;
        target.protocol.check("protocol")?;
        match target.protocol {
            Protocol::HttpProtobuf => http::Http::new(target, None).map(Box::new).map(Self::Http),
            Protocol::HttpJson => {
                http::Http::new(target, Some(signal)).map(Box::new).map(Self::Http)
            }
            #[cfg(feature = "grpc")]
            Protocol::Grpc => grpc::Grpc::new(target, signal).map(Box::new).map(Self::Grpc),
            #[cfg(not(feature = "grpc"))]
            Protocol::Grpc => Err(target.protocol.missing("protocol")),
        }
    }

    /// One attempt, which ends after `patience` at the latest.
    pub(crate) fn send(&mut self, body: &[u8], patience: Duration) -> Reply {
        match self {
            Self::Http(http) => http.send(body, patience),
            #[cfg(feature = "grpc")]
            Self::Grpc(grpc) => grpc.send(body, patience),
        }
    }
}

impl Reply {
    fn accepted(partial: Option<Partial>) -> Self {
        Self { verdict: Verdict::Accepted, partial, why: None }
    }

    fn failed(verdict: Verdict, why: String) -> Self {
        Self { verdict, partial: None, why: Some(why) }
    }

    fn of(answer: Answer<'_>, why: String) -> Self {
        Self::failed(answer.verdict(SystemTime::now()), why)
    }
}

const USER_AGENT: &str = concat!("engram-export-otlp/", env!("CARGO_PKG_VERSION"));

/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 64 * 1024;
