//! What a page can be written in.

/// A format that Prometheus reads.
///
/// | format | histograms | exemplars | units | created |
/// |---|---|---|---|---|
/// | [`Text`](Self::Text), [`TextUtf8`](Self::TextUtf8) | classic | - | - | - |
/// | [`OpenMetrics`](Self::OpenMetrics) | classic | on buckets | yes | yes |
/// | [`Protobuf`](Self::Protobuf) | classic and native | on buckets and of the histogram | yes | yes |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text 0.0.4: what every Prometheus since 2014 reads.
    Text,
    /// Text 1.0.0 with `escaping=allow-utf-8`: names of labels that are no identifiers are quoted, where
    /// the others show underscores.
    TextUtf8,
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// `io.prometheus.client.MetricFamily`, each message behind its length. A family of more than 32 KiB
    /// comes in several messages of the same name, so that none has to be held in memory as a whole.
    Protobuf,
}

impl Format {
    /// All of them, the ones that need no negotiation first.
    pub const ALL: [Self; 4] = [Self::Text, Self::OpenMetrics, Self::TextUtf8, Self::Protobuf];

    /// The content type of a page.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::TextUtf8 => "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; \
                 encoding=delimited"
            }
        }
    }
}
