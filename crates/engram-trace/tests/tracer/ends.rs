//! How it ends: in time in every state of a sink, twice, from inside a sink, and what comes afterwards.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use engram_metrics_core::when_enabled;
use engram_trace::{Batch, Drain, Drainer, Memory, Sink, SinkError, Tracer};

use super::*;

/// Long enough for whatever is not blocked.
const PATIENCE: Duration = Duration::from_secs(600);

/// A sink that is a function.
struct Does<F>(F);

impl<F: FnMut(&Batch<'_, Thing>) -> Result<(), SinkError> + Send> Sink<Thing> for Does<F> {
    fn deliver(&mut self, batch: &Batch<'_, Thing>) -> Result<(), SinkError> {
        (self.0)(batch)
    }
}

fn drain(tracer: &Arc<Tracer<Thing>>) -> Drain<Thing> {
    Drain::of(tracer.clone()).expect("nobody else drains")
}

/// A sink that says when it was entered, and comes back when it is told to.
fn blocked(entered: mpsc::Sender<()>, gate: Receiver<()>) -> impl Sink<Thing> {
    let gate = Mutex::new(gate);
    Does(move |_: &Batch<'_, Thing>| {
        let _ = entered.send(());
        let _ = gate.lock().expect("no panic").recv();
        Ok(())
    })
}

/// Never: only the end wakes the thread.
const HOUR: Duration = Duration::from_secs(3600);

when_enabled! {
    #[test]
    fn what_was_recorded_before_the_end_is_delivered() {
        let tracer = Arc::new(Tracer::new());
        let (memory, recorded) = Memory::keeping(10_000);
        let drainer = drain(&tracer).to("memory", memory).start(HOUR).expect("a thread");
        (0..3000).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
        let summary = drainer.shutdown(PATIENCE);
        assert!(summary.is_complete, "{summary:?}");
        assert_eq!((recorded.len(), summary.undelivered("memory")), (3000, Some(0)));
    }

    #[test]
    fn a_sink_that_does_not_come_back_keeps_nobody_and_what_it_has_is_told() {
        let tracer = Arc::new(Tracer::new());
        let ((entered, is_in), (release, gate)) = (mpsc::channel(), mpsc::channel());
        let (memory, recorded) = Memory::keeping(10_000);
        let drain = drain(&tracer).to("blocked", blocked(entered, gate)).to("behind", memory);
        let drainer = drain.start(Duration::from_millis(1)).expect("a thread");
        tracer.record(Thing::numbered(0, 0));
        is_in.recv().expect("it is entered");
        (0..10).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
        let started = Instant::now();
        let summary = drainer.shutdown(Duration::from_millis(50));
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
        assert!(!summary.is_complete);
        assert_eq!(summary.account.pending(), 10, "left behind");
        assert!(summary.sinks.iter().all(|(_, it)| (it.abandoned, it.delivered) == (1, 0)), "{summary:?}");
        assert_eq!(summary.undelivered("blocked"), Some(11));
        release.send(()).expect("it waits");
        let later = drainer.shutdown(PATIENCE);
        assert_eq!(later, summary, "what was abandoned stays so");
        assert!(recorded.is_empty());
    }

    #[test]
    fn failing_and_panicking_sinks_are_told_apart_and_disturb_nobody_else() {
        let tracer = Arc::new(Tracer::new());
        let (memory, recorded) = Memory::keeping(10_000);
        let fails = Does(|_: &Batch<'_, Thing>| Err(SinkError::after(2, "full")));
        let panics = Does(|_: &Batch<'_, Thing>| std::panic::resume_unwind(Box::new("told to")));
        let drain = drain(&tracer).to("fails", fails).to("panics", panics).to("memory", memory);
        let metrics = drain.metrics("fails").expect("it is there");
        let drainer = drain.start(HOUR).expect("a thread");
        (0..5).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
        let summary = drainer.shutdown(PATIENCE);
        let of = |at: usize| {
            let delivery = summary.sinks[at].1;
            (delivery.delivered, delivery.failed, delivery.panicked)
        };
        assert_eq!([of(0), of(1), of(2)], [(2, 3, 0), (0, 0, 5), (5, 0, 0)]);
        assert!(summary.is_complete, "everything was handed over");
        assert_eq!(recorded.len(), 5);
        assert_eq!((metrics.delivered.value(), metrics.errors.value()), (2, 1));
    }

    #[test]
    fn an_end_inside_a_sink_does_not_wait_for_itself() {
        let tracer = Arc::new(Tracer::new());
        let own: Arc<OnceLock<Drainer>> = Arc::default();
        let (inside, seen) = (own.clone(), Arc::new(Mutex::new(0)));
        let count = seen.clone();
        let ends = Does(move |batch: &Batch<'_, Thing>| {
            // An hour of patience, of which none may be used.
            inside.wait().shutdown(HOUR);
            *count.lock().expect("no panic") += batch.events();
            Ok(())
        });
        let drainer = drain(&tracer).to("ends", ends).start(Duration::from_millis(1)).expect("a thread");
        assert!(own.set(drainer).is_ok());
        tracer.record(Thing::numbered(0, 0));
        while !tracer.is_closed() {
            std::thread::yield_now();
        }
        let summary = own.wait().shutdown(PATIENCE);
        assert!(summary.is_complete, "{summary:?}");
        assert_eq!(*seen.lock().expect("no panic"), summary.account.recorded);
    }

    #[test]
    fn a_record_after_the_end_is_refused_and_counted() {
        let tracer = Arc::new(Tracer::new());
        let (memory, recorded) = Memory::keeping(100);
        let drainer = drain(&tracer).to("memory", memory).start(HOUR).expect("a thread");
        tracer.record(Thing::numbered(0, 0));
        drop(drainer);
        tracer.allow_all();
        tracer.record(Thing::numbered(0, 1));
        let account = tracer.account();
        assert_eq!((recorded.len(), account.refused_closed, account.offered()), (1, 1, 2));
    }

    #[test]
    fn an_error_of_a_flush_is_counted() {
        struct Unflushed;
        impl Sink<Thing> for Unflushed {
            fn deliver(&mut self, _: &Batch<'_, Thing>) -> Result<(), SinkError> {
                Ok(())
            }
            fn flush(&mut self) -> Result<(), SinkError> {
                Err(SinkError::after(0, "gone"))
            }
        }
        let tracer = Arc::new(Tracer::new());
        let drain = drain(&tracer).to("unflushed", Unflushed);
        let metrics = drain.metrics("unflushed").expect("it is there");
        assert!(drain.metrics("another").is_none());
        drain.finish();
        assert_eq!(metrics.errors.value(), 1);
    }
}
