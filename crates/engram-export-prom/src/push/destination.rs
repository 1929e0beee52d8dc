//! Where a push goes, and how patiently.

use std::time::Duration;

use ureq::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName,
    HeaderValue, TRANSFER_ENCODING,
};
use ureq::http::uri::{Scheme, Uri};

use super::error::SetupError;

/// Where a push goes, and how patiently. Whatever is wrong with it is said by the client that is made of it.
///
/// ```
/// use std::time::Duration;
/// use engram_export_prom::push::Destination;
///
/// let destination = Destination::new("http://gateway.internal:9091")
///     .header("x-scope-orgid", "tenant-1")
///     .patience(Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
pub struct Destination {
    url: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    timeout: Duration,
    patience: Duration,
    /// Whom to believe, instead of the usual authorities.
    #[cfg(feature = "tls")]
    roots: Option<ureq::tls::RootCerts>,
    /// The first thing that was wrong.
    wrong: Option<SetupError>,
}

/// Headers that say how a message is sent, which is not for the user to say.
const OURS: [HeaderName; 6] =
    [CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING];

impl Destination {
    /// An address that starts with `http://`, or with the feature `tls` also `https://`. An attempt may
    /// take 10 s, all of them together 30 s.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let wrong = check_url(url).err().map(|why| {
            SetupError::new("the address", format!("{why}: {:?}", without_secrets(url)))
        });
        Self {
            url: url.trim_end_matches('/').to_owned(),
            headers: Vec::new(),
            timeout: Duration::from_secs(10),
            patience: Duration::from_secs(30),
            #[cfg(feature = "tls")]
            roots: None,
            wrong,
        }
    }

    /// Sends this header with each request. Its value does not appear in debug output.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let wrong = |why: &str| SetupError::new("a header", format!("{name:?} {why}"));
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Err(_), _) => self.wrong(wrong("is no name of a header")),
            (Ok(name), _) if OURS.contains(&name) => self.wrong(wrong("is said by the client")),
            (Ok(_), Err(_)) => self.wrong(wrong("has a line feed or another control character")),
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.push((name, value));
                self
            }
        }
    }

    /// Sends `Authorization: Bearer …` with each request.
    #[must_use]
    pub fn bearer_token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// How long one attempt may take, from looking the host up to the last byte of the answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        let zero = SetupError::new("the time of an attempt", "it is 0");
        if timeout.is_zero() { self.wrong(zero) } else { self }
    }

    /// How long all attempts of a push may take, with the pauses between them. None begins later, and the
    /// last one is cut short. At 0 there is one attempt, of as long as one may take.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Believes only servers whose certificate is in this file, as PEM, or is signed by one that is.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn certificate(mut self, path: &std::path::Path) -> Self {
        match super::tls::roots(path) {
            Ok(roots) => {
                self.roots = Some(roots);
                self
            }
            Err(wrong) => self.wrong(wrong),
        }
    }

    /// The same, if nothing is wrong with it.
    pub(super) fn checked(self) -> Result<Self, SetupError> {
        match self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(self),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    #[cfg(feature = "tls")]
    pub(super) fn roots(&self) -> Option<&ureq::tls::RootCerts> {
        self.roots.as_ref()
    }

    /// For one attempt, and for all of them.
    pub(super) fn limits(&self) -> (Duration, Duration) {
        (self.timeout, self.patience)
    }

    fn wrong(mut self, wrong: SetupError) -> Self {
        self.wrong.get_or_insert(wrong);
        self
    }
}

impl From<&str> for Destination {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

fn check_url(url: &str) -> Result<(), &'static str> {
    let uri: Uri = url.parse().map_err(|_| "it is no address")?;
    let Some(scheme) = uri.scheme() else { return Err("it does not start with http://") };
    if *scheme == Scheme::HTTPS && !cfg!(feature = "tls") {
        return Err("https:// needs the feature `tls`");
    }
    if ![Scheme::HTTP, Scheme::HTTPS].contains(scheme) {
        return Err("it does not start with http://");
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err("it has a user in it, which belongs into a header");
    }
    let host = uri.host().filter(|host| !host.is_empty()).ok_or("it has no host")?;
    let port = authority.strip_prefix(host).unwrap_or_default();
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
        return Err("its port is no number between 1 and 65535");
    }
    if uri.query().is_some() { Err("it has a query") } else { Ok(()) }
}

/// The address as it may be shown: users and passwords are not.
fn without_secrets(url: &str) -> String {
    let Some((user, rest)) = url.rsplit_once('@') else { return url.to_owned() };
    let scheme = user.split_once("://").map_or("", |(scheme, _)| scheme);
    format!("{scheme}://…@{rest}")
}

#[cfg(test)]
mod tests;
