//! What the metrics of memory must show after each operation.

use engram_cognitive::metrics::{
    CompletionOutcome, Instructions, Pressure, ReconsolidationOutcome, State, System, Transition,
};

use super::book::{Book, Labels, PLAIN, one};
use super::{Tally, digest};
use crate::drm::LIST_WORDS;
use crate::engine::{CanaryOutcome, RecallOutcome};
use crate::kernel::Kernel;
use crate::memory::{Changes, Completed, Revised, Slept, Step, Stored};

impl Tally {
    /// Counts a batch.
    pub fn count_store(&mut self, stored: &Stored<'_>) {
        let Stored { done, failed, refused, changes, duration_ticks } = *stored;
        self.stores += 1;
        for (result, count) in [("done", done), ("failed", failed), ("refused", refused)] {
            let labels = [("operation", "store"), ("result", result)];
            self.book.count("engram_batch_operations_total", labels, count.cast_signed());
        }
        let store = one("operation", "store");
        self.book.ticks("engram_batch_duration_seconds", store, duration_ticks);
        self.count_changes(changes);
        self.digest = self.digest.wrapping_add(digest::of_memory([done, failed, refused]));
    }

    /// Counts a completion, and the search of the slow store if it was asked.
    pub fn count_completion(&mut self, completed: &Completed<'_>) {
        let Completed { plausibility, duration_ticks, .. } = *completed;
        let (system, outcome) = (system(completed.system), outcome(completed.outcome));
        self.completions += 1;
        let labels = [("system", system), ("outcome", outcome)];
        self.book.ratio("engram_pattern_completion_plausibility_ratio", labels, plausibility);
        if ["veridical", "false"].contains(&outcome) {
            let labels = [("confidence", tenth(plausibility)), ("verdict", outcome)];
            self.book.count("engram_pattern_completion_verdicts_total", labels, 1);
        }
        let duration = "engram_pattern_completion_duration_seconds";
        self.book.ticks(duration, one("system", system), duration_ticks);
        if let Some((place, share)) = completed.contribution {
            let weight = "engram_cls_hippocampal_weight_ratio";
            self.book.ratio(weight, one("state", state(place)), share);
        }
        write_kernel(&mut self.book, completed.kernel, completed.comparisons);
        self.count_changes(completed.changes);
        if let Some(search) = &completed.search {
            self.count_look_up(search);
        }
        let word = completed.word.map_or(u64::MAX, u64::from);
        let parts = [word, plausibility.to_bits(), completed.comparisons];
        self.digest = self.digest.wrapping_add(digest::of_memory(parts));
    }

    /// Counts an attempt to change a memory.
    pub fn count_revision(&mut self, revised: &Revised<'_>) {
        self.revisions += 1;
        let outcome = match revised.outcome {
            ReconsolidationOutcome::Updated => "updated",
            ReconsolidationOutcome::Restored => "restored",
            ReconsolidationOutcome::WindowClosed => "rejected_window_closed",
            ReconsolidationOutcome::NotReactivated => "rejected_not_reactivated",
            ReconsolidationOutcome::Conflict => "rejected_conflict",
        };
        self.book.count("engram_reconsolidation_attempts_total", one("outcome", outcome), 1);
        if let Some(seconds) = revised.elapsed {
            self.book.elapsed(seconds);
        }
        if let Some(share) = revised.replaced {
            self.book.ratio("engram_reconsolidation_update_ratio", PLAIN, share);
        }
        write_kernel(&mut self.book, revised.kernel, revised.comparisons);
        self.count_changes(revised.changes);
        let parts = [revised.elapsed.unwrap_or(u64::MAX), outcome.len() as u64];
        self.digest = self.digest.wrapping_add(digest::of_memory(parts));
    }

    /// Counts a night.
    pub fn count_sleep(&mut self, slept: &Slept<'_>) {
        self.sleeps += 1;
        self.count_changes(slept.changes);
    }

    /// Counts what became of episodes: all that is left when a memory [ends](crate::memory::Memory::end).
    pub fn count_changes(&mut self, changes: &Changes) {
        for step in &changes.steps {
            self.count_step(*step);
        }
        let replays = "engram_consolidation_replays_total";
        for (trigger, count) in [("scheduled", changes.scheduled), ("retrieval", changes.retrieved)]
        {
            self.book.count(replays, one("trigger", trigger), count.cast_signed());
        }
        self.book.count("engram_reconsolidation_labile", PLAIN, changes.labile);
        if let Some(pressure) = changes.pressure {
            let (change, waiting) = match pressure {
                Pressure::On => ("on", 1),
                Pressure::Off => ("off", -1),
            };
            self.book.count("engram_batch_backpressure_total", one("change", change), 1);
            self.book.count("engram_batch_waiting", PLAIN, waiting);
        }
        let parts = [changes.scheduled, changes.retrieved, changes.steps.len() as u64];
        self.digest = self.digest.wrapping_add(digest::of_memory(parts));
    }

    fn count_step(&mut self, Step { step, seconds }: Step) {
        let (from, to) = ends(step);
        let transition = [("from", from), ("to", to)];
        self.book.count("engram_consolidation_transitions_total", transition, 1);
        let memories = "engram_consolidation_memories";
        if from != "new" {
            let duration = "engram_consolidation_state_duration_seconds";
            self.book.ticks(duration, one("state", from), seconds << 10);
            self.book.count(memories, one("state", from), -1);
        }
        if to != "forgotten" {
            self.book.count(memories, one("state", to), 1);
        }
        let letters = from.bytes().chain(to.bytes()).map(u64::from);
        self.digest = self.digest.wrapping_add(digest::of_memory(letters.chain([seconds])));
    }

    /// The book, with what every search counts.
    pub(super) fn book(&self) -> Book {
        let mut book = self.book.clone();
        for (layer, hops) in ["upper", "base"].into_iter().zip(&self.layer_hops) {
            book.add("engram_hnsw_hops", one("layer", layer), hops);
        }
        book.add("engram_hnsw_search_duration_seconds", PLAIN, &self.search_ticks);
        let evaluations = self.evaluations.cast_signed();
        book.count("engram_hnsw_distance_evaluations_total", PLAIN, evaluations);
        book
    }
}

/// What a recall trial says about memory.
pub(super) fn write_recall(book: &mut Book, outcome: &RecallOutcome) {
    let recalled = outcome.recalled;
    let lure = if recalled.lure { "false_memory" } else { "correct_rejection" };
    let labels = |outcome| [("paradigm", "drm_recall"), ("outcome", outcome)];
    book.count("engram_false_memory_trials_total", labels(lure), 1);
    book.ratio("engram_false_memory_confidence_ratio", labels(lure), recalled.confidence);
    let hits = i64::from(recalled.words.count());
    book.count("engram_veridical_memory_trials_total", labels("hit"), hits);
    book.count("engram_veridical_memory_trials_total", labels("miss"), LIST_WORDS as i64 - hits);

    let spread = recalled.spread;
    let why = if spread.is_cut { "depth_limit" } else { "converged" };
    book.count("engram_spreading_activations_total", one("outcome", why), 1);
    book.ticks("engram_spreading_depth", PLAIN, spread.depth.into());
    book.ticks("engram_spreading_visited", PLAIN, spread.visited.into());
    book.ratio("engram_spreading_coverage_ratio", PLAIN, outcome.coverage);
    book.ratio("engram_spreading_mass_ratio", PLAIN, spread.mass);
    book.count("engram_spreading_expanded_total", PLAIN, spread.expanded.into());
    book.count("engram_spreading_edges_total", PLAIN, spread.edges.into());
    book.ticks("engram_spreading_duration_seconds", PLAIN, outcome.duration_ticks);
}

/// What a checked search says about the index.
pub(super) fn write_canary(book: &mut Book, outcome: &CanaryOutcome<'_>) {
    let canary = "engram_hnsw_canary_neighbours_total";
    book.count(canary, one("result", "found"), outcome.found.into());
    book.count(canary, one("result", "missed"), outcome.missed.into());
    let accesses = outcome.search.accesses.map_or([0; 3], |it| it.counts());
    for (place, count) in ["same_line", "same_page", "far"].into_iter().zip(accesses) {
        book.count("engram_hnsw_node_accesses_total", one("locality", place), count.into());
    }
    write_kernel(book, outcome.kernel, outcome.comparisons);
}

/// Similarities that a kernel measured.
pub(super) fn write_kernel(book: &mut Book, kernel: Kernel, comparisons: u64) {
    let instructions = match kernel.instructions() {
        Instructions::Scalar => "scalar",
        Instructions::Sse => "sse",
        Instructions::Avx2 => "avx2",
        Instructions::Avx512 => "avx512",
        Instructions::Neon => "neon",
    };
    let labels: Labels = [("instructions", instructions), ("alignment", "aligned")];
    book.count("engram_kernel_operations_total", labels, comparisons.cast_signed());
}

fn system(system: System) -> &'static str {
    match system {
        System::Hippocampal => "hippocampal",
        System::Neocortical => "neocortical",
    }
}

fn outcome(outcome: CompletionOutcome) -> &'static str {
    match outcome {
        CompletionOutcome::Veridical => "veridical",
        CompletionOutcome::False => "false",
        CompletionOutcome::Rejected => "rejected",
        CompletionOutcome::Unverified => "unverified",
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Recent => "recent",
        State::Consolidating => "consolidating",
        State::Remote => "remote",
    }
}

/// The tenth that a plausibility is in, its upper bound included.
fn tenth(plausibility: f64) -> &'static str {
    const TENTHS: [&str; 10] = [
        "le_0.1", "le_0.2", "le_0.3", "le_0.4", "le_0.5", "le_0.6", "le_0.7", "le_0.8", "le_0.9",
        "le_1.0",
    ];
    let place = (1..10).position(|tenth| plausibility * 10.0 <= f64::from(tenth));
    TENTHS[place.unwrap_or(9)]
}

/// From where to where a step leads.
fn ends(step: Transition) -> (&'static str, &'static str) {
    match step {
        Transition::Encoded => ("new", "recent"),
        Transition::Started => ("recent", "consolidating"),
        Transition::Completed => ("consolidating", "remote"),
        Transition::Reopened => ("remote", "consolidating"),
        Transition::Abandoned => ("consolidating", "recent"),
        Transition::Lost(from) => (state(from), "forgotten"),
    }
}
