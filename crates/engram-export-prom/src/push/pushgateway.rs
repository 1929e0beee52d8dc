//! A client of the Prometheus Pushgateway.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use engram_metrics_core::{ENABLED, Registry};
use ureq::http::Method;
use ureq::http::header::CONTENT_TYPE;

use super::courier::{Courier, Message};
use super::destination::Destination;
use super::error::{PushError, SetupError};
use super::group::Group;
use crate::{Encoder, Format};

/// Pushes a registry to a group of metrics in a Pushgateway.
///
/// A group is a job and labels. What is pushed to it stays until it is replaced or [deleted](Self::delete):
/// the gateway forgets nothing by itself. Its labels stand on every series, instead of labels of the same
/// name; two processes that push to one group overwrite each other, so give each an `instance`, or one
/// group to a job of which only the last run counts.
///
/// ```no_run
/// # use engram_metrics_core::Registry;
/// # static REGISTRY: Registry = Registry::new();
/// use engram_export_prom::push::Pushgateway;
///
/// let mut gateway = Pushgateway::new("http://localhost:9091", "backup", &[("host", "db-1")])?;
/// // … the job …
/// gateway.replace(&REGISTRY)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The page is in memory as a whole, and kept for the next push. It is text 0.0.4: of several protobuf
/// messages of one name, which is how large families are written here, a gateway keeps the last.
#[derive(Debug)]
pub struct Pushgateway {
    courier: Courier,
    url: String,
    encoder: Encoder,
    page: Vec<u8>,
}

impl Pushgateway {
    /// A client for one group; sends nothing yet.
    ///
    /// # Errors
    /// When the destination, the job or a label cannot be.
    pub fn new(
        destination: impl Into<Destination>,
        job: &str,
        labels: &[(&str, &str)],
    ) -> Result<Self, SetupError> {
        let destination = destination.into().checked()?;
        let url = url_of(destination.url(), &Group::new(job, labels)?);
        let encoder = Encoder::new(Format::Text);
        Ok(Self { courier: Courier::new(destination), url, encoder, page: Vec::new() })
    }

    /// Where the group is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Replaces everything that the group has by what `registry` shows.
    ///
    /// # Errors
    /// When it did not arrive.
    pub fn replace(&mut self, registry: &Registry) -> Result<(), PushError> {
        self.push(Method::PUT, registry)
    }

    /// Replaces the metrics of the group that `registry` shows, and leaves others as they are.
    ///
    /// # Errors
    /// When it did not arrive.
    pub fn add(&mut self, registry: &Registry) -> Result<(), PushError> {
        self.push(Method::POST, registry)
    }

    /// Removes the group, so that what it had is no longer scraped.
    ///
    /// # Errors
    /// When that did not arrive.
    pub fn delete(&mut self) -> Result<(), PushError> {
        self.send(Method::DELETE, None)
    }

    fn push(&mut self, method: Method, registry: &Registry) -> Result<(), PushError> {
        self.encoder.encode_whole(registry, &mut self.page);
        self.send(method, Some(&self.page))
    }

    fn send(&self, method: Method, body: Option<&[u8]>) -> Result<(), PushError> {
        if !ENABLED {
            return Ok(());
        }
        let kind = [(CONTENT_TYPE, Format::Text.content_type())];
        let headers = if body.is_some() { &kind[..] } else { &[] };
        self.courier.deliver(&Message { method, url: &self.url, headers, body })
    }
}

/// The path of a group: names and values one after the other.
fn url_of(base: &str, group: &Group) -> String {
    group.iter().fold(format!("{base}/metrics"), |url, (name, value)| {
        if is_plain(value) {
            format!("{url}/{name}/{value}")
        } else if value.is_empty() {
            // Something has to stand there.
            format!("{url}/{name}@base64/=")
        } else {
            format!("{url}/{name}@base64/{}", URL_SAFE.encode(value))
        }
    })
}

/// Whether a value means itself in a path. One of dots alone means a folder.
fn is_plain(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value.bytes().all(is_plain) && value.bytes().any(|byte| byte != b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_no_part_of_a_path_is_encoded() {
        let group =
            [("a", ""), ("b", "x/y"), ("c", ".."), ("d", "ü ?"), ("e", "v1.2-~_"), ("f", "%")];
        let gateway = Pushgateway::new("http://gateway:9091/base/", "nightly backup", &group);
        assert_eq!(
            gateway.expect("a gateway").url(),
            "http://gateway:9091/base/metrics/job@base64/bmlnaHRseSBiYWNrdXA=\
             /a@base64/=/b@base64/eC95/c@base64/Li4=/d@base64/w7wgPw==/e/v1.2-~_/f@base64/JQ=="
        );
    }
}
