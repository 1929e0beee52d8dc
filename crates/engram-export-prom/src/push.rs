//! Pushing, for jobs that end before anybody could scrape them.
//!
//! | client | for |
//! |---|---|
//! | `Pushgateway` | the result of a batch job: the gateway keeps the last push of a group until it is deleted |
//! | `RemoteWrite` | a server that takes samples with their times: Prometheus, Mimir, VictoriaMetrics, … |
//!
//! Both wait for the answer on the thread that asks, and need no runtime. A [`Destination`] says where to
//! and how patiently; whatever is wrong with it is a [`SetupError`] before anything is sent. An attempt
//! that failed in a way that may pass is repeated, with growing pauses, until the patience of the
//! destination ends: no connection, no answer, 429, 5xx. `Retry-After` is honoured. Repeating does no
//! harm: the same values at the same time are the same push.
//!
//! What encodes knows no sockets, and what sends knows no metrics. Compiled out, nothing is sent.

mod attempts;
mod courier;
mod destination;
mod error;
mod group;
#[cfg(feature = "pushgateway")]
mod pushgateway;
#[cfg(feature = "remote-write")]
mod remote_write;
#[cfg(feature = "tls")]
mod tls;

pub use destination::Destination;
pub use error::{PushError, SetupError};
#[cfg(feature = "pushgateway")]
pub use pushgateway::Pushgateway;
#[cfg(feature = "remote-write")]
pub use remote_write::{RemoteWrite, WriteRequests};
