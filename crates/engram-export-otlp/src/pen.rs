//! Points as bytes.

mod distribution;
mod labelled;
mod numbers;
mod sheets;

use std::time::SystemTime;

use engram_metrics_core::histogram::PLACES;
use engram_metrics_core::{Descriptor, Exemplar, Exemplify, Labels, Rows, Snapshot, Value};

use crate::baseline::Owed;
use crate::encoding::{Encoding, Histograms};
use crate::requests::{POINT, Requests, Shape, Title};
use crate::resource::Head;
use crate::wire::{Tag, VARINT_MOST, copy};
use labelled::Labelled;
pub(crate) use numbers::Stamp;
use numbers::{FIXED, NUMBER_BYTES, Numbers, START, TIME};
pub(crate) use sheets::{Sheet, Stretch};
use sheets::{Sheets, Spot};

/// Writes points into requests.
#[derive(Debug)]
pub(crate) struct Pen {
    pub(crate) requests: Requests,
    title: Title,
    labelled: Labelled,
    sheets: Sheets,
    /// The number of the export.
    export: u64,
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
            sheets: Sheets::new(),
            export: 0,
            exemplars: Vec::with_capacity(PLACES),
            histograms: encoding.histograms,
        }
    }

    /// An export begins.
    pub(crate) fn begin(&mut self) {
        self.export += 1;
        self.requests.clear();
        self.labelled.begin();
        self.sheets.begin();
    }

    /// An export is complete.
    pub(crate) fn end(&mut self) {
        self.requests.finish();
        self.sheets.end();
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
        self.number(shape, Stamp::new(interval).count(value));
        self.requests.current()
    }

    /// Writes the level of an up-down counter.
    #[inline]
    pub(crate) fn level(&mut self, interval: Interval, value: i64) {
        self.number(LEVEL, Stamp::new(interval).level(value));
    }

    /// Writes what a gauge was set to.
    #[inline]
    pub(crate) fn gauge(&mut self, interval: Interval, value: f64) {
        self.number(Shape::Gauge, Stamp::of_setting(interval.end).setting(value));
    }

    #[inline]
    fn number(&mut self, shape: Shape, numbers: Numbers) {
        let attributes = self.labelled.as_slice();
        let len = attributes.len() + NUMBER_BYTES;
        let out = self.requests.point(&mut self.title, shape, 1 + VARINT_MOST + len);
        let place = out.message(POINT, len);
        let Some((start_of_point, place)) = place.split_last_chunk_mut() else { return };
        copy(start_of_point, attributes);
        numbers.put(place);
    }

    /// What is kept of these rows, which the calls that follow are about.
    pub(crate) fn turn_to(&mut self, rows: &Rows<'_>) -> &mut Sheet {
        self.sheets.turn_to(rows)
    }

    /// The sheet that was turned to.
    pub(crate) fn sheet(&mut self) -> &mut Sheet {
        self.sheets.present()
    }

    /// Writes what the counters of some rows counted, in order.
    #[inline]
    pub(crate) fn counters(&mut self, rows: &Rows<'_>, counts: impl Iterator<Item = Numbers>) {
        self.points(rows, Shape::Sum { is_monotonic: true, is_delta: false }, counts);
    }

    /// Writes the levels of the up-down counters of some rows.
    pub(crate) fn levels(&mut self, rows: &Rows<'_>, interval: Interval, levels: &[i64]) {
        self.turn_to(rows);
        let stamp = Stamp::new(interval);
        let levels = levels.iter().map(|level| stamp.level(*level));
        self.points(rows, LEVEL, levels);
    }

    /// Writes what the gauges of some rows were set to.
    pub(crate) fn gauges(&mut self, rows: &Rows<'_>, now: u64, values: &[f64]) {
        self.turn_to(rows);
        let stamp = Stamp::of_setting(now);
        let values = values.iter().map(|value| stamp.setting(*value));
        self.points(rows, Shape::Gauge, values);
    }

    /// Writes the change of the counter at `at` in the sheet; returns the request that it went into.
    #[inline]
    pub(crate) fn change_of(&mut self, at: usize, change: Numbers) -> usize {
        let shape = Shape::Sum { is_monotonic: true, is_delta: true };
        let point = self.sheets.present().point(at, change);
        self.requests.point(&mut self.title, shape, point.len()).raw(point);
        self.requests.current()
    }

    /// Writes the points of rows: in one piece, unless a request has to be closed between them.
    #[inline]
    fn points(&mut self, rows: &Rows<'_>, shape: Shape, numbers: impl Iterator<Item = Numbers>) {
        let Self { requests, title, sheets, export, .. } = self;
        let sheet = sheets.present();
        let rows = rows.first()..rows.first() + rows.len();
        let len = sheet.len(&rows);
        if requests.is_small(len) {
            let (request, out) = requests.place(title, shape, len);
            let spot = Spot { export: *export, request, offset: out.len() };
            return sheet.write(rows, (spot, out.room(len)), numbers);
        }
        for (at, numbers) in rows.zip(numbers) {
            let point = sheet.point(at, numbers);
            requests.point(title, shape, point.len()).raw(point);
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

const LEVEL: Shape = Shape::Sum { is_monotonic: false, is_delta: false };
const NUMBER_ATTRIBUTES: Tag = Tag::bytes(7);
