//! What the application has to tell the listeners of `/events` at once.

use std::fmt;

use hyper::body::Bytes;
use serde_json::Value;
use tokio::sync::broadcast;

/// Findings that a listener may be behind.
const KEPT: usize = 64;

/// Bytes that a body has at most.
const MOST: usize = 64 * 1024;

/// Names of events that `/events` has itself.
const OURS: [&str; 3] = ["all", "changed", "lagged"];

/// Tells whoever listens to `/events` of something, at once: a deadlock that was found, a limit that was hit.
///
/// Give it to [`Builder::findings`](crate::Builder::findings) and keep a clone, of which there may be many.
/// What is pushed arrives between the events of `/events`, without waiting for their interval:
///
/// ```text
///   event: deadlock
///   data: {"threads":["a","b"]}
/// ```
///
/// Nothing is kept for those who do not listen yet. A listener that is more than 64 findings behind misses
/// the oldest ones and is told how many by the event `lagged`.
///
/// ```
/// # use engram_metrics_core::Registry;
/// # use engram_serve::{Endpoint, Findings};
/// # static REGISTRY: Registry = Registry::new();
/// let findings = Findings::new();
/// let endpoint = Endpoint::builder(&REGISTRY).listen(([127, 0, 0, 1], 0).into());
/// let endpoint = endpoint.findings(&findings).start()?;
/// findings.push("deadlock", r#"{"threads":["a","b"]}"#)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Findings(broadcast::Sender<Bytes>);

impl Findings {
    /// A way that nobody listens at yet. Takes some kilobytes, and what is pushed up to 4 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self(broadcast::channel(KEPT).0)
    }

    /// Tells listeners of something, and says how many there are. `body` is JSON of at most 64 KiB. Waits for
    /// nobody; costs a look at the body and a copy of it.
    ///
    /// # Errors
    /// When the name is not `[a-z][a-z0-9_.-]*` or one that `/events` has itself, or the body is not JSON or too
    /// long.
    pub fn push(&self, name: &str, body: &str) -> Result<usize, FindingError> {
        if !is_name(name) || OURS.contains(&name) {
            return Err(FindingError::Name(name.to_owned()));
        }
        if body.len() > MOST {
            return Err(FindingError::TooLong(body.len()));
        }
        let body: Value =
            serde_json::from_str(body).map_err(|error| FindingError::Body(error.to_string()))?;
        // Written anew, because a line feed between its parts would end it.
        let event = format!("event: {name}\ndata: {body}\n\n");
        // An error means that nobody listens.
        Ok(self.0.send(event.into()).unwrap_or(0))
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Bytes> {
        self.0.subscribe()
    }
}

impl Default for Findings {
    fn default() -> Self {
        Self::new()
    }
}

/// A finding that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingError {
    /// This name is not one, or one that `/events` has itself.
    Name(String),
    /// The body is not JSON, and where.
    Body(String),
    /// The body has so many bytes.
    TooLong(usize),
}

impl fmt::Display for FindingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                out,
                "the name {name:?} is not [a-z][a-z0-9_.-]*, or one of {}",
                OURS.join(", ")
            ),
            Self::Body(error) => write!(out, "the body is not JSON: {error}"),
            Self::TooLong(bytes) => write!(out, "the body has {bytes} bytes, and may have {MOST}"),
        }
    }
}

impl std::error::Error for FindingError {}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_event_is_refused() {
        let findings = Findings::new();
        for name in ["", "A", "a b", "a\nevent: b", "1", "all", "changed", "lagged"] {
            assert_eq!(
                findings.push(name, "1"),
                Err(FindingError::Name(name.to_owned())),
                "{name}"
            );
        }
        for body in ["", "{", "a", "1 2"] {
            assert!(matches!(findings.push("a", body), Err(FindingError::Body(_))), "{body}");
        }
        let long = format!("\"{}\"", "x".repeat(MOST));
        assert_eq!(findings.push("a", &long), Err(FindingError::TooLong(MOST + 2)));
        assert_eq!(findings.push("a", "1"), Ok(0), "nobody listens");
    }

    #[test]
    fn a_body_is_one_line_whatever_it_was() {
        let findings = Findings::new();
        let mut listener = findings.listen();
        assert_eq!(findings.push("a.b-c_1", "{\n \"x\": \"y\\nz\",\n \"a\": 1\n}"), Ok(1));
        let event = listener.try_recv().expect("an event");
        assert_eq!(event, "event: a.b-c_1\ndata: {\"x\":\"y\\nz\",\"a\":1}\n\n");
    }

    #[test]
    fn who_lags_misses_the_oldest() {
        let findings = Findings::new();
        let mut listener = findings.listen();
        for at in 0..KEPT + 3 {
            findings.push("a", &at.to_string()).expect("an event");
        }
        let missed = listener.try_recv().expect_err("it lags");
        assert_eq!(missed, broadcast::error::TryRecvError::Lagged(3));
        assert_eq!(listener.try_recv().expect("an event"), "event: a\ndata: 3\n\n");
    }
}
