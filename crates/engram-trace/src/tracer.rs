//! Where events are recorded.

mod telemetry;

use std::fmt;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};

use engram_metrics_core::{
    Counter, Descriptor, Family, Instrument, Label, Labels, Stamp, Value, Visit,
};

use crate::account::{Account, Refusal};
use crate::bounds::Bounds;
use crate::event::{Event, Record};
use crate::filter::{Filter, Verdict};
use crate::gate::Live;
use crate::lane::Lane;
use crate::lanes::Lanes;
use crate::local;
use crate::reader::Reader;
use crate::sync::{AtomicU64, Ordering};

/// Takes events of one type from any thread, into a ring of that thread.
///
/// ```
/// # use engram_metrics_core::label_enum;
/// # use engram_trace::{Event, Field};
/// use engram_trace::{Item, Tracer};
///
/// # label_enum! { pub enum Kind as "kind" { Hit = "hit" } }
/// # #[derive(Clone, Copy, Debug)]
/// # struct Lookup { node: u64 }
/// # impl Event for Lookup {
/// #     type Kind = Kind;
/// #     fn kind(&self) -> Kind { Kind::Hit }
/// #     fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) { see("node", Field::Unsigned(self.node)); }
/// # }
/// static TRACER: Tracer<Lookup> = Tracer::new();
///
/// TRACER.record(Lookup { node: 7 });
///
/// let mut items = Vec::with_capacity(100);
/// TRACER.reader().expect("the only one").drain(100, &mut items);
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(items[0].event().expect("an event").event.node, 7);
/// # }
/// ```
///
/// # What becomes of an event
/// It is filtered out, or sampled out, or goes into the ring, or is refused because the ring is full. Each of
/// these is counted, see [`Account`]; what a ring refused the reader finds as a [gap](crate::Gap) in the place
/// where it was.
///
/// # Cost
/// A few loads, the clock, a copy of 64 bytes and a store; `cargo xtask bench trace` measures it. A thread's
/// first event into a tracer takes its ring and allocates it; after that nothing allocates, locks, waits or
/// panics.
///
/// # After `fork`
/// The child has a copy, in which its one thread may go on recording: nothing hangs, and nothing of the child shows in
/// the parent. Who drained in the parent still counts as the reader, so that no event is delivered twice: what the
/// child records fills its ring and is then refused. A child that wants to tell of events makes a tracer of its own.
/// Record something before threads fork: making the rings is what others wait for.
///
/// # Deliberately absent
/// Recording in a signal handler: one that interrupts a record of its own thread would push into the same ring.
/// Count there, with `Counter::add_from_interrupt`, and record elsewhere.
pub struct Tracer<E: Event>(Live<Inner<E>>);

struct Inner<E: Event> {
    /// Which tracer it is, from the first use on.
    id: AtomicU64,
    filter: Filter,
    bounds: Bounds,
    lanes: OnceLock<Arc<Lanes<Record<E>>>>,
    drained: Family<E::Kind, Counter>,
    filtered_out: Family<E::Kind, Counter>,
    sampled_out: Family<E::Kind, Counter>,
    /// By threads without a ring, and after the end.
    refused: Family<Refusal, Counter>,
}

impl<E: Event> Tracer<E> {
    /// A tracer that takes everything, with the default bounds.
    #[must_use]
    pub const fn new() -> Self {
        Self::bounded(Bounds::DEFAULT)
    }

    /// The same with other bounds.
    #[must_use]
    pub const fn bounded(bounds: Bounds) -> Self {
        const { Record::<E>::FITS };
        Self(Live::new(Inner {
            id: AtomicU64::new(local::UNNUMBERED),
            filter: Filter::new(),
            bounds: bounds.rounded(),
            lanes: OnceLock::new(),
            drained: Family::<E::Kind, Counter>::new(),
            filtered_out: Family::<E::Kind, Counter>::new(),
            sampled_out: Family::<E::Kind, Counter>::new(),
            refused: Family::<Refusal, Counter>::new(),
        }))
    }

    /// Records an event now; whether it is in the ring. An exemplar of one that is leads to an event.
    #[inline]
    pub fn record(&self, event: E) -> bool {
        self.0.with(|it| it.record(event, Stamp::now))
    }

    /// Records an event that happened at a time that is known already, which saves a look at the clock.
    #[inline]
    pub fn record_at(&self, stamp: Stamp, event: E) -> bool {
        self.0.with(|it| it.record(event, || stamp))
    }

    /// From now on takes these kinds and no others.
    pub fn allow(&self, kinds: &[E::Kind]) {
        let bits = kinds.iter().fold(0, |bits, kind| bits | 1 << (kind.index() as u32 % u64::BITS));
        self.0.with(|it| it.filter.set_kinds(bits));
    }

    /// From now on takes all kinds.
    pub fn allow_all(&self) {
        self.0.with(|it| it.filter.set_kinds(u64::MAX));
    }

    /// From now on takes events of a kind that are at least so strong; negative infinity takes all.
    pub fn set_min_strength(&self, kind: E::Kind, strength: f32) {
        self.0.with(|it| it.filter.set_least(kind.index(), strength));
    }

    /// From now on takes one in `n` events of a kind, each with the weight `n`: see [`Sampler`](engram_metrics_core::Sampler)
    /// for the rounding and for what stays right.
    pub fn set_one_in(&self, kind: E::Kind, n: u32) {
        self.0.with(|it| it.filter.sampler(kind.index()).set_one_in(n));
    }

    /// The N of one in N, of a kind; 0 when telemetry is compiled out.
    #[must_use]
    pub fn one_in(&self, kind: E::Kind) -> u32 {
        self.0.with(|it| it.filter.sampler(kind.index()).one_in())
    }

    /// Takes events out, in place of a [`Drain`](crate::Drain); `None` while another reader exists.
    #[must_use]
    pub fn reader(&self) -> Option<Reader<E>> {
        Reader::of(self.0.map(|it| it.lanes()))
    }

    /// Ends recording: from now on every event is refused and counted, for good. What is in the rings stays
    /// there for the reader.
    pub fn close(&self) {
        self.0.with(|it| it.filter.close());
    }

    /// Whether it was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.with(|it| it.filter.is_closed())
    }

    /// What became of all events so far. Exact once those who recorded are joined; while they record, parts
    /// of it are of different moments.
    #[must_use]
    pub fn account(&self) -> Account {
        self.0.with(Inner::account)
    }

    /// Bytes that its rings take at present.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.with(|it| it.lanes.get().map_or(0, |lanes| lanes.bytes()))
    }

    /// Bytes that its rings take at most.
    #[must_use]
    pub const fn most_bytes(&self) -> usize {
        match self.0.get() {
            Some(it) => Lanes::<Record<E>>::bytes_of(it.bounds.rings, it.bounds.events),
            None => 0,
        }
    }

    /// Counts events that were taken out.
    pub(crate) fn count_drained(&self, items: &[crate::Item<E>]) {
        self.0.with(|it| {
            for traced in items.iter().filter_map(crate::Item::event) {
                it.drained.at(traced.event.kind()).increment();
            }
        });
    }
}

impl<E: Event> Inner<E> {
    #[inline(always)]
    fn record(&self, event: E, stamp: impl FnOnce() -> Stamp) -> bool {
        let kind = event.kind();
        match self.filter.judge(kind.index(), event.strength()) {
            Verdict::Keep(weight) => return self.push(event, weight, stamp),
            Verdict::SampledOut => self.sampled_out.at(kind).increment(),
            Verdict::FilteredOut => self.filter_out(kind),
        }
        false
    }

    #[inline(always)]
    fn filter_out(&self, kind: E::Kind) {
        if self.filter.is_closed() {
            self.refused.at(Refusal::Closed).increment();
        } else {
            self.filtered_out.at(kind).increment();
        }
    }

    /// Pushes into the ring of this thread. There is one place where a record is made, so that it is made inside
    /// the ring; and it is made where there is room, so that refusing one does not read the clock.
    #[inline(always)]
    fn push(&self, event: E, weight: u32, stamp: impl FnOnce() -> Stamp) -> bool {
        // Relaxed: a number that is out of date matches no lease of this thread.
        let id = self.id.load(Ordering::Relaxed);
        let Some(lane) = local::cached::<Record<E>>(id).or_else(|| self.first_lane()) else {
            return false;
        };
        // SAFETY: a tracer gets its number from `lanes`, so that its lanes are of its own records; and the lease of
        // this thread keeps the lane alive.
        let lane: &Lane<Record<E>> = unsafe { lane.as_ref() };
        // SAFETY: this thread has leased the lane, until its lease is dropped, which clears the cache.
        unsafe { lane.push(|refused| Record { event, ticks: stamp().ticks(), refused, weight }) }
    }

    /// The lane of a thread that has none yet, or whose place in the cache another tracer took.
    #[cold]
    fn first_lane(&self) -> Option<NonNull<Lane<Record<E>>>> {
        let lanes = self.lanes();
        // Relaxed: as in `push`.
        let lane = local::reach(self.id.load(Ordering::Relaxed), lanes);
        if lane.is_none() {
            self.refused.at(Refusal::NoRing).increment();
        }
        lane
    }

    fn lanes(&self) -> &Arc<Lanes<Record<E>>> {
        self.lanes.get_or_init(|| {
            // Relaxed: whoever comes out of this has it.
            self.id.store(local::fresh_id(), Ordering::Relaxed);
            Arc::new(Lanes::new(self.bounds.rings, self.bounds.events))
        })
    }

    fn account(&self) -> Account {
        let tally = self.lanes.get().map(|lanes| lanes.tally()).unwrap_or_default();
        Account {
            filtered_out: total(&self.filtered_out),
            sampled_out: total(&self.sampled_out),
            refused_full: tally.refused,
            refused_no_ring: self.refused.at(Refusal::NoRing).value(),
            refused_closed: self.refused.at(Refusal::Closed).value(),
            recorded: tally.pushed,
            drained: tally.popped,
        }
    }
}

/// Adds up the series of a family.
fn total<K: Label>(family: &Family<K, Counter>) -> u64 {
    struct Total(u64);
    impl Visit for Total {
        fn metric(&mut self, _: &Descriptor) {}

        fn series(&mut self, _: Labels<'_>, value: Value<'_>) {
            if let Value::Unsigned(count) = value {
                self.0 += count;
            }
        }
    }
    let mut total = Total(0);
    Instrument::collect(family, &mut total);
    total.0
}

impl<E: Event> Default for Tracer<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Event> Drop for Inner<E> {
    fn drop(&mut self) {
        // The rings go when the last thread that has one ends, or leases one elsewhere.
        if let Some(lanes) = self.lanes.get() {
            lanes.abandon();
        }
    }
}

impl<E: Event> fmt::Debug for Tracer<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tracer").field("account", &self.account()).finish_non_exhaustive()
    }
}
