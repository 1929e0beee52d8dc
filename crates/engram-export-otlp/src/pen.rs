//! Points as bytes.

mod distribution;
mod labelled;

use std::time::SystemTime;

use engram_metrics_core::histogram::PLACES;
use engram_metrics_core::{Descriptor, Exemplar, Exemplify, Labels, Snapshot, Value};

use crate::baseline::Owed;
use crate::encoding::{Encoding, Histograms};
use crate::requests::{POINT, Requests, Shape, Title};
use crate::resource::Head;
use crate::wire::{Tag, VARINT_MOST, copy};
use labelled::Labelled;

/// Writes points into requests.
#[derive(Debug)]
pub(crate) struct Pen {
    pub(crate) requests: Requests,
    title: Title,
    labelled: Labelled,
    /// The exemplars of the next histogram.
    exemplars: Vec<Exemplar>,
    histograms: Histograms,
}

/// What a point covers, in nanoseconds of Unix time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

impl Pen {
    pub(crate) fn new(encoding: &Encoding) -> Self {
        let head = Head::new(&encoding.resource, &encoding.scope);
        Self {
            requests: Requests::new(head, encoding.request_bytes),
            title: Title::new(),
            labelled: Labelled::new(),
            exemplars: Vec::with_capacity(PLACES),
            histograms: encoding.histograms,
        }
    }

    /// An export begins.
    pub(crate) fn begin(&mut self) {
        self.requests.clear();
        self.labelled.begin();
    }

    /// The points that follow belong to this metric.
    pub(crate) fn title(&mut self, descriptor: &Descriptor) {
        self.requests.end_metric();
        self.title.set(descriptor.name(), descriptor.help(), descriptor.unit().ucum());
    }

    /// The attributes of the next point, whose value decides which field they stand in.
    #[inline]
    pub(crate) fn label(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        let tag = match value {
            Value::Histogram(snapshot) => self.distribution(snapshot).attributes(),
            _ => NUMBER_ATTRIBUTES,
        };
        self.labelled.set(labels, tag);
    }

    /// The attributes of the next point as they were before.
    pub(crate) fn again(&mut self, attributes: &[u8]) {
        self.labelled.again(attributes);
    }

    /// The point is written, or left out: its exemplars are nobody else's.
    #[inline]
    pub(crate) fn end_point(&mut self) {
        self.exemplars.clear();
    }

    /// The exemplars of the next histogram.
    pub(crate) fn exemplify(&mut self, source: &dyn Exemplify, now: SystemTime) {
        self.exemplars.clear();
        source.exemplars(now, &mut |exemplar| self.exemplars.push(*exemplar));
    }

    #[inline]
    pub(crate) fn attributes(&self) -> &[u8] {
        self.labelled.as_slice()
    }

    /// Writes what a counter counted; returns the request that it went into.
    #[inline]
    pub(crate) fn counter(&mut self, interval: Interval, value: u64, is_delta: bool) -> usize {
        let shape = Shape::Sum { is_monotonic: true, is_delta };
        match i64::try_from(value) {
            Ok(value) => self.number(shape, interval, (AS_INT, value.cast_unsigned())),
            Err(_) => self.number(shape, interval, (AS_DOUBLE, (value as f64).to_bits())),
        }
        self.requests.current()
    }

    /// Writes the level of an up-down counter.
    #[inline]
    pub(crate) fn level(&mut self, interval: Interval, value: i64) {
        let shape = Shape::Sum { is_monotonic: false, is_delta: false };
        self.number(shape, interval, (AS_INT, value.cast_unsigned()));
    }

    /// Writes what a gauge was set to.
    #[inline]
    pub(crate) fn gauge(&mut self, interval: Interval, value: f64) {
        self.number(Shape::Gauge, Interval { start: 0, ..interval }, (AS_DOUBLE, value.to_bits()));
    }

    #[inline]
    fn number(&mut self, shape: Shape, Interval { start, end }: Interval, value: (Tag, u64)) {
        let attributes = self.labelled.as_slice();
        let len = attributes.len() + NUMBER_BYTES;
        let out = self.requests.point(&mut self.title, shape, 1 + VARINT_MOST + len);
        let place = out.message(POINT, len);
        let Some((start_of_point, numbers)) = place.split_last_chunk_mut::<NUMBER_BYTES>() else {
            return;
        };
        copy(start_of_point, attributes);
        for (at, (Tag(tag), value)) in [(START, start), (TIME, end), value].into_iter().enumerate()
        {
            numbers[at * FIXED] = tag;
            numbers[at * FIXED + 1..][..8].copy_from_slice(&value.to_le_bytes());
        }
    }

    /// Writes a histogram since the start, of which the extremes are known.
    pub(crate) fn total(&mut self, interval: Interval, snapshot: &Snapshot) -> usize {
        self.histogram(interval, (snapshot, [snapshot.min(), snapshot.max()]), false)
    }

    /// Writes what is owed of a histogram.
    pub(crate) fn change(&mut self, interval: Interval, owed: &Owed) -> usize {
        self.histogram(interval, (&owed.snapshot, [owed.min, owed.max]), true)
    }
}

const NUMBER_ATTRIBUTES: Tag = Tag::bytes(7);
const START: Tag = Tag::fixed(2);
const TIME: Tag = Tag::fixed(3);
const AS_DOUBLE: Tag = Tag::fixed(4);
const AS_INT: Tag = Tag::fixed(6);

/// Bytes of a number of eight, with its key.
const FIXED: usize = 9;

/// Start, time and value.
const NUMBER_BYTES: usize = 3 * FIXED;
