//! One family of theirs as a metric of ours.

use std::sync::Arc;

use engram_metrics_core::{
    Bounds, Collect, Descriptor, InvalidName, Kind, Labels, Snapshot, Unit, Value, Visit,
};
use prometheus::proto::{Histogram, Metric, MetricFamily, MetricType};

use super::source::Gathered;

/// A family, found by its name in what was gathered last.
pub(super) struct Family {
    name: String,
    descriptor: Descriptor,
    gathered: Arc<Gathered>,
}

impl Family {
    /// The metric that a family becomes; `None` when our model has nothing like it.
    pub(super) fn of(family: &MetricFamily, gathered: &Arc<Gathered>) -> Option<Self> {
        let descriptor = descriptor(family)?.ok()?;
        let is_histogram = descriptor.kind() == Kind::Histogram;
        if is_histogram && !family.get_metric().iter().all(|it| snapshot(&it.histogram).is_some()) {
            return None;
        }
        let gathered = Arc::clone(gathered);
        Some(Self { name: family.name().to_owned(), descriptor, gathered })
    }
}

impl Collect for Family {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.descriptor)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let families = self.gathered.last();
        let at = families.binary_search_by(|family| family.name().cmp(&self.name));
        let metrics = at.map_or(&[][..], |at| families[at].get_metric());
        for metric in metrics {
            let labels = metric.get_label().iter().map(|label| (label.name(), label.value()));
            let labels: Vec<_> = labels.collect();
            show(metric, Labels::new(&labels), self.descriptor.kind(), visit);
        }
    }
}

fn show(metric: &Metric, labels: Labels<'_>, kind: Kind, visit: &mut dyn Visit) {
    match kind {
        Kind::Counter => visit.series(labels, count(metric.counter.value())),
        Kind::Histogram => {
            if let Some(snapshot) = snapshot(&metric.histogram) {
                visit.series(labels, Value::Histogram(&snapshot));
            }
        }
        _ if metric.untyped.is_some() => visit.series(labels, Value::Float(metric.untyped.value())),
        _ => visit.series(labels, Value::Float(metric.gauge.value())),
    }
}

/// The value of a counter, which theirs may count in fractions.
fn count(value: f64) -> Value<'static> {
    /// Up to here every integer has a float of its own.
    const INTEGERS: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && (0.0..=INTEGERS).contains(&value) {
        Value::Unsigned(value as u64)
    } else {
        Value::Float(value)
    }
}

fn descriptor(family: &MetricFamily) -> Option<Result<Descriptor, InvalidName>> {
    let kind = match family.get_field_type() {
        MetricType::COUNTER => Kind::Counter,
        MetricType::GAUGE | MetricType::UNTYPED => Kind::Gauge,
        MetricType::HISTOGRAM => Kind::Histogram,
        _ => return None,
    };
    let name = family.name();
    let stem = name.strip_suffix("_total").filter(|_| kind == Kind::Counter).unwrap_or(name);
    let units = [Unit::Seconds, Unit::Bytes, Unit::Ratio];
    // The unit is in the name already, and is not appended a second time.
    let said =
        |unit: &Unit| stem.strip_suffix(unit.suffix()).is_some_and(|stem| stem.ends_with('_'));
    let unit = units.into_iter().find(said).unwrap_or(Unit::Count("1"));
    Some(Descriptor::new(name.to_owned(), family.help().to_owned(), unit, kind))
}

/// The histogram as ours; `None` when its bounds or its sum are such as ours cannot have.
fn snapshot(histogram: &Histogram) -> Option<Snapshot> {
    let (mut before, mut counts, mut edges) = (0, Vec::new(), Vec::new());
    for bucket in histogram.get_bucket().iter().filter(|it| it.upper_bound().is_finite()) {
        edges.push(bucket.upper_bound());
        counts.push(bucket.cumulative_count().checked_sub(before)?);
        before = bucket.cumulative_count();
    }
    counts.push(histogram.sample_count().checked_sub(before)?);
    Snapshot::of_counts(Bounds::keep(&edges)?, &counts, histogram.sample_sum())
}
