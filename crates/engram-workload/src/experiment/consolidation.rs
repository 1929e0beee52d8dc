//! Consolidation: what does it cost to lose the fast store a day after learning, and what four weeks after?
//!
//! The [two stores](crate::two_stores) are those of the engine. A memory is replayed on four days of five. What is
//! judged is whether there is a gradient. The clock is simulated: a day is a step.

use engram_cognitive::estimate::{EstimateError, Interval, Proportion};
use engram_cognitive::metrics::{CLS, CONSOLIDATION, Place, Replay, State};
use engram_metrics_core::Label;

use super::{Curve, Frame, Ledger, Report, Row, SEED};
use crate::two_stores::TwoStores;

const DAY: f64 = 86_400.0;
const DAYS: u32 = 28;
const REPLAYED: f64 = 0.8;

/// Memories of each arm.
const MEMORIES: u64 = 200;

/// One memory in its two stores.
struct Memory {
    stores: TwoStores,
    state: State,
    /// The day on which it came to this state.
    since: u32,
}

/// The axes of its drawing.
const FRAME: Frame = Frame {
    names: ["days from learning to lesion", "share recalled"],
    is_logarithmic: false,
    marks: &[(1.0, "1"), (7.0, "7"), (14.0, "14"), (21.0, "21"), (28.0, "28")],
    up: [0.0, 1.0],
};

/// Runs the experiment.
///
/// # Errors
/// [`EstimateError`] if nothing was tested.
pub fn run(ledger: &mut Ledger) -> Result<Report, EstimateError> {
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut memories: Vec<Memory> = (0..MEMORIES).map(|_| Memory::encode(ledger)).collect();
    let (mut sham, mut lesion, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for day in 1..=DAYS {
        memories.iter_mut().for_each(|memory| memory.live(day, &mut rng, ledger));
        sham.push(test(&memories, &mut rng, |memory| memory.stores.strength())?);
        lesion.push(test(&memories, &mut rng, |memory| memory.stores.slow)?);
        shares.push(
            memories.iter().map(|memory| memory.stores.share()).sum::<f64>() / MEMORIES as f64,
        );
    }
    let last = DAYS as usize - 1;
    let cost = |day: usize| sham[day].difference(lesion[day]);
    let mut rows = rows(&[cost(0), cost(last)], &shares);
    let remote = memories.iter().filter(|memory| memory.state == State::Remote).count();
    rows.push(Row::shown("memories of 200 that are remote after 28 days", remote as f64, "-"));
    let curve = |name: &str, arm: &[Proportion]| Curve {
        name: name.to_owned(),
        are_dots: false,
        points: (1..=DAYS).map(f64::from).zip(arm.iter().map(|it| it.rate())).collect(),
    };
    Ok(Report {
        name: "consolidation",
        rows,
        frame: FRAME,
        curves: vec![curve("fast store intact", &sham), curve("fast store lesioned", &lesion)],
    })
}

fn rows(costs: &[Interval; 2], shares: &[f64]) -> Vec<Row> {
    let [early, late] = *costs;
    let falls = shares.windows(2).all(|pair| pair[0] > pair[1]);
    vec![
        Row::gate(
            "least that a lesion after 1 day costs, share of recall",
            early.lower,
            ("above .30", early.lower > 0.30),
            "severe deficit, Kim and Fanselow 1992",
        ),
        Row::gate(
            "most that a lesion after 28 days costs, share of recall",
            late.upper,
            (
                "0 is inside the interval, which ends below .15",
                late.contains(0.0) && late.upper < 0.15,
            ),
            "none, Kim and Fanselow 1992",
        ),
        Row::gate(
            "share of the fast store after 28 days",
            shares[shares.len() - 1],
            ("falls every day", falls),
            "falls, McClelland, McNaughton and O'Reilly 1995",
        ),
    ]
}

/// How many memories are recalled, each with its probability.
fn test(
    memories: &[Memory],
    rng: &mut fastrand::Rng,
    recall: impl Fn(&Memory) -> f64,
) -> Result<Proportion, EstimateError> {
    let recalled = memories.iter().filter(|memory| rng.f64() < recall(memory)).count();
    Proportion::new(recalled as u64, memories.len() as u64)
}

impl Memory {
    fn encode(ledger: &mut Ledger) -> Self {
        CONSOLIDATION.transition((Place::New, Place::In(State::Recent)), (0.0, 0.0));
        ledger.count(
            "engram_consolidation_transitions_total",
            &[("from", "new"), ("to", "recent")],
            1.0,
        );
        ledger.count("engram_consolidation_memories", &[("state", "recent")], 1.0);
        Self { stores: TwoStores::NEW, state: State::Recent, since: 0 }
    }

    /// One day: the fast store fades, the memory is perhaps replayed, and it is retrieved once.
    fn live(&mut self, day: u32, rng: &mut fastrand::Rng, ledger: &mut Ledger) {
        self.stores.fade(f64::from(day));
        if rng.f64() < REPLAYED {
            self.stores.replay();
            CONSOLIDATION.replay(Replay::Scheduled);
            ledger.count("engram_consolidation_replays_total", &[("trigger", "scheduled")], 1.0);
        }
        self.go(self.stores.next(self.state), day, ledger);
        let share = self.stores.share();
        CLS.record(self.state, share, 1.0 - share);
        let state = [("state", name(self.state))];
        ledger.observe(("engram_cls_hippocampal_weight_ratio", 30), &state, share);
    }

    fn go(&mut self, next: State, day: u32, ledger: &mut Ledger) {
        if next == self.state {
            return;
        }
        let times = (f64::from(self.since) * DAY, f64::from(day) * DAY);
        CONSOLIDATION.transition((Place::In(self.state), Place::In(next)), times);
        let (from, to) = (name(self.state), name(next));
        ledger.count("engram_consolidation_transitions_total", &[("from", from), ("to", to)], 1.0);
        ledger.count("engram_consolidation_memories", &[("state", from)], -1.0);
        ledger.count("engram_consolidation_memories", &[("state", to)], 1.0);
        let histogram = ("engram_consolidation_state_duration_seconds", 10);
        ledger.observe(histogram, &[("state", from)], times.1 - times.0);
        (self.state, self.since) = (next, day);
    }
}

fn name(state: State) -> &'static str {
    State::VALUES[Label::index(state)]
}
