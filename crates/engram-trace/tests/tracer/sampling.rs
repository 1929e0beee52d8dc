//! Sampling and reservoirs: totals that stay right on average.

use std::sync::Arc;
use std::time::Duration;

use engram_metrics_core::when_enabled;
use engram_trace::{Batch, Bounds, Drain, Memory, Reservoir, Sink, Tracer};

use super::*;

/// Runs of which every interval is judged.
const RUNS: u32 = 1000;

/// Of 1,000 intervals that hold the truth with 99 %, this many do, but for one time in a million: the binomial
/// quantile of 1e-6 is 971.
const LEAST_INSIDE: u32 = 971;

when_enabled! {
    #[test]
    fn weighted_totals_are_within_their_interval_of_the_truth() {
        const ONE_IN: u32 = 8;
        const EVENTS: u64 = 2000;
        let tracer = Tracer::bounded(Bounds { rings: 1, events: 4096 });
        tracer.set_one_in(Kind::Search, ONE_IN);
        let (mut inside, mut sum, mut sampled_out) = (0, 0.0, 0);
        for _ in 0..RUNS {
            (0..EVENTS).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
            let items = drain_all(&tracer);
            let total: f64 = events(&items).iter().map(|it| it.weight).sum();
            assert!(events(&items).iter().all(|it| it.weight == f64::from(ONE_IN)));
            // A share of 1/N of n: its deviation, times N.
            let deviation = (EVENTS as f64 * f64::from(ONE_IN - 1)).sqrt();
            inside += u32::from((total - EVENTS as f64).abs() <= 2.576 * deviation);
            sum += total;
            sampled_out += EVENTS - items.len() as u64;
        }
        assert!(inside >= LEAST_INSIDE, "{inside} of {RUNS}");
        let (truth, runs) = ((EVENTS * u64::from(RUNS)) as f64, f64::from(RUNS));
        let deviation = (runs * EVENTS as f64 * f64::from(ONE_IN - 1)).sqrt();
        assert!((sum - truth).abs() < 5.0 * deviation, "biased: {sum} instead of {truth}");
        let account = tracer.account();
        assert_eq!(account.sampled_out, sampled_out);
        assert_eq!(account.offered(), EVENTS * u64::from(RUNS));
    }

    #[test]
    fn switching_the_share_while_recording_keeps_the_total() {
        let tracer = Tracer::bounded(Bounds { rings: 1, events: 4096 });
        let (mut sum, mut variance, mut truth) = (0.0, 0.0, 0.0);
        for run in 0..RUNS {
            let one_in = 1 << (run % 5);
            tracer.set_one_in(Kind::Search, one_in);
            (0..500).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
            sum += events(&drain_all(&tracer)).iter().map(|it| it.weight).sum::<f64>();
            variance += 500.0 * f64::from(one_in - 1);
            truth += 500.0;
        }
        assert!((sum - truth).abs() < 5.0 * variance.sqrt(), "{sum} instead of {truth}");
    }

    #[test]
    fn a_reservoir_keeps_as_many_as_it_has_places_and_their_weights_add_up() {
        let tracer = Arc::new(Tracer::bounded(Bounds { rings: 1, events: 4096 }));
        let (memory, recorded) = Memory::keeping(1_000);
        let reservoir = Reservoir::new(100, Duration::from_secs(3600), 7, memory);
        let mut drain = Drain::of(tracer.clone()).expect("nobody else drains").to("sample", reservoir);
        (0..3000).for_each(|number| _ = tracer.record(Thing::numbered(0, number)));
        while drain.step() > 0 {}
        assert!(recorded.is_empty(), "the window is open");
        let summary = drain.finish();
        let items = recorded.take();
        assert_eq!(items.len(), 100);
        let total: f64 = events(&items).iter().map(|it| it.weight).sum();
        assert!((total - 3000.0).abs() < 1e-6, "{total}");
        assert_eq!(summary.sinks[0].1.delivered, 3000);
    }
}

/// Hands a batch of events, each with weight 1, to a reservoir of `places`; what it kept.
fn reservoir_of(events: u64, places: usize, seed: u64) -> Vec<Item<Thing>> {
    let (memory, recorded) = Memory::keeping(places);
    let mut reservoir = Reservoir::new(places, Duration::from_secs(3600), seed, memory);
    let stamp = engram_metrics_core::Stamp::from_ticks(0);
    let event = |number| Traced {
        event: Thing::numbered(0, number),
        stamp,
        weight: 1.0,
        ring: 0,
        sequence: number,
    };
    let items: Vec<_> = (0..events).map(|number| Item::Event(event(number))).collect();
    let now = (std::time::SystemTime::UNIX_EPOCH, stamp);
    for part in items.chunks(512) {
        reservoir.deliver(&Batch::new(part, now)).expect("there is room");
    }
    reservoir.flush().expect("there is room");
    recorded.take()
}

#[test]
fn sums_over_a_reservoir_are_within_their_interval_of_the_truth() {
    const EVENTS: u64 = 1000;
    const PLACES: usize = 50;
    // The sum of all numbers; its estimate deviates by N * s * sqrt((1 - k/N) / k).
    let truth = (EVENTS * (EVENTS - 1) / 2) as f64;
    let n = EVENTS as f64;
    let variance = n * (n + 1.0) / 12.0;
    let deviation = n * (variance * (1.0 - PLACES as f64 / n) / PLACES as f64).sqrt();
    let (mut inside, mut sum) = (0, 0.0);
    for seed in 0..RUNS {
        let kept = reservoir_of(EVENTS, PLACES, seed.into());
        let total: f64 = events(&kept).iter().map(|it| it.weight * it.event.number as f64).sum();
        inside += u32::from((total - truth).abs() <= 2.576 * deviation);
        sum += total;
    }
    assert!(inside >= LEAST_INSIDE, "{inside} of {RUNS}");
    let mean = sum / f64::from(RUNS);
    assert!((mean - truth).abs() < 5.0 * deviation / f64::from(RUNS).sqrt(), "biased: {mean}");
}

#[test]
fn every_event_has_the_same_chance_to_stay_in_a_reservoir() {
    const EVENTS: usize = 40;
    let mut kept = [0_u32; EVENTS];
    for seed in 0..4_000 {
        for traced in events(&reservoir_of(EVENTS as u64, 10, seed)) {
            kept[traced.event.number as usize] += 1;
        }
    }
    // A quarter of 4,000, and five deviations of that.
    assert!(kept.iter().all(|count| count.abs_diff(1000) < 137), "{kept:?}");
}
