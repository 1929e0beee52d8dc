//! A media range of `Accept`.

use super::element::Element;
use crate::format::Format;

/// How exactly a range names a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exactness {
    /// `*/*`
    Anything,
    /// `text/*`
    Group,
    /// `text/plain`
    Type,
}

/// `type/subtype;parameter=value`, where `*` stands for anything.
#[derive(Clone, Debug)]
pub(super) struct Range<'a> {
    group: &'a str,
    subtype: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    /// In thousandths.
    pub(super) weight: u16,
}

impl<'a> Range<'a> {
    /// `None` for what is not of the grammar.
    pub(super) fn of(element: Element<'a>) -> Option<Self> {
        let (group, subtype) = element.value.split_once('/')?;
        let is_valid = !group.is_empty() && !subtype.is_empty() && (group != "*" || subtype == "*");
        let Element { parameters, weight, .. } = element;
        is_valid.then_some(Self { group, subtype, parameters, weight })
    }

    pub(super) fn kind(&self) -> Exactness {
        match (self.group, self.subtype) {
            ("*", _) => Exactness::Anything,
            (_, "*") => Exactness::Group,
            _ => Exactness::Type,
        }
    }

    /// Of several ranges that match, the one that counts has the highest.
    pub(super) fn precedence(&self) -> (Exactness, usize) {
        (self.kind(), self.parameters.len())
    }

    pub(super) fn matches(&self, format: Format) -> bool {
        let (group, subtype) = media_type(format);
        (self.group == "*" || self.group.eq_ignore_ascii_case(group))
            && (self.subtype == "*" || self.subtype.eq_ignore_ascii_case(subtype))
            && self.parameters.iter().all(|(name, value)| has(format, name, value))
    }
}

const fn media_type(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Text | Format::TextUtf8 => ("text", "plain"),
        Format::OpenMetrics => ("application", "openmetrics-text"),
        Format::Protobuf => ("application", "vnd.google.protobuf"),
    }
}

/// Whether a page of that format is what the parameter asks for.
fn has(format: Format, name: &str, value: &str) -> bool {
    let is = |expected: &str| value.eq_ignore_ascii_case(expected);
    match (name.to_ascii_lowercase().as_str(), format) {
        ("charset", Format::Text | Format::TextUtf8 | Format::OpenMetrics) => is("utf-8"),
        ("version", Format::Text) => is("0.0.4"),
        ("version", Format::TextUtf8 | Format::OpenMetrics) => is("1.0.0"),
        ("escaping", Format::TextUtf8) => is("allow-utf-8"),
        // Names that are identifiers are the same under every scheme, and these formats have no others.
        ("escaping", Format::OpenMetrics | Format::Protobuf) => true,
        ("proto", Format::Protobuf) => is("io.prometheus.client.MetricFamily"),
        ("encoding", Format::Protobuf) => is("delimited"),
        _ => false,
    }
}
