//! The page inside an axum application that is there already.
//!
//! `cargo run -p engram-export-prom --example inside_axum -- 127.0.0.1:8080`

use axum::Router;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engram_export_prom::{Encoder, negotiate};
use engram_metrics_core::{Counter, RegisterError, Registry, Unit, metric_set};

metric_set! {
    struct Shop {
        /// Orders taken.
        orders: Counter = "shop.orders", Unit::Count("{order}");
    }
}
static SHOP: Shop = Shop::new();
static REGISTRY: Registry = Registry::new();

async fn order() -> &'static str {
    SHOP.orders.increment();
    "thank you\n"
}

async fn metrics(headers: HeaderMap) -> Response {
    let accept = headers.get(ACCEPT).and_then(|it| it.to_str().ok());
    let Some(format) = negotiate::format(accept) else {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    };
    let mut page = Vec::new();
    Encoder::new(format).encode_whole(&REGISTRY, &mut page);
    ([(CONTENT_TYPE, format.content_type())], page).into_response()
}

pub(crate) fn application() -> Result<Router, RegisterError> {
    REGISTRY.register(&SHOP)?;
    Ok(Router::new().route("/order", get(order)).route("/metrics", get(metrics)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    axum::serve(tokio::net::TcpListener::bind(address).await?, application()?).await?;
    Ok(())
}
