//! Registries of every shape.

use std::sync::Arc;

use engram_metrics_core::{
    Collect, Descriptor, ExplicitHistogram, Histogram, Kind, Labels, Layout, LogLinearHistogram,
    Registry, Snapshot, Unit, Value, Visit,
};
use proptest::prelude::*;

/// A source that shows what it was made of.
#[derive(Clone, Debug)]
pub(crate) struct Source(Vec<(Descriptor, Vec<Series>)>);

#[derive(Clone, Debug)]
struct Series {
    labels: Vec<(String, String)>,
    value: Number,
}

#[derive(Clone, Debug)]
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Histogram(Box<Snapshot>),
}

impl Collect for Source {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.0.get(index).map(|(descriptor, _)| descriptor)
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        for series in &self.0[index].1 {
            let labels: Vec<_> =
                series.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let value = match &series.value {
                Number::Unsigned(value) => Value::Unsigned(*value),
                Number::Signed(value) => Value::Signed(*value),
                Number::Float(value) => Value::Float(*value),
                Number::Histogram(value) => Value::Histogram(value),
            };
            visit.series(Labels::new(&labels), value);
        }
    }
}

impl Source {
    fn one(kind: Kind, series: Vec<Series>) -> Self {
        Self(vec![(descriptor(0, "help", Unit::Seconds, kind), series)])
    }

    pub(crate) fn of_histogram(snapshot: Snapshot) -> Self {
        let value = Number::Histogram(Box::new(snapshot));
        Self::one(Kind::Histogram, vec![Series { labels: vec![], value }])
    }

    pub(crate) fn counter(value: u64) -> Self {
        Self::one(Kind::Counter, vec![Series { labels: vec![], value: Number::Unsigned(value) }])
    }

    pub(crate) fn counters(series: u64) -> Self {
        let numbered = |at: u64| Series {
            labels: vec![
                ("number".to_owned(), at.to_string()),
                ("same".to_owned(), "x".to_owned()),
            ],
            value: Number::Unsigned(at),
        };
        Self::one(Kind::Counter, (0..series).map(numbered).collect())
    }
}

pub(crate) fn registry_of(source: Source) -> Registry {
    let registry = Registry::new();
    registry.register_shared(&[("instance", "i")], Arc::new(source)).expect("registers");
    registry
}

fn descriptor(at: usize, help: &str, unit: Unit, kind: Kind) -> Descriptor {
    Descriptor::new(format!("m{at}"), help.to_owned(), unit, kind).expect("a name")
}

pub(crate) fn any_source() -> impl Strategy<Value = Source> {
    let kind = prop_oneof![
        Just(Kind::Counter),
        Just(Kind::UpDownCounter),
        Just(Kind::StateSet),
        Just(Kind::Gauge),
        Just(Kind::Histogram),
    ];
    let unit = prop_oneof![Just(Unit::Seconds), Just(Unit::Bytes), Just(Unit::Count("{thing}"))];
    let metric = (kind, unit, "\\PC{0,40}").prop_flat_map(|(kind, unit, help)| {
        let series = prop::collection::vec(any_series(kind), 0..6);
        (Just(kind), Just(unit), Just(help), series)
    });
    prop::collection::vec(metric, 0..8).prop_map(|metrics| {
        let metrics = metrics.into_iter().enumerate();
        Source(
            metrics
                .map(|(at, (kind, unit, help, series))| {
                    (descriptor(at, &help, unit, kind), apart(series))
                })
                .collect(),
        )
    })
}

/// Series that differ in at least one label.
fn apart(mut series: Vec<Series>) -> Vec<Series> {
    for (at, series) in series.iter_mut().enumerate() {
        series.labels.push(("place".to_owned(), at.to_string()));
    }
    series
}

fn any_series(kind: Kind) -> impl Strategy<Value = Series> {
    let labels = prop::collection::vec(("[a-z][a-z0-9_]{0,8}[a-z]", "\\PC{0,70}"), 0..4);
    (labels, any_number(kind)).prop_map(|(labels, value)| Series { labels, value })
}

fn any_number(kind: Kind) -> BoxedStrategy<Number> {
    match kind {
        Kind::Counter => any::<u64>().prop_map(Number::Unsigned).boxed(),
        Kind::UpDownCounter => any::<i64>().prop_map(Number::Signed).boxed(),
        Kind::StateSet => (0..2_i64).prop_map(Number::Signed).boxed(),
        Kind::Gauge => (-1e300..1e300_f64).prop_map(Number::Float).boxed(),
        Kind::Histogram => any_histogram().prop_map(|it| Number::Histogram(Box::new(it))).boxed(),
    }
}

fn any_histogram() -> impl Strategy<Value = Snapshot> {
    let ticks = prop::collection::vec((0_u32..64, any::<u64>()), 0..30);
    (ticks, 0..4).prop_map(|(ticks, kind)| {
        let ticks = ticks.into_iter().map(|(shift, ticks)| ticks >> shift);
        match kind {
            0 => {
                let histogram = Histogram::seconds();
                ticks.for_each(|ticks| histogram.record(ticks));
                histogram.snapshot()
            }
            1 => {
                let histogram = Histogram::with_layout(Layout::new(5, 3, 9, 7));
                ticks.for_each(|ticks| histogram.record(ticks));
                histogram.snapshot()
            }
            2 => {
                let histogram = LogLinearHistogram::<3>::for_unit(Unit::Bytes);
                ticks.for_each(|ticks| histogram.record(ticks));
                histogram.snapshot()
            }
            _ => {
                let histogram = ExplicitHistogram::new(Unit::Seconds, &[0.1, 1.0, 60.0]);
                ticks.for_each(|ticks| histogram.record(ticks));
                histogram.snapshot()
            }
        }
    })
}
