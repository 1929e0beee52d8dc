//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::Instant;

use crate::connections::Ticket;
use crate::listener::Stream;
use crate::metrics::{METRICS, Rejected};
use crate::route::{self, Shared};
use crate::scrape::patience;

/// Bytes of a request's head; more is status 431.
const HEAD_BYTES: usize = 16 * 1024;

/// Header lines of a request.
const HEADERS: usize = 64;

/// Serves requests until the client, its silence, or somebody who needs the place ends it.
pub(crate) async fn serve(
    stream: Box<dyn Stream>,
    peer: Option<IpAddr>,
    ticket: Ticket,
    shared: Arc<Shared>,
) {
    let limits = shared.limits;
    // A handshake takes no longer than a request may.
    let secured = tokio::time::timeout(limits.request, shared.tls.secure(stream, &ticket)).await;
    let Ok(Some(stream)) = secured else {
        METRICS.rejected.at(Rejected::Handshake).increment();
        return;
    };
    let service = service_fn(|request: Request<Incoming>| {
        let deadline = Instant::now() + patience(request.headers(), limits.answer);
        let busy = (!route::is_endless(request.uri())).then(|| ticket.busy(deadline));
        let mut response = route::answer(&shared, &request, peer);
        response.body_mut().busy = busy;
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.request)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // Whatever ends a connection, there is nobody left to tell.
        _ = connection.as_mut() => {}
        () = ticket.end() => {}
    }
}
