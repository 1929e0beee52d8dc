//! One series: what was delivered of it, and what was not.

use std::sync::Arc;

use engram_metrics_core::Snapshot;

/// What one series was at, and when.
///
/// A counter takes the size of this and of its attributes; a histogram two or three snapshots besides, of
/// about 4 KiB each.
#[derive(Debug)]
pub(crate) struct Series {
    /// As they stand in a point: what the series is known by.
    pub(crate) attributes: Arc<[u8]>,
    /// When it was last visited out of order, or when the metric was last put into order.
    pub(super) round: u64,
    /// How many series of the metric had been visited by then.
    pub(super) place: usize,
    /// The request that it went into this time.
    sent: Option<usize>,
    /// Since when it is counted, in nanoseconds of Unix time: what the receiver took last, or the start.
    start: u64,
    /// When `last` was read.
    read: u64,
    number: Number,
    histogram: Option<Box<Distribution>>,
}

/// Of a counter, or how many values a histogram has.
#[derive(Clone, Copy, Debug, Default)]
struct Number {
    /// What was delivered.
    base: u64,
    /// What was read last.
    last: u64,
    /// What was owed when it started again at zero.
    carried: u64,
}

/// The same of a histogram.
#[derive(Debug, Default)]
struct Distribution {
    base: Option<Snapshot>,
    last: Option<Snapshot>,
    carried: Option<Snapshot>,
}

impl Series {
    pub(super) fn new(attributes: Arc<[u8]>, start: u64) -> Self {
        Self {
            attributes,
            round: 0,
            place: 0,
            sent: None,
            start,
            read: start,
            number: Number::default(),
            histogram: None,
        }
    }

    /// Since when it is counted.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// A counter is read for a delta: what is owed.
    #[inline]
    pub(crate) fn difference(&mut self, value: u64, now: u64) -> u64 {
        let number = &mut self.number;
        if value < number.last {
            number.carried += number.last.saturating_sub(number.base);
            number.base = 0;
        }
        number.last = value;
        self.read = now;
        self.owed()
    }

    /// What is owed of a counter.
    pub(crate) fn owed(&self) -> u64 {
        self.number.carried + self.number.last.saturating_sub(self.number.base)
    }

    /// A histogram is read for a delta: what is owed; `None` when there is nothing.
    pub(crate) fn change(&mut self, value: &Snapshot, now: u64) -> Option<Owed> {
        let distribution = self.histogram.get_or_insert_default();
        if value.count() < self.number.last {
            let owed = distribution.owed();
            (distribution.base, distribution.carried) = (None, owed);
        }
        match &mut distribution.last {
            Some(last) => last.clone_from(value),
            None => distribution.last = Some(value.clone()),
        }
        self.difference(value.count(), now);
        self.owed_distribution()
    }

    /// What is owed of a histogram.
    pub(crate) fn owed_distribution(&self) -> Option<Owed> {
        let distribution = self.histogram.as_ref().filter(|_| self.is_owing())?;
        let snapshot = distribution.owed()?;
        let [min, max] = distribution.extremes();
        Some(Owed { snapshot, min, max })
    }

    /// It goes into this request.
    #[inline]
    pub(crate) fn send(&mut self, request: usize) {
        self.sent = Some(request);
    }

    pub(super) fn is_in(&self, request: usize) -> bool {
        self.sent == Some(request)
    }

    pub(super) fn is_owing(&self) -> bool {
        self.owed() > 0
    }

    pub(super) fn is_orphan(&self, round: u64) -> bool {
        self.round != round && self.is_owing()
    }

    /// A visit begins.
    pub(super) fn begin(&mut self) {
        self.sent = None;
    }

    /// What was sent has arrived.
    pub(super) fn accept(&mut self) {
        self.sent = None;
        self.number.base = self.number.last;
        self.number.carried = 0;
        self.start = self.read;
        if let Some(distribution) = &mut self.histogram {
            distribution.carried = None;
            match (&mut distribution.base, &distribution.last) {
                (Some(base), Some(last)) => base.clone_from(last),
                (base, last) => base.clone_from(last),
            }
        }
    }
}

/// What is owed of a histogram.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) snapshot: Snapshot,
    /// The smallest and the largest value of the interval, if they are known: a histogram keeps those
    /// since its start, which are the interval's when they moved.
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

impl Distribution {
    fn extremes(&self) -> [Option<f64>; 2] {
        let (Some(last), None) = (&self.last, &self.carried) else { return [None, None] };
        let base = self.base.as_ref();
        let moved = |value: Option<f64>, before: Option<f64>| value.filter(|_| value != before);
        [
            moved(last.min(), base.and_then(Snapshot::min)),
            moved(last.max(), base.and_then(Snapshot::max)),
        ]
    }

    fn owed(&self) -> Option<Snapshot> {
        let last = self.last.as_ref()?;
        let mut owed = match &self.base {
            // Buckets that have nothing in common are those of another histogram under the same name:
            // everything in it is news.
            Some(base) => last.since(base).unwrap_or_else(|_| last.clone()),
            None => last.clone(),
        };
        if let Some(carried) = &self.carried {
            // As above: there is no point that could hold both, and the newer one is of use longer.
            let _ = owed.merge(carried);
        }
        Some(owed)
    }
}
