//! What each series was at when the receiver last took it.
//!
//! ```text
//!   base ────────────── last ─────────── now
//!     │   in flight,     │  recorded     │
//!     │   or refused     │  since        │
//!     └── sent next time, as one delta ──┘
//! ```
//!
//! A delta is the difference to a base that moves only when a request was accepted. A refusal therefore
//! needs no queue and no copy: the next delta is larger, and memory is the same however long it lasts.
//!
//! Series are found by their attributes as bytes, so that no two are ever mixed up. They come in the same
//! order each time, so the next one is nearly always where it is expected, and the look-up is a comparison.

mod series;

use std::collections::HashMap;
use std::sync::Arc;

use engram_metrics_core::Descriptor;

use crate::pen::Stretch;
pub(crate) use series::{Owed, Series};

/// The series of all metrics, in the order in which they are visited.
#[derive(Debug)]
pub(crate) struct Baselines {
    metrics: Vec<Metric>,
    /// The metric that is visited, if it is one that is remembered.
    current: Option<usize>,
    /// Where the next metric and the next series are expected.
    next_metric: usize,
    next_series: usize,
    round: u64,
    /// Changes when metrics or series get other places.
    version: u64,
    /// Series of all metrics, at most `limit`.
    len: usize,
    limit: usize,
}

/// One metric and its series.
#[derive(Debug)]
pub(crate) struct Metric {
    pub(crate) descriptor: Descriptor,
    series: Vec<Series>,
    /// Asked only when a series is not where it was expected.
    places: HashMap<Arc<[u8]>, usize>,
    is_out_of_order: bool,
    round: u64,
    /// Series that were visited in that round.
    visited: usize,
}

impl Baselines {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            metrics: Vec::new(),
            current: None,
            next_metric: 0,
            next_series: 0,
            round: 0,
            version: 1,
            len: 0,
            limit,
        }
    }

    /// A visit begins, of differences or of totals, which are not sent on account.
    pub(crate) fn begin(&mut self, is_delta: bool) {
        self.round += 1;
        self.current = None;
        self.next_metric = 0;
        if is_delta {
            self.metrics.iter_mut().flat_map(|metric| &mut metric.series).for_each(Series::begin);
        }
    }

    /// The series that follow belong to this metric.
    pub(crate) fn enter(&mut self, descriptor: &Descriptor) {
        let is_it = |metric: &Metric| metric.descriptor.name() == descriptor.name();
        let at = match self.metrics.get(self.next_metric) {
            Some(metric) if is_it(metric) => self.next_metric,
            _ => self.metrics.iter().position(is_it).unwrap_or_else(|| {
                self.metrics.push(Metric::new(descriptor.clone()));
                self.metrics.len() - 1
            }),
        };
        let metric = &mut self.metrics[at];
        if metric.round != self.round {
            (metric.round, metric.visited) = (self.round, 0);
        }
        (self.current, self.next_metric, self.next_series) = (Some(at), at + 1, 0);
    }

    /// The series with these attributes; a new one starts at `started`. `None` when there is no room.
    #[inline]
    pub(crate) fn series(&mut self, attributes: &[u8], started: u64) -> Option<&mut Series> {
        let metric = &mut self.metrics[self.current?];
        let mut at = self.next_series;
        self.next_series = at + 1;
        if metric.series.get(at).is_none_or(|it| *it.attributes != *attributes) {
            at = match metric.find(attributes) {
                Some(at) => at,
                None if self.len < self.limit => {
                    self.len += 1;
                    metric.add(attributes, started)
                }
                None => return None,
            };
        }
        let series = &mut metric.series[at];
        metric.visited += usize::from(series.round != self.round);
        (series.round, series.place) = (self.round, self.next_series);
        Some(series)
    }

    /// The series that stand where they stood before, as those of the same rows did; `None` when that is not known.
    #[inline]
    pub(crate) fn stretch(&mut self, stretch: Stretch) -> Option<&mut [Series]> {
        let Stretch { version, metric, start, len } = stretch;
        if (version, Some(metric), start) != (self.version, self.current, self.next_series) {
            return None;
        }
        let Metric { series, visited, .. } = &mut self.metrics[metric];
        let series = &mut series[start..start + len];
        for (series, place) in series.iter_mut().zip(start + 1..) {
            *visited += usize::from(series.round != self.round);
            (series.round, series.place) = (self.round, place);
        }
        self.next_series = start + len;
        Some(series)
    }

    /// Where the last `len` series that were asked for stand, if that is side by side and in order.
    pub(crate) fn last(&self, len: usize) -> Option<Stretch> {
        let (version, metric, end) = (self.version, self.current?, self.next_series);
        let start = end.checked_sub(len)?;
        let series = self.metrics[metric].series.get(start..end)?;
        let is_here =
            |(series, place): (&Series, usize)| (series.round, series.place) == (self.round, place);
        let is_in_order = series.iter().zip(start + 1..).all(is_here);
        is_in_order.then_some(Stretch { version, metric, start, len })
    }

    /// Series that are there no more, and of which something was never delivered.
    pub(crate) fn orphans(&mut self) -> impl Iterator<Item = (&Descriptor, &mut Series)> {
        let round = self.round;
        let metrics = self.metrics.iter_mut().filter(move |metric| !metric.is_complete(round));
        metrics.flat_map(move |metric| {
            let orphans = metric.series.iter_mut().filter(move |it| it.is_orphan(round));
            orphans.map(|series| (&metric.descriptor, series))
        })
    }

    /// The visit is over: what is gone and delivered is forgotten, what moved is put in order.
    pub(crate) fn end(&mut self) {
        let mut is_moved = false;
        for metric in &mut self.metrics {
            is_moved |= metric.tidy(self.round);
        }
        let metrics = self.metrics.len();
        self.metrics.retain(|metric| metric.round == self.round || !metric.series.is_empty());
        is_moved |= self.metrics.len() < metrics;
        self.version += u64::from(is_moved);
        self.len = self.metrics.iter().map(|metric| metric.series.len()).sum();
    }

    /// The receiver took the request.
    pub(crate) fn accept(&mut self, request: usize) {
        let all = self.metrics.iter_mut().flat_map(|metric| &mut metric.series);
        all.filter(|it| it.is_in(request)).for_each(Series::accept);
    }

    /// Series that are remembered.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl Metric {
    fn new(descriptor: Descriptor) -> Self {
        Self {
            descriptor,
            series: Vec::new(),
            places: HashMap::new(),
            is_out_of_order: false,
            round: 0,
            visited: 0,
        }
    }

    /// Whether every series was visited.
    fn is_complete(&self, round: u64) -> bool {
        self.round == round && self.visited == self.series.len()
    }

    /// The place of a series that is not where it was expected.
    #[cold]
    fn find(&mut self, attributes: &[u8]) -> Option<usize> {
        let at = self.places.get(attributes).copied();
        self.is_out_of_order |= at.is_some();
        at
    }

    #[cold]
    fn add(&mut self, attributes: &[u8], started: u64) -> usize {
        let (at, attributes) = (self.series.len(), Arc::<[u8]>::from(attributes));
        self.places.insert(attributes.clone(), at);
        self.series.push(Series::new(attributes, started));
        at
    }

    /// Forgets what is gone, and puts the rest into the order in which it was visited. Whether series moved.
    fn tidy(&mut self, round: u64) -> bool {
        let is_kept = |it: &Series| it.round == round || it.is_owing();
        if !self.is_out_of_order && (self.is_complete(round) || self.series.iter().all(is_kept)) {
            return false;
        }
        self.series.retain(is_kept);
        self.series.sort_by_key(|it| (it.round != round, it.place));
        self.is_out_of_order = false;
        self.places.clear();
        let places = self.series.iter().enumerate();
        self.places.extend(places.map(|(at, it)| (it.attributes.clone(), at)));
        true
    }
}
