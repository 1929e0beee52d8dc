//! Choices with known seeds, and totals that are right on average.

use super::{Sampler, is_chosen};
use crate::random::Random;

#[test]
fn one_in_n_is_a_power_of_two_whatever_is_asked_for() {
    let sampler = Sampler::new();
    for (asked, given) in
        [(0, 1), (1, 1), (2, 2), (3, 4), (16, 16), (1000, 1024), (u32::MAX, 1 << 31)]
    {
        sampler.set_one_in(asked);
        assert_eq!(sampler.one_in(), if crate::ENABLED { given } else { 0 });
    }
}

#[test]
fn the_share_of_chosen_numbers_is_one_in_n() {
    const NUMBERS: u32 = 1 << 20;
    for n in [1, 2, 16, 256] {
        let mut random = Random::seeded(u64::from(n));
        let chosen = (0..NUMBERS).filter(|_| is_chosen(random.next(), n)).count() as f64;
        let expected = f64::from(NUMBERS / n);
        // Five standard deviations of a binomial distribution.
        let most = 5.0 * (expected * (1.0 - 1.0 / f64::from(n))).sqrt();
        assert!((chosen - expected).abs() <= most, "{n}: {chosen} of {expected}");
    }
}

crate::when_enabled! {
    use super::SamplingRatio;
    use crate::histogram::SampledHistogram;
    use crate::random::seed_thread;
    use crate::sync::{AtomicU32, Ordering};
    use crate::{Descriptor, Instrument, Labels, Layout, Value, Visit};

    #[test]
    fn count_and_sum_stay_right_on_average() {
        const RECORDS: u64 = 1_000_000;
        static SAMPLING: Sampler = Sampler::keeping_one_in(16);
        static SIZES: SampledHistogram = SampledHistogram::with_layout(Layout::BYTES, &SAMPLING);
        seed_thread(7);
        (0..RECORDS).for_each(|size| SIZES.record(size));
        let snapshot = SIZES.snapshot();
        // The standard error is 0.4 % for the count and 0.45 % for the sum.
        let (count, sum) = (RECORDS, RECORDS * (RECORDS - 1) / 2);
        assert!(snapshot.count().abs_diff(count) <= count / 50, "{}", snapshot.count());
        assert!(snapshot.sum_ticks().abs_diff(sum) <= sum / 50, "{}", snapshot.sum_ticks());
        assert_eq!(snapshot.count() % 16, 0, "every record weighs as much");
        assert_ne!(snapshot.count(), count, "some were left out, or this tests nothing");
    }

    #[test]
    fn everything_is_kept_at_one_in_one() {
        static SAMPLING: Sampler = Sampler::new();
        static SIZES: SampledHistogram = SampledHistogram::with_layout(Layout::BYTES, &SAMPLING);
        (0..1000).for_each(|size| SIZES.record(size));
        assert_eq!((SIZES.snapshot().count(), SIZES.snapshot().sum_ticks()), (1000, 499_500));
    }

    #[test]
    fn totals_stay_right_while_another_thread_turns_the_knob() {
        const RECORDS: u64 = 1_000_000;
        static SAMPLING: Sampler = Sampler::new();
        static SIZES: SampledHistogram = SampledHistogram::with_layout(Layout::BYTES, &SAMPLING);
        static DONE: AtomicU32 = AtomicU32::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut power = 0;
                // Relaxed: only says when to stop.
                while DONE.load(Ordering::Relaxed) == 0 {
                    power = (power + 1) % 5;
                    SAMPLING.set_one_in(1 << power);
                    std::thread::yield_now();
                }
            });
            seed_thread(8);
            (0..RECORDS).for_each(|_| SIZES.record(3));
            // Relaxed: as above.
            DONE.store(1, Ordering::Relaxed);
        });
        let count = SIZES.snapshot().count();
        assert!(count.abs_diff(RECORDS) <= RECORDS / 25, "{count}: ten standard deviations at most");
        assert_eq!(SIZES.snapshot().sum_ticks(), 3 * count);
    }

    #[test]
    fn a_timed_scope_that_is_left_out_has_no_timer() {
        static SAMPLING: Sampler = Sampler::keeping_one_in(1 << 31);
        static TIMES: SampledHistogram = SampledHistogram::seconds(&SAMPLING);
        seed_thread(9);
        assert!((0..1000).all(|_| TIMES.start().is_none()));
        SAMPLING.set_one_in(1);
        drop(TIMES.start());
        assert_eq!(TIMES.time(|| 7), 7);
        TIMES.record_duration(std::time::Duration::from_secs(1));
        assert_eq!(TIMES.snapshot().count(), 3);
    }

    #[test]
    fn the_ratio_is_a_metric() {
        struct Seen(Vec<f64>);
        impl Visit for Seen {
            fn metric(&mut self, _: &Descriptor) {}
            fn series(&mut self, _: Labels<'_>, value: Value<'_>) {
                if let Value::Float(value) = value {
                    self.0.push(value);
                }
            }
        }
        static SAMPLING: Sampler = Sampler::keeping_one_in(4);
        let ratio = SamplingRatio::of(&SAMPLING);
        let mut seen = Seen(Vec::new());
        ratio.collect(&mut seen);
        SAMPLING.set_one_in(1);
        ratio.collect(&mut seen);
        assert_eq!(seen.0, [0.25, 1.0]);
    }
}
