//! An independent count of what the engine did, from nothing but what it returned.
//!
//! The telemetry is right when a scrape shows what the tally expects, to the unit. So the tally
//! shares no code with the metrics library: it adds plain integers and has its own bucket
//! arithmetic.

mod book;
mod digest;
mod distribution;
mod expectation;
mod memory;

#[cfg(test)]
mod tests;

pub use expectation::Expectation;

use crate::drm::LIST_WORDS;
use crate::engine::{BuildReport, CanaryOutcome, RecallOutcome, SearchOutcome};
use book::Book;
use distribution::Distribution;

/// Sums over the outcomes of operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    searches: u64,
    recalls: u64,
    canaries: u64,
    stores: u64,
    completions: u64,
    revisions: u64,
    sleeps: u64,
    search_ticks: Distribution,
    /// Hops of each search in the layers above the base, and in the base.
    layer_hops: [Distribution; 2],
    recall_ticks: Distribution,
    evaluations: u64,
    neighbours: u64,
    canary_found: u64,
    canary_missed: u64,
    words_recalled: u64,
    false_memories: u64,
    visited: u64,
    edges: u64,
    /// What is not counted at every search.
    book: Book,
    digest: u64,
}

impl Tally {
    /// Operations counted.
    #[must_use]
    pub fn operations(&self) -> u64 {
        let memory = self.stores + self.completions + self.revisions + self.sleeps;
        self.searches + self.recalls + self.canaries + memory
    }

    /// Stands for all results: what was found and recalled, not how long it took.
    ///
    /// The same operations give the same digest in any order and on any number of threads.
    #[must_use]
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Recall trials, and those of them that recalled the lure.
    #[must_use]
    pub fn false_recall(&self) -> (u64, u64) {
        (self.recalls, self.false_memories)
    }

    /// True neighbours that checked searches found and missed.
    #[must_use]
    pub fn canary_neighbours(&self) -> (u64, u64) {
        (self.canary_found, self.canary_missed)
    }

    /// Counts a search.
    pub fn count_search(&mut self, outcome: &SearchOutcome<'_>) {
        self.searches += 1;
        self.count_look_up(outcome);
    }

    /// Counts a recall trial.
    pub fn count_recall(&mut self, outcome: &RecallOutcome) {
        let recalled = outcome.recalled;
        self.recalls += 1;
        self.recall_ticks.add(outcome.duration_ticks);
        self.words_recalled += u64::from(recalled.words.count());
        self.false_memories += u64::from(recalled.lure);
        self.visited += u64::from(recalled.spread.visited);
        self.edges += u64::from(recalled.spread.edges);
        memory::write_recall(&mut self.book, outcome);
        self.digest = self.digest.wrapping_add(digest::of_recall(outcome));
    }

    /// Counts a canary and the search it checked.
    pub fn count_canary(&mut self, outcome: &CanaryOutcome<'_>) {
        self.canaries += 1;
        self.canary_found += u64::from(outcome.found);
        self.canary_missed += u64::from(outcome.missed);
        memory::write_canary(&mut self.book, outcome);
        self.count_look_up(&outcome.search);
    }

    fn count_look_up(&mut self, outcome: &SearchOutcome<'_>) {
        let stats = outcome.stats;
        self.search_ticks.add(outcome.duration_ticks);
        self.layer_hops[0].add(u64::from(stats.hops_upper));
        self.layer_hops[1].add(u64::from(stats.hops_base));
        memory::write_kernel(&mut self.book, outcome.kernel, stats.evaluations.into());
        self.evaluations += u64::from(stats.evaluations);
        self.neighbours += outcome.neighbours.len() as u64;
        self.digest = self.digest.wrapping_add(digest::of_search(outcome));
    }

    /// Both together.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.searches += other.searches;
        self.recalls += other.recalls;
        self.canaries += other.canaries;
        self.stores += other.stores;
        self.completions += other.completions;
        self.revisions += other.revisions;
        self.sleeps += other.sleeps;
        self.layer_hops[0].merge(&other.layer_hops[0]);
        self.layer_hops[1].merge(&other.layer_hops[1]);
        self.book.merge(&other.book);
        self.search_ticks.merge(&other.search_ticks);
        self.recall_ticks.merge(&other.recall_ticks);
        self.evaluations += other.evaluations;
        self.neighbours += other.neighbours;
        self.canary_found += other.canary_found;
        self.canary_missed += other.canary_missed;
        self.words_recalled += other.words_recalled;
        self.false_memories += other.false_memories;
        self.visited += other.visited;
        self.edges += other.edges;
        self.digest = self.digest.wrapping_add(other.digest);
        self
    }

    /// Every `engram_workload_*` series that a scrape must show after these operations alone, the
    /// workers having ended, on an engine that was built as `report` says; and those of the metrics of
    /// memory that are not zero.
    #[must_use]
    pub fn expectations(&self, report: &BuildReport) -> Vec<Expectation> {
        expectation::all(self, report)
    }

    fn words_forgotten(&self) -> u64 {
        self.recalls * LIST_WORDS as u64 - self.words_recalled
    }

    fn correct_rejections(&self) -> u64 {
        self.recalls - self.false_memories
    }
}
