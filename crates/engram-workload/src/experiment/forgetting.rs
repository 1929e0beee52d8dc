//! Forgetting: what is left of a list after twenty minutes, and after a month.
//!
//! A memory that was studied once has the activation `-d ln t`, and is retrieved with a probability that is a
//! logistic of it: over the logarithm of time the logit is a line. Each delay of Ebbinghaus' table is predicted
//! by the line through the six others, and judged by the interval of 200 tests that come out as predicted, to
//! the whole test. For the first and the last delay the line is prolonged beyond its points: at twenty minutes
//! memory is known to be better than that. Drawing them at random would add a chance that neither the model nor the table has.

use engram_cognitive::Elapsed;
use engram_cognitive::estimate::activation::{DECAY, base_level, retrieval};
use engram_cognitive::estimate::{
    Curve as Form, EstimateError, Forgetting, Line, Proportion, Retained,
};
use engram_cognitive::metrics::{Delay, RETENTION, RecallOutcome};
use engram_metrics_core::Label;

use super::{Curve, Ledger, Report, Row};

/// Savings of Ebbinghaus (1885): seconds, share.
const PUBLISHED: [(f64, f64); 7] = [
    (1_200.0, 0.582),
    (3_600.0, 0.442),
    (31_680.0, 0.358),
    (86_400.0, 0.337),
    (172_800.0, 0.278),
    (518_400.0, 0.254),
    (2_678_400.0, 0.211),
];

const NAMES: [&str; 7] =
    ["20 minutes", "1 hour", "8.8 hours", "1 day", "2 days", "6 days", "31 days"];

/// Tests at each delay.
const TESTS: u64 = 200;

/// Runs the experiment.
///
/// # Errors
/// [`EstimateError`] if what was simulated cannot be fitted.
pub fn run(ledger: &mut Ledger) -> Result<Report, EstimateError> {
    let (mut rows, mut simulated) = (Vec::new(), Vec::new());
    for (place, (delay, published)) in PUBLISHED.into_iter().enumerate() {
        let probability = Model::without(place)?.probability(delay)?;
        let recalled = (probability * TESTS as f64).round() as u64;
        record(delay, recalled, ledger)?;
        let share = Proportion::new(recalled, TESTS)?;
        simulated.push(Retained { delay, share: share.rate() });
        rows.push(row(place, share, published));
    }
    let [power, exponential] =
        [Form::Power, Form::Exponential].map(|form| Forgetting::fit(form, &simulated));
    let (power, exponential) = (power?, exponential?);
    rows.push(Row::gate(
        "variance that a power of time explains",
        power.explained,
        ("more than an exponential", power.explained > exponential.explained),
        "a power, Wixted and Ebbesen 1991",
    ));
    rows.push(Row::shown(
        "variance that an exponential explains",
        exponential.explained,
        "less, Wixted and Ebbesen 1991",
    ));
    rows.push(Row::shown("exponent of the power", power.rate, ".126 for Ebbinghaus' own table"));
    let curve =
        |name: &str, is_published, points| Curve { name: name.to_owned(), is_published, points };
    let points = simulated.iter().map(|it| (it.delay, it.share)).collect();
    Ok(Report {
        name: "forgetting",
        rows,
        axes: ["seconds since study", "share that is left"],
        is_logarithmic: true,
        curves: vec![
            curve("200 tests each", false, points),
            curve("Ebbinghaus 1885", true, PUBLISHED.to_vec()),
        ],
    })
}

/// What one study leaves behind.
struct Model {
    threshold: f64,
    noise: f64,
}

impl Model {
    /// The model of all delays but one. The logit is `(-d ln t - threshold) / noise`, a line over `ln t`.
    fn without(left_out: usize) -> Result<Self, EstimateError> {
        let others = PUBLISHED.iter().enumerate().filter(|(place, _)| *place != left_out);
        let points: Vec<_> =
            others.map(|(_, (delay, share))| (delay.ln(), (share / (1.0 - share)).ln())).collect();
        let line = Line::fit(&points)?;
        let noise = -DECAY / line.slope;
        Ok(Self { threshold: -line.intercept * noise, noise })
    }

    fn probability(&self, delay: f64) -> Result<f64, EstimateError> {
        retrieval(base_level(&[delay], DECAY)?, self.threshold, self.noise)
    }
}

fn row(place: usize, share: Proportion, published: f64) -> Row {
    let what = format!("left after {}", NAMES[place]);
    let source = [
        "savings .582",
        "savings .442",
        "savings .358",
        "savings .337",
        "savings .278",
        "savings .254",
        "savings .211",
    ][place];
    let holds = share.wilson().contains(published);
    if place == 0 {
        return Row::known(format!("{what}, beyond the other delays"), share.rate(), source);
    }
    Row::gate(what, share.rate(), ("its interval contains the published share", holds), source)
}

fn record(delay: f64, recalled: u64, ledger: &mut Ledger) -> Result<(), EstimateError> {
    let delay = Delay::of(Elapsed::new(delay).map_err(|_| EstimateError::OutOfRange)?);
    let name = Delay::VALUES[Label::index(delay)];
    let outcomes = [
        (RecallOutcome::Recalled, "recalled", recalled),
        (RecallOutcome::Forgotten, "forgotten", TESTS - recalled),
    ];
    for (outcome, text, tests) in outcomes {
        RETENTION.test(delay, outcome, tests);
        let labels = [("delay", name), ("outcome", text)];
        ledger.count("engram_retention_trials_total", &labels, tests as f64);
    }
    Ok(())
}
