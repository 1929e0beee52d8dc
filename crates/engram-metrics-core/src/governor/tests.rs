use std::time::{Duration, Instant};

use super::{Adaptation, Governor, MAX_ONE_IN, PAUSE, adapt};
use crate::histogram::SampledHistogram;
use crate::sampler::Sampler;
use crate::{ENABLED, RECORDER};

#[test]
fn what_is_done_follows_from_the_load_alone() {
    let rows = [
        (0.0, 1, None, None),
        (1.0, 1, None, None),
        (1.01, 1, None, Some(Adaptation::SampleLess)),
        (9.0, MAX_ONE_IN / 2, None, Some(Adaptation::SampleLess)),
        (1.01, MAX_ONE_IN, None, Some(Adaptation::SwitchOff)),
        (0.26, 64, None, None),
        (0.24, 64, None, Some(Adaptation::SampleMore)),
        (0.24, 2, None, Some(Adaptation::SampleMore)),
        (0.0, MAX_ONE_IN, Some(0), None),
        (0.0, MAX_ONE_IN, Some(PAUSE - 1), Some(Adaptation::SwitchOn)),
    ];
    for (load, one_in, off_for, expected) in rows {
        assert_eq!(adapt(load, one_in, off_for), expected, "{load} {one_in} {off_for:?}");
    }
}

#[test]
fn under_load_scopes_become_rarer_then_go_and_come_back() {
    static SAMPLER: Sampler = Sampler::new();
    static HOP: SampledHistogram = SampledHistogram::seconds(&SAMPLER);
    static GOVERNOR: Governor = Governor::with_limit(&SAMPLER, &[&HOP], 1e-9);
    if !ENABLED {
        assert_eq!(GOVERNOR.step(Instant::now(), 1).to_bits(), 0);
        return;
    }
    let mut now = Instant::now();
    let mut step = |scopes: u32| {
        (0..scopes).for_each(|_| HOP.time(|| ()));
        now += Duration::from_millis(1);
        GOVERNOR.step(now, 2)
    };
    assert_eq!(step(10).to_bits(), 0, "the first step has nothing to look back on");
    for doublings in 1..=MAX_ONE_IN.ilog2() {
        // At 1 in 1024 a few thousand scopes are kept some of the time: their weight is what counts.
        while step(4096) <= 1e-9 {}
        assert_eq!(SAMPLER.one_in(), 1 << doublings);
    }
    while step(4096) <= 1e-9 {}
    let before = HOP.snapshot().count();
    (0..100_000).for_each(|_| HOP.time(|| ()));
    assert_eq!(HOP.snapshot().count(), before, "switched off");
    for _ in 0..PAUSE {
        step(100);
    }
    (0..100_000).for_each(|_| HOP.time(|| ()));
    assert!(HOP.snapshot().count() > before, "switched on again");
    // Too much once more, hence off; after the pause each quiet step doubles what is kept.
    for _ in 0..=PAUSE + MAX_ONE_IN.ilog2() + 1 {
        step(0);
    }
    assert_eq!(SAMPLER.one_in(), 1, "when nothing happens all is recorded again");
    assert!(RECORDER.adaptations.at(Adaptation::SwitchOff).value() >= 1);
    assert!(RECORDER.adaptations.at(Adaptation::SwitchOn).value() >= 1);
}
