//! A metrics registry as OpenTelemetry requests (OTLP).
//!
//! [`Metrics`] encodes a registry as protobuf directly, without messages in between: 10,000 series take
//! some tenths of a millisecond and allocate nothing. It keeps account of what was delivered, so that
//! deltas lose nothing when an export is refused.

#![forbid(unsafe_code)]

mod attribute;
mod baseline;
mod encoding;
mod metrics;
mod pen;
mod requests;
mod resource;
mod wire;

pub use encoding::{Encoding, Histograms, REQUEST_BYTES, SERIES, Temporality, Uncertain};
pub use metrics::{Delivery, Metrics};
pub use resource::{Resource, Scope};
