//! What a tracer says about itself.

use engram_metrics_core::{
    Collect, Counter, Descriptor, Family, Instrument, Kind, Label, Labels, Unit, Value, Visit,
};

use super::Tracer;
use crate::event::Event;
use crate::gate::ENABLED;

const EVENT: Unit = Unit::Count("{event}");

static DESCRIPTORS: &[Descriptor] = &[
    Descriptor::fixed(
        "engram.trace.events",
        "Events that were taken out of the rings.",
        EVENT,
        Kind::Counter,
    ),
    Descriptor::fixed(
        "engram.trace.events.recorded",
        "Events that went into a ring.",
        EVENT,
        Kind::Counter,
    ),
    Descriptor::fixed(
        "engram.trace.events.dropped",
        "Events that were refused: by a full ring, for want of a ring, or after the end.",
        EVENT,
        Kind::Counter,
    ),
    Descriptor::fixed(
        "engram.trace.events.sampled_out",
        "Events that others stand for.",
        EVENT,
        Kind::Counter,
    ),
    Descriptor::fixed(
        "engram.trace.events.filtered_out",
        "Events that the filters did not let pass.",
        EVENT,
        Kind::Counter,
    ),
    Descriptor::fixed(
        "engram.trace.sampling",
        "Share of the events that is recorded.",
        Unit::Ratio,
        Kind::Gauge,
    ),
    Descriptor::fixed(
        "engram.trace.ring.occupancy",
        "Share of the fullest ring that is in use.",
        Unit::Ratio,
        Kind::Gauge,
    ),
    Descriptor::fixed(
        "engram.trace.rings",
        "Rings that threads have at present.",
        Unit::Count("{ring}"),
        Kind::Gauge,
    ),
    Descriptor::fixed(
        "engram.trace.memory",
        "Memory that the rings take at present.",
        Unit::Bytes,
        Kind::Gauge,
    ),
];

impl<E: Event> Collect for Tracer<E> {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        if ENABLED { DESCRIPTORS.get(index) } else { None }
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        self.0.with(|it| {
            let family: Option<&Family<E::Kind, Counter>> = match index {
                0 => Some(&it.drained),
                3 => Some(&it.sampled_out),
                4 => Some(&it.filtered_out),
                _ => None,
            };
            if let Some(family) = family {
                return Instrument::collect(family, visit);
            }
            match index {
                1 => visit.series(Labels::NONE, Value::Unsigned(it.account().recorded)),
                2 => self.show_refused(visit),
                5 => self.show_sampling(visit),
                6 => visit.series(Labels::NONE, Value::Float(self.occupancy())),
                7 => visit.series(Labels::NONE, Value::Float(self.rings() as f64)),
                _ => visit.series(Labels::NONE, Value::Float(self.bytes() as f64)),
            }
        });
    }
}

impl<E: Event> Tracer<E> {
    fn show_refused(&self, visit: &mut dyn Visit) {
        let account = self.account();
        let counts = [
            ("ring_full", account.refused_full),
            ("no_ring", account.refused_no_ring),
            ("closed", account.refused_closed),
        ];
        for (reason, count) in counts {
            visit.series(Labels::new(&[("reason", reason)]), Value::Unsigned(count));
        }
    }

    fn show_sampling(&self, visit: &mut dyn Visit) {
        self.0.with(|it| {
            for (kind, name) in <E::Kind as Label>::VALUES.iter().enumerate() {
                let ratio = 1.0 / f64::from(it.filter.sampler(kind).one_in().max(1));
                let labels = [(<E::Kind as Label>::KEY, *name)];
                visit.series(Labels::new(&labels), Value::Float(ratio));
            }
        });
    }
}

impl<E: Event> Tracer<E> {
    /// Rings that threads have at present.
    #[must_use]
    pub fn rings(&self) -> usize {
        self.0.with(|it| it.lanes.get().map_or(0, |lanes| lanes.leased()))
    }

    /// Share of the fullest ring that is in use.
    #[must_use]
    pub fn occupancy(&self) -> f64 {
        self.0.with(|it| {
            let Some(lanes) = it.lanes.get() else { return 0.0 };
            let tallies = lanes.iter().map(|lane| lane.tally());
            let most = tallies.map(|it| it.pushed.saturating_sub(it.popped)).max();
            most.unwrap_or(0) as f64 / it.bounds.events as f64
        })
    }
}
