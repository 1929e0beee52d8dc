//! Protobuf: messages `io.prometheus.client.MetricFamily`, each behind its length.
//!
//! The numbers of the fields are those of `metrics.proto` of the Prometheus client model. A histogram has its
//! classic buckets, and those of a native one where its layout has such: see `native`.

mod native;
pub(crate) mod wire;

use std::time::SystemTime;

use engram_metrics_core::{Descriptor, Exemplar, Exemplify, Kind, Labels, Snapshot, Value, Visit};

use crate::exemplars::{self, Exemplars};
use crate::labels;
use crate::name::Name;
use crate::names::Names;
use crate::number;
use crate::pieces::Pieces;
use native::Native;
use wire::Wire;

/// Bytes of series after which a family goes on in another message.
const FAMILY_BYTES: usize = 32 * 1024;

/// What is kept between pages.
#[derive(Debug)]
pub(crate) struct Protobuf {
    name: Name,
    /// The fields of the current family that are not series.
    head: Wire,
    /// Its series, as far as they are not handed on.
    series: Wire,
    exemplars: Exemplars,
}

impl Protobuf {
    pub(crate) fn new() -> Self {
        Self {
            name: Name::new(),
            head: Wire::with_capacity(1024),
            series: Wire::with_capacity(FAMILY_BYTES + 4 * 1024),
            exemplars: Exemplars::default(),
        }
    }
}

/// A page being written.
pub(crate) struct Page<'a> {
    pub(crate) protobuf: &'a mut Protobuf,
    pub(crate) pieces: Pieces<'a>,
    pub(crate) names: &'a Names,
    /// When counting began.
    pub(crate) created: Option<SystemTime>,
    /// What dates exemplars.
    pub(crate) now: SystemTime,
    /// Whether the current metric was not asked for.
    pub(crate) is_hidden: bool,
    /// Whether it is a counter, which sources that are not ours may count in fractions.
    pub(crate) is_counter: bool,
}

impl Page<'_> {
    /// Hands on what there is of the current family. Stands also behind the last one.
    pub(crate) fn end_family(&mut self) {
        let Protobuf { head, series, .. } = &mut *self.protobuf;
        let (head, body) = (head.as_slice(), series.as_slice());
        if body.is_empty() {
            return;
        }
        let len = head.len() + body.len();
        self.pieces.line(wire::VARINT_BYTES + len, |line| {
            wire::varint(len as u64, |byte| line.put_fixed(&[byte]));
            line.put(head);
            line.put(body);
        });
        series.clear();
    }

    fn begin_family(&mut self, descriptor: &Descriptor) {
        let Protobuf { name, head, .. } = &mut *self.protobuf;
        head.clear();
        head.text(1, name.full());
        head.text(2, descriptor.help().as_bytes());
        head.uint(
            3,
            match descriptor.kind() {
                Kind::Counter => 0,
                Kind::UpDownCounter | Kind::Gauge | Kind::StateSet => 1,
                Kind::Histogram => 4,
            },
        );
        let unit = descriptor.unit().suffix();
        if !unit.is_empty() {
            head.text(5, unit.as_bytes());
        }
    }
}

impl Visit for Page<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.end_family();
        self.is_counter = descriptor.kind() == Kind::Counter;
        let name = &mut self.protobuf.name;
        name.set(descriptor);
        self.is_hidden = !self.names.show(name.full(), name.family().len());
        if !self.is_hidden {
            self.begin_family(descriptor);
        }
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        if self.is_hidden {
            return;
        }
        let Protobuf { series, exemplars, .. } = &mut *self.protobuf;
        let (created, is_counter) = (self.created, self.is_counter);
        let count = |metric: &mut Wire, value| {
            metric.message(3, |counter| {
                counter.double(1, value);
                created.inspect(|at| timestamp(counter, 3, *at));
            });
        };
        series.message(4, |metric| {
            labels.iter().for_each(|(name, value)| label(metric, name, value.as_bytes()));
            match value {
                Value::Unsigned(value) => count(metric, value as f64),
                Value::Float(value) if is_counter => count(metric, value),
                Value::Signed(value) => metric.message(2, |gauge| gauge.double(1, value as f64)),
                Value::Float(value) => metric.message(2, |gauge| gauge.double(1, value)),
                Value::Histogram(snapshot) => metric.message(7, |out| {
                    classic(out, snapshot, exemplars);
                    created.inspect(|at| timestamp(out, 15, *at));
                    Native::of(snapshot).inspect(|native| buckets(out, native, exemplars));
                }),
                _ => {}
            }
        });
        exemplars.clear();
        if series.as_slice().len() >= FAMILY_BYTES {
            self.end_family();
        }
    }

    fn exemplify(&mut self, source: &dyn Exemplify) {
        if !self.is_hidden {
            self.protobuf.exemplars.take(source, self.now);
        }
    }
}

/// A `LabelPair`. Its name is an identifier, whatever the source said: not all servers take others.
fn label(out: &mut Wire, name: &str, value: &[u8]) {
    out.message(1, |pair| {
        if labels::is_identifier(name.as_bytes()) {
            pair.text(1, name.as_bytes());
        } else {
            pair.message(1, |text| labels::identifier(name).for_each(|byte| text.byte(byte)));
        }
        pair.text(2, value);
    });
}

/// Count, sum and cumulative buckets.
fn classic(out: &mut Wire, snapshot: &Snapshot, exemplars: &Exemplars) {
    out.uint(1, snapshot.count());
    out.double(2, snapshot.sum());
    let mut exemplars = exemplars.by_bucket();
    let mut bucket = |bound: f64, count: u64| {
        out.message(3, |bucket| {
            bucket.uint(1, count);
            bucket.double(2, bound);
            exemplars.up_to(bound).inspect(|it| exemplar(bucket, 3, it));
        });
    };
    snapshot.cumulative(&mut bucket);
    bucket(f64::INFINITY, snapshot.count());
}

/// The fields that make a histogram a native one.
fn buckets(out: &mut Wire, native: &Native, exemplars: &Exemplars) {
    out.sint(5, native.schema.into());
    out.double(6, native.zero_threshold);
    out.uint(7, native.zero_count);
    for span in native.spans() {
        out.message(12, |out| {
            out.sint(1, span.offset.into());
            out.uint(2, span.counts.len() as u64);
        });
    }
    if native.spans().next().is_some() {
        out.message(13, |deltas| {
            let mut before = 0;
            for count in native.spans().flat_map(|span| span.counts) {
                let count = count.cast_signed();
                deltas.varint(wire::zigzag(count - before));
                before = count;
            }
        });
    }
    exemplars.as_slice().iter().for_each(|it| exemplar(out, 16, it));
}

fn exemplar(out: &mut Wire, field: u32, exemplar: &Exemplar) {
    out.message(field, |out| {
        label(out, "trace_id", &number::digits::<32>(exemplar.trace_id.0));
        label(out, "span_id", &number::digits::<16>(exemplar.span_id.0.into()));
        out.double(2, exemplar.value);
        timestamp(out, 3, exemplar.at);
    });
}

/// A `google.protobuf.Timestamp`.
fn timestamp(out: &mut Wire, field: u32, at: SystemTime) {
    let since = exemplars::since_1970(at);
    out.message(field, |out| {
        out.uint(1, since.as_secs());
        out.uint(2, since.subsec_nanos().into());
    });
}

engram_metrics_core::when_enabled! {
    #[cfg(test)]
    pub(crate) mod tests;
}
