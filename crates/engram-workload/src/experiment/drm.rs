//! False recall: fifteen words are studied that all suggest one that is missing.
//!
//! 200 people study each of the 24 lists of Roediger and McDermott (1995). The threshold of recall was fitted
//! on the lists at even places; those at odd places judge it. Correlations are with strengths that the model
//! never sees.

use engram_cognitive::estimate::{EstimateError, Line};
use engram_cognitive::metrics::{FALSE_MEMORY, ItemOutcome, LureOutcome, Paradigm};

use super::{Curve, Frame, Ledger, Norms, Report, Row, SEED};
use crate::association::Associations;
use crate::data::{self, DataError};
use crate::drm::{DrmList, LIST_WORDS};
use crate::recall::{RecallModel, Recalled, Study};
use crate::spreading::{Scratch, Spreading};
use crate::vocabulary::Vocabulary;

/// People who study each list.
const PEOPLE: u64 = 200;

/// Lengths of lists.
const LENGTHS: [usize; 5] = [3, 6, 9, 12, 15];

/// The laboratory: lists, what they suggest, and the book in which everything is written down.
struct Laboratory<'a> {
    vocabulary: Vocabulary,
    lists: Vec<DrmList>,
    graph: Associations,
    scratch: Scratch,
    ledger: &'a mut Ledger,
    trials: u64,
}

/// The axes of its drawing.
const FRAME: Frame = Frame {
    names: ["words studied", "share of lures recalled"],
    is_logarithmic: false,
    marks: &[(3.0, "3"), (6.0, "6"), (9.0, "9"), (12.0, "12"), (15.0, "15")],
    up: [0.0, 0.7],
};

/// Runs the experiment; with norms also asks whether the missing word wins against all others.
///
/// # Errors
/// [`DataError`] if the carried data is damaged.
pub fn run(norms: Option<&Norms>, ledger: &mut Ledger) -> Result<Report, DataError> {
    let vocabulary = Vocabulary::parse(data::WORDS)?;
    let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary)?;
    let graph = Associations::of_lists(&lists, vocabulary.len());
    let scratch = Scratch::new(vocabulary.len());
    let mut laboratory = Laboratory { vocabulary, lists, graph, scratch, ledger, trials: 0 };
    let rates: Vec<Vec<f64>> = LENGTHS.iter().map(|words| laboratory.rates(*words)).collect();
    let mut rows = laboratory.judge(&rates);
    rows.push(competition(&laboratory, norms));
    Ok(Report { name: "drm", rows, frame: FRAME, curves: curves(&rates) })
}

impl Laboratory<'_> {
    /// The share of people who recalled the lure, by list.
    fn rates(&mut self, words: usize) -> Vec<f64> {
        (0..self.lists.len()).map(|list| self.rate(list, words)).collect()
    }

    fn rate(&mut self, list: usize, words: usize) -> f64 {
        let lures = (0..PEOPLE).filter(|_| self.trial(list, words).lure).count();
        lures as f64 / PEOPLE as f64
    }

    fn trial(&mut self, list: usize, words: usize) -> Recalled {
        let study = Study { associations: &self.graph, list: &self.lists[list], words };
        self.trials += 1;
        let recalled =
            RecallModel::CALIBRATED.trial(&study, SEED << 32 | self.trials, &mut self.scratch);
        self.record(&recalled, words);
        recalled
    }

    fn record(&mut self, recalled: &Recalled, words: usize) {
        let (outcome, name) = if recalled.lure {
            (LureOutcome::FalseMemory, "false_memory")
        } else {
            (LureOutcome::CorrectRejection, "correct_rejection")
        };
        FALSE_MEMORY.trial(Paradigm::DrmRecall, outcome);
        let drm = ("paradigm", "drm_recall");
        self.ledger.count("engram_false_memory_trials_total", &[drm, ("outcome", name)], 1.0);
        let hits = u64::from(recalled.words.count());
        let misses = words as u64 - hits;
        FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Hit, hits);
        FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Miss, misses);
        for (outcome, items) in [("hit", hits), ("miss", misses)] {
            let labels = [drm, ("outcome", outcome)];
            self.ledger.count("engram_veridical_memory_trials_total", &labels, items as f64);
        }
    }

    /// What the shares of each length, list by list, say.
    fn judge(&self, rates: &[Vec<f64>]) -> Vec<Row> {
        let full = &rates[LENGTHS.len() - 1];
        let held_out = mean(full.iter().copied().skip(1).step_by(2));
        let means: Vec<f64> = rates.iter().map(|rates| mean(rates.iter().copied())).collect();
        let rises = means.windows(2).all(|pair| pair[0] < pair[1]);
        let correlation = self.correlation(full).map_or(0.0, |line| line.correlation);
        let king = self.rate_of("king", full);
        let least = means.windows(2).map(|pair| pair[1] - pair[0]).fold(1.0, f64::min);
        let highest = full.iter().copied().fold(0.0, f64::max);
        vec![
            Row::gate(
                "false recall of 15 words, 12 lists that the threshold was not fitted on",
                held_out,
                (".50 to .60", (0.50..=0.60).contains(&held_out)),
                ".55, Roediger and McDermott 1995, experiment 2",
            ),
            Row::gate(
                "correlation with mean backward strength in other norms, 24 lists",
                correlation,
                ("at least .70", correlation >= 0.70),
                ".73 of 55 lists, Roediger et al. 2001",
            ),
            Row::gate(
                "least rise of false recall from one length to the next (3 6 9 12 15 words)",
                least,
                ("above 0", rises),
                "rises steadily, Robinson and Roediger 1997",
            ),
            Row::known(
                "false recall of 12 words, 24 lists",
                means[3],
                ".40 of six lists, Roediger and McDermott 1995, experiment 1",
            ),
            Row::known("highest of the 24 lists", highest, ".65 of 55 lists, Roediger et al. 2001"),
            Row::known(
                "false recall of `king`: strength alone lacks monitoring",
                king,
                ".10, Stadler et al. 1999",
            ),
        ]
    }

    fn correlation(&self, rates: &[f64]) -> Result<Line, EstimateError> {
        let strengths = self.lists.iter().map(|list| list.published_strength);
        Line::fit(&strengths.zip(rates.iter().copied()).collect::<Vec<_>>())
    }

    fn rate_of(&self, lure: &str, rates: &[f64]) -> f64 {
        let place = self.lists.iter().position(|list| self.vocabulary.word(list.lure) == lure);
        place.map_or(0.0, |place| rates[place])
    }
}

/// In how many lists the lure is more active than any other word that was not studied.
fn competition(laboratory: &Laboratory<'_>, norms: Option<&Norms>) -> Row {
    let what = "lists whose lure is more active than every other unstudied word";
    let published = "what the paradigm is built on, Deese 1959";
    let Some(norms) = norms else {
        return Row::shown(
            format!("{what}: not run, it takes the norms (--norms)"),
            0.0,
            published,
        );
    };
    let mut scratch = Scratch::new(norms.graph().words());
    let wins =
        laboratory.lists.iter().filter(|list| wins(laboratory, norms, list, &mut scratch)).count();
    Row::gate(what, wins as f64, ("24 of 24", wins == laboratory.lists.len()), published)
}

fn wins(laboratory: &Laboratory<'_>, norms: &Norms, list: &DrmList, scratch: &mut Scratch) -> bool {
    let word = |id| norms.id(laboratory.vocabulary.word(id));
    let Some(lure) = word(list.lure) else { return false };
    let studied: Vec<u32> = list.studied.iter().filter_map(|it| word(it.word)).collect();
    let spreading: Spreading = RecallModel::CALIBRATED.spreading;
    let spread = spreading.spread(norms.graph(), studied.iter().copied(), scratch);
    let unstudied = (0_u32..).zip(spread.activation).filter(|(word, _)| !studied.contains(word));
    let strongest = unstudied.max_by(|one, other| one.1.total_cmp(other.1));
    strongest.is_some_and(|(word, _)| word == lure)
}

fn curves(rates: &[Vec<f64>]) -> Vec<Curve> {
    let means = LENGTHS
        .iter()
        .zip(rates)
        .map(|(words, rates)| (*words as f64, mean(rates.iter().copied())));
    let curve = |name: &str, are_dots, points| Curve { name: name.to_owned(), are_dots, points };
    vec![
        curve("24 lists, 200 people", false, means.collect()),
        curve("Roediger and McDermott 1995", true, vec![(12.0, 0.40), (15.0, 0.55)]),
    ]
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The lengths reach the whole list.
const _: () = assert!(LENGTHS[LENGTHS.len() - 1] == LIST_WORDS);
