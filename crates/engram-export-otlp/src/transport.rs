//! Requests over HTTP, one attempt at a time.

mod pack;
#[cfg(feature = "tls")]
mod tls;

use std::io;
use std::time::{Duration, SystemTime};

use ureq::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use ureq::{Agent, Error, Timeout};

use crate::answer::{Answer, Verdict};
use crate::config::{ConfigError, Target};
use crate::partial::Partial;
use pack::pack;

/// Sends requests to one receiver.
///
/// Connections are not kept: minutes lie between exports, and a connection that the receiver has closed
/// in the meantime would leave the fate of a request in doubt.
#[derive(Debug)]
pub(crate) struct Transport {
    agent: Agent,
    target: Target,
    packed: Vec<u8>,
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
    /// Reads certificates and checks that they are some, and that this build can pack as it is told.
    pub(crate) fn new(target: &Target) -> Result<Self, ConfigError> {
        pack(target.compression, &[], &mut Vec::new()).map_err(|error| {
            let asked = format!("{:?}", target.compression);
            ConfigError::new("compression", &asked, format!("cannot be done: {error}"))
        })?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .user_agent(concat!("engram-export-otlp/", env!("CARGO_PKG_VERSION")));
        #[cfg(feature = "tls")]
        let config = config.tls_config(tls::config(target)?);
        Ok(Self { agent: config.build().into(), target: target.clone(), packed: Vec::new() })
    }

    /// One attempt, which ends after `patience` at the latest.
    pub(crate) fn send(&mut self, body: &[u8], patience: Duration) -> Reply {
        let encoding = match pack(self.target.compression, body, &mut self.packed) {
            Ok(encoding) => encoding,
            Err(error) => return Reply::failed(Verdict::Final, format!("cannot pack: {error}")),
        };
        let body = if encoding.is_some() { &self.packed[..] } else { body };
        let patience = self.target.timeout.min(patience);
        let mut request = self.agent.post(&self.target.url);
        request = request.config().timeout_global(Some(patience)).build();
        for (name, value) in &self.target.headers {
            request = request.header(name, value);
        }
        request = request.header(CONTENT_TYPE, "application/x-protobuf");
        if let Some(encoding) = encoding {
            request = request.header(CONTENT_ENCODING, encoding);
        }
        match request.send(body) {
            Ok(response) => Reply::read(response),
            Err(error) => Reply::of(&error),
        }
    }
}

impl Reply {
    fn failed(verdict: Verdict, why: String) -> Self {
        Self { verdict, partial: None, why: Some(why) }
    }

    fn read(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok());
        let verdict = Answer::Http { status, retry_after }.verdict(SystemTime::now());
        let body = response.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec();
        match (verdict, body) {
            (Verdict::Accepted, Ok(body)) => {
                Self { verdict, partial: Partial::read(&body), why: None }
            }
            // A status that says yes, and then nothing: whatever stands between may have made it up.
            (Verdict::Accepted, Err(error)) => {
                let verdict = Answer::BrokenOff.verdict(SystemTime::now());
                Self::failed(verdict, format!("the answer is cut short: {error}"))
            }
            (verdict, body) => {
                let text = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
                Self::failed(verdict, format!("status {status}: {}", text.trim()))
            }
        }
    }

    fn of(error: &Error) -> Self {
        let answer = match error {
            Error::HostNotFound
            | Error::ConnectionFailed
            | Error::Tls(_)
            | Error::TlsRequired
            | Error::Timeout(Timeout::Resolve | Timeout::Connect) => Answer::NotConnected,
            Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Answer::NotConnected
            }
            _ => Answer::BrokenOff,
        };
        Self::failed(answer.verdict(SystemTime::now()), error.to_string())
    }
}

/// Bytes of an answer that are read.
const ANSWER_BYTES: u64 = 64 * 1024;
