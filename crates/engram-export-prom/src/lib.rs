//! A metrics registry as a Prometheus page.
//!
//! ```
//! use engram_export_prom::{Encoder, Format};
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
//!     Encoder::new(Format::Text).page(&registry).as_deref(),
//!     Some(concat!(
//!         "# HELP server_requests_total Requests answered.\n",
//!         "# TYPE server_requests_total counter\n",
//!         "server_requests_total 3\n",
//!     ))
//! );
//! # }
//! # Ok::<(), engram_metrics_core::RegisterError>(())
//! ```
//!
//! [`Format`] names the formats and what each of them shows; [`negotiate`] finds out which one a client
//! wants. The page is written in pieces of 64 KiB, each longer by at most one line; nothing is allocated
//! after the first page, and memory does not grow with the number of series. There are no sockets here:
//! `engram-serve` answers requests, and any other server can send the same bytes.
//!
//! # Names
//! A metric has the name that OpenTelemetry's rules give it, the same in every format: dots become
//! underscores, the unit and `_total` are appended. In OpenMetrics a counter's family has no `_total`, and
//! a gauge without a unit whose name ends in `.info` is an `info`, whose family has no `_info`: a fact of
//! the value 1, as [`Info`](engram_metrics_core::Info) is; other values of it are not shown there. A
//! [`StateSet`](engram_metrics_core::StateSet) is a `stateset`, in which the label that names the state is called like
//! the family.
//! Metrics whose names would meet on a page are refused by the registry.
//!
//! # Deliberately absent
//! No summaries, and no OpenMetrics `gaugehistogram`: the model has no such metrics.

#![forbid(unsafe_code)]

#[cfg(feature = "prometheus-bridge")]
pub mod bridge;
mod buffer;
mod edges;
mod encoder;
mod ends;
mod escape;
mod exemplars;
mod format;
mod labels;
mod name;
mod names;
pub mod negotiate;
mod number;
mod pieces;
mod protobuf;
#[cfg(any(feature = "pushgateway", feature = "remote-write"))]
pub mod push;
mod text;

pub use encoder::Encoder;
pub use format::Format;
pub use names::Names;
pub use pieces::PIECE_BYTES;
