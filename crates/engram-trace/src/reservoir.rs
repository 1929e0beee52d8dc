//! So many of however many: a sample of fixed size.
//!
//! The first `k` events of a window are kept; the n-th one then takes the place of one of them with the
//! probability `k / n` (algorithm R: Vitter, "Random sampling with a reservoir", ACM TOMS 11:37, 1985). In the
//! end each of the `n` was kept with that probability, and stands for `n / k`, times what it stood for before.
//! So sums over weights are right on average, whatever the samplers in front did.

use std::time::{Duration, SystemTime};

use engram_metrics_core::{Stamp, seconds_to_ticks};

use crate::event::Event;
use crate::item::{Item, Traced};
use crate::sink::{Batch, Sink, SinkError};

/// Hands at most so many events a window to another sink, chosen with equal chances. Gaps are all handed on.
///
/// A reservoir bounds what is stored, not what is recorded: where the recording itself is too much, thin it out
/// with [`Tracer::set_one_in`](crate::Tracer::set_one_in). A thousand events are a good start: a share of one
/// half is then known to 3 %, one of a hundredth to a third of itself.
///
/// Events count as delivered when they were part of a window, kept or not; that the other sink failed is counted
/// among its errors.
#[derive(Debug)]
pub struct Reservoir<E, S> {
    sink: S,
    places: usize,
    window_ticks: u64,
    random: fastrand::Rng,
    kept: Vec<Traced<E>>,
    gaps: Vec<Item<E>>,
    /// Events of this window.
    seen: u64,
    /// When the window began.
    since: Option<Stamp>,
    last: Option<(SystemTime, Stamp)>,
}

impl<E: Event, S: Sink<E>> Reservoir<E, S> {
    /// Keeps `places` events of each `window` for `sink`; equal seeds make equal choices.
    #[must_use]
    pub fn new(places: usize, window: Duration, seed: u64, sink: S) -> Self {
        Self {
            sink,
            places,
            window_ticks: seconds_to_ticks(window),
            random: fastrand::Rng::with_seed(seed),
            kept: Vec::with_capacity(places),
            gaps: Vec::new(),
            seen: 0,
            since: None,
            last: None,
        }
    }

    fn offer(&mut self, traced: &Traced<E>) {
        self.seen += 1;
        if self.kept.len() < self.places {
            self.kept.push(*traced);
            return;
        }
        let place = self.random.u64(0..self.seen);
        if let Some(kept) = usize::try_from(place).ok().and_then(|at| self.kept.get_mut(at)) {
            *kept = *traced;
        }
    }

    /// Whether the window is over.
    fn is_due(&self, now: Stamp) -> bool {
        let since = |since: Stamp| now.ticks().saturating_sub(since.ticks());
        self.since.is_some_and(|it| since(it) >= self.window_ticks)
    }

    /// Hands on the window that ends.
    fn turn(&mut self) -> Result<(), SinkError> {
        let Some(now) = self.last.take() else { return Ok(()) };
        let share = self.seen as f64 / self.kept.len().max(1) as f64;
        let weighted =
            |traced: Traced<E>| Item::Event(Traced { weight: traced.weight * share, ..traced });
        let mut items: Vec<Item<E>> = self.kept.drain(..).map(weighted).collect();
        items.append(&mut self.gaps);
        (self.seen, self.since) = (0, None);
        if items.is_empty() { Ok(()) } else { self.sink.deliver(&Batch::new(&items, now)) }
    }
}

impl<E: Event, S: Sink<E>> Sink<E> for Reservoir<E, S> {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        for item in batch.items() {
            match item {
                Item::Event(traced) => self.offer(traced),
                // As many as there are gaps in a window: neighbours become one.
                Item::Gap(gap) => self.keep_gap(*gap),
            }
        }
        let now = batch.now();
        self.last = Some(now);
        self.since.get_or_insert(now.1);
        if !self.is_due(now.1) {
            return Ok(());
        }
        // The events of the batch were taken into the window, whatever becomes of it.
        self.turn().map_err(|error| SinkError::after(batch.events(), error.why))
    }

    fn round(&mut self, now: (SystemTime, Stamp)) -> Result<(), SinkError> {
        if self.is_due(now.1) {
            self.turn()?;
        }
        self.sink.round(now)
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        self.turn()?;
        self.sink.flush()
    }
}

impl<E: Event, S> Reservoir<E, S> {
    /// One gap for each ring and window, so that they are bounded too.
    fn keep_gap(&mut self, gap: crate::Gap) {
        for item in &mut self.gaps {
            if let Item::Gap(kept) = item
                && kept.ring == gap.ring
            {
                kept.lost += gap.lost;
                return;
            }
        }
        self.gaps.push(Item::Gap(gap));
    }
}
