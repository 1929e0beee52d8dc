//! A metrics registry as a Prometheus page.
//!
//! ```
//! use engram_export_prom::Text;
//! use engram_metrics_core::{Counter, Registry, Unit, metric_set};
//!
//! metric_set! {
//!     /// What the server does.
//!     pub struct ServerMetrics {
//!         /// Requests answered.
//!         pub requests: Counter = "server.requests", Unit::Count("{request}");
//!     }
//! }
//! static SERVER: ServerMetrics = ServerMetrics::new();
//!
//! let registry = Registry::new();
//! registry.register(&SERVER)?;
//! SERVER.requests.add(3);
//! # engram_metrics_core::when_enabled! {
//! assert_eq!(
//!     Text::new().page(&registry),
//!     concat!(
//!         "# HELP server_requests_total Requests answered.\n",
//!         "# TYPE server_requests_total counter\n",
//!         "server_requests_total 3\n",
//!     )
//! );
//! # }
//! # Ok::<(), engram_metrics_core::RegisterError>(())
//! ```
//!
//! The page is written in pieces of 64 KiB, each longer by at most one line; nothing is allocated after
//! the first page, and memory does not grow with the number of series. There are no sockets here: `engram-serve` answers
//! requests, and any other server can send the same bytes.

#![forbid(unsafe_code)]

mod buffer;
mod edges;
mod escape;
mod labels;
mod name;
mod number;
mod text;

pub use text::{CONTENT_TYPE, PIECE_BYTES, Text};
