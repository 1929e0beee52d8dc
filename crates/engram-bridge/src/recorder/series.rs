//! One series: its labels and its instrument.

use engram_metrics_core::{Counter, Visit, label_text};

use super::instrument::{Recorded, Shape};
use super::label::Labels;

/// The label of the series for everything beyond the limit.
const OVERFLOW: (&str, &str) = ("otel_metric_overflow", "true");

#[derive(Debug)]
pub(super) struct Series<I> {
    labels: Labels,
    /// The labels as a text page writes them.
    text: String,
    instrument: I,
    /// How many records came here for want of a series of their own; `None` for a series that is somebody's
    /// own.
    overflowed: Option<Counter>,
}

impl<I: Recorded> Series<I> {
    pub(super) fn new(labels: Labels, shape: Shape) -> Self {
        let text = with_pairs(&labels, label_text);
        Self { labels, text, instrument: I::make(shape), overflowed: None }
    }

    /// The series for those who have none of their own.
    pub(super) fn overflow(shape: Shape) -> Self {
        let (name, value) = OVERFLOW;
        let labels = Labels::from([(name.to_owned(), value.to_owned())]);
        Self { overflowed: Some(Counter::new()), ..Self::new(labels, shape) }
    }

    pub(super) fn labels(&self) -> &Labels {
        &self.labels
    }

    pub(super) fn instrument(&self) -> &I {
        &self.instrument
    }

    pub(super) fn overflowed(&self) -> u64 {
        self.overflowed.as_ref().map_or(0, Counter::value)
    }

    pub(super) fn collect(&self, visit: &mut dyn Visit) {
        with_pairs(&self.labels, |pairs| {
            let labels = engram_metrics_core::Labels::with_text(pairs, &self.text);
            self.instrument.emit(&mut |value| visit.series(labels, value));
        });
    }
}

impl<I> Series<I> {
    #[inline]
    pub(super) fn record(&self, record: impl FnOnce(&I)) {
        record(&self.instrument);
        if let Some(overflowed) = &self.overflowed {
            overflowed.increment();
        }
    }
}

/// The labels as references; up to sixteen without allocating.
fn with_pairs<R>(labels: &Labels, use_pairs: impl FnOnce(&[(&str, &str)]) -> R) -> R {
    const ROOM: usize = 16;
    let pairs = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut room = [("", ""); ROOM];
    if labels.len() > ROOM {
        return use_pairs(&pairs.collect::<Vec<_>>());
    }
    let room = &mut room[..labels.len()];
    room.iter_mut().zip(pairs).for_each(|(place, pair)| *place = pair);
    use_pairs(room)
}
