//! The variables of the OpenTelemetry specification.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use ureq::http::Uri;

use super::{Compression, Config, ConfigError, Protocol, Signal, Target, parse_header, parse_url};
use crate::encoding::{Histograms, Temporality};
use crate::resource::{Resource, SERVICE_NAME};

type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable that is set: its name and what it says.
struct Setting {
    name: String,
    text: String,
}

impl Setting {
    fn wrong(&self, why: &str) -> ConfigError {
        ConfigError::new(&self.name, &self.text, why)
    }

    /// One of a few words.
    fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, ConfigError> {
        let text = self.text.trim().to_ascii_lowercase();
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(&format!("is none of {}", words.join(", ")))
        })
    }

    fn milliseconds(&self) -> Result<Duration, ConfigError> {
        let number = self.text.trim().parse().ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| self.wrong("is not a number of milliseconds above 0"))?;
        Ok(Duration::from_millis(number))
    }

    /// Where HTTP requests go: what is said for all signals gets a path for each.
    fn url(&self, signal: Signal) -> Result<Uri, ConfigError> {
        let url = parse_url(&self.name, &self.text)?;
        if self.name != "OTEL_EXPORTER_OTLP_ENDPOINT" {
            return Ok(url);
        }
        let text = self.text.trim().trim_end_matches('/');
        parse_url(&self.name, &format!("{text}/{}", signal.path()))
    }

    /// Where gRPC requests go: a scheme may be missing, and then security is what is asked for apart.
    fn authority(&self, is_insecure: bool) -> Result<Uri, ConfigError> {
        let text = self.text.trim();
        if text.contains("://") {
            return parse_url(&self.name, text);
        }
        let scheme = if is_insecure { "http" } else { "https" };
        parse_url(&self.name, &format!("{scheme}://{text}"))
    }

    /// A file that is there.
    fn file(&self) -> Result<PathBuf, ConfigError> {
        let path = PathBuf::from(self.text.trim());
        std::fs::File::open(&path)
            .map_err(|error| self.wrong(&format!("cannot be read: {error}")))?;
        Ok(path)
    }

    /// `name=value,name=value`, the values percent-encoded.
    fn pairs(&self) -> Result<Vec<(String, String)>, ConfigError> {
        let entries = self.text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(|entry| self.pair(entry)).collect()
    }

    fn pair(&self, entry: &str) -> Result<(String, String), ConfigError> {
        // What is behind the name may be a secret.
        let name = entry.split('=').next().unwrap_or_default().trim();
        let wrong = |why: &str| ConfigError::new(&self.name, name, why);
        let (_, value) = entry.split_once('=').ok_or_else(|| wrong("has no `=` behind it"))?;
        let value = percent_decode_str(value.trim()).decode_utf8();
        Ok((name.to_owned(), value.map_err(|_| wrong("is not UTF-8"))?.into_owned()))
    }
}

fn setting(lookup: Lookup<'_>, name: &str) -> Option<Setting> {
    let text = lookup(name).filter(|text| !text.trim().is_empty())?;
    Some(Setting { name: name.to_owned(), text })
}

/// The variable of the signal, or the one for all.
fn specific(signal: Signal, lookup: Lookup<'_>, what: &str) -> Option<Setting> {
    let own = format!("OTEL_EXPORTER_OTLP_{}_{what}", signal.word());
    let all = format!("OTEL_EXPORTER_OTLP_{what}");
    setting(lookup, &own).or_else(|| setting(lookup, &all))
}

impl Signal {
    const fn word(self) -> &'static str {
        match self {
            Self::Metrics => "METRICS",
            Self::Logs => "LOGS",
            Self::Traces => "TRACES",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Metrics => "v1/metrics",
            Self::Logs => "v1/logs",
            Self::Traces => "v1/traces",
        }
    }
}

pub(super) fn config(lookup: Lookup<'_>) -> Result<Config, ConfigError> {
    let mut config = Config::new("http://localhost:4318/v1/metrics")?;
    config.target = target(Signal::Metrics, lookup)?;
    config.logs = Some(target(Signal::Logs, lookup)?);
    config.traces = Some(target(Signal::Traces, lookup)?);
    let encoding = &mut config.encoding;
    encoding.resource = resource(lookup)?;
    if let Some(it) = setting(lookup, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE") {
        encoding.temporality = it.word(&TEMPORALITIES)?;
    }
    let aggregation = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    if let Some(it) = setting(lookup, aggregation) {
        encoding.histograms = it.word(&AGGREGATIONS)?;
    }
    if let Some(it) = setting(lookup, "OTEL_METRIC_EXPORT_INTERVAL") {
        config.interval = it.milliseconds()?;
    }
    if let Some(it) = setting(lookup, "OTEL_METRIC_EXPORT_TIMEOUT") {
        config.export_timeout = it.milliseconds()?;
    }
    Ok(config)
}

pub(super) fn target(signal: Signal, lookup: Lookup<'_>) -> Result<Target, ConfigError> {
    let specific = |what| specific(signal, lookup, what);
    let mut target = Target::new(&format!("http://localhost:4318/{}", signal.path()))?;
    if let Some(it) = specific("PROTOCOL") {
        target.protocol = it.word(&PROTOCOLS)?;
        target.protocol.check(&it.name)?;
    }
    let is_insecure = specific("INSECURE").map(|it| it.word(&ANSWERS)).transpose()?;
    target.url = match (target.protocol, specific("ENDPOINT")) {
        (Protocol::Grpc, None) => parse_url("endpoint", "http://localhost:4317")?,
        (Protocol::Grpc, Some(it)) => it.authority(is_insecure.unwrap_or(false))?,
        (_, None) => target.url,
        (_, Some(it)) => it.url(signal)?,
    };
    if let Some(it) = specific("HEADERS") {
        let pairs = it.pairs()?;
        let header = |(name, value): &(String, String)| parse_header(&it.name, name, value);
        target.headers = pairs.iter().map(header).collect::<Result<_, _>>()?;
    }
    if let Some(it) = specific("COMPRESSION") {
        target.compression = it.word(&COMPRESSIONS)?;
        target.compression.check(&it)?;
    }
    if let Some(it) = specific("TIMEOUT") {
        target.timeout = it.milliseconds()?;
    }
    target.certificate = specific("CERTIFICATE").map(|it| it.file()).transpose()?;
    target.client = client(specific("CLIENT_KEY"), specific("CLIENT_CERTIFICATE"))?;
    Ok(target)
}

fn client(
    key: Option<Setting>,
    certificate: Option<Setting>,
) -> Result<Option<(PathBuf, PathBuf)>, ConfigError> {
    match (key, certificate) {
        (None, None) => Ok(None),
        (Some(key), Some(certificate)) => Ok(Some((key.file()?, certificate.file()?))),
        (Some(key), None) => Err(key.wrong("has no client certificate to go with it")),
        (None, Some(certificate)) => Err(certificate.wrong("has no client key to go with it")),
    }
}

/// The service's own variable wins over the attribute of the same meaning.
fn resource(lookup: Lookup<'_>) -> Result<Resource, ConfigError> {
    let mut resource = Resource::default();
    if let Some(it) = setting(lookup, "OTEL_RESOURCE_ATTRIBUTES") {
        for (name, value) in it.pairs()? {
            resource = resource.with(&name, &value);
        }
    }
    if let Some(it) = setting(lookup, "OTEL_SERVICE_NAME") {
        resource = resource.with(SERVICE_NAME, it.text.trim());
    }
    Ok(resource)
}

impl Compression {
    /// Whether this build can do it.
    fn check(self, setting: &Setting) -> Result<(), ConfigError> {
        match self {
            Self::Gzip if !cfg!(feature = "gzip") => {
                Err(setting.wrong("needs the feature `gzip` of engram-export-otlp"))
            }
            Self::Zstd if !cfg!(feature = "zstd") => {
                Err(setting.wrong("needs the feature `zstd` of engram-export-otlp"))
            }
            _ => Ok(()),
        }
    }
}

const PROTOCOLS: [(&str, Protocol); 3] = [
    ("http/protobuf", Protocol::HttpProtobuf),
    ("http/json", Protocol::HttpJson),
    ("grpc", Protocol::Grpc),
];

const ANSWERS: [(&str, bool); 2] = [("true", true), ("false", false)];

const COMPRESSIONS: [(&str, Compression); 3] =
    [("none", Compression::None), ("gzip", Compression::Gzip), ("zstd", Compression::Zstd)];

const TEMPORALITIES: [(&str, Temporality); 3] = [
    ("cumulative", Temporality::Cumulative),
    ("delta", Temporality::Delta),
    ("lowmemory", Temporality::LowMemory),
];

const AGGREGATIONS: [(&str, Histograms); 2] = [
    ("explicit_bucket_histogram", Histograms::Explicit),
    ("base2_exponential_bucket_histogram", Histograms::Exponential),
];
