//! The HTTP endpoint of a metrics registry.
//!
//! | path       | answers                                                            |
//! |------------|--------------------------------------------------------------------|
//! | `/metrics` | the registry as Prometheus text                                    |
//! | `/health`  | `{"status":"pass",…}`: the process is up and its endpoint answers  |
//!
//! Anything else is 404, any method but GET and HEAD 405. The endpoint has a thread of its own, so
//! that it answers while the application is busy, whatever runtime that uses, or none.
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
//! Listen on a loopback address unless the network is trusted: there is no authentication.

#![forbid(unsafe_code)]

mod endpoint;
mod routes;

pub use endpoint::{DEFAULT_PORT, Endpoint, StartError};
