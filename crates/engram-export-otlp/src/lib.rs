//! A metrics registry, log records and spans pushed to OpenTelemetry (OTLP).
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
//! - [`Outbox`] takes log records and spans for the same thread to send.
//! - [`Answer::verdict`] is the table of what is tried again.
//! - [`Config`] comes from code or from the variables `OTEL_EXPORTER_OTLP_*`.
//!
//! # Features
//! `grpc` and `json` are further ways to say the same; `gzip` and `zstd` pack requests; `tls` allows `https://`;
//! `otel-bridge` shows a registry inside a meter provider of the OpenTelemetry SDK, and such a provider on our pages.
//!
//! # Deliberately absent
//! Profiles, and nested values of attributes: nothing here makes any.

#![forbid(unsafe_code)]

mod answer;
mod attribute;
mod baseline;
#[cfg(feature = "otel-bridge")]
mod bridge;
mod config;
mod course;
mod encoding;
mod exporter;
#[cfg(feature = "json")]
mod json;
mod log;
mod metrics;
mod outbox;
mod partial;
mod pen;
mod requests;
mod resource;
mod span;
mod telemetry;
mod transport;
mod wire;

pub use answer::{Answer, Verdict};
pub use attribute::{AttributeValue, Attributes};
#[cfg(feature = "otel-bridge")]
pub use bridge::{SdkMetrics, SdkReader, observe};
pub use config::{Compression, Config, ConfigError, Protocol, Signal, Target};
pub use encoding::{Encoding, Histograms, REQUEST_BYTES, SERIES, Temporality, Uncertain};
pub use exporter::{ExportError, Exporter, OnPartial, StartError};
pub use log::{LogRecord, Severity};
pub use metrics::{Delivery, Metrics};
pub use outbox::{Dropped, Outbox};
pub use partial::Partial;
pub use resource::{Resource, Scope};
pub use span::{Span, SpanEvent, SpanKind, SpanLink, SpanStatus};
pub use telemetry::{Cause, ExporterMetrics, Outcome};
