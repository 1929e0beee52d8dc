//! Who is speaking: the resource, and the scope inside it.

use crate::attribute;
use crate::wire::{Buffer, Tag, VARINT_MOST, field_len};

/// What produces the telemetry: attributes such as `service.name`.
///
/// ```
/// use engram_export_otlp::Resource;
///
/// let resource = Resource::named("shop").with("deployment.environment.name", "staging");
/// assert_eq!(resource.get("service.name"), Some("shop"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Names are unique; the first is the service's.
    attributes: Vec<(String, String)>,
    schema_url: Option<String>,
}

impl Resource {
    /// A resource with `service.name` and the `telemetry.sdk.*` attributes.
    #[must_use]
    pub fn named(service: &str) -> Self {
        Self { attributes: Vec::new(), schema_url: None }
            .with(SERVICE_NAME, service)
            .with("telemetry.sdk.name", "engram")
            .with("telemetry.sdk.language", "rust")
            .with("telemetry.sdk.version", env!("CARGO_PKG_VERSION"))
    }

    /// The same with one attribute more, or with another value of one that is there.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.attributes.iter_mut().find(|(there, _)| there == name) {
            Some((_, there)) => value.clone_into(there),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The same, saying which version of the semantic conventions the names are from.
    #[must_use]
    pub fn with_schema(mut self, url: &str) -> Self {
        self.schema_url = Some(url.to_owned());
        self
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(there, _)| *there == name).map(|(_, value)| value)
    }

    /// Name and value of each attribute.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Default for Resource {
    /// `unknown_service:` and the name of the program, as the specification asks.
    fn default() -> Self {
        let program = std::env::current_exe().ok();
        let name = program.as_deref().and_then(|path| path.file_stem()?.to_str());
        Self::named(
            &name.map_or_else(
                || "unknown_service".to_owned(),
                |name| format!("unknown_service:{name}"),
            ),
        )
    }
}

/// The library that made the telemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its name, most often that of a crate.
    pub name: String,
    /// Its version; empty when it does not matter.
    pub version: String,
    /// The semantic conventions that its names are from; empty when it does not say.
    pub schema_url: String,
}

impl Default for Scope {
    /// This crate.
    fn default() -> Self {
        Self {
            name: "engram".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            schema_url: String::new(),
        }
    }
}

/// What every request begins with, for metrics, logs and traces alike.
#[derive(Debug)]
pub(crate) struct Head {
    /// The fields of `ResourceMetrics` but for its scopes.
    pub(crate) resource: Vec<u8>,
    /// The fields of `ScopeMetrics` but for its metrics.
    pub(crate) scope: Vec<u8>,
}

impl Head {
    /// Bytes of a request that has nothing else in it, at most.
    pub(crate) fn len(&self) -> usize {
        const KEYS_AND_LENGTHS: usize = 2 * (1 + VARINT_MOST);
        self.resource.len() + self.scope.len() + KEYS_AND_LENGTHS
    }

    pub(crate) fn new(resource: &Resource, scope: &Scope) -> Self {
        let mut attributes = Buffer::new();
        resource.iter().for_each(|pair| attribute::put(&mut attributes, ATTRIBUTES, pair));
        Self {
            resource: with_schema(attributes.as_slice(), resource.schema_url.as_deref()),
            scope: with_schema(named(scope).as_slice(), Some(&scope.schema_url)),
        }
    }
}

/// A resource or a scope as the first field of the message around it, and the schema as the third.
fn with_schema(inner: &[u8], url: Option<&str>) -> Vec<u8> {
    let url = url.unwrap_or_default();
    let mut out = Buffer::new();
    out.reserve(field_len(inner.len()) + field_len(url.len()));
    out.bytes(INNER, inner);
    if !url.is_empty() {
        out.bytes(SCHEMA_URL, url.as_bytes());
    }
    out.as_slice().to_vec()
}

fn named(scope: &Scope) -> Buffer {
    let mut out = Buffer::new();
    out.reserve(field_len(scope.name.len()) + field_len(scope.version.len()));
    out.bytes(Tag::bytes(1), scope.name.as_bytes());
    if !scope.version.is_empty() {
        out.bytes(Tag::bytes(2), scope.version.as_bytes());
    }
    out
}

pub(crate) const SERVICE_NAME: &str = "service.name";
const ATTRIBUTES: Tag = Tag::bytes(1);
const INNER: Tag = Tag::bytes(1);
const SCHEMA_URL: Tag = Tag::bytes(3);
