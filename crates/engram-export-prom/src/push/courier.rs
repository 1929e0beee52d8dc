//! Sends requests, and knows no metrics.

use std::io::Read as _;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::header::{HeaderName, RETRY_AFTER};
use ureq::http::{Method, Request, Response};
use ureq::{Agent, AsSendBody, Body};

use super::attempts::{Attempts, is_passing, retry_after};
use super::destination::Destination;
use super::error::PushError;

/// Sends requests to one destination, as often as it takes or may take.
#[derive(Debug)]
pub(super) struct Courier {
    agent: Agent,
    destination: Destination,
}

/// What is sent.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) method: Method,
    pub(super) url: &'a str,
    /// How the body is to be read.
    pub(super) headers: &'a [(HeaderName, &'static str)],
    pub(super) body: Option<&'a [u8]>,
}

/// Why an attempt led to nothing.
enum Failure {
    /// For good.
    Refused { status: u16, said: String },
    /// Another attempt may do, after what the server wants.
    Passing { why: String, wanted: Option<Duration> },
}

/// Bytes of what a server says that are shown.
const SAID_BYTES: u64 = 1024;

impl Courier {
    pub(super) fn new(destination: Destination) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A push that goes on to elsewhere goes where nobody said.
            .max_redirects(0)
            // Minutes may lie between pushes, and a connection that was closed meanwhile costs an attempt.
            .max_idle_connections(0)
            .user_agent(concat!("engram-export-prom/", env!("CARGO_PKG_VERSION")));
        #[cfg(feature = "tls")]
        let config = config.tls_config(super::tls::config(&destination));
        Self { agent: config.build().into(), destination }
    }

    /// Sends a message until it arrives, or cannot, or there is no more time.
    pub(super) fn deliver(&self, message: &Message<'_>) -> Result<(), PushError> {
        let (timeout, patience) = self.destination.limits();
        let start = Instant::now();
        let mut attempts = Attempts::until(start.checked_add(patience).unwrap_or(start));
        loop {
            let limit = attempts.begin(Instant::now(), timeout);
            let (why, wanted) = match self.attempt(message, limit) {
                Ok(()) => return Ok(()),
                Err(Failure::Refused { status, said }) => {
                    return Err(PushError::Refused { status, said });
                }
                Err(Failure::Passing { why, wanted }) => (why, wanted),
            };
            match attempts.pause(Instant::now(), wanted) {
                Some(pause) => thread::sleep(pause),
                None => return Err(PushError::GaveUp { attempts: attempts.made, last: why }),
            }
        }
    }

    fn attempt(&self, message: &Message<'_>, limit: Duration) -> Result<(), Failure> {
        let mut request = Request::builder().method(&message.method).uri(message.url);
        for (name, value) in message.headers {
            request = request.header(name, *value);
        }
        for (name, value) in self.destination.headers() {
            request = request.header(name, value);
        }
        let answer = match message.body {
            Some(body) => self.run(request.body(body)?, limit)?,
            None => self.run(request.body(())?, limit)?,
        };
        read(answer)
    }

    fn run(
        &self,
        request: Request<impl AsSendBody>,
        limit: Duration,
    ) -> Result<Response<Body>, ureq::Error> {
        let request = self.agent.configure_request(request).timeout_global(Some(limit)).build();
        self.agent.run(request)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    /// No answer.
    fn from(error: E) -> Self {
        Self::Passing { why: error.to_string(), wanted: None }
    }
}

fn read(mut answer: Response<Body>) -> Result<(), Failure> {
    let status = answer.status().as_u16();
    if (200..300).contains(&status) {
        return Ok(());
    }
    let wanted = answer.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok());
    let wanted = wanted.and_then(|text| retry_after(text, SystemTime::now()));
    let mut said = Vec::new();
    // What can be read of it is shown; the status says enough without.
    let _ = answer.body_mut().as_reader().take(SAID_BYTES).read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    if is_passing(status) {
        return Err(Failure::Passing { why: format!("status {status}: {said}"), wanted });
    }
    Err(Failure::Refused { status, said })
}
