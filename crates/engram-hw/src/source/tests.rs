use engram_metrics_core::{Reading, when_disabled, when_enabled};

use super::*;

when_disabled! {
    #[test]
    fn compiled_out_nothing_is_shown() {
        let registry = Registry::new();
        register_machine(&registry).unwrap();
        assert!(Reading::of(&registry).is_empty());
        assert!(ProcessSource::new("/").descriptor(0).is_none());
    }
}

when_enabled! {
    use crate::unavailable::Reason;

    #[test]
    fn a_process_shows_its_time_memory_and_files() {
        if crate::process::is_emulated() {
            return;
        }
        let registry = Registry::new();
        register_machine(&registry).unwrap();
        let reading = Reading::of(&registry);
        for name in ["process.cpu", "process.resident_memory", "process.open_fds", "process.start_time"] {
            assert!(reading.number(name, &[]).is_some_and(|value| value >= 0.0), "{name}");
        }
        let faults = reading.number("process.page_faults", &[("kind", "minor")]);
        assert!(faults > Some(0.0));
        assert!(reading.number("engram.hw.cpus", &[]) >= Some(1.0));
    }

    #[test]
    fn without_counters_no_sample_is_shown_and_one_reason_is_said() {
        if !crate::perf::tests::has_no_counters() {
            return;
        }
        let registry = Registry::new();
        registry.register_shared(&[], std::sync::Arc::new(CounterSource::of_process())).unwrap();
        assert!(Reading::of(&registry).is_empty());
        let states = SourceStates::new("/").states();
        let reasons: Vec<_> = states.iter().filter(|(source, _)| *source == "perf").collect();
        assert_eq!(reasons.len(), 1);
        assert!(reasons[0].1.is_some());
    }

    #[test]
    fn a_region_shows_how_often_it_was_entered_and_counts_only_where_there_are_some() {
        static REGION: crate::Region = crate::Region::new("search");
        static SOURCE: RegionSource = RegionSource::new(&[&REGION]);
        let registry = Registry::new();
        registry.register(&SOURCE).unwrap();
        drop(REGION.enter());
        let reading = Reading::of(&registry);
        let labels = [("region", "search")];
        assert_eq!(reading.number("engram.perf.region.entries", &labels), Some(1.0));
        let has_counters = REGION.counts().samples().next().is_some();
        let labels = [("region", "search"), ("event", "instructions")];
        assert_eq!(reading.number("engram.perf.region.events", &labels).is_some(), has_counters);
    }

    #[test]
    fn a_machine_that_says_nothing_shows_nothing_and_each_source_why() {
        let registry = Registry::new();
        for source in [
            std::sync::Arc::new(MachineSource::new("/nowhere")) as std::sync::Arc<dyn Collect>,
            std::sync::Arc::new(CgroupSource::new("/nowhere")),
            std::sync::Arc::new(PressureSource::new("/nowhere")),
        ] {
            registry.register_shared(&[], source).unwrap();
        }
        assert!(Reading::of(&registry).is_empty());
        let states = SourceStates::new("/nowhere");
        let mut seen = Vec::new();
        for (source, reason) in states.states() {
            assert!(source == "perf" || reason.is_some(), "{source}");
            seen.push(source);
        }
        assert_eq!(seen, ["perf", "topology", "cgroup", "psi", "process", "numastat"]);
        let registry = Registry::new();
        registry.register_shared(&[], std::sync::Arc::new(states)).unwrap();
        let labels = [("source", "psi"), ("reason", Reason::Missing.name())];
        assert_eq!(Reading::of(&registry).number("engram.hw.source.up", &labels), Some(0.0));
    }
}
