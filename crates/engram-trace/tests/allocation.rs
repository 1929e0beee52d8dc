//! After a thread's first event nothing is allocated, whatever becomes of the others.

#[path = "support/event.rs"]
mod event;

use std::sync::Barrier;
use std::thread;

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

#[test]
fn what_rings_take_from_the_allocator_is_what_the_tracer_says() {
    static CROWDED: Tracer<Thing> = Tracer::bounded(Bounds { rings: 3, events: 1000 });
    const THREADS: usize = 5;
    let together = Barrier::new(THREADS);
    let taken: i64 = thread::scope(|scope| {
        let record = || {
            let taken = measure(|| {
                (0..5000).for_each(|number| _ = CROWDED.record(Thing::numbered(0, number)));
                together.wait();
            });
            taken.bytes_current
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(record)).collect();
        threads.into_iter().map(|it| it.join().expect("no panic")).sum()
    });
    assert_eq!(CROWDED.bytes(), CROWDED.most_bytes(), "as many rings as may be");
    // Besides, each thread keeps a list of its leases.
    let beyond = taken - CROWDED.bytes() as i64;
    assert!((0..1024 * THREADS as i64).contains(&beyond), "{taken} of {CROWDED:?}");
}
