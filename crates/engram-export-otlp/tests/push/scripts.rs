//! Scripts of faults over real sockets, whatever is spoken there.

use std::sync::Arc;
use std::time::Duration;

use engram_export_otlp::{Config, Exporter, ExporterMetrics, Outcome, Temporality, Uncertain};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::faults::{Fault, any_fault};
use super::sockets::{PATIENCE, counted};

/// A receiver that does with the next request what it is told to.
pub(crate) trait Scripted {
    /// What happens to the next request; without it, all is well.
    fn next(&self, fault: Option<Fault>);

    /// What arrived of the counter.
    fn received(&self) -> u64;

    /// What was not as it should be.
    fn errors(&self) -> Vec<String>;
}

/// What is recorded and what happens to it, step by step.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    steps: Vec<(u64, Fault)>,
    is_delta: bool,
    at_most_once: bool,
}

/// Steps of the longest script: `usual`, unless it is told otherwise.
pub(crate) fn longest(usual: usize) -> usize {
    let asked = std::env::var("ENGRAM_LONGEST_SCRIPT").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(usual)
}

pub(crate) fn any_script() -> impl Strategy<Value = Script> {
    let steps = prop::collection::vec((0_u64..100, any_fault()), 1..=longest(4));
    (steps, any::<bool>(), any::<bool>()).prop_map(|(steps, is_delta, at_most_once)| Script {
        steps,
        is_delta,
        at_most_once,
    })
}

/// The bound that the exporter's own count of uncertain attempts gives.
struct Doubts {
    metrics: Arc<ExporterMetrics>,
    seen: u64,
    /// What may have arrived twice, or not at all.
    most: u64,
}

impl Doubts {
    fn of(exporter: &Exporter) -> Self {
        Self { metrics: exporter.metrics(), seen: 0, most: 0 }
    }

    /// What was recorded so far is the most that an attempt since the last look can have carried.
    fn look(&mut self, recorded: u64) {
        let now = self.metrics.attempts.at(Outcome::Unknown).value();
        self.most += recorded * (now - self.seen);
        self.seen = now;
    }
}

impl Script {
    /// Runs it, and holds what arrived against what was recorded.
    pub(crate) fn run(&self, server: &impl Scripted, mut config: Config) -> Result<(), TestCaseError> {
        let (registry, counted) = counted();
        config.target.timeout = Duration::from_millis(60);
        if self.is_delta {
            config.encoding.temporality = Temporality::Delta;
        }
        if self.at_most_once {
            config.encoding.uncertain = Uncertain::AtMostOnce;
        }
        let exporter = Exporter::start(&config, registry).expect("starts");
        let mut doubts = Doubts::of(&exporter);
        let mut truth = 0;
        for (add, fault) in &self.steps {
            counted.things.add(*add);
            truth += add;
            server.next(Some(*fault));
            // Less than the first delay: each export is one attempt.
            let _ = exporter.flush(Duration::from_millis(90));
            doubts.look(truth);
        }
        server.next(None);
        // Nothing is wrong any more, but on a busy machine an answer may still come too late.
        while exporter.flush(PATIENCE).is_err() {
            doubts.look(truth);
        }
        exporter.shutdown(PATIENCE).expect("nothing is wrong any more");
        doubts.look(truth);
        let most_in_doubt = doubts.most;
        let received = server.received();
        let (least, most) = match (self.is_delta, self.at_most_once) {
            (false, _) => (truth, truth),
            (true, false) => (truth, truth + most_in_doubt),
            (true, true) => (truth.saturating_sub(most_in_doubt), truth),
        };
        prop_assert!((least..=most).contains(&received), "{} of {}", received, truth);
        prop_assert_eq!(server.errors(), Vec::<String>::new());
        Ok(())
    }
}
