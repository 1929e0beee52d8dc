//! What is answered at which path.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode, Uri};
use serde_json::json;

use crate::access::Access;
use crate::answer::{self, Answer, say};
use crate::builder::{Limits, Ready};
use crate::events::{self, Events};
use crate::metrics::{METRICS, Rejected};
use crate::scrape::{Scrapes, scrape};
use crate::tls::Tls;

/// What every answer draws on.
pub(crate) struct Shared {
    pub(crate) access: Access,
    pub(crate) limits: Limits,
    pub(crate) compress: Option<bool>,
    pub(crate) ready: Option<Ready>,
    pub(crate) scrapes: Arc<Scrapes>,
    pub(crate) events: Arc<Events>,
    pub(crate) tls: Tls,
    pub(crate) started: Instant,
}

const INDEX: &str = "/metrics\n/health\n/livez\n/readyz\n/events\n";

/// Whether an answer has no end, and so no time by which it has to be taken.
pub(crate) fn is_endless(uri: &Uri) -> bool {
    uri.path() == "/events"
}

/// Answers a request.
pub(crate) fn by_path(
    shared: &Shared,
    request: &Request<Incoming>,
    peer: Option<IpAddr>,
) -> Response<Answer> {
    let target = (request.method(), request.uri());
    match request.uri().path() {
        "/metrics" => {
            let is_far = || peer.is_none_or(|peer| !peer.to_canonical().is_loopback());
            let compress = shared.compress.unwrap_or_else(is_far);
            scrape(&shared.scrapes, target, request.headers(), compress)
        }
        "/health" => health(shared),
        "/livez" => say(StatusCode::OK, "ok\n"),
        "/readyz" => match ready(shared) {
            Ok(()) => say(StatusCode::OK, "ok\n"),
            Err(why) => say(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        },
        "/events" => events::subscribe(&shared.events, request.method() == Method::HEAD),
        "/" => say(StatusCode::OK, INDEX),
        _ => rejected(Rejected::Request, StatusCode::NOT_FOUND, INDEX),
    }
}

/// Answers a request of a client that may ask, and that asks as one may.
pub(crate) fn answer(
    shared: &Shared,
    request: &Request<Incoming>,
    peer: Option<IpAddr>,
) -> Response<Answer> {
    // What only says that there is somebody is for those who restart what does not answer.
    let is_open = matches!(request.uri().path(), "/livez" | "/readyz");
    match shared.access.refuses(peer, request.headers()) {
        Some(StatusCode::UNAUTHORIZED) if is_open => {}
        Some(StatusCode::UNAUTHORIZED) => return unauthorized(&shared.access),
        Some(status) => return rejected(Rejected::Network, status, "not from there\n"),
        None => {}
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut response =
            rejected(Rejected::Request, StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if !request.body().is_end_stream() {
        return rejected(Rejected::Request, StatusCode::PAYLOAD_TOO_LARGE, "without a body\n");
    }
    by_path(shared, request, peer)
}

fn ready(shared: &Shared) -> Result<(), String> {
    shared.ready.as_ref().map_or(Ok(()), |ready| ready())
}

fn health(shared: &Shared) -> Response<Answer> {
    let uptime = shared.started.elapsed().as_secs_f64();
    let (status, report) = match ready(shared) {
        Ok(()) => (StatusCode::OK, json!({ "status": "pass", "uptime_seconds": uptime })),
        Err(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            json!({ "status": "fail", "output": why, "uptime_seconds": uptime }),
        ),
    };
    answer::answer(status, "application/health+json", format!("{report}\n"))
}

fn unauthorized(access: &Access) -> Response<Answer> {
    let mut response = rejected(Rejected::Secret, StatusCode::UNAUTHORIZED, "who are you?\n");
    for scheme in access.schemes() {
        let challenge = format!("{scheme} realm=\"metrics\"");
        let challenge = HeaderValue::try_from(challenge).expect("a scheme is letters");
        response.headers_mut().append(WWW_AUTHENTICATE, challenge);
    }
    response
}

fn rejected(reason: Rejected, status: StatusCode, text: &'static str) -> Response<Answer> {
    METRICS.rejected.at(reason).increment();
    say(status, text)
}
