//! The index of nearest vectors.

use engram_metrics_core::{
    Counter, ExemplarHistogram, Family, Gauge, Histogram, SpanId, TraceId, Unit, label_enum,
    metric_set,
};

use super::inputs::accepted;
use crate::input::{Elapsed, Input};

label_enum! {
    /// Where in the index.
    pub enum Layer as "layer" { Upper = "upper", Base = "base" }
}

label_enum! {
    /// How far from the node before it a node lies in memory.
    pub enum Locality as "locality" { SameLine = "same_line", SamePage = "same_page", Far = "far" }
}

label_enum! {
    /// What a search did with a neighbour that is known to be one.
    pub enum CanaryResult as "result" { Found = "found", Missed = "missed" }
}

impl Locality {
    /// Of two addresses, with lines of 64 bytes and pages of 4 KiB.
    #[inline]
    #[must_use]
    pub const fn between(previous: usize, next: usize) -> Self {
        if previous / 64 == next / 64 {
            Self::SameLine
        } else if previous / 4096 == next / 4096 {
            Self::SamePage
        } else {
            Self::Far
        }
    }
}

/// One search, as it is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Search {
    /// Nodes of upper layers whose links were followed.
    pub hops_upper: u32,
    /// Nodes of the base layer whose links were followed.
    pub hops_base: u32,
    /// Distances computed.
    pub evaluations: u32,
    /// Accesses to nodes, by [`Locality`] in its order; none where nobody looked.
    pub accesses: [u32; 3],
    /// How long it took.
    pub seconds: f64,
}

metric_set! {
    /// Searches of an index.
    pub struct SearchMetrics {
        /// Nodes whose links one search followed, by layer.
        pub hops: Family<Layer, Histogram> = "engram.hnsw.hops", Unit::Count("{hop}");
        /// Distances that searches computed.
        pub evaluations: Counter = "engram.hnsw.distance_evaluations", Unit::Count("{evaluation}");
        /// Accesses to nodes, by how far in memory from the one before.
        pub accesses: Family<Locality, Counter> = "engram.hnsw.node_accesses", Unit::Count("{access}");
        /// How long searches took.
        pub duration: ExemplarHistogram = "engram.hnsw.search.duration", Unit::Seconds;
        /// Neighbours known from an exact search, by whether the index found them.
        pub canary: Family<CanaryResult, Counter> =
            "engram.hnsw.canary_neighbours", Unit::Count("{neighbour}");
        /// How long the last build took.
        pub build_duration: Gauge = "engram.hnsw.build.duration", Unit::Seconds;
        /// Memory of the index.
        pub memory: Gauge = "engram.hnsw.memory", Unit::Bytes;
    }
}

/// Searches of this process.
pub static SEARCH: SearchMetrics = SearchMetrics::new();

impl SearchMetrics {
    /// Records a search. If its duration is refused, nothing of it is recorded.
    #[inline]
    pub fn record(&self, search: &Search) {
        let duration = accepted(Input::Duration, Elapsed::new(search.seconds));
        if let Some(duration) = duration {
            self.duration.record_f64(duration.seconds());
            self.count(search);
        }
    }

    /// The same with a duration in ticks of 2^-30 s in place of that in seconds: a number that always has a place.
    #[inline]
    pub fn record_ticks(&self, search: &Search, ticks: u64) {
        self.duration.record(ticks);
        self.count(search);
    }

    /// The same of a search in a trace, which its duration keeps as an exemplar; one that is all zeroes is no trace.
    #[inline]
    pub fn record_traced(&self, search: &Search, ticks: u64, (trace, span): (TraceId, SpanId)) {
        self.duration.record_with_exemplar(ticks, trace, span);
        self.count(search);
    }

    #[inline]
    fn count(&self, search: &Search) {
        self.hops.at(Layer::Upper).record(u64::from(search.hops_upper));
        self.hops.at(Layer::Base).record(u64::from(search.hops_base));
        self.evaluations.add(u64::from(search.evaluations));
        if search.accesses != [0; 3] {
            self.access(search.accesses);
        }
    }

    fn access(&self, accesses: [u32; 3]) {
        let places = [Locality::SameLine, Locality::SamePage, Locality::Far];
        for (place, accesses) in places.into_iter().zip(accesses) {
            self.accesses.at(place).add(u64::from(accesses));
        }
    }
}
