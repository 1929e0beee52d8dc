//! After a thread's first event nothing is allocated, whatever becomes of the others.

#[path = "support/event.rs"]
mod event;

use allocation_counter::measure;
use engram_metrics_core::SpanId;
use engram_trace::{Bounds, Drain, Event as _, ReaderTaken, Tracer};
use event::{Kind, Thing};

static TRACER: Tracer<Thing> = Tracer::bounded(Bounds { rings: 2, events: 1024 });

#[test]
fn recorded_or_not_an_event_allocates_nothing_and_neither_does_draining_it()
-> Result<(), ReaderTaken> {
    TRACER.set_one_in(Kind::Recall, 4);
    TRACER.set_min_strength(Kind::Decay, 0.5);
    let thing = Thing { trace: [1, 2], span: 3, ..Thing::numbered(0, 0) };
    assert_eq!(thing.context().map(|(_, span)| span), Some(SpanId(3)));
    let record = || {
        // More than the ring has room for.
        for number in 0..3000 {
            TRACER.record(Thing { number, ..thing });
            TRACER.record(thing.of(Kind::Recall, 1.0));
            TRACER.record(thing.of(Kind::Decay, 0.1));
        }
    };
    let mut drain = Drain::of(&TRACER)?;
    record();
    while drain.step() > 0 {}
    assert_eq!(measure(record).count_total, 0);
    let rounds = || while drain.step() > 0 {};
    assert_eq!(measure(rounds).count_total, 0);
    TRACER.close();
    assert_eq!(measure(record).count_total, 0);
    let account = TRACER.account();
    assert_eq!(account.refused_full > 0, engram_trace::ENABLED, "{account:?}");
    Ok(())
}
