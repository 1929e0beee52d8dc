//! A metrics registry pushed to OpenTelemetry (OTLP over HTTP).
//!
//! ```no_run
//! use std::time::Duration;
//! use engram_export_otlp::{Config, Exporter};
//! use engram_metrics_core::Registry;
//!
//! static REGISTRY: Registry = Registry::new();
//!
//! let exporter = Exporter::start(&Config::from_env()?, &REGISTRY)?;
//! // work
//! exporter.shutdown(Duration::from_secs(5))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```text
//!   Registry ── Metrics ── requests ── Exporter's thread ── HTTP ── receiver
//!                  ▲                        │
//!                  └── taken, refused, or unknown: what each series was delivered up to
//! ```
//!
//! - [`Metrics`] encodes a registry as protobuf directly, without messages in between and without an
//!   allocation in a steady state. It keeps account of what was delivered, so that a delta that was
//!   refused is part of the next one. No I/O, no clock.
//! - [`Exporter`] sends the requests on a thread of its own, which needs no runtime.
//! - [`Answer::verdict`] is the table of what is tried again.
//! - [`Config`] comes from code or from the variables `OTEL_EXPORTER_OTLP_*`.
//!
//! # Features
//! `gzip` and `zstd` pack requests; `tls` allows `https://`.
//!
//! # Deliberately absent
//! HTTP/JSON, gRPC, logs and traces: `OTEL_EXPORTER_OTLP_PROTOCOL` accepts `http/protobuf` alone and says so.

#![forbid(unsafe_code)]

mod answer;
mod attribute;
mod baseline;
mod config;
mod course;
mod encoding;
mod exporter;
mod metrics;
mod partial;
mod pen;
mod requests;
mod resource;
mod telemetry;
mod transport;
mod wire;

pub use answer::{Answer, Verdict};
pub use config::{Compression, Config, ConfigError, Protocol, Signal, Target};
pub use encoding::{Encoding, Histograms, REQUEST_BYTES, SERIES, Temporality, Uncertain};
pub use exporter::{ExportError, Exporter, OnPartial, StartError};
pub use metrics::{Delivery, Metrics};
pub use partial::Partial;
pub use resource::{Resource, Scope};
pub use telemetry::{ExporterMetrics, Outcome};
