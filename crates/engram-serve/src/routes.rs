//! What is answered at which path.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use engram_export_prom::{Encoder, Format};
use engram_metrics_core::Registry;

/// What every answer draws on.
struct Shared {
    registry: &'static Registry,
    /// Kept between scrapes so that its buffers are; the endpoint has one thread, so nobody waits.
    text: Mutex<Encoder>,
    started: Instant,
}

pub(crate) fn routes(registry: &'static Registry) -> Router {
    let shared =
        Shared { registry, text: Mutex::new(Encoder::new(Format::Text)), started: Instant::now() };
    Router::new()
        .route("/", get(index))
        .route("/metrics", get(metrics))
        .route("/health", get(health))
        .with_state(Arc::new(shared))
}

async fn index() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], "/metrics\n/health\n")
}

async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let mut page = Vec::new();
    let mut text = shared.text.lock().unwrap_or_else(PoisonError::into_inner);
    text.encode(shared.registry, |piece| page.extend_from_slice(piece));
    let headers = [(CONTENT_TYPE, Format::Text.content_type()), (CACHE_CONTROL, "no-store")];
    (headers, Bytes::from(page))
}

async fn health(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let uptime = shared.started.elapsed().as_secs_f64();
    let body = format!("{{\"status\":\"pass\",\"uptime_seconds\":{uptime:.3}}}\n");
    ([(CONTENT_TYPE, "application/health+json"), (CACHE_CONTROL, "no-store")], body)
}
