//! Filters that are changed while others record.

use engram_metrics_core::when_enabled;

use super::*;

when_enabled! {
    #[test]
    fn kinds_and_strengths_take_effect_within_one_drain() {
        let tracer = Tracer::new();
        let offer = || {
            tracer.record(Thing::numbered(0, 0));
            tracer.record(Thing::numbered(0, 1).of(Kind::Recall, 0.2));
            tracer.record(Thing::numbered(0, 2).of(Kind::Decay, 0.9));
        };
        let numbers = || -> Vec<u64> {
            events(&drain_all(&tracer)).iter().map(|it| it.event.number).collect()
        };
        offer();
        assert_eq!(numbers(), [0, 1, 2]);
        tracer.allow(&[Kind::Recall, Kind::Decay]);
        offer();
        assert_eq!(numbers(), [1, 2]);
        tracer.set_min_strength(Kind::Recall, 0.5);
        offer();
        assert_eq!(numbers(), [2]);
        tracer.allow_all();
        tracer.set_min_strength(Kind::Recall, f32::NEG_INFINITY);
        offer();
        assert_eq!(numbers(), [0, 1, 2]);
        let account = tracer.account();
        assert_eq!((account.filtered_out, account.recorded, account.offered()), (3, 9, 12));
    }

    #[test]
    fn a_filter_that_another_thread_changes_is_seen_by_one_that_records() {
        let tracer = Tracer::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while tracer.account().filtered_out == 0 {
                    tracer.record(Thing::numbered(0, 0));
                }
            });
            tracer.allow(&[Kind::Decay]);
        });
        let account = tracer.account();
        assert_eq!(account.filtered_out, 1);
        assert_eq!(account.offered(), account.recorded + account.refused() + 1);
    }
}
