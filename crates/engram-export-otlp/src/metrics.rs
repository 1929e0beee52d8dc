//! A registry as OTLP requests.

use std::time::{SystemTime, UNIX_EPOCH};

use engram_metrics_core::{
    Descriptor, Exemplify, Labels, Numbers as Values, Registry, Rows, Snapshot, Value, Visit,
};

use crate::baseline::Baselines;
use crate::encoding::{Encoding, Uncertain};
use crate::pen::{Interval, Pen, Stamp, Stretch};

/// Encodes exports, and keeps account of what was delivered. No I/O, no clock: whoever sends the requests
/// says what became of each.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use engram_export_otlp::{Delivery, Encoding, Metrics, Temporality};
/// use engram_metrics_core::{Counter, Registry, Unit, metric_set};
///
/// metric_set! {
///     /// What the server does.
///     pub struct ServerMetrics {
///         /// Requests answered.
///         pub requests: Counter = "server.requests", Unit::Count("{request}");
///     }
/// }
/// static SERVER: ServerMetrics = ServerMetrics::new();
///
/// let registry = Registry::new();
/// registry.register(&SERVER)?;
/// let start = SystemTime::now();
/// let encoding = Encoding { temporality: Temporality::Delta, ..Encoding::default() };
/// let mut metrics = Metrics::new(&encoding, start);
///
/// SERVER.requests.add(3);
/// for request in 0..metrics.collect(&registry, start + Duration::from_secs(10)) {
///     let _body = metrics.request(request); // an `ExportMetricsServiceRequest`
///     metrics.settle(request, Delivery::Refused); // the next export will have these 3 again
/// }
/// # Ok::<(), engram_metrics_core::RegisterError>(())
/// ```
///
/// # Memory
/// The requests of one export; per series its labels, as text and as attributes, where its source keeps them as
/// text; and per counter and histogram series what was delivered: some 100 bytes and the attributes, for
/// deltas of histograms 8 KiB more. It is the same however often exports fail.
/// There is room for [`Encoding::series`]; one more is shown with the start of the process if totals are
/// cumulative, and otherwise left out and counted, see [`left_out`](Self::left_out).
///
/// # Limits
/// A series that is evicted and comes back between two exports with a higher value than before is not
/// recognised as new. An `Unsigned` above `i64::MAX` is sent as a float, because OTLP has no larger integer.
#[derive(Debug)]
pub struct Metrics {
    pen: Pen,
    baselines: Baselines,
    policy: Policy,
    /// The start of the process and the present export, in nanoseconds of Unix time.
    started: u64,
    now: u64,
    /// The export before it.
    before: u64,
    at: SystemTime,
    left_out: u64,
    uncertain: u64,
}

/// What of an [`Encoding`] decides about numbers.
#[derive(Clone, Copy, Debug)]
struct Policy {
    is_delta: bool,
    uncertain: Uncertain,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The receiver took it.
    Accepted,
    /// The receiver did not take it, certainly.
    Refused,
    /// Nobody knows: see [`Uncertain`].
    Unknown,
}

impl Metrics {
    /// An encoder for a process that began at `started`.
    #[must_use]
    pub fn new(encoding: &Encoding, started: SystemTime) -> Self {
        let is_delta = encoding.temporality.is_delta();
        Self {
            pen: Pen::new(encoding),
            baselines: Baselines::new(is_delta, encoding.series),
            policy: Policy { is_delta, uncertain: encoding.uncertain },
            started: unix_nanos(started),
            now: 0,
            before: 0,
            at: started,
            left_out: 0,
            uncertain: 0,
        }
    }

    /// Encodes what `registry` shows at `now`; returns how many requests that makes. Those of the export
    /// before are gone, and what was not [settled](Self::settle) of them counts as refused.
    ///
    /// A delta of zero is not sent. When nothing is there to be sent there is no request.
    pub fn collect(&mut self, registry: &Registry, now: SystemTime) -> usize {
        (self.before, self.now, self.at) = (self.now, unix_nanos(now), now);
        self.pen.begin();
        self.baselines.begin();
        registry.collect(&mut Visitor(self));
        self.orphans();
        self.pen.end();
        self.baselines.end();
        self.pen.requests.len()
    }

    /// The body of a request, an `ExportMetricsServiceRequest`.
    ///
    /// # Panics
    /// When [`collect`](Self::collect) returned a smaller number.
    #[must_use]
    pub fn request(&self, at: usize) -> &[u8] {
        self.pen.requests.get(at).expect("the number is below what `collect` returned")
    }

    /// Says what became of a request.
    pub fn settle(&mut self, at: usize, delivery: Delivery) {
        let is_taken = match delivery {
            Delivery::Accepted => true,
            Delivery::Refused => false,
            Delivery::Unknown => {
                self.uncertain += 1;
                self.policy.uncertain == Uncertain::AtMostOnce
            }
        };
        // A total is nothing that is owed.
        if is_taken && self.policy.is_delta {
            self.baselines.accept(at);
        }
    }

    /// An attempt has an unknown fate, and the request is tried again: counted, see
    /// [`uncertain`](Self::uncertain).
    pub fn doubt(&mut self) {
        self.uncertain += 1;
    }

    /// Attempts that nobody knows the fate of: deltas are off by at most what was in these.
    #[must_use]
    pub fn uncertain(&self) -> u64 {
        self.uncertain
    }

    /// Points that were left out for want of room.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Series that are remembered.
    #[must_use]
    pub fn series(&self) -> usize {
        self.baselines.len()
    }

    #[inline]
    fn counter(&mut self, value: u64) {
        if self.policy.is_delta {
            return self.change_of_counter(value);
        }
        let start = self.start(value);
        let interval = Interval { start, end: self.now };
        self.pen.counter(interval, value, false);
    }

    fn change_of_counter(&mut self, value: u64) {
        let Self { pen, baselines, now, .. } = self;
        let Some(series) = baselines.series(pen.attributes(), self.started) else {
            self.left_out += 1;
            return;
        };
        let owed = series.difference(value, *now);
        if owed > 0 {
            let interval = Interval { start: series.start(), end: *now };
            series.send(pen.counter(interval, owed, true));
        }
    }

    /// Since when a total is counted. One that there was no room for is as old as the process.
    #[inline]
    fn start(&mut self, total: u64) -> u64 {
        let known = self.baselines.total(self.pen.attributes(), self.started);
        known.map_or(self.started, |it| it.read(total, self.before))
    }

    /// The counters of some rows, which are mostly those of the export before.
    fn counters(&mut self, rows: &Rows<'_>, counts: &[u64]) {
        let first = rows.first();
        let stretch = self.pen.turn_to(rows).stretch.part(first, rows.len());
        let is_known = match stretch {
            None => false,
            Some(stretch) if self.policy.is_delta => self.changes_of(stretch, first, counts),
            Some(stretch) => self.totals_of(stretch, rows, counts),
        };
        if !is_known {
            self.unknown(rows);
        }
    }

    /// Whether the account has these series there.
    fn totals_of(&mut self, stretch: Stretch, rows: &Rows<'_>, counts: &[u64]) -> bool {
        let Self { pen, baselines, now, before, .. } = self;
        let Some(totals) = baselines.totals(stretch) else { return false };
        let end = *now;
        let mut stamp = Stamp::new(Interval { start: 0, end });
        let numbers = totals.iter_mut().zip(counts).map(|(total, count)| {
            let start = total.read(*count, *before);
            if start != stamp.start() {
                stamp = Stamp::new(Interval { start, end });
            }
            stamp.count(*count)
        });
        pen.counters(rows, numbers);
        true
    }

    /// The same of changes.
    fn changes_of(&mut self, stretch: Stretch, first: usize, counts: &[u64]) -> bool {
        let Self { pen, baselines, now, .. } = self;
        let Some(series) = baselines.stretch(stretch) else { return false };
        for ((series, value), at) in series.iter_mut().zip(counts).zip(first..) {
            let owed = series.difference(*value, *now);
            if owed > 0 {
                let interval = Interval { start: series.start(), end: *now };
                series.send(pen.change_of(at, Stamp::new(interval).count(owed)));
            }
        }
        true
    }

    /// The counters of rows that were not there before, or elsewhere: one by one.
    #[cold]
    fn unknown(&mut self, rows: &Rows<'_>) {
        rows.each(|labels, value| Visitor(self).series(labels, value));
        if let Some(stretch) = self.baselines.last(rows.len()) {
            self.pen.sheet().learn(rows.first(), stretch);
        }
    }

    fn histogram(&mut self, value: &Snapshot) {
        if !self.policy.is_delta {
            let start = self.start(value.count());
            let interval = Interval { start, end: self.now };
            self.pen.total(interval, value);
            return;
        }
        let Self { pen, baselines, now, .. } = self;
        let Some(series) = baselines.series(pen.attributes(), self.started) else {
            self.left_out += 1;
            return;
        };
        if let Some(owed) = series.change(value, *now) {
            let interval = Interval { start: series.start(), end: *now };
            series.send(pen.change(interval, &owed));
        }
    }

    /// What is owed of series that the registry does not show any more.
    fn orphans(&mut self) {
        let Self { pen, baselines, now, .. } = self;
        for (descriptor, series) in baselines.orphans() {
            pen.title(descriptor);
            pen.again(&series.attributes);
            let interval = Interval { start: series.start(), end: *now };
            series.send(match series.owed_distribution() {
                Some(owed) => pen.change(interval, &owed),
                None => pen.counter(interval, series.owed(), true),
            });
        }
    }
}

/// A registry being encoded.
struct Visitor<'a>(&'a mut Metrics);

impl Visit for Visitor<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.0.baselines.enter(descriptor);
        self.0.pen.title(descriptor);
    }

    fn exemplify(&mut self, source: &dyn Exemplify) {
        self.0.pen.exemplify(source, self.0.at);
    }

    fn rows(&mut self, rows: &Rows<'_>) {
        let metrics = &mut *self.0;
        let interval = Interval { start: metrics.started, end: metrics.now };
        match rows.numbers() {
            Values::Unsigned(counts) => metrics.counters(rows, counts),
            Values::Signed(levels) => metrics.pen.levels(rows, interval, levels),
            Values::Float(values) => metrics.pen.gauges(rows, interval.end, values),
            // A kind of value that this version does not know.
            _ => metrics.left_out += rows.len() as u64,
        }
    }

    #[inline]
    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let metrics = &mut *self.0;
        metrics.pen.label(labels, &value);
        let interval = Interval { start: metrics.started, end: metrics.now };
        match value {
            Value::Unsigned(value) => metrics.counter(value),
            Value::Signed(value) => metrics.pen.level(interval, value),
            Value::Float(value) => metrics.pen.gauge(interval, value),
            Value::Histogram(snapshot) => metrics.histogram(snapshot),
            // A kind of value that this version does not know.
            _ => metrics.left_out += 1,
        }
        metrics.pen.end_point();
    }
}

/// A time as OTLP writes it.
pub(crate) fn unix_nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
