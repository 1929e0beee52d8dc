//! Events through a tracer: recorded, left out by a filter or a sampler, refused by a full ring.
//!
//! The time is known, since the clock is another one once it is calibrated: what a look at it costs is the business
//! of `cargo xtask bench trace`.

use engram_metrics_core::{Stamp, label_enum};
use engram_trace::{Bounds, Event, Field, Tracer};

use crate::operations::{Operation, repeat};

label_enum! { enum Kind as "kind" { Hop = "hop", Hit = "hit" } }

/// As large as an event may be.
#[derive(Clone, Copy)]
struct Step {
    numbers: [u64; 5],
    strength: f32,
    kind: Kind,
}

impl Step {
    const fn of(number: u64) -> Self {
        Self { numbers: [number; 5], strength: 0.5, kind: Kind::Hop }
    }
}

impl Event for Step {
    type Kind = Kind;

    fn kind(&self) -> Kind {
        self.kind
    }

    fn strength(&self) -> f32 {
        self.strength
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("number", Field::Unsigned(self.numbers[0]));
    }
}

/// Room for more events than are ever counted.
static WIDE: Tracer<Step> = Tracer::bounded(Bounds { rings: 1, events: 1 << 14 });
static FULL: Tracer<Step> = Tracer::bounded(Bounds { rings: 1, events: 1 });
static FILTERING: Tracer<Step> = Tracer::new();
static SAMPLING: Tracer<Step> = Tracer::new();

/// What can become of an event.
pub(crate) const EVENTS: &[Operation] = &[
    Operation { name: "event", run: |times| record(&WIDE, times) },
    Operation { name: "event_ring_full", run: |times| record(&FULL, times) },
    Operation {
        name: "event_filtered_out",
        run: |times| {
            FILTERING.allow(&[Kind::Hit]);
            record(&FILTERING, times);
        },
    },
    Operation {
        name: "event_sampled_out",
        run: |times| {
            SAMPLING.set_one_in(Kind::Hop, 1 << 31);
            record(&SAMPLING, times);
        },
    },
];

fn record(tracer: &Tracer<Step>, times: u64) {
    let stamp = Stamp::from_ticks(1 << 30);
    repeat(times, 7, |number| _ = tracer.record_at(stamp, Step::of(number)));
}
