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
//! order each time, so the next one is nearly always where it is expected, and the look-up is a comparison. As
//! long as they do, a number for the metric says which of them were visited, and nothing is written to them:
//!
//! ```text
//!   series   A B C D │ E F …       expected next: E
//!            └─swept─┘
//! ```
//!
//! Of totals nothing is owed. They need two numbers for each series, which stand side by side: a visit of ten
//! thousand series reads 160 KB instead of a megabyte.

mod series;
mod total;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use engram_metrics_core::Descriptor;

use crate::pen::Stretch;
pub(crate) use series::{Owed, Series};
pub(crate) use total::Total;

/// The series of all metrics, in the order in which they are visited.
#[derive(Debug)]
pub(crate) struct Baselines {
    metrics: Vec<Metric>,
    /// The metric that is visited, if it is one that is remembered.
    current: Option<usize>,
    /// Where the next metric is expected.
    next_metric: usize,
    round: u64,
    /// Whether something can be owed.
    is_delta: bool,
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
    /// One for each of them.
    totals: Vec<Total>,
    /// Asked only when a series is not where it was expected.
    places: HashMap<Arc<[u8]>, usize>,
    is_out_of_order: bool,
    round: u64,
    /// Series that this round has shown: where the next one is expected.
    next: usize,
    /// The first ones, which were visited in this order and before any other.
    swept: usize,
    /// The others that were visited: they say so themselves.
    strays: usize,
}

impl Baselines {
    /// An account of differences, or of totals, which are not sent on account; of at most `limit` series.
    pub(crate) fn new(is_delta: bool, limit: usize) -> Self {
        Self {
            metrics: Vec::new(),
            current: None,
            next_metric: 0,
            round: 0,
            is_delta,
            version: 1,
            len: 0,
            limit,
        }
    }

    /// A visit begins.
    pub(crate) fn begin(&mut self) {
        self.round += 1;
        (self.current, self.next_metric) = (None, 0);
        for metric in &mut self.metrics {
            (metric.next, metric.swept, metric.strays) = (0, 0, 0);
            if self.is_delta {
                metric.series.iter_mut().for_each(Series::begin);
            }
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
        self.metrics[at].round = self.round;
        (self.current, self.next_metric) = (Some(at), at + 1);
    }

    /// The series with these attributes; a new one starts at `started`. `None` when there is no room.
    #[inline]
    pub(crate) fn series(&mut self, attributes: &[u8], started: u64) -> Option<&mut Series> {
        let (metric, at) = self.visit(attributes, started)?;
        Some(&mut metric.series[at])
    }

    /// The same of an account of totals.
    #[inline]
    pub(crate) fn total(&mut self, attributes: &[u8], started: u64) -> Option<&mut Total> {
        let (metric, at) = self.visit(attributes, started)?;
        Some(&mut metric.totals[at])
    }

    #[inline]
    fn visit(&mut self, attributes: &[u8], started: u64) -> Option<(&mut Metric, usize)> {
        let metric = &mut self.metrics[self.current?];
        let expected = metric.next;
        metric.next += 1;
        let is_it = |it: &Series| *it.attributes == *attributes;
        let mut at = expected;
        if !metric.series.get(at).is_some_and(is_it) {
            at = match metric.find(attributes) {
                Some(at) => at,
                None if self.len < self.limit => {
                    self.len += 1;
                    metric.add(attributes, started)
                }
                None => return None,
            };
        }
        if (at, at) == (expected, metric.swept) {
            metric.swept += 1;
        } else {
            metric.stray(at, self.round);
        }
        Some((metric, at))
    }

    /// The series that stand where they stood before, as those of the same rows did; `None` when that is not known.
    #[inline]
    pub(crate) fn stretch(&mut self, stretch: Stretch) -> Option<&mut [Series]> {
        let (metric, range) = self.sweep(stretch)?;
        Some(&mut metric.series[range])
    }

    /// The same of an account of totals.
    #[inline]
    pub(crate) fn totals(&mut self, stretch: Stretch) -> Option<&mut [Total]> {
        let (metric, range) = self.sweep(stretch)?;
        Some(&mut metric.totals[range])
    }

    #[inline]
    fn sweep(&mut self, stretch: Stretch) -> Option<(&mut Metric, Range<usize>)> {
        let Stretch { version, metric: at, start, len } = stretch;
        let metric = self.metrics.get_mut(at)?;
        let is_next = (start, start) == (metric.next, metric.swept);
        if !is_next || (version, Some(at)) != (self.version, self.current) {
            return None;
        }
        (metric.next, metric.swept) = (start + len, start + len);
        Some((metric, start..start + len))
    }

    /// Where the last `len` series that were asked for stand, if that is side by side and in order.
    pub(crate) fn last(&self, len: usize) -> Option<Stretch> {
        let at = self.current?;
        let metric = &self.metrics[at];
        let start = metric.next.checked_sub(len)?;
        let is_in_order = metric.swept == metric.next;
        is_in_order.then_some(Stretch { version: self.version, metric: at, start, len })
    }

    /// Series that are there no more, and of which something was never delivered.
    pub(crate) fn orphans(&mut self) -> impl Iterator<Item = (&Descriptor, &mut Series)> {
        let (round, is_delta) = (self.round, self.is_delta);
        let is_lacking = move |metric: &&mut Metric| is_delta && !metric.is_complete();
        self.metrics.iter_mut().filter(is_lacking).flat_map(move |metric| {
            let others = &mut metric.series[metric.swept..];
            let orphans = others.iter_mut().filter(move |it| it.is_orphan(round));
            orphans.map(|series| (&metric.descriptor, series))
        })
    }

    /// The visit is over: what is gone and delivered is forgotten, what moved is put in order.
    pub(crate) fn end(&mut self) {
        let mut is_moved = false;
        for metric in &mut self.metrics {
            is_moved |= metric.tidy(self.round, self.is_delta);
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
            totals: Vec::new(),
            places: HashMap::new(),
            is_out_of_order: false,
            round: 0,
            next: 0,
            swept: 0,
            strays: 0,
        }
    }

    /// Whether every series was visited.
    fn is_complete(&self) -> bool {
        self.swept + self.strays == self.series.len()
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
        self.totals.push(Total::new(started));
        at
    }

    /// A series was visited out of order.
    #[cold]
    fn stray(&mut self, at: usize, round: u64) {
        let (series, place) = (&mut self.series[at], self.next);
        // Once, unless it was among those in order.
        self.strays += usize::from(at >= self.swept && series.round != round);
        (series.round, series.place) = (round, place);
    }

    /// Forgets what is gone, and puts the rest into the order in which it was visited. Whether series moved.
    fn tidy(&mut self, round: u64, is_delta: bool) -> bool {
        let is_kept = |it: &Series| it.round == round || (is_delta && it.is_owing());
        if !self.is_out_of_order
            && (self.is_complete() || self.series[self.swept..].iter().all(is_kept))
        {
            return false;
        }
        for (series, place) in self.series[..self.swept].iter_mut().zip(1..) {
            (series.round, series.place) = (round, place);
        }
        let mut all: Vec<_> = self.series.drain(..).zip(self.totals.drain(..)).collect();
        all.retain(|(it, _)| is_kept(it));
        all.sort_by_key(|(it, _)| (it.round != round, it.place));
        all.into_iter().for_each(|(series, total)| {
            self.series.push(series);
            self.totals.push(total);
        });
        self.is_out_of_order = false;
        self.places.clear();
        let places = self.series.iter().enumerate();
        self.places.extend(places.map(|(at, it)| (it.attributes.clone(), at)));
        true
    }
}
