//! From the carried data to an engine.

use engram_cognitive::metrics::SEARCH;
use engram_concurrency_audit::Mutex;

use super::{Engine, EngineConfig, SPARE};
use crate::association::Associations;
use crate::data::{self, DataError};
use crate::drm::DrmList;
use crate::hnsw::{Hnsw, Progress};
use crate::telemetry::{METRICS, seconds};
use crate::vector::{self, Vector};
use crate::vocabulary::Vocabulary;

/// What was built, and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// Vectors in the index.
    pub vectors: usize,
    /// Layers of the index above its base.
    pub upper_layers: usize,
    /// Lists that can be studied.
    pub lists: usize,
    /// Associations between words.
    pub associations: usize,
    /// Bytes of the index, the vectors included.
    pub index_bytes: usize,
    /// Time to build the index, in ticks of 2^-30 s.
    pub index_ticks: u64,
}

impl BuildReport {
    /// Time to build the index, in seconds.
    #[must_use]
    pub fn index_seconds(&self) -> f64 {
        seconds(self.index_ticks)
    }
}

pub(super) fn build(
    config: &EngineConfig,
    progress: &mut dyn FnMut(Progress),
) -> Result<Engine, DataError> {
    around(config, |vectors| Ok(Hnsw::build(vectors, config.seed, progress)))
}

pub(super) fn restore(config: &EngineConfig, links: &[u8]) -> Result<Engine, DataError> {
    around(config, |vectors| {
        Hnsw::restore(vectors, config.seed, links).ok_or(DataError::ForeignLinks)
    })
}

/// An engine around the index that `make` makes of the vectors.
fn around(
    config: &EngineConfig,
    make: impl FnOnce(Vec<Vector>) -> Result<Hnsw, DataError>,
) -> Result<Engine, DataError> {
    let vocabulary = Vocabulary::parse(data::WORDS)?;
    let vectors = vector::parse(data::VECTORS, vocabulary.len())?;
    let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary)?;
    let associations =
        Associations::of_lists(&lists, vocabulary.len()).times(config.association_factor);

    let started = (config.clock)();
    let index = make(vectors)?.by(config.kernel);
    let index_ticks = (config.clock)().ticks().saturating_sub(started.ticks());

    let report = BuildReport {
        vectors: index.vectors().len(),
        upper_layers: index.upper_layers(),
        lists: lists.len(),
        associations: associations.edges(),
        index_bytes: index.bytes(),
        index_ticks,
    };
    METRICS.index_vectors.set(report.vectors as f64);
    METRICS.index_build_duration.set(report.index_seconds());
    SEARCH.build_duration.set(report.index_seconds());
    SEARCH.memory.set(report.index_bytes as f64);
    let (clock, spare) = (config.clock, Mutex::of(&SPARE, Vec::new()));
    Ok(Engine { vocabulary, index, lists, associations, report, clock, spare })
}
