engram_metrics_core::when_enabled! {

use std::thread;

use engram_bridge::Recorder;
use engram_metrics_core::{Reading, Registry};
use metrics::{Counter, counter, gauge, histogram, with_local_recorder};

const THREADS: u64 = 8;
const ROUNDS: u64 = 20_000;
const TABLES: [&str; 5] = ["words", "links", "scenes", "faces", "places"];

#[test]
fn eight_threads_are_counted_exactly_through_the_macros() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    let kept: Counter = with_local_recorder(&recorder, || counter!("kept_total"));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (recorder, kept) = (&recorder, kept.clone());
            scope.spawn(move || with_local_recorder(recorder, || record(number, &kept)));
        }
    });
    let page = Reading::of(&REGISTRY);
    let each = ROUNDS * THREADS;
    assert_eq!(page.number("calls", &[]), Some(each as f64));
    assert_eq!(page.number("kept", &[]), Some(each as f64));
    assert_eq!(page.number("balance", &[]), Some(0.0));
    for (at, table) in TABLES.iter().enumerate() {
        // Each table's turn comes every fifth round, for an amount that is the number of its place.
        let expected = each / 5 * (at as u64 + 1);
        assert_eq!(page.number("rows", &[("table", table)]), Some(expected as f64), "{table}");
        let wait = page.histogram("wait", &[("table", table)]).expect("recorded");
        assert_eq!((wait.count(), wait.sum()), (each / 5, (each / 5) as f64 * 0.25), "{table}");
    }
    for number in 0..THREADS {
        let thread = number.to_string();
        let own = page.number("own", &[("thread", &thread), ("same", "yes")]);
        assert_eq!(own, Some(ROUNDS as f64));
    }
}

fn record(number: u64, kept: &Counter) {
    for round in 0..ROUNDS {
        let table = TABLES[(round % 5) as usize];
        counter!("calls").increment(1);
        counter!("rows_total", "table" => table).increment(round % 5 + 1);
        counter!("own", "same" => "yes", "thread" => number.to_string()).increment(1);
        histogram!("wait_seconds", "table" => table).record(0.25);
        gauge!("balance").increment(3.0);
        gauge!("balance").decrement(3.0);
        kept.increment(1);
    }
}

#[test]
fn what_is_raised_by_many_threads_is_the_largest_and_increments_count_besides() {
    static REGISTRY: Registry = Registry::new();
    let recorder = Recorder::new(&REGISTRY);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let recorder = &recorder;
            scope.spawn(move || {
                with_local_recorder(recorder, || {
                    for round in 0..ROUNDS {
                        counter!("bytes").absolute(round * THREADS + number);
                    }
                });
            });
        }
    });
    let highest = ROUNDS * THREADS - 1;
    assert_eq!(Reading::of(&REGISTRY).number("bytes", &[]), Some(highest as f64));
    with_local_recorder(&recorder, || {
        counter!("bytes").increment(5);
        counter!("bytes").absolute(7);
        counter!("bytes").absolute(highest + 10);
    });
    assert_eq!(Reading::of(&REGISTRY).number("bytes", &[]), Some((highest + 10) as f64));
}

#[test]
fn a_thread_that_ends_leaves_what_it_counted_also_from_a_destructor() {
    static REGISTRY: Registry = Registry::new();
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            counter!("last_words").increment(1);
        }
    }
    thread_local! {
        static LAST: Last = const { Last };
    }
    let recorder: &'static Recorder = {
        static RECORDER: std::sync::OnceLock<Recorder> = std::sync::OnceLock::new();
        RECORDER.get_or_init(|| Recorder::new(&REGISTRY))
    };
    let record = || {
        LAST.with(|_| ());
        with_local_recorder(recorder, || counter!("last_words").increment(1));
        // The guard must outlive the thread's other locals.
        std::mem::forget(metrics::set_default_local_recorder(recorder));
    };
    thread::spawn(record).join().expect("does not panic");
    assert_eq!(Reading::of(&REGISTRY).number("last_words", &[]), Some(2.0));
}

}
