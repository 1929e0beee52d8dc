//! The sizes of the public types: a snapshot when telemetry is on, zero when it is off.

use engram_metrics_core::{
    Counter, DynamicFamily, ENABLED, Family, Histogram, Named, Registry, label_enum,
};

label_enum! { enum Side as "side" { Left = "left", Right = "right" } }

#[test]
fn nothing_is_left_to_drop_when_telemetry_is_off() {
    let drops = [
        std::mem::needs_drop::<Counter>(),
        std::mem::needs_drop::<Histogram>(),
        std::mem::needs_drop::<Family<Side, Counter>>(),
        std::mem::needs_drop::<Registry>(),
        std::mem::needs_drop::<DynamicFamily<2, Counter>>(),
        std::mem::needs_drop::<Named<Counter>>(),
    ];
    assert_eq!(drops, [ENABLED; 6]);
}

/// Cache lines are padded differently on other processors.
#[cfg(target_arch = "x86_64")]
mod snapshot {
    use engram_metrics_core::histogram::Timer;
    use engram_metrics_core::{
        ExemplarHistogram, ExplicitHistogram, Gauge, LogLinearHistogram, Moment, SampledHistogram,
        Sampler, SamplingRatio, Series, StateSet, UpDownCounter,
    };

    use super::*;

    /// Name, bytes with telemetry compiled in, bytes now.
    macro_rules! sizes {
        ($($type:ty = $bytes:literal),+ $(,)?) => { [$((stringify!($type), $bytes, size_of::<$type>())),+] };
    }

    #[test]
    fn an_instrument_is_as_large_as_it_was() {
        let sizes = sizes! {
            Counter = 16,
            UpDownCounter = 16,
            Gauge = 128,
            StateSet<Side> = 128,
            Histogram = 48,
            SampledHistogram = 56,
            LogLinearHistogram = 24,
            ExemplarHistogram = 48,
            Sampler = 4,
            SamplingRatio = 8,
            ExplicitHistogram = 552,
            Family<Side, Counter> = 16,
            Family<Side, Histogram> = 48,
            Registry = 24,
            DynamicFamily<2, Counter> = 192,
        };
        for (name, bytes, now) in sizes {
            assert_eq!(now, if ENABLED { bytes } else { 0 }, "{name}");
        }
    }

    #[test]
    fn a_handle_holds_no_more_than_it_must_when_telemetry_is_off() {
        assert_eq!(size_of::<Series<'static, Counter>>(), if ENABLED { 16 } else { 0 });
        assert_eq!(size_of::<Named<Counter>>(), if ENABLED { 96 } else { 0 });
        // Where to record, and since when.
        assert_eq!(size_of::<Timer<'static>>(), if ENABLED { 48 } else { 0 });
        assert_eq!(size_of::<Moment>(), if ENABLED { 16 } else { 0 });
    }
}
