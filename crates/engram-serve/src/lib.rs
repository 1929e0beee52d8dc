//! The HTTP endpoint of a metrics registry.
//!
//! | path       | answers                                                                              |
//! |------------|--------------------------------------------------------------------------------------|
//! | `/metrics` | the registry in the format and coding that the client wants most; `?name[]=` selects |
//! | `/livez`   | 200 as long as the endpoint answers                                                  |
//! | `/readyz`  | 200, or 503 and why, as [`Builder::ready`] says                                      |
//! | `/health`  | the same as JSON                                                                     |
//! | `/events`  | what changed in the registry, every second, as server-sent events; [`Findings`] at once |
//!
//! Anything else is 404, any method but GET and HEAD 405, a body 413, a format that we do not have 406. The
//! endpoint has threads of its own, so that it answers while the application is busy, whatever runtime
//! that uses, or none.
//!
//! ```no_run
//! use engram_metrics_core::Registry;
//! use engram_serve::Endpoint;
//!
//! static REGISTRY: Registry = Registry::new();
//!
//! let endpoint = Endpoint::start("127.0.0.1:9464".parse()?, &REGISTRY)?;
//! println!("http://{}/metrics", endpoint.address());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Beyond this machine, say who may ask:
//!
//! ```no_run
//! # use engram_metrics_core::Registry;
//! # use engram_serve::Endpoint;
//! # static REGISTRY: Registry = Registry::new();
//! let endpoint = Endpoint::builder(&REGISTRY)
//!     .listen("0.0.0.0:9464".parse()?)
//!     .bearer_token(std::env::var("METRICS_TOKEN")?)
//!     .allow("10.0.0.0/8")
//!     .start()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it withstands
//! - Connections are bounded. When there are too many, the one that has been waiting longest for a request
//!   makes room, so that those who only wait keep nobody out.
//! - A request has to be there in 20 s and an answer to be taken in 10 s; heads are at most 16 KiB.
//! - Scrapes at one time are bounded; one more gets 503 and `Retry-After`. A page is made while it is sent, in
//!   pieces of 64 KiB, so that its size does not matter.
//! - `/events` keeps little for a client that is slow, and tells it that it lagged.
//!
//! [`METRICS`] counts what was served and what was refused; register it to see it.
//!
//! # Deliberately absent
//! No HTTP/2. No TLS by default: a proxy in front of it does that, or the feature `tls`, with which `Builder::tls`
//! takes a certificate and its key. No client certificates.

#![forbid(unsafe_code)]

mod access;
mod answer;
mod builder;
mod compress;
mod connection;
mod connections;
mod endpoint;
mod events;
mod findings;
mod listener;
mod metrics;
mod pool;
mod route;
mod scrape;
mod tls;

pub use builder::{Builder, StartError};
pub use endpoint::{DEFAULT_PORT, Endpoint};
pub use findings::{FindingError, Findings};
pub use metrics::{METRICS, Rejected, ServeMetrics};
