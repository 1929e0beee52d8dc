//! Spacing: two sessions of study, and a test. When should the second session be?
//!
//! All parameters are those of Pavlik and Anderson (2005), whose data are other ones: scale .217, intercept
//! .177, time between sessions counting .025 of itself, threshold -.704, noise .255.

use engram_cognitive::estimate::EstimateError;
use engram_cognitive::estimate::activation::{Spaced, retrieval};
use engram_cognitive::metrics::{RETENTION, RecallOutcome, Schedule};

use super::{Curve, Frame, Ledger, Report, Row, SEED};

const DAY: f64 = 86_400.0;

/// What a second between sessions counts.
const BETWEEN: f64 = 0.025;
const THRESHOLD: f64 = -0.704;
const NOISE: f64 = 0.255;

/// Days from the second session to the test, as in Cepeda et al. (2008).
const DELAYS: [f64; 4] = [7.0, 35.0, 70.0, 350.0];

/// A minute between repetitions is no gap.
const MASSED: f64 = 60.0 / DAY;

/// People in each arm.
const PEOPLE: u64 = 1_000;

/// The axes of its drawing.
const FRAME: Frame = Frame {
    names: ["days between the sessions", "recall, share of that at the best gap"],
    is_logarithmic: true,
    marks: &[(1.0, "1"), (3.0, "3"), (10.0, "10"), (30.0, "30"), (100.0, "100"), (300.0, "300")],
    up: [0.0, 1.0],
};

/// Runs the experiment.
///
/// # Errors
/// [`EstimateError`] if the model had no value.
pub fn run(ledger: &mut Ledger) -> Result<Report, EstimateError> {
    let mut rng = fastrand::Rng::with_seed(SEED);
    let (mut rows, mut curves, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_inverted_u = true;
    for delay in DELAYS {
        let gaps = (1..=400).map(|gap| Ok((f64::from(gap), recall(f64::from(gap), delay)?)));
        let points: Vec<(f64, f64)> = gaps.collect::<Result<_, EstimateError>>()?;
        let best = best(&points);
        is_inverted_u &= is_peak(&points, best);
        ratios.push(points[best].0 / delay);
        rows.push(compare(points[best].0, delay, &mut rng, ledger)?);
        // As a share of the best: a week and a year are an order of magnitude apart.
        let highest = points[best].1;
        let points = points.into_iter().map(|(gap, recall)| (gap, recall / highest)).collect();
        curves.push(Curve { name: format!("test after {delay} days"), are_dots: false, points });
    }
    rows.push(Row::gate(
        "one best gap for each delay",
        f64::from(u8::from(is_inverted_u)),
        ("rises to it, then falls", is_inverted_u),
        "an inverted U, Cepeda et al. 2008",
    ));
    rows.push(Row::gate(
        "best gap for a week, share of the delay",
        ratios[0],
        ("above that for a year", ratios[0] > ratios[3]),
        ".20 to .40, Cepeda et al. 2008",
    ));
    rows.push(Row::known(
        "best gap for a year, share of the delay: falls too little",
        ratios[3],
        ".05 to .10, Cepeda et al. 2008",
    ));
    Ok(Report { name: "spacing", rows, frame: FRAME, curves })
}

/// The probability of recall after two sessions so many days apart, so many days later.
fn recall(gap: f64, delay: f64) -> Result<f64, EstimateError> {
    let second = gap * DAY * BETWEEN;
    let test = second + delay * DAY * BETWEEN;
    retrieval(Spaced::PUBLISHED.activation(&[0.0, second], test)?, THRESHOLD, NOISE)
}

/// The place of the highest point.
fn best(points: &[(f64, f64)]) -> usize {
    let places = 0..points.len();
    places.max_by(|one, other| points[*one].1.total_cmp(&points[*other].1)).unwrap_or_default()
}

/// Whether points rise up to a place inside and fall from there.
fn is_peak(points: &[(f64, f64)], best: usize) -> bool {
    let rises = points[..=best].windows(2).all(|pair| pair[0].1 <= pair[1].1);
    let falls = points[best..].windows(2).all(|pair| pair[0].1 >= pair[1].1);
    rises && falls && best > 0 && best + 1 < points.len()
}

/// Tests both schedules.
fn compare(
    gap: f64,
    delay: f64,
    rng: &mut fastrand::Rng,
    ledger: &mut Ledger,
) -> Result<Row, EstimateError> {
    let arms = [(Schedule::Massed, "massed", MASSED), (Schedule::Spaced, "spaced", gap)];
    let mut recalled = [0; 2];
    for (count, (schedule, name, gap)) in recalled.iter_mut().zip(arms) {
        let probability = recall(gap, delay)?;
        *count = (0..PEOPLE).filter(|_| rng.f64() < probability).count() as u64;
        for (outcome, text, people) in [
            (RecallOutcome::Recalled, "recalled", *count),
            (RecallOutcome::Forgotten, "forgotten", PEOPLE - *count),
        ] {
            RETENTION.repeated(schedule, outcome, people);
            let labels = [("schedule", name), ("outcome", text)];
            ledger.count("engram_spacing_trials_total", &labels, people as f64);
        }
    }
    let gain = (recalled[1] as f64 - recalled[0] as f64) / PEOPLE as f64;
    let what = format!("recall after {delay} days: sessions {gap} days apart, less massed");
    Ok(Row::gate(what, gain, ("above 0", gain > 0.0), "spaced is better, Cepeda et al. 2008"))
}
