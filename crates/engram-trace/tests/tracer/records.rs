//! Recording: order, gaps, rings, memory.

use std::sync::Arc;
use std::thread;

use engram_metrics_core::{Reading, Registry, Stamp, when_enabled};
use engram_trace::{Bounds, Drain, EVENT_BYTES, Tracer};

use super::*;

when_enabled! {
    #[test]
    fn events_of_a_thread_arrive_in_order_with_their_numbers() {
        let tracer = Tracer::new();
        let before = Stamp::now();
        (0..1000).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
        let items = drain_all(&tracer);
        let mut last = before;
        for (number, traced) in events(&items).into_iter().enumerate() {
            assert_eq!((traced.event.number, traced.sequence), (number as u64, number as u64));
            assert!(traced.stamp >= last, "time does not go back");
            last = traced.stamp;
        }
        assert_eq!(items.len(), 1000);
    }

    #[test]
    fn a_full_ring_refuses_the_newest_and_a_gap_tells_of_them() {
        let tracer = Tracer::bounded(Bounds { rings: 1, events: 4 });
        (0..10).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
        let mut reader = tracer.reader().expect("nobody else reads");
        let mut items = Vec::new();
        assert_eq!(reader.drain(1, &mut items), 1);
        tracer.record(Thing::numbered(0, 10));
        assert_eq!(reader.drain(100, &mut items), 4);
        let numbers: Vec<u64> = events(&items).iter().map(|it| it.event.number).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 10]);
        let Item::Gap(gap) = items[4] else { panic!("{items:?}") };
        assert_eq!((gap.lost, gap.sequence), (6, 4));
        assert_eq!(events(&items)[4].sequence, 10);
        let account = tracer.account();
        assert_eq!((account.recorded, account.refused_full, account.offered()), (5, 6, 11));
    }

    #[test]
    fn a_thread_beyond_the_last_ring_is_refused_until_one_is_free() {
        let tracer = Arc::new(Tracer::bounded(Bounds { rings: 1, events: 8 }));
        let other = tracer.clone();
        tracer.record(Thing::numbered(0, 0));
        thread::spawn(move || _ = other.record(Thing::numbered(1, 0))).join().expect("no panic");
        assert_eq!(tracer.account().refused_no_ring, 1);
        let first = tracer.clone();
        thread::spawn(move || {
            // A tracer of its own, so that this thread has one ring of each.
            let own = Tracer::bounded(Bounds { rings: 1, events: 8 });
            own.record(Thing::numbered(2, 0));
            first.record(Thing::numbered(2, 0));
            assert_eq!(own.account().recorded, 1);
        })
        .join()
        .expect("no panic");
        assert_eq!(tracer.account().refused_no_ring, 2);
    }

    #[test]
    fn threads_that_come_and_go_share_few_rings_and_lose_nothing() {
        let tracer = Arc::new(Tracer::bounded(Bounds { rings: 8, events: 2048 }));
        for producer in 0..500 {
            let own = tracer.clone();
            let record = move || (0..3).for_each(|at| _ = own.record(Thing::numbered(producer, at)));
            thread::spawn(record).join().expect("no panic");
        }
        assert_eq!(tracer.rings(), 0, "all have ended");
        let items = drain_all(&tracer);
        assert_eq!((events(&items).len(), lost(&items)), (1500, 0));
        assert!(items.iter().all(|it| it.event().is_some_and(|it| it.ring == 0)), "one ring");
    }

    #[test]
    fn a_record_in_the_destructor_of_a_thread_local_is_recorded_or_counted() {
        struct Last(Arc<Tracer<Thing>>);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.record(Thing::numbered(0, 1));
            }
        }
        thread_local! { static LAST: std::cell::OnceCell<Last> = const { std::cell::OnceCell::new() }; }
        let tracer = Arc::new(Tracer::new());
        let own = tracer.clone();
        thread::spawn(move || {
            LAST.with(|last| drop(last.set(Last(own.clone()))));
            own.record(Thing::numbered(0, 0));
        })
        .join()
        .expect("no panic");
        let account = tracer.account();
        assert_eq!(account.offered(), 2);
        assert_eq!(account.recorded + account.refused_no_ring, 2);
    }

    #[test]
    fn a_hundred_tracers_of_one_thread_keep_their_events_apart() {
        let tracers: Vec<_> = (0..100).map(|_| Tracer::new()).collect();
        for round in 0..3 {
            for (at, tracer) in tracers.iter().enumerate() {
                tracer.record(Thing::numbered(at as u64, round));
            }
        }
        for (at, tracer) in tracers.iter().enumerate() {
            let items = drain_all(tracer);
            let found: Vec<_> = events(&items).iter().map(|it| (it.event.producer, it.event.number)).collect();
            assert_eq!(found, [0, 1, 2].map(|round| (at as u64, round)));
        }
    }

    #[test]
    fn memory_is_what_is_documented_and_comes_with_the_threads() {
        let bounds = Bounds { rings: 3, events: 1000 };
        let tracer = Arc::new(Tracer::bounded(bounds));
        assert_eq!(tracer.bytes(), 0, "nobody has recorded");
        tracer.record(Thing::numbered(0, 0));
        let (one, most) = (tracer.bytes(), tracer.most_bytes());
        // Rounded up to 1,024 events; what is not events is less than a kilobyte a ring.
        assert!((1024 * EVENT_BYTES..1024 * EVENT_BYTES + 3072).contains(&one), "{one}");
        assert!((3 * 1024 * EVENT_BYTES..3 * 1024 * EVENT_BYTES + 3072).contains(&most), "{most}");
        let barrier = std::sync::Barrier::new(5);
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    (0..5000).for_each(|number| _ = tracer.record(Thing::numbered(1, number)));
                    barrier.wait();
                });
            }
        });
        assert_eq!(tracer.bytes(), most, "as many rings as may be");
    }

    #[test]
    fn what_is_sampled_filtered_and_refused_is_on_the_page() {
        static TRACER: Tracer<Thing> = Tracer::bounded(Bounds { rings: 1, events: 2 });
        static REGISTRY: Registry = Registry::new();
        REGISTRY.register(&TRACER).expect("registers once");
        TRACER.set_min_strength(Kind::Decay, 0.5);
        TRACER.record(Thing::numbered(0, 0).of(Kind::Decay, 0.4));
        (0..5).for_each(|number| _ = TRACER.record(Thing::numbered(0, number).of(Kind::Recall, 1.0)));
        let occupied = Reading::of(&REGISTRY).number("engram.trace.ring.occupancy", &[]);
        assert_eq!(occupied, Some(1.0));
        let mut drain = Drain::of(&TRACER).expect("nobody else drains");
        drain.step();
        TRACER.close();
        TRACER.record(Thing::numbered(0, 9));
        let page = Reading::of(&REGISTRY);
        let number = |name: &str, labels: &[(&str, &str)]| page.number(name, labels).unwrap_or(-1.0);
        assert_eq!(number("engram.trace.events", &[("kind", "recall")]), 2.0);
        assert_eq!(number("engram.trace.events.recorded", &[]), 2.0);
        assert_eq!(number("engram.trace.events.dropped", &[("reason", "ring_full")]), 3.0);
        assert_eq!(number("engram.trace.events.dropped", &[("reason", "closed")]), 1.0);
        assert_eq!(number("engram.trace.events.filtered_out", &[("kind", "decay")]), 1.0);
        assert_eq!(number("engram.trace.rings", &[]), 1.0);
        assert_eq!(number("engram.trace.memory", &[]), TRACER.bytes() as f64);
    }
}
