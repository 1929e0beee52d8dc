//! A client of the remote-write protocol 1.0.

mod requests;

use std::time::SystemTime;

use engram_metrics_core::Registry;
use snap::raw::{Encoder, max_compress_len};
use ureq::http::Method;
use ureq::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};

use super::courier::{Courier, Message};
use super::destination::Destination;
use super::error::{PushError, SetupError};
use super::group::Group;
pub use requests::WriteRequests;

/// Writes what a registry shows, with the time of the writing, to a server that keeps it.
///
/// The address is whole: `http://localhost:9090/api/v1/write` for a Prometheus that was started with
/// `--web.enable-remote-write-receiver`. The job and the labels stand on every series that has none of the
/// same name. Write as often as the server would have scraped: it takes a series to be gone five minutes
/// after its last sample, or at once when it was [ended](Self::end).
///
/// ```no_run
/// # use engram_metrics_core::Registry;
/// # static REGISTRY: Registry = Registry::new();
/// use engram_export_prom::push::RemoteWrite;
///
/// let url = "http://localhost:9090/api/v1/write";
/// let mut server = RemoteWrite::new(url, "backup", &[("instance", "db-1")])?;
/// server.write(&REGISTRY)?;
/// server.end(&REGISTRY)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`WriteRequests`] says what is sent. If one of its messages does not arrive, the rest is not sent; write
/// again later, at a later time.
#[derive(Debug)]
pub struct RemoteWrite {
    courier: Courier,
    url: String,
    requests: WriteRequests,
    snappy: Encoder,
    packed: Vec<u8>,
}

const VERSION: HeaderName = HeaderName::from_static("x-prometheus-remote-write-version");

impl RemoteWrite {
    /// A client for one process; sends nothing yet.
    ///
    /// # Errors
    /// When the destination, the job or a label cannot be.
    pub fn new(
        destination: impl Into<Destination>,
        job: &str,
        labels: &[(&str, &str)],
    ) -> Result<Self, SetupError> {
        let destination = destination.into().checked()?;
        let requests = WriteRequests::of(Group::new(job, labels)?);
        Ok(Self {
            url: destination.url().to_owned(),
            courier: Courier::new(destination),
            requests,
            snappy: Encoder::new(),
            packed: Vec::new(),
        })
    }

    /// Writes what `registry` shows now.
    ///
    /// # Errors
    /// When not all of it arrived.
    pub fn write(&mut self, registry: &Registry) -> Result<(), PushError> {
        self.write_at(registry, SystemTime::now())
    }

    /// The same, as of a time; a server wants later ones than those it has.
    ///
    /// # Errors
    /// When not all of it arrived.
    pub fn write_at(&mut self, registry: &Registry, at: SystemTime) -> Result<(), PushError> {
        self.send(|requests, send| requests.encode(registry, at, send))
    }

    /// Says that what `registry` shows has ended, so that queries stop showing the last values.
    ///
    /// # Errors
    /// When not all of it arrived.
    pub fn end(&mut self, registry: &Registry) -> Result<(), PushError> {
        self.send(|requests, send| requests.encode_end(registry, SystemTime::now(), send))
    }

    /// Sends what `encode` hands over, up to the first message that does not arrive.
    fn send(
        &mut self,
        encode: impl FnOnce(&mut WriteRequests, &mut dyn FnMut(&[u8])),
    ) -> Result<(), PushError> {
        let Self { courier, url, requests, snappy, packed } = self;
        let mut sent = Ok(());
        encode(requests, &mut |request| {
            if sent.is_ok() {
                sent = courier.deliver(&Message {
                    method: Method::POST,
                    url,
                    headers: &[
                        (CONTENT_TYPE, "application/x-protobuf"),
                        (CONTENT_ENCODING, "snappy"),
                        (VERSION, "0.1.0"),
                    ],
                    body: Some(pack(snappy, request, packed)),
                });
            }
        });
        sent
    }
}

/// Compresses a message into `packed`.
fn pack<'a>(snappy: &mut Encoder, message: &[u8], packed: &'a mut Vec<u8>) -> &'a [u8] {
    packed.resize(max_compress_len(message.len()), 0);
    let len = snappy.compress(message, packed);
    let len = len.expect("there is room for the worst case, and messages are far below 4 GiB");
    &packed[..len]
}
