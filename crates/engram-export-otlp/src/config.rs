//! Where requests go and how, from code or from the variables of the specification.

mod read;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use ureq::http::{HeaderName, HeaderValue, Uri};

use crate::encoding::Encoding;

/// What an exporter needs to know.
///
/// ```
/// use std::time::Duration;
/// use engram_export_otlp::Config;
///
/// let mut config = Config::new("http://127.0.0.1:4318/v1/metrics")?;
/// config.interval = Duration::from_secs(15);
/// assert!(Config::new("127.0.0.1:4318").is_err());
/// # Ok::<(), engram_export_otlp::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Where requests go.
    pub target: Target,
    /// How metrics are encoded.
    pub encoding: Encoding,
    /// From one export to the next.
    pub interval: Duration,
    /// How long an export may take, with all its attempts.
    pub export_timeout: Duration,
    /// Where log records go; without it there is no place for them in an [`Outbox`](crate::Outbox).
    pub logs: Option<Target>,
    /// Where spans go.
    pub traces: Option<Target>,
    /// From one request with log records or spans to the next.
    pub record_interval: Duration,
    /// Bytes of log records, and of spans, that may wait: at most those of one request.
    pub queue_bytes: usize,
}

/// Where the requests of one signal go.
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) url: Uri,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// How requests travel.
    pub protocol: Protocol,
    /// How they are packed.
    pub compression: Compression,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Certificates that the receiver's has to be signed by, as PEM, instead of the usual ones.
    pub certificate: Option<PathBuf>,
    /// Who we are, as PEM: the key and the certificate.
    pub client: Option<(PathBuf, PathBuf)>,
}

/// How requests travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// `http/protobuf`.
    #[default]
    HttpProtobuf,
    /// `http/json`; needs the feature `json`.
    HttpJson,
    /// `grpc`; needs the feature of that name.
    Grpc,
}

/// How requests are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// As they are.
    #[default]
    None,
    /// `gzip`; needs the feature of that name.
    Gzip,
    /// `zstd`; needs the feature of that name.
    Zstd,
}

/// What is sent: each has variables of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `/v1/metrics`.
    Metrics,
    /// `/v1/logs`.
    Logs,
    /// `/v1/traces`.
    Traces,
}

impl Config {
    /// Sends to `url`, which is used as it is, with the defaults of the specification.
    ///
    /// # Errors
    /// When `url` is not one of http or https with a host.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            target: Target::new(url)?,
            encoding: Encoding::default(),
            interval: Duration::from_secs(60),
            export_timeout: Duration::from_secs(30),
            logs: None,
            traces: None,
            record_interval: Duration::from_secs(1),
            queue_bytes: QUEUE_BYTES,
        })
    }

    /// What the variables of the process say: `OTEL_EXPORTER_OTLP_*`, those of a signal first,
    /// `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, `OTEL_METRIC_EXPORT_INTERVAL` and `_TIMEOUT`.
    ///
    /// # Errors
    /// When one of them makes no sense: the error names it.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(&|name| std::env::var(name).ok())
    }

    /// The same with the variables that `lookup` knows. An empty one counts as not set.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        read::config(lookup)
    }

    /// That none of the times is nothing: an exporter would do nothing else, or never anything.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let times = [
            ("interval", self.interval),
            ("export timeout", self.export_timeout),
            ("record interval", self.record_interval),
        ];
        let targets = [Some(&self.target), self.logs.as_ref(), self.traces.as_ref()];
        let timeouts = targets.into_iter().flatten().map(|target| ("timeout", target.timeout));
        match times.into_iter().chain(timeouts).find(|(_, time)| time.is_zero()) {
            Some((name, _)) => Err(ConfigError::new(name, "0", "is no time at all")),
            None => Ok(()),
        }
    }
}

impl Target {
    /// Requests go to `url` as it is.
    ///
    /// # Errors
    /// When `url` is not one of http or https with a host.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            url: parse_url("endpoint", url)?,
            headers: Vec::new(),
            protocol: Protocol::default(),
            compression: Compression::default(),
            timeout: Duration::from_secs(10),
            certificate: None,
            client: None,
        })
    }

    /// What the variables say about a signal, as [`Config::from_variables`].
    ///
    /// # Errors
    /// As there.
    pub fn from_variables(
        signal: Signal,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        read::target(signal, lookup)
    }

    /// Adds a header to each request.
    ///
    /// # Errors
    /// When HTTP has no place for the name or the value, for instance because of a line feed.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        self.headers.push(parse_header("header", name, value)?);
        Ok(self)
    }

    /// Where requests go.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.to_string()
    }
}

impl Protocol {
    /// Whether this build can do it.
    pub(crate) fn check(self, variable: &str) -> Result<(), ConfigError> {
        let can = match self {
            Self::HttpProtobuf => true,
            Self::HttpJson => cfg!(feature = "json"),
            Self::Grpc => cfg!(feature = "grpc"),
        };
        if can { Ok(()) } else { Err(self.missing(variable)) }
    }

    pub(crate) fn missing(self, variable: &str) -> ConfigError {
        let (word, feature) = match self {
            Self::HttpProtobuf => ("http/protobuf", ""),
            Self::HttpJson => ("http/json", "json"),
            Self::Grpc => ("grpc", "grpc"),
        };
        let why = format!("needs the feature `{feature}` of engram-export-otlp");
        ConfigError::new(variable, word, why)
    }
}

/// Bytes of records that may wait by default.
const QUEUE_BYTES: usize = 2 << 20;

fn parse_url(variable: &str, text: &str) -> Result<Uri, ConfigError> {
    let wrong = |why| ConfigError::new(variable, text, why);
    let url: Uri = text.trim().parse().map_err(|_| wrong("is not a URL"))?;
    match (url.scheme_str(), url.host()) {
        (Some("http" | "https"), Some(host)) if !host.is_empty() => {}
        (Some("http" | "https"), _) => return Err(wrong("has no host")),
        _ => return Err(wrong("does not begin with http:// or https://")),
    }
    if url.scheme_str() == Some("https") && !cfg!(feature = "tls") {
        return Err(wrong("needs TLS: build engram-export-otlp with its feature `tls`"));
    }
    Ok(url)
}

fn parse_header(
    variable: &str,
    name: &str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), ConfigError> {
    let bad_name = |_| ConfigError::new(variable, name, "is not the name of a header");
    // The value may be a secret: the error shows the name alone.
    let bad_value = |_| ConfigError::new(variable, name, "has a value that no header can have");
    Ok((
        HeaderName::from_bytes(name.as_bytes()).map_err(bad_name)?,
        HeaderValue::from_str(value).map_err(bad_value)?,
    ))
}

/// A setting that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigError {
    /// The variable, or which part of a configuration.
    pub variable: String,
    /// What it says; of a header its name, because its value may be a secret.
    pub value: String,
    /// What is wrong with it.
    pub why: String,
}

impl ConfigError {
    pub(crate) fn new(variable: &str, value: &str, why: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), value: value.to_owned(), why: why.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, value, why } = self;
        write!(out, "{variable}: {value:?} {why}")
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests;
