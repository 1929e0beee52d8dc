//! The same series in the registry of each crate.

use std::sync::Arc;

use engram_metrics_core::{
    Counter, Descriptor, DynamicFamily, ExplicitHistogram, Gauge, Kind, Named, Registry, Unit,
};
use fastmetrics::metrics::counter::Counter as FastCounter;
use fastmetrics::metrics::family::Family as FastFamily;
use fastmetrics::metrics::gauge::Gauge as FastGauge;
use fastmetrics::metrics::histogram::Histogram as FastHistogram;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus_client::metrics::counter::Counter as ClientCounter;
use prometheus_client::metrics::family::Family as ClientFamily;
use prometheus_client::metrics::gauge::Gauge as ClientGauge;
use prometheus_client::metrics::histogram::Histogram as ClientHistogram;

use super::mix::{BOUNDS, COUNTER_FAMILIES, GAUGE_FAMILIES, HISTOGRAM_FAMILIES, Mix};
use crate::peers::pairs::Owned;

const NAMES: [&str; 2] = ["method", "path"];

/// A gauge of floats in `prometheus-client`.
type Level = ClientGauge<f64, std::sync::atomic::AtomicU64>;

/// Ours; lives as long as the program, as an exporter wants it.
pub(super) fn engram(mix: Mix) -> &'static Registry {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let descriptor = |name: String, unit, kind| {
        Descriptor::new(name, "Help.", unit, kind).expect("a valid name")
    };
    for at in 0..COUNTER_FAMILIES {
        let family = DynamicFamily::<2, Counter>::new(NAMES).with_limit(10_000);
        mix.each_counter(&mut |([a, b], value)| family.at([a, b]).add(value));
        let what = descriptor(format!("requests.{at}"), Unit::Count("{request}"), Kind::Counter);
        let source = Arc::new(Named::new(what, family));
        registry.register_shared(&[], source).expect("it has another name");
    }
    for at in 0..GAUGE_FAMILIES {
        let family = DynamicFamily::<2, Gauge>::new(NAMES).with_limit(10_000);
        mix.each_gauge(&mut |([a, b], value)| family.at([a, b]).set(value as f64 / 8.0));
        let what = descriptor(format!("depth.{at}"), Unit::Count("{item}"), Kind::Gauge);
        let source = Arc::new(Named::new(what, family));
        registry.register_shared(&[], source).expect("it has another name");
    }
    for at in 0..HISTOGRAM_FAMILIES {
        let family =
            DynamicFamily::<2, ExplicitHistogram>::with_bounds(NAMES, Unit::Seconds, BOUNDS);
        mix.each_histogram(&mut |[a, b], value| family.at([a, b]).record_f64(value));
        let what = descriptor(format!("duration.{at}"), Unit::Seconds, Kind::Histogram);
        let source = Arc::new(Named::new(what, family));
        registry.register_shared(&[], source).expect("it has another name");
    }
    registry
}

pub(super) fn prometheus(mix: Mix) -> prometheus::Registry {
    use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts};
    let registry = prometheus::Registry::new();
    let options = |name: String| Opts::new(name, "Help.");
    for at in 0..COUNTER_FAMILIES {
        let family = IntCounterVec::new(options(format!("requests_{at}_total")), &NAMES);
        let family = family.expect("valid names");
        mix.each_counter(&mut |(pair, value)| family.with_label_values(pair).inc_by(value));
        registry.register(Box::new(family)).expect("it has another name");
    }
    for at in 0..GAUGE_FAMILIES {
        let family = GaugeVec::new(options(format!("depth_{at}")), &NAMES).expect("valid names");
        mix.each_gauge(&mut |(pair, value)| family.with_label_values(pair).set(value as f64 / 8.0));
        registry.register(Box::new(family)).expect("it has another name");
    }
    for at in 0..HISTOGRAM_FAMILIES {
        let options = HistogramOpts::new(format!("duration_{at}_seconds"), "Help.");
        let family = HistogramVec::new(options.buckets(BOUNDS.to_vec()), &NAMES);
        let family = family.expect("valid names");
        mix.each_histogram(&mut |pair, value| family.with_label_values(pair).observe(value));
        registry.register(Box::new(family)).expect("it has another name");
    }
    registry
}

pub(super) fn prometheus_client(mix: Mix) -> prometheus_client::registry::Registry {
    let mut registry = prometheus_client::registry::Registry::default();
    for at in 0..COUNTER_FAMILIES {
        let family = ClientFamily::<Owned, ClientCounter>::default();
        mix.each_counter(&mut |(pair, value)| {
            family.get_or_create(&pair.into()).inc_by(value);
        });
        registry.register(format!("requests_{at}"), "Help", family);
    }
    for at in 0..GAUGE_FAMILIES {
        let family = ClientFamily::<Owned, Level>::default();
        mix.each_gauge(&mut |(pair, value)| {
            family.get_or_create(&pair.into()).set(value as f64 / 8.0);
        });
        registry.register(format!("depth_{at}"), "Help", family);
    }
    for at in 0..HISTOGRAM_FAMILIES {
        let make: fn() -> ClientHistogram = || ClientHistogram::new(BOUNDS.iter().copied());
        let family = ClientFamily::<Owned, ClientHistogram, _>::new_with_constructor(make);
        mix.each_histogram(&mut |pair, value| family.get_or_create(&pair.into()).observe(value));
        registry.register(format!("duration_{at}_seconds"), "Help", family);
    }
    registry
}

pub(super) fn fastmetrics(mix: Mix) -> fastmetrics::registry::Registry {
    let mut registry = fastmetrics::registry::Registry::default();
    for at in 0..COUNTER_FAMILIES {
        let family = FastFamily::<Owned, FastCounter>::default();
        mix.each_counter(&mut |(pair, value)| {
            family.with_or_new(&pair.into(), |it| it.inc_by(value));
        });
        registry.register(format!("requests_{at}"), "Help", family).expect("it has another name");
    }
    for at in 0..GAUGE_FAMILIES {
        let family = FastFamily::<Owned, FastGauge<f64>>::default();
        mix.each_gauge(&mut |(pair, value)| {
            family.with_or_new(&pair.into(), |it| it.set(value as f64 / 8.0));
        });
        registry.register(format!("depth_{at}"), "Help", family).expect("it has another name");
    }
    for at in 0..HISTOGRAM_FAMILIES {
        let make = || FastHistogram::new(BOUNDS.iter().copied());
        let family = FastFamily::<Owned, FastHistogram>::new(make);
        mix.each_histogram(&mut |pair, value| {
            family.with_or_new(&pair.into(), |it| it.observe(value));
        });
        let name = format!("duration_{at}_seconds");
        registry.register(name, "Help", family).expect("it has another name");
    }
    registry
}

pub(super) fn metrics(mix: Mix) -> PrometheusHandle {
    let builder = PrometheusBuilder::new().set_buckets(BOUNDS).expect("there are bounds");
    let recorder = builder.build_recorder();
    let labels = |[method, path]: &[String; 2]| {
        [("method", method.clone()), ("path", path.clone())]
            .map(|(name, value)| metrics::Label::new(name, value))
    };
    metrics::with_local_recorder(&recorder, || {
        for at in 0..COUNTER_FAMILIES {
            mix.each_counter(&mut |(pair, value)| {
                let labels = labels(pair).to_vec();
                metrics::counter!(format!("requests_{at}_total"), labels).increment(value);
            });
        }
        for at in 0..GAUGE_FAMILIES {
            mix.each_gauge(&mut |(pair, value)| {
                let labels = labels(pair).to_vec();
                metrics::gauge!(format!("depth_{at}"), labels).set(value as f64 / 8.0);
            });
        }
        for at in 0..HISTOGRAM_FAMILIES {
            mix.each_histogram(&mut |pair, value| {
                let labels = labels(pair).to_vec();
                metrics::histogram!(format!("duration_{at}_seconds"), labels).record(value);
            });
        }
    });
    recorder.handle()
}

/// Records everything with the instruments of OpenTelemetry.
pub(super) fn opentelemetry(mix: Mix, provider: &SdkMeterProvider) {
    let meter = provider.meter("export");
    let attributes = |[method, path]: &[String; 2]| {
        [KeyValue::new("method", method.clone()), KeyValue::new("path", path.clone())]
    };
    for at in 0..COUNTER_FAMILIES {
        let counter = meter.u64_counter(format!("requests_{at}")).build();
        mix.each_counter(&mut |(pair, value)| counter.add(value, &attributes(pair)));
    }
    for at in 0..GAUGE_FAMILIES {
        let gauge = meter.f64_gauge(format!("depth_{at}")).build();
        mix.each_gauge(&mut |(pair, value)| gauge.record(value as f64 / 8.0, &attributes(pair)));
    }
    for at in 0..HISTOGRAM_FAMILIES {
        let histogram = meter.f64_histogram(format!("duration_{at}_seconds"));
        let histogram = histogram.with_boundaries(BOUNDS.to_vec()).build();
        mix.each_histogram(&mut |pair, value| histogram.record(value, &attributes(pair)));
    }
}
