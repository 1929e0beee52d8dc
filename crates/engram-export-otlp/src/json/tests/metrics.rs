//! Metrics of every kind.

use std::time::{Duration, UNIX_EPOCH};

use engram_metrics_core::{
    Counter, ExemplarHistogram, ExplicitHistogram, Gauge, Histogram, Registry, SpanId, TraceId,
    Unit, UpDownCounter, metric_set,
};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;

use super::same;
use crate::config::Signal;
use crate::{Encoding, Metrics, Resource, Scope};

metric_set! {
    struct Everything {
        /// "Quoted" \ and more.
        requests: Counter = "requests", Unit::Count("{request}");
        /// Requests that are not answered.
        open: UpDownCounter = "open", Unit::Count("{request}");
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Exponential.
        h0: Histogram = "h0", Unit::Seconds;
        /// With exemplars.
        h1: ExemplarHistogram = "h1", Unit::Seconds;
        /// With bounds.
        h2: ExplicitHistogram = "h2", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.1, 0.2]);
    }
}

static EVERYTHING: Everything = Everything::new();

#[test]
fn metrics_as_json_say_what_they_say_as_protobuf() {
    let registry = Registry::new();
    registry.register(&EVERYTHING).expect("registers");
    EVERYTHING.requests.add(u64::MAX >> 1);
    EVERYTHING.open.add(-7);
    EVERYTHING.fill.set(-0.1);
    (0..40).for_each(|bits| EVERYTHING.h0.record(1 << bits));
    EVERYTHING.h1.record_with_exemplar(5, TraceId(7 << 100), SpanId(u64::MAX));
    EVERYTHING.h2.record_f64(0.15);
    let resource = Resource::named("a \"name\"\n").with_schema("https://example.org/2");
    let scope = Scope { schema_url: "https://example.org/1".to_owned(), ..Scope::default() };
    let encoding = Encoding { resource, scope, ..Encoding::default() };
    let mut metrics = Metrics::new(&encoding, UNIX_EPOCH);
    assert_eq!(metrics.collect(&registry, UNIX_EPOCH + Duration::from_secs(1)), 1);
    let read: ExportMetricsServiceRequest = same(Signal::Metrics, metrics.request(0));
    assert_eq!(read.resource_metrics[0].scope_metrics[0].metrics.len(), 6);
}
