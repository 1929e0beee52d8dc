//! What one mind has lived through: episodes that fade, consolidate, are completed from parts, and changed.
//!
//! ```text
//!   store a batch ──> recent ──sleep──> consolidating ──sleep──> remote
//!        ^               a part completes it: it is labile for six hours, and may be revised
//!        └── refused while too many memories wait to become remote
//! ```
//!
//! The clock is simulated: each operation takes an hour of it, sleep lasts until the next morning. Chance comes from
//! a seed. So what a memory does depends on its seed and on what is asked of it, on nothing else; only durations
//! differ from run to run.
//!
//! A memory belongs to one thread. Its episodes are at most [`CAPACITY`]: of more, the weakest is forgotten. Stores
//! are refused from [`BACKLOG_HIGH`] memories on that are not remote yet, until sleep has brought them down to
//! [`BACKLOG_LOW`]: who sends batches faster than they can be consolidated is told so.
//!
//! Every operation records itself and returns the same figures.

mod changes;
mod completion;
mod cue;
mod episode;
mod revision;
mod sleep;
mod store;

#[cfg(test)]
mod tests;

pub use changes::{Changes, Step};
pub use completion::Completed;
pub use cue::Cue;
pub use revision::Revised;
pub use sleep::Slept;
pub use store::Stored;

use engram_cognitive::metrics::{BATCH, Pressure, State, Transition, WINDOW_SECONDS};

use crate::engine::Engine;
use episode::Episode;

/// Episodes that a memory keeps.
pub const CAPACITY: usize = 256;

/// Memories on their way to the slow store from which on no more are taken.
pub const BACKLOG_HIGH: usize = 72;

/// Memories on their way from which on there is room again.
pub const BACKLOG_LOW: usize = 48;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// How long a memory can be changed after it was reactivated, in seconds.
const WINDOW: u64 = WINDOW_SECONDS as u64;

/// The episodes of one mind. Dropping it forgets them all.
#[derive(Debug)]
pub struct Memory<'e> {
    engine: &'e Engine,
    /// In no order: what is forgotten is replaced by the last one.
    episodes: Vec<Episode>,
    /// Seconds since it began.
    now: u64,
    rng: fastrand::Rng,
    /// Whether stores are refused.
    is_pressed: bool,
    /// What the operation under way has changed so far.
    changes: Changes,
    /// Similarities of the episodes to a cue.
    similarities: Vec<f32>,
    /// How much more similar the best has to be to be e times as plausible.
    temperature: f32,
    /// Whether nights replay nothing: a fault.
    is_stalled: bool,
}

/// The temperature of a memory without faults: one at which what is said to be plausible is right about as often.
/// At 0.05 the calibration error is .23, on the side of too little confidence; a test holds it below .15.
const TEMPERATURE: f32 = 0.025;

impl<'e> Memory<'e> {
    /// A memory without episodes that knows the words of an engine.
    #[must_use]
    pub fn new(engine: &'e Engine, seed: u64) -> Self {
        Self {
            engine,
            episodes: Vec::with_capacity(CAPACITY),
            now: 0,
            rng: fastrand::Rng::with_seed(seed),
            is_pressed: false,
            changes: Changes::default(),
            similarities: Vec::with_capacity(CAPACITY),
            temperature: TEMPERATURE,
            is_stalled: false,
        }
    }

    /// From now on the plausibility of each completion is not a number: what a temperature of zero makes of it. A
    /// fault, to see that it is found.
    pub fn freeze(&mut self) {
        self.temperature = 0.0;
    }

    /// From now on nothing is replayed at night, and nothing is consolidated: a fault, to see that it is found.
    pub fn stall(&mut self) {
        self.is_stalled = true;
    }

    /// How many episodes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.episodes.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.episodes.is_empty()
    }

    /// Episodes that are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.episodes.iter().filter(|it| it.state == state).count()
    }

    /// Whether stores are refused.
    #[must_use]
    pub fn is_pressed(&self) -> bool {
        self.is_pressed
    }

    /// The word that an episode is about, in no particular order.
    #[must_use]
    pub fn word(&self, place: usize) -> Option<u32> {
        self.episodes.get(place).map(|it| it.word)
    }

    /// Where the episode is that was brought back last.
    #[must_use]
    pub fn last_reactivated(&self) -> Option<usize> {
        let times = self.episodes.iter().map(|it| it.reactivated);
        let brought_back = times.enumerate().filter(|(_, time)| time.is_some());
        brought_back.max_by_key(|(_, time)| *time).map(|(place, _)| place)
    }

    /// Forgets everything, and says what that changed.
    #[must_use]
    pub fn end(mut self) -> Changes {
        self.begin(0);
        self.forget_all();
        self.changes.record();
        std::mem::take(&mut self.changes)
    }

    /// An operation begins, so many seconds after the one before.
    fn begin(&mut self, seconds: u64) {
        self.changes.clear();
        self.pass(seconds);
    }

    /// Time passes, and memories that were labile settle.
    fn pass(&mut self, seconds: u64) {
        self.now += seconds;
        for episode in &mut self.episodes {
            self.changes.labile -= i64::from(episode.settle(self.now));
        }
    }

    /// Tells who stores to wait, or to go on.
    fn press(&mut self, change: Pressure) {
        self.is_pressed = change == Pressure::On;
        self.changes.pressure = Some(change);
        BATCH.press(change);
    }

    fn backlog(&self) -> usize {
        self.episodes.len() - self.count(State::Remote)
    }

    /// Moves an episode on.
    fn go(&mut self, place: usize, step: Transition) {
        let episode = &mut self.episodes[place];
        self.changes.steps.push(Step { step, seconds: self.now - episode.since });
        if let (_, Some(state)) = step.ends() {
            (episode.state, episode.since) = (state, self.now);
        }
    }

    fn forget(&mut self, place: usize) {
        self.go(place, Transition::Lost(self.episodes[place].state));
        let forgotten = self.episodes.swap_remove(place);
        self.changes.labile -= i64::from(forgotten.is_labile);
    }

    fn forget_all(&mut self) {
        while let Some(last) = self.episodes.len().checked_sub(1) {
            self.forget(last);
        }
        if self.is_pressed {
            self.press(Pressure::Off);
        }
    }
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        self.changes.clear();
        self.forget_all();
        self.changes.record();
    }
}
