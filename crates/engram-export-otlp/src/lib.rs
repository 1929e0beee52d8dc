//! Metrics pushed to OpenTelemetry.

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
