//! The memory engine: what it knows, and the operations on it.
//!
//! An engine does not change after it is built, so threads share it by reference; what an operation
//! writes to is its thread's [`Scratch`], or its [`Memory`](crate::memory::Memory). Each operation records what it does where it does it, and
//! returns the same figures in its outcome, durations included: they are measured once.
//!
//! | operation                | does                                                                 |
//! |--------------------------|----------------------------------------------------------------------|
//! | [`search`](Engine::search) | finds the nearest words of a query through the index                |
//! | [`recall`](Engine::recall) | studies a list of words and recalls it, truly and falsely           |
//! | [`canary`](Engine::canary) | searches, and compares with what looking at every vector would find |

mod build;
mod canary;
mod recall;
mod search;

#[cfg(test)]
pub(crate) mod kept;
#[cfg(test)]
mod tests;

pub use build::BuildReport;
pub use canary::CanaryOutcome;
pub use recall::RecallOutcome;
pub use search::SearchOutcome;

use engram_concurrency_audit::{LockClass, Mutex};
use engram_metrics_core::Stamp;

use crate::association::Associations;
use crate::data::DataError;
use crate::drm::DrmList;
use crate::hnsw::{self, Hnsw};
use crate::kernel::Kernel;
use crate::neighbour::Neighbour;
use crate::spreading;
use crate::vocabulary::Vocabulary;

/// Neighbours that a search returns.
pub const NEIGHBOURS: usize = 10;

/// Nodes that a search keeps in the base layer: wide enough to find 98 % of the true neighbours,
/// and narrow enough that no search looks at more than a twentieth of the vectors.
pub const SEARCH_WIDTH: usize = 40;

/// Where the engine reads the time: [`Stamp::now`], or a clock of a test's own. With telemetry compiled out no clock
/// is read, and nothing takes any time.
pub type Clock = fn() -> Stamp;

/// What an engine is built with.
#[derive(Clone, Copy, Debug)]
pub struct EngineConfig {
    /// Decides the levels of the index, and with them every search.
    pub seed: u64,
    /// Measures the build and each operation.
    pub clock: Clock,
    /// Measures similarities: all kernels find the same, some of them later.
    pub kernel: Kernel,
    /// What the strengths of associations are multiplied by: 1, unless a fault is to be found.
    pub association_factor: f64,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self { seed: 1, clock: Stamp::now, kernel: Kernel::detect(), association_factor: 1.0 }
    }
}

/// A memory of words: their vectors in an index, their lists, their associations.
#[derive(Debug)]
pub struct Engine {
    vocabulary: Vocabulary,
    index: Hnsw,
    lists: Vec<DrmList>,
    associations: Associations,
    report: BuildReport,
    clock: Clock,
    /// Memory that was given back, no more than there were threads at one time.
    spare: Mutex<Vec<Scratch>>,
}

/// The lock of the memory that was given back.
static SPARE: LockClass = LockClass::new("workload.spare");

/// What one thread needs to operate an engine.
#[derive(Debug)]
pub struct Scratch {
    search: hnsw::Scratch,
    truth: Vec<Neighbour>,
    spreading: spreading::Scratch,
}

impl Scratch {
    /// The part that searches need.
    pub(crate) fn search(&mut self) -> &mut hnsw::Scratch {
        &mut self.search
    }
}

impl Engine {
    /// Builds an engine from the data that the crate carries; `progress` hears about the index.
    ///
    /// Takes some two seconds of one core.
    ///
    /// # Errors
    /// [`DataError`] if the carried data is damaged.
    pub fn build(
        config: &EngineConfig,
        progress: &mut dyn FnMut(hnsw::Progress),
    ) -> Result<Self, DataError> {
        build::build(config, progress)
    }

    /// The same engine again, with the [links](Hnsw::links) of its index in place of building it: what is reported as
    /// the time of the build is that of reading them.
    ///
    /// # Errors
    /// [`DataError`] if the carried data is damaged, or if the links are not those of an index of as many vectors, with
    /// levels of this seed. Of other vectors they are believed, and searches find what is less near.
    pub fn restore(config: &EngineConfig, links: &[u8]) -> Result<Self, DataError> {
        build::restore(config, links)
    }

    /// Memory for one thread: what somebody has [given back](Self::give_back), or new, some 400 kB for the
    /// carried words.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        let spare = self.spare.lock().pop();
        spare.unwrap_or_else(|| self.new_scratch())
    }

    /// Gives memory back, for the next thread.
    pub fn give_back(&self, scratch: Scratch) {
        self.spare.lock().push(scratch);
    }

    fn new_scratch(&self) -> Scratch {
        Scratch {
            search: self.index.scratch(),
            truth: Vec::with_capacity(NEIGHBOURS + 1),
            spreading: spreading::Scratch::new(self.vocabulary.len()),
        }
    }

    /// The words.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The index of their vectors.
    #[must_use]
    pub fn index(&self) -> &Hnsw {
        &self.index
    }

    /// The lists that can be studied.
    #[must_use]
    pub fn lists(&self) -> &[DrmList] {
        &self.lists
    }

    /// What was built, and how long it took.
    #[must_use]
    pub fn report(&self) -> BuildReport {
        self.report
    }

    /// The beginning of something.
    #[inline]
    pub(crate) fn now(&self) -> Stamp {
        (self.clock)()
    }

    /// The end of something, and the ticks of 2^-30 s since `started`. Its event is dated with the same reading of the
    /// clock: another one would cost as much as the record.
    #[inline]
    pub(crate) fn since(&self, started: Stamp) -> (Stamp, u64) {
        let ended = self.now();
        (ended, ended.ticks().saturating_sub(started.ticks()))
    }
}
