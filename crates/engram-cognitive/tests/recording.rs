//! What the sets make of what they are told, seen through a registry.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use engram_cognitive::metrics::*;
use engram_metrics_core::{Labels, Reading, Registry, Value, Visit, when_disabled, when_enabled};

static REGISTRY: Registry = Registry::new();

/// The registry, for one test at a time: the sets are statics.
fn registry() -> (MutexGuard<'static, ()>, &'static Registry) {
    static TURN: Mutex<()> = Mutex::new(());
    static REGISTERED: OnceLock<()> = OnceLock::new();
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    REGISTERED.get_or_init(|| register(&REGISTRY).expect("nobody else does"));
    (turn, &REGISTRY)
}

/// What `act` changes.
fn change(act: impl FnOnce()) -> Reading {
    let (_turn, registry) = registry();
    let before = Reading::of(registry);
    act();
    Reading::of(registry).since(&before)
}

/// How many numbers are not 0, a histogram counting as the number of its records.
fn moved(reading: &Reading, registry: &Registry) -> u64 {
    struct Names<'a>(&'a Reading, String, u64);
    impl Visit for Names<'_> {
        fn metric(&mut self, descriptor: &engram_metrics_core::Descriptor) {
            descriptor.name().clone_into(&mut self.1);
        }
        fn series(&mut self, labels: Labels<'_>, _: Value<'_>) {
            let labels: Vec<_> = labels.iter().collect();
            self.2 += u64::from(self.0.number(&self.1, &labels).is_some_and(|it| it != 0.0));
            self.2 += self.0.histogram(&self.1, &labels).map_or(0, |it| it.count());
        }
    }
    let mut names = Names(reading, String::new(), 0);
    registry.collect(&mut names);
    names.2
}

when_enabled! {
    use proptest::prelude::*;

    #[test]
    fn a_transition_moves_a_memory_and_its_dwell_time() {
        let during = change(|| {
            let recent = Place::In(State::Recent);
            CONSOLIDATION.transition((Place::New, recent), (100.0, 100.0));
            CONSOLIDATION.transition((recent, Place::In(State::Consolidating)), (100.0, 3_700.0));
        });
        let memories = |state| during.number("engram.consolidation.memories", &[("state", state)]);
        assert_eq!((memories("recent"), memories("consolidating")), (Some(0.0), Some(1.0)));
        let edge = [("from", "recent"), ("to", "consolidating")];
        assert_eq!(during.number("engram.consolidation.transitions", &edge), Some(1.0));
        let dwell = during.histogram("engram.consolidation.state.duration", &[("state", "recent")]).unwrap();
        assert_eq!((dwell.count(), dwell.sum()), (1, 3_600.0));
    }

    #[test]
    fn steps_that_are_recorded_together_are_those_that_are_recorded_one_by_one() {
        let steps = [
            (Transition::Encoded, 0), (Transition::Encoded, 0), (Transition::Started, 3_600),
            (Transition::Completed, 86_400), (Transition::Reopened, 60), (Transition::Abandoned, 7),
            (Transition::Lost(State::Recent), 86_400), (Transition::Lost(State::Remote), 5),
            (Transition::Lost(State::Consolidating), 4),
        ];
        let together = change(|| CONSOLIDATION.record_all(steps.into_iter()));
        let alone = change(|| for (step, seconds) in steps {
            CONSOLIDATION.record(step, engram_cognitive::Elapsed::new(seconds as f64).unwrap());
        });
        assert_eq!(moved(&together.clone().since(&alone), &REGISTRY), 0);
        assert!(moved(&together, &REGISTRY) > 10);
        assert_eq!(together.number("engram.consolidation.memories", &[("state", "remote")]), Some(-1.0));
    }

    #[test]
    fn contributions_sum_to_the_share_of_their_state() {
        let during = change(|| {
            CLS.record(State::Recent, 0.75, 0.25);
            CLS.record(State::Recent, 0.25, 0.75);
            CLS.record(State::Remote, 0.125, 0.875);
        });
        let of = |state| during.histogram("engram.cls.hippocampal.weight", &[("state", state)]).unwrap();
        assert_eq!((of("recent").count(), of("recent").sum()), (2, 1.0));
        assert_eq!((of("remote").count(), of("remote").sum()), (1, 0.125));
    }

    #[test]
    fn a_verified_completion_is_in_the_reliability_diagram_and_another_is_not() {
        let completion = Completion {
            system: System::Hippocampal,
            outcome: CompletionOutcome::False,
            plausibility: 0.85,
            seconds: 0.001,
        };
        let during = change(|| {
            COMPLETION.record(completion);
            COMPLETION.record(Completion { outcome: CompletionOutcome::Unverified, ..completion });
        });
        let diagram = [("confidence", "le_0.9"), ("verdict", "false")];
        assert_eq!(during.number("engram.pattern_completion.verdicts", &diagram), Some(1.0));
        let time = during.histogram("engram.pattern_completion.duration", &[("system", "hippocampal")]);
        assert_eq!(time.unwrap().count(), 2);
    }

    #[test]
    fn a_change_after_the_window_is_an_error_that_is_counted() {
        let during = change(|| {
            RECONSOLIDATION.attempt(ReconsolidationOutcome::Updated, 0.0, WINDOW_SECONDS - 1.0);
            RECONSOLIDATION.attempt(ReconsolidationOutcome::Updated, 0.0, WINDOW_SECONDS);
            RECONSOLIDATION.attempt(ReconsolidationOutcome::WindowClosed, 0.0, WINDOW_SECONDS);
        });
        assert_eq!(during.number("engram.reconsolidation.late_updates", &[]), Some(1.0));
        let elapsed = during.histogram("engram.reconsolidation.elapsed", &[]).unwrap();
        assert_eq!(elapsed.count(), 3);
    }

    #[test]
    fn one_search_and_one_spread_are_recorded_in_all_their_parts() {
        let spread = Spread {
            outcome: SpreadOutcome::Converged,
            depth: 2,
            visited: 30,
            expanded: 15,
            edges: 45,
            coverage: 0.25,
            mass: 1.5,
            seconds: 0.5,
        };
        let search = Search { hops_upper: 3, hops_base: 40, evaluations: 500, accesses: [1, 2, 3], seconds: 0.25 };
        let during = change(|| {
            SPREADING.record(&spread);
            SEARCH.record(&search);
        });
        let sum = |name: &str, labels: &[(&str, &str)]| during.histogram(name, labels).map(|it| it.sum());
        assert_eq!(sum("engram.spreading.coverage", &[]), Some(0.25));
        assert_eq!(sum("engram.spreading.mass", &[]), Some(1.5));
        assert_eq!(during.number("engram.spreading.edges", &[]), Some(45.0));
        assert_eq!(sum("engram.hnsw.hops", &[("layer", "base")]), Some(40.0));
        assert_eq!(during.number("engram.hnsw.node_accesses", &[("locality", "far")]), Some(3.0));
        assert_eq!(sum("engram.hnsw.search.duration", &[]), Some(0.25));
    }

    /// Numbers that have no place anywhere.
    fn refused() -> impl Strategy<Value = f64> {
        prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), -1e300..-1e-300_f64]
    }

    proptest! {
        #[test]
        fn what_is_refused_is_counted_once_and_moves_nothing_else(bad in refused(), which in 0..11_usize) {
            let spread = Spread {
                outcome: SpreadOutcome::Budget, depth: 1, visited: 1, expanded: 1, edges: 1,
                coverage: 0.5, mass: 0.5, seconds: 0.5,
            };
            let completion = Completion {
                system: System::Neocortical, outcome: CompletionOutcome::False, plausibility: 0.5, seconds: 0.1,
            };
            let recent = Place::In(State::Recent);
            let during = change(|| match which {
                0 => CLS.record(State::Recent, bad, 1.0),
                1 => CONSOLIDATION.transition((Place::New, recent), (bad, 0.0)),
                2 => CONSOLIDATION.transition((recent, Place::In(State::Remote)), (0.0, 1.0)),
                3 => COMPLETION.record(Completion { plausibility: bad, ..completion }),
                4 => COMPLETION.record(Completion { seconds: bad, ..completion }),
                5 => FALSE_MEMORY.lure(Paradigm::DrmRecall, LureOutcome::FalseMemory, bad),
                6 => SPREADING.record(&Spread { mass: bad, ..spread }),
                7 => INTERFERENCE.respond(Fan::One, Probe::Target, bad),
                8 => RECONSOLIDATION.attempt(ReconsolidationOutcome::Updated, 1.0, 0.0),
                9 => SEARCH.record(&Search { seconds: bad, ..Search::default() }),
                _ => BATCH.record(BatchOperation::Store, [1, 2, 3], bad),
            });
            // A moment before the beginning of time is a long dwell, not a mistake.
            if !(which == 1 && bad < 0.0 && bad.is_finite()) {
                prop_assert_eq!(moved(&during, &REGISTRY), 1);
            }
        }

        #[test]
        fn populations_add_up_to_what_was_made_and_is_not_forgotten(steps in prop::collection::vec((0..5_usize, 0..5_usize), 0..60)) {
            let places = [
                Place::New, Place::In(State::Recent), Place::In(State::Consolidating),
                Place::In(State::Remote), Place::Forgotten,
            ];
            let mut living = 0.0;
            let during = change(|| for (from, to) in &steps {
                let legal = Transition::between(places[*from], places[*to]).is_ok();
                living += f64::from(i8::from(legal && *from == 0) - i8::from(legal && *to == 4));
                CONSOLIDATION.transition((places[*from], places[*to]), (0.0, 1.0));
            });
            let states = ["recent", "consolidating", "remote"];
            let sum: f64 = states.iter().filter_map(|state| {
                during.number("engram.consolidation.memories", &[("state", state)])
            }).sum();
            prop_assert_eq!(sum, living);
        }
    }
}

when_disabled! {
    #[test]
    fn compiled_out_nothing_is_recorded_and_the_sets_have_no_size() {
        let during = change(|| {
            CLS.record(State::Recent, 0.5, 0.5);
            CLS.record(State::Recent, f64::NAN, 0.5);
            FALSE_MEMORY.trial(Paradigm::DrmRecall, LureOutcome::FalseMemory);
            INTERFERENCE.intrude(1);
        });
        assert!(during.is_empty());
        assert_eq!(moved(&during, &REGISTRY), 0);
        assert_eq!(size_of_val(&CLS) + size_of_val(&CONSOLIDATION) + size_of_val(&BATCH), 0);
    }
}
