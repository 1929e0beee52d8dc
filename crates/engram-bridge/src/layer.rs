//! A layer for `tracing`: how long spans take, and how many events there are.
//!
//! ```text
//!   new_span ─► open.insert(id, now, metadata)
//!   close    ─► open.remove(id) ─► duration of [name, target]       found by the addresses of both
//!   event    ─► events of [level, target]; of level ERROR: errors of the span around it
//! ```
//! Names and targets are static, so their series are found by address: `DynamicFamily::at_static`.

mod open;

use std::fmt;
use std::sync::Arc;

use engram_metrics_core::{
    Counter, DEFAULT_LIMIT, DynamicFamily, Histogram, Layout, RegisterError, Registry, metric_set,
};
use tracing_core::span::{Attributes, Id};
use tracing_core::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::gate::Live;
use crate::telemetry::BRIDGE;
use open::{Open, OpenSpans};

/// Spans that are timed at one time unless it is said otherwise.
pub const DEFAULT_OPEN_SPANS: usize = 1 << 16;

metric_set! {
    /// What a layer measures.
    struct SpanMetrics {
        /// Time from the creation of a span to its end.
        span_duration: DynamicFamily<2, Histogram> = "tracing.span.duration",
            engram_metrics_core::Unit::Seconds,
            DynamicFamily::<2, Histogram>::with_layout(["span", "target"], Layout::SECONDS);
        /// Events of level ERROR inside a span, counted for the innermost.
        span_errors: DynamicFamily<2, Counter> = "tracing.span.errors",
            engram_metrics_core::Unit::Count("{event}"),
            DynamicFamily::<2, Counter>::new(["span", "target"]);
        /// Events.
        events: DynamicFamily<2, Counter> = "tracing.events",
            engram_metrics_core::Unit::Count("{event}"),
            DynamicFamily::<2, Counter>::new(["level", "target"]);
    }
}

/// Measures spans and counts events, as a layer of `tracing-subscriber`.
///
/// ```
/// use engram_bridge::SpanLayer;
/// use engram_metrics_core::Registry;
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// static REGISTRY: Registry = Registry::new();
///
/// let layer = SpanLayer::new(&REGISTRY)?;
/// let subscriber = tracing_subscriber::registry().with(layer);
/// tracing::subscriber::with_default(subscriber, || {
///     tracing::info_span!(target: "search", "query").in_scope(|| {
///         tracing::error!(target: "search", "no index");
///     });
/// });
/// # engram_metrics_core::when_enabled! {
/// let page = engram_metrics_core::Reading::of(&REGISTRY);
/// let query = [("span", "query"), ("target", "search")];
/// assert_eq!(page.histogram("tracing.span.duration", &query).map(|it| it.count()), Some(1));
/// assert_eq!(page.number("tracing.span.errors", &query), Some(1.0));
/// assert_eq!(page.number("tracing.events", &[("level", "ERROR"), ("target", "search")]), Some(1.0));
/// # }
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
///
/// | metric | labels | what |
/// |---|---|---|
/// | `tracing.span.duration` | `span`, `target` | from the creation of a span to the end of its last reference |
/// | `tracing.span.errors` | `span`, `target` | events of level ERROR whose innermost span it is |
/// | `tracing.events` | `level`, `target` | events |
///
/// Which spans and events it sees is a matter of filters, as with every layer.
///
/// **Bounds.** 2,000 series a metric ([`with_series_limit`](Self::with_series_limit)), what is beyond goes to
/// one more, counted in `engram.metrics.overflow`. [`DEFAULT_OPEN_SPANS`] are timed at one time
/// ([`with_open_spans`](Self::with_open_spans)); the rest is in `engram.bridge.untimed_spans`.
///
/// **Cost.** Two short locks of one in 64 parts of a table, two readings of the clock and one record for
/// a span, a load and a store for an event; nothing is allocated once as many spans have been open as are.
/// `cargo xtask bench export` prints it.
pub struct SpanLayer(Live<Inner>);

struct Inner {
    metrics: Arc<SpanMetrics>,
    open: OpenSpans,
}

impl SpanLayer {
    /// A layer whose metrics are registered with `registry`, where they stay when the layer is gone.
    ///
    /// # Errors
    /// When the registry has metrics of these names, of another layer for instance.
    pub fn new(registry: &'static Registry) -> Result<Self, RegisterError> {
        Self::with_series_limit(registry, DEFAULT_LIMIT)
    }

    /// The same with at most so many series in each metric.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_series_limit(
        registry: &'static Registry,
        series: u32,
    ) -> Result<Self, RegisterError> {
        let SpanMetrics { span_duration, span_errors, events } = SpanMetrics::new();
        let metrics = Arc::new(SpanMetrics {
            span_duration: span_duration.with_limit(series),
            span_errors: span_errors.with_limit(series),
            events: events.with_limit(series),
        });
        registry.register_shared(&[], metrics.clone())?;
        let open = || OpenSpans::new(DEFAULT_OPEN_SPANS);
        Ok(Self(Live::make(|| Inner { metrics, open: open() })))
    }

    /// Times at most about so many spans at one time.
    #[must_use]
    pub fn with_open_spans(mut self, spans: usize) -> Self {
        self.0.get_mut().into_iter().for_each(|inner| inner.open = OpenSpans::new(spans));
        self
    }
}

impl Inner {
    fn close(&self, id: &Id) {
        if let Some(span) = self.open.remove(id) {
            let (ticks, named) = (span.started.elapsed_ticks(), series_of(span.metadata));
            self.metrics.span_duration.at_static(named).record(ticks);
        }
    }

    fn count(&self, event: &Event<'_>, span: Option<&'static Metadata<'static>>) {
        let metadata = event.metadata();
        self.metrics.events.at_static([metadata.level().as_str(), metadata.target()]).increment();
        if let Some(span) = span {
            self.metrics.span_errors.at_static(series_of(span)).increment();
        }
    }
}

fn series_of(span: &'static Metadata<'static>) -> [&'static str; 2] {
    [span.name(), span.target()]
}

impl<S: Subscriber> Layer<S> for SpanLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        self.0.with(|inner| {
            if !inner.open.insert(id, || Open::now(attributes.metadata())) {
                BRIDGE.untimed_spans.increment();
            }
        });
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        self.0.with(|inner| {
            let is_error = *event.metadata().level() == Level::ERROR;
            let current = || context.current_span().metadata();
            let named = || event.parent().map(|parent| inner.open.metadata(parent));
            let span = is_error.then(|| match named() {
                Some(metadata) => metadata,
                None if event.is_root() => None,
                None => current(),
            });
            inner.count(event, span.flatten());
        });
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.0.with(|inner| inner.close(&id));
    }
}

impl fmt::Debug for SpanLayer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SpanLayer").finish_non_exhaustive()
    }
}
