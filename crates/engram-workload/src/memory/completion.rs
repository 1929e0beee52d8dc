//! A part is given; the rest is filled in.
//!
//! The fast store is asked first: the cue is compared with every episode, and the most similar one comes back with
//! the probability that the fast store still has it. Otherwise the slow store answers with the word that is nearest
//! to the cue of all words. Either says how plausible its answer is: the share of the best among all that compete.

use engram_cognitive::UnitRatio;
use engram_cognitive::event::Happening;
use engram_cognitive::metrics::{
    BATCH, CLS, COMPLETION, Completion, CompletionOutcome, State, System, Transition,
};
use engram_metrics_core::Stamp;

use super::{Changes, Cue, HOUR, Memory};
use crate::engine::{Scratch, SearchOutcome};
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::hnsw;
use crate::kernel::Kernel;
use crate::telemetry::{METRICS, Operation, kernel_operations, seconds};

/// What is less plausible is not answered.
const FLOOR: f64 = 0.2;

/// What a part brought back.
#[derive(Clone, Copy, Debug)]
pub struct Completed<'m> {
    /// Who answered.
    pub system: System,
    /// What became of the answer.
    pub outcome: CompletionOutcome,
    /// How plausible the answer was said to be, 0..=1.
    pub plausibility: f64,
    /// The word that came back; `None` if the answer was not plausible enough.
    pub word: Option<u32>,
    /// The state of the episode that came back, and what the fast store contributed to it.
    pub contribution: Option<(State, f64)>,
    /// The search of the slow store, if it was asked.
    pub search: Option<SearchOutcome<'m>>,
    /// Episodes that the cue was compared with.
    pub comparisons: u64,
    /// What compared them.
    pub kernel: Kernel,
    /// What else changed.
    pub changes: &'m Changes,
    /// Time of the completion, in ticks of 2^-30 s.
    pub duration_ticks: u64,
}

/// An answer, before it is verified.
struct Answer<'m> {
    system: System,
    word: Option<u32>,
    plausibility: f64,
    contribution: Option<(State, f64)>,
    search: Option<SearchOutcome<'m>>,
}

impl Memory<'_> {
    /// Completes a part of an experience. The episode that comes back can be changed for a while.
    ///
    /// Takes a microsecond, or a search of the index; allocates nothing once memory and scratch have seen as much.
    pub fn complete<'m>(&'m mut self, cue: &Cue, scratch: &'m mut Scratch) -> Completed<'m> {
        let started = self.engine.now();
        self.begin(HOUR);
        let comparisons = self.episodes.len() as u64;
        let best = self.most_similar(cue);
        let remembered = best.filter(|(place, _)| {
            let fast = self.episodes[*place].stores.fast;
            self.rng.f64() < fast
        });
        let answer = match remembered {
            Some(best) => self.remember(best),
            None => self.know(cue, scratch.search()),
        };
        let Answer { system, plausibility, contribution, search, .. } = answer;
        let word = answer.word.filter(|_| plausibility >= FLOOR);
        let kernel = self.engine.index().kernel();
        let (ended, duration_ticks) = self.engine.since(started);
        let outcome = verify(word, cue.truth);
        let changes = &self.changes;
        let completed = Completed {
            system,
            outcome,
            plausibility,
            word,
            contribution,
            search,
            comparisons,
            kernel,
            changes,
            duration_ticks,
        };
        completed.record(ended);
        completed
    }

    /// The episode most like a cue, and its share among all.
    fn most_similar(&mut self, cue: &Cue) -> Option<(usize, f64)> {
        let kernel = self.engine.index().kernel();
        self.similarities.clear();
        let similarity = |it: &super::Episode| cue.part.cosine_by(kernel, &it.trace);
        self.similarities.extend(self.episodes.iter().map(similarity));
        let best = |one: &(usize, &f32), other: &(usize, &f32)| one.1.total_cmp(other.1);
        let (place, most) = self.similarities.iter().enumerate().max_by(best)?;
        let all = self.similarities.iter().copied();
        Some((place, share((*most, self.temperature), all)))
    }

    /// The fast store answers, and what it answers with is reactivated.
    fn remember<'m>(&mut self, (place, plausibility): (usize, f64)) -> Answer<'m> {
        let episode = &mut self.episodes[place];
        let (word, state) = (Some(episode.word), episode.state);
        let contribution = Some((state, episode.stores.share()));
        episode.stores.replay();
        self.changes.retrieved += 1;
        self.changes.labile += i64::from(episode.reactivate(self.now));
        if state == State::Remote {
            self.go(place, Transition::Reopened);
        }
        Answer { system: System::Hippocampal, word, plausibility, contribution, search: None }
    }

    /// The slow store answers with what is nearest of all that it knows.
    fn know<'m>(&self, cue: &Cue, scratch: &'m mut hnsw::Scratch) -> Answer<'m> {
        let search = self.engine.look_up(&cue.part, scratch);
        let nearest = search.neighbours.first();
        let similarities = search.neighbours.iter().map(|it| it.similarity);
        Answer {
            system: System::Neocortical,
            word: nearest.map(|it| it.id),
            plausibility: nearest
                .map_or(0.0, |it| share((it.similarity, self.temperature), similarities)),
            contribution: None,
            search: Some(search),
        }
    }
}

/// The share of the best among all, each weighing e times as much as one that is a temperature less similar.
fn share((best, temperature): (f32, f32), all: impl Iterator<Item = f32>) -> f64 {
    let weight = |similarity: f32| f64::from((similarity - best) / temperature).exp();
    1.0 / all.map(weight).sum::<f64>()
}

fn verify(word: Option<u32>, truth: Option<u32>) -> CompletionOutcome {
    match (word, truth) {
        (None, _) => CompletionOutcome::Rejected,
        (Some(_), None) => CompletionOutcome::Unverified,
        (Some(word), Some(truth)) if word == truth => CompletionOutcome::Veridical,
        (Some(_), Some(_)) => CompletionOutcome::False,
    }
}

impl Completed<'_> {
    fn record(&self, ended: Stamp) {
        let Self { system, outcome, plausibility, duration_ticks, .. } = *self;
        METRICS.operations.at(Operation::Complete).increment();
        let seconds = seconds(duration_ticks);
        COMPLETION.record(Completion { system, outcome, plausibility, seconds });
        if let Some((state, share)) = self.contribution {
            CLS.record(state, share, 1.0 - share);
        }
        BATCH.kernel.at(kernel_operations(self.kernel)).add(self.comparisons);
        self.changes.record();
        let happening = Happening::Completion(system, outcome);
        let strength = UnitRatio::new(plausibility).map_or(0.0, |it| it.value() as f32);
        let event = MemoryEvent::new((happening, strength), Context::next(), duration_ticks);
        EVENTS.record_at(ended, event);
    }
}
