//! The fan effect: people learn facts such as *the hippie is in the park* and are then asked for them. The more
//! facts they know about the person or the place, the longer it takes.
//!
//! Attention is shared by the three sources of a probe, as in the model's tutorial. Intercept and factor put
//! activation on the scale of seconds; the correlation, which is judged, does not depend on them.

use engram_cognitive::estimate::{EstimateError, fan};
use engram_cognitive::metrics::{Fan, INTERFERENCE, Probe};

use super::{Curve, Frame, Ledger, Report, Row};

/// Seconds to recognise a fact, Anderson 1974, experiment 1: rows and columns are the fans of the two concepts.
const TARGETS: [[f64; 3]; 3] = [[1.11, 1.17, 1.22], [1.17, 1.20, 1.22], [1.15, 1.23, 1.36]];

/// Seconds to refuse what was not learnt, in the same order.
const FOILS: [[f64; 3]; 3] = [[1.20, 1.22, 1.26], [1.25, 1.36, 1.29], [1.26, 1.47, 1.47]];

/// Share of attention that each of the three sources of a probe has.
const ATTENTION: f64 = 1.0 / 3.0;

/// Association of a concept with its only fact; it changes the factor and nothing that is judged.
const STRENGTH: f64 = 1.45;

/// Answers recorded for each cell.
const ANSWERS: u32 = 20;

/// The axes of its drawing.
const FRAME: Frame = Frame {
    names: ["predicted seconds", "published seconds"],
    is_logarithmic: false,
    marks: &[(1.1, "1.1"), (1.2, "1.2"), (1.3, "1.3"), (1.4, "1.4")],
    up: [1.1, 1.4],
};

/// Runs the experiment.
///
/// # Errors
/// [`EstimateError`] if the table were without spread.
pub fn run(ledger: &mut Ledger) -> Result<Report, EstimateError> {
    let targets = trials(&TARGETS)?;
    let foils = trials(&FOILS)?;
    let (line, foil_line) = (fan::fit(&targets)?, fan::fit(&foils)?);
    for (place, (activation, _)) in targets.iter().enumerate() {
        record(place / 3, line.at((-activation).exp()), ledger);
    }
    let rises = (1..=3)
        .map(|fan| fan::activation(&[fan, fan], ATTENTION, STRENGTH))
        .collect::<Result<Vec<_>, _>>()?;
    let slope = line.at((-rises[2]).exp()) - line.at((-rises[0]).exp());
    let rows = vec![
        Row::gate(
            "correlation of predicted with published times, 9 targets",
            line.correlation,
            ("at least .85", line.correlation >= 0.85),
            "Anderson 1974, experiment 1",
        ),
        Row::shown(
            "distance from the published times, seconds",
            line.residual,
            "Anderson 1974, experiment 1",
        ),
        Row::shown(
            "predicted rise from fan 1 to fan 3, seconds",
            slope,
            ".25, Anderson 1974, experiment 1",
        ),
        Row::known(
            "correlation for 9 foils, which the model explains less",
            foil_line.correlation,
            "Anderson 1974, experiment 1",
        ),
    ];
    Ok(Report { name: "fan", rows, frame: FRAME, curves: curves(&targets, &line) })
}

/// Activation and published time of each cell.
fn trials(table: &[[f64; 3]; 3]) -> Result<Vec<(f64, f64)>, EstimateError> {
    let mut trials = Vec::new();
    for (one, row) in (1..).zip(table) {
        for (other, time) in (1..).zip(row) {
            trials.push((fan::activation(&[one, other], ATTENTION, STRENGTH)?, *time));
        }
    }
    Ok(trials)
}

fn record(row: usize, seconds: f64, ledger: &mut Ledger) {
    let (fan, name) = [(Fan::One, "1"), (Fan::Two, "2"), (Fan::Three, "3")][row];
    for _ in 0..ANSWERS {
        INTERFERENCE.respond(fan, Probe::Target, seconds);
        let labels = [("fan", name), ("probe", "target")];
        ledger.observe(("engram_fan_response_seconds", 30), &labels, seconds);
    }
}

fn curves(targets: &[(f64, f64)], line: &engram_cognitive::estimate::Line) -> Vec<Curve> {
    let points = targets.iter().map(|(activation, time)| (line.at((-activation).exp()), *time));
    let curve = |name: &str, are_dots, points| Curve { name: name.to_owned(), are_dots, points };
    vec![
        curve("9 targets of Anderson 1974", true, points.collect()),
        curve("as predicted", false, vec![(1.1, 1.1), (1.4, 1.4)]),
    ]
}
