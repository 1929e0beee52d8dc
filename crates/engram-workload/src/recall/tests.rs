use super::{RecallModel, Recalled, Study};
use crate::association::Associations;
use crate::data;
use crate::drm::{DrmList, LIST_WORDS};
use crate::spreading::Scratch;
use crate::vocabulary::Vocabulary;

const MODEL: RecallModel = RecallModel::CALIBRATED;
const TRIALS: u64 = 400;

/// The lists, ready to be studied.
struct Laboratory {
    lists: Vec<DrmList>,
    graph: Associations,
    scratch: Scratch,
}

impl Laboratory {
    fn open() -> Self {
        let vocabulary = Vocabulary::parse(data::WORDS).unwrap();
        let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary).unwrap();
        let graph = Associations::of_lists(&lists, vocabulary.len());
        Self { lists, graph, scratch: Scratch::new(vocabulary.len()) }
    }

    fn trials(&mut self, list: usize, studied: usize) -> Vec<Recalled> {
        let (associations, list_studied) = (&self.graph, &self.lists[list]);
        let study = Study { associations, list: list_studied, words: studied };
        let mut trial = |seed| {
            let seed = list as u64 * TRIALS + seed;
            MODEL.trial(&study, seed, &mut self.scratch)
        };
        (0..TRIALS).map(&mut trial).collect()
    }

    /// Share of trials that recalled the lure, by list.
    fn false_recall(&mut self, studied: usize) -> Vec<f64> {
        let rate = |list| {
            let trials = self.trials(list, studied);
            trials.iter().filter(|it| it.lure).count() as f64 / TRIALS as f64
        };
        (0..24).map(rate).collect()
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let (mean_left, mean_right) = (mean(left.iter().copied()), mean(right.iter().copied()));
    let products = |a: &[f64], mean_a: f64, b: &[f64], mean_b: f64| {
        a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>()
    };
    let variances =
        products(left, mean_left, left, mean_left) * products(right, mean_right, right, mean_right);
    products(left, mean_left, right, mean_right) / variances.sqrt()
}

#[test]
fn false_recall_of_whole_lists_is_that_of_people() {
    let rates = Laboratory::open().false_recall(LIST_WORDS);
    let rate = mean(rates.iter().copied());
    println!("false recall {rate:.3}; published .55");
    assert!((0.50..=0.60).contains(&rate));
}

#[test]
fn the_threshold_fits_the_lists_it_was_not_fitted_on() {
    let rates = Laboratory::open().false_recall(LIST_WORDS);
    let fitted = mean(rates.iter().copied().step_by(2));
    let judged = mean(rates.iter().copied().skip(1).step_by(2));
    println!("false recall {fitted:.3} of the lists fitted, {judged:.3} of the others");
    assert!((0.53..=0.57).contains(&fitted));
    assert!((0.50..=0.60).contains(&judged));
}

#[test]
fn lists_that_suggest_their_lure_more_strongly_are_falsely_recalled_more_often() {
    let mut laboratory = Laboratory::open();
    let rates = laboratory.false_recall(LIST_WORDS);
    let published: Vec<f64> = laboratory.lists.iter().map(|it| it.published_strength).collect();
    let r = correlation(&rates, &published);
    println!("r = {r:.3} with published strength; people .73");
    assert!(r >= 0.70);
}

#[test]
fn longer_lists_are_falsely_recalled_more_often() {
    let mut laboratory = Laboratory::open();
    let rates = [3, 6, 9, 12, 15].map(|studied| mean(laboratory.false_recall(studied).into_iter()));
    println!("false recall after 3, 6, 9, 12, 15 words: {rates:.3?}");
    assert!(rates.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn studied_words_are_recalled_at_the_declared_rate() {
    let mut laboratory = Laboratory::open();
    let trials: Vec<Recalled> = (0..24).flat_map(|it| laboratory.trials(it, LIST_WORDS)).collect();
    let rate = mean(trials.iter().map(|it| f64::from(it.words.count()) / LIST_WORDS as f64));
    assert!((rate - MODEL.studied_recall).abs() < 0.01);
}

#[test]
fn a_lure_without_activation_is_never_recalled() {
    assert_eq!(MODEL.lure_recall(0.0), 0.0);
    assert_eq!(MODEL.lure_recall(MODEL.threshold.exp()), 0.5);
    let none = Laboratory::open().trials(0, 0);
    assert!(none.iter().all(|it| !it.lure && it.words.count() == 0 && it.spread.visited == 0));
}

#[test]
fn a_seed_decides_a_trial() {
    let mut laboratory = Laboratory::open();
    assert_eq!(laboratory.trials(7, LIST_WORDS), laboratory.trials(7, LIST_WORDS));
    let trials = laboratory.trials(7, LIST_WORDS);
    let words = trials[0].words;
    assert_eq!((0..20).filter(|place| words.contains(*place)).count(), words.count() as usize);
    assert!(trials.iter().any(|it| it.words.bits() != words.bits()));
}
