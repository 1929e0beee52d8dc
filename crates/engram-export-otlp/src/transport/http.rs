//! Requests over HTTP, as protobuf or as JSON.

use std::io;
use std::time::{Duration, SystemTime};

use ureq::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use ureq::{Agent, Error, Timeout};

use super::pack::pack;
use super::{ANSWER_BYTES, Reply, USER_AGENT};
use crate::answer::{Answer, Verdict};
use crate::config::{ConfigError, Signal, Target};
use crate::partial::Partial;

/// A receiver of HTTP.
#[derive(Debug)]
pub(crate) struct Http {
    agent: Agent,
    target: Target,
    /// What is sent as JSON; `None` for protobuf.
    json: Option<Signal>,
    #[cfg(feature = "json")]
    text: Vec<u8>,
    packed: Vec<u8>,
}

impl Http {
    pub(super) fn new(target: &Target, json: Option<Signal>) -> Result<Self, ConfigError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .user_agent(USER_AGENT);
        #[cfg(feature = "tls")]
        let config = config.tls_config(super::tls::config(target)?);
        Ok(Self {
            agent: config.build().into(),
            target: target.clone(),
            json,
            #[cfg(feature = "json")]
            text: Vec::new(),
            packed: Vec::new(),
        })
    }

    pub(super) fn send(&mut self, body: &[u8], patience: Duration) -> Reply {
        #[cfg(feature = "json")]
        let body = match self.json {
            Some(signal) => {
                crate::json::write(signal, body, &mut self.text);
                &self.text[..]
            }
            None => body,
        };
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
        request = request.header(CONTENT_TYPE, self.content_type());
        if let Some(encoding) = encoding {
            request = request.header(CONTENT_ENCODING, encoding);
        }
        match request.send(body) {
            Ok(response) => self.read(response),
            Err(error) => failed(&error),
        }
    }

    fn content_type(&self) -> &'static str {
        if self.json.is_some() { "application/json" } else { "application/x-protobuf" }
    }

    fn read(&self, mut response: ureq::http::Response<ureq::Body>) -> Reply {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok());
        let verdict = Answer::Http { status, retry_after }.verdict(SystemTime::now());
        let body = response.body_mut().with_config().limit(ANSWER_BYTES as u64).read_to_vec();
        match (verdict, body) {
            #[cfg(feature = "json")]
            (Verdict::Accepted, Ok(body)) if self.json.is_some() => {
                Reply::accepted(Partial::read_json(&body))
            }
            (Verdict::Accepted, Ok(body)) => Reply::accepted(Partial::read(&body)),
            // A status that says yes, and then nothing: whatever stands between may have made it up.
            (Verdict::Accepted, Err(error)) => {
                Reply::of(Answer::BrokenOff, format!("the answer is cut short: {error}"))
            }
            (verdict, body) => {
                let text = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
                Reply::failed(verdict, format!("status {status}: {}", text.trim()))
            }
        }
    }
}

fn failed(error: &Error) -> Reply {
    let answer = match error {
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::Tls(_)
        | Error::TlsRequired
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => Answer::NotConnected,
        Error::Io(error) if never_left(error) => Answer::NotConnected,
        _ => Answer::BrokenOff,
    };
    Reply::of(answer, error.to_string())
}

/// Whether the connection failed before a byte of the request was on it.
fn never_left(error: &io::Error) -> bool {
    #[cfg(feature = "tls")]
    if super::tls::is_distrust(error) {
        return true;
    }
    error.kind() == io::ErrorKind::ConnectionRefused
}
