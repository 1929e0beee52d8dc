//! Our events, and the clock.

use std::sync::Mutex;

use engram_metrics_core::{SpanId, Stamp, TraceId, label_enum};
use engram_trace::{Bounds, Event, Field, Item, Reader, Tracer};

use super::timing::{BATCH, Contender, ROOM, take_all};
use crate::harness::fence;
use crate::peers::ENGRAM;

label_enum! {
    /// What happened.
    pub(super) enum Kind as "kind" { Search = "search", Decay = "decay" }
}

/// What everybody tells of: 48 bytes, of which a trace, a span, two nodes, a strength and a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Activation {
    pub(super) trace: [u64; 2],
    pub(super) span: u64,
    pub(super) node: u64,
    pub(super) hops: u32,
    pub(super) strength: f32,
    pub(super) kind: Kind,
}

impl Activation {
    #[inline(always)]
    pub(super) fn numbered(number: u32) -> Self {
        Self {
            trace: [1, number.into()],
            span: 7,
            node: number.into(),
            hops: 3,
            strength: 0.5,
            kind: Kind::Search,
        }
    }
}

impl Event for Activation {
    type Kind = Kind;

    #[inline(always)]
    fn kind(&self) -> Kind {
        self.kind
    }

    #[inline(always)]
    fn strength(&self) -> f32 {
        self.strength
    }

    fn context(&self) -> Option<(TraceId, SpanId)> {
        let [high, low] = self.trace.map(u128::from);
        Some((TraceId(high << 64 | low), SpanId(self.span)))
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("node", Field::Unsigned(self.node));
        see("hops", Field::Unsigned(self.hops.into()));
    }
}

static RECORDING: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: ROOM });
static KNOWN: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: ROOM });
static KIND_OFF: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: ROOM });
static TOO_WEAK: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: ROOM });
static SAMPLING: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: ROOM });
static RELAYED: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: ROOM });
static FULL: Tracer<Activation> = Tracer::bounded(Bounds { rings: 8, events: 16 });

/// Reading the clock, which everybody does who says when something happened.
pub(super) fn clocks(operation: &'static str) -> Vec<Contender> {
    let ours = |times| {
        for _ in 0..times {
            std::hint::black_box(Stamp::now());
            fence();
        }
    };
    let system = |times| {
        for _ in 0..times {
            std::hint::black_box(std::time::Instant::now());
            fence();
        }
    };
    vec![
        Contender::alone((ENGRAM, operation), ours),
        Contender::alone(("Instant", operation), system),
    ]
}

/// Events that go into a ring.
pub(super) fn recorded(operation: &'static str) -> Vec<Contender> {
    let known = Stamp::now();
    vec![
        recording((ENGRAM, operation), &RECORDING, |tracer, at| {
            tracer.record(Activation::numbered(at));
        }),
        recording(("engram, time known", operation), &KNOWN, move |tracer, at| {
            tracer.record_at(known, Activation::numbered(at));
        }),
    ]
}

/// Events that do not pass the filters.
pub(super) fn filtered_out(operation: &'static str) -> Vec<Contender> {
    KIND_OFF.allow(&[Kind::Decay]);
    TOO_WEAK.set_min_strength(Kind::Search, 0.9);
    let record = |tracer: &Tracer<Activation>, at| _ = tracer.record(Activation::numbered(at));
    vec![
        recording((ENGRAM, operation), &KIND_OFF, record),
        recording(("engram, too weak", operation), &TOO_WEAK, record),
    ]
}

/// Events that others stand for.
pub(super) fn sampled_out(operation: &'static str) -> Vec<Contender> {
    SAMPLING.set_one_in(Kind::Search, 1 << 31);
    let record = |tracer: &Tracer<Activation>, at| _ = tracer.record(Activation::numbered(at));
    vec![recording((ENGRAM, operation), &SAMPLING, record)]
}

/// Events that find the ring full.
pub(super) fn ring_full(operation: &'static str) -> Vec<Contender> {
    let run = |times| {
        for at in 0..times {
            FULL.record(Activation::numbered(at));
            fence();
        }
    };
    let fill = move || run(BATCH.min(100));
    vec![Contender::alone((ENGRAM, operation), run).after(fill)]
}

/// Events that another thread takes out, in batches, as a drain does.
pub(super) fn delivered(operation: &'static str) -> Vec<Contender> {
    let record = |tracer: &Tracer<Activation>, at| _ = tracer.record(Activation::numbered(at));
    let drained = drained(&RELAYED);
    let take = move |times| {
        let mut drained = drained.lock().expect("no panic");
        take_all(times, || empty(&mut drained));
    };
    vec![Contender::alone((ENGRAM, operation), repeated(&RELAYED, record)).until(take)]
}

/// The reader of a tracer, and room for what it takes out.
type Drained = (Reader<Activation>, Vec<Item<Activation>>);

fn drained(tracer: &'static Tracer<Activation>) -> Mutex<Drained> {
    let reader = tracer.reader().expect("nobody else reads");
    Mutex::new((reader, Vec::with_capacity(4 * ROOM)))
}

/// Takes out what is there; how many.
fn empty((reader, items): &mut Drained) -> usize {
    items.clear();
    reader.drain(ROOM, items)
}

/// A contender that records in one thread or two, whose tracer is emptied before each batch.
fn recording(
    name: (&'static str, &'static str),
    tracer: &'static Tracer<Activation>,
    act: impl Fn(&Tracer<Activation>, u32) + Sync + 'static,
) -> Contender {
    let drained = drained(tracer);
    let prepare = move || while empty(&mut drained.lock().expect("no panic")) > 0 {};
    Contender::shared(name, repeated(tracer, act)).after(prepare)
}

/// Does it so many times.
fn repeated(
    tracer: &'static Tracer<Activation>,
    act: impl Fn(&Tracer<Activation>, u32) + Sync + 'static,
) -> impl Fn(u32) + Sync {
    move |times| {
        for at in 0..times {
            act(tracer, at);
            fence();
        }
    }
}
