//! A history as it might have been.

use fastrand::Rng;

/// Of a counter's steps, how far one may be off, either way.
const UNEVEN: f64 = 0.5;

/// The same for what a gauge shows.
const JITTER: f64 = 0.02;

/// The share of scrapes that fail.
const MISSED: f64 = 0.05;

/// Minutes in a history, and the minute in which the alert is looked at.
const LENGTH: usize = 400;
const LOOK: usize = 120;

/// What all series of a replay have in common: they are of one program, scraped at one time.
struct Weather {
    /// How much is done in each minute, of what is done on average.
    pace: Vec<f64>,
    is_missed: Vec<bool>,
}

/// The series of a history with uneven work, noise and missed scrapes, as promtool reads them. The same for the same
/// number.
pub(crate) fn replayed(series: &[(&str, &str)], number: u64) -> String {
    let mut random = Rng::with_seed(number);
    let pace = (0..LENGTH).map(|_| 1.0 + UNEVEN * (2.0 * random.f64() - 1.0)).collect();
    let mut is_missed: Vec<bool> = (0..LENGTH).map(|_| random.f64() < MISSED).collect();
    is_missed[0] = false;
    is_missed[LOOK] = false;
    let weather = Weather { pace, is_missed };
    let line = |(name, values): &(&str, &str)| {
        let values = expanded(values);
        let values = match is_counter(name) {
            true => paced(&values, &weather.pace),
            false => jittered(&values, &mut random),
        };
        let values: Vec<String> = values.iter().zip(&weather.is_missed).map(shown).collect();
        format!("      - series: '{name}'\n        values: '{}'\n", values.join(" "))
    };
    series.iter().map(line).collect()
}

fn shown((value, is_missed): (&f64, &bool)) -> String {
    if *is_missed { "_".to_owned() } else { value.to_string() }
}

/// Whether it only grows, by its name.
fn is_counter(series: &str) -> bool {
    let name = series.split('{').next().unwrap_or_default();
    ["_total", "_sum", "_count", "_bucket"].iter().any(|end| name.ends_with(end))
}

/// What promtool makes of `1+2x3 7x2`: a beginning, a step, and how often it is taken.
fn expanded(values: &str) -> Vec<f64> {
    values.split_whitespace().flat_map(term).collect()
}

fn term(term: &str) -> Vec<f64> {
    let number = |text: &str| -> f64 { text.parse().unwrap_or_else(|_| panic!("{term}")) };
    let Some((progression, times)) = term.split_once('x') else { return vec![number(term)] };
    let (start, step) = match progression.rfind(['+', '-']).filter(|at| *at > 0) {
        Some(at) => (number(&progression[..at]), number(&progression[at..])),
        None => (number(progression), 0.0),
    };
    let times = times.parse::<u32>().unwrap_or_else(|_| panic!("{term}"));
    (0..=times).map(|at| start + step * f64::from(at)).collect()
}

/// The same growth, more of it in some minutes and less in others.
fn paced(values: &[f64], pace: &[f64]) -> Vec<f64> {
    let mut sum = values[0];
    let steps = values.windows(2).zip(pace).map(|(pair, pace)| (pair[1] - pair[0]) * pace);
    let later = steps.map(|step| {
        sum += step;
        sum
    });
    let later: Vec<f64> = later.collect();
    [vec![values[0]], later].concat()
}

fn jittered(values: &[f64], random: &mut Rng) -> Vec<f64> {
    values.iter().map(|value| value * (1.0 + JITTER * (2.0 * random.f64() - 1.0))).collect()
}

#[test]
fn a_history_is_expanded_as_promtool_does_it() {
    assert_eq!(expanded("1+2x2 7x1 -3-1x1 5"), [1.0, 3.0, 5.0, 7.0, 7.0, -3.0, -4.0, 5.0]);
    let names = ["a_total{b=\"c\"}", "a_bucket", "a_ratio"].map(is_counter);
    assert_eq!(names, [true, true, false]);
}

#[test]
fn work_is_uneven_and_comes_to_as_much_in_the_end() {
    let values = expanded("0+10x100");
    let uneven = paced(&values, &[0.5, 1.5].repeat(50));
    assert_eq!((uneven[1], uneven[2], uneven[100]), (5.0, 20.0, 1000.0));
}
