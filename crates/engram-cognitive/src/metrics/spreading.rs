//! Spreading activation: how far, how wide, how much.

use engram_metrics_core::{Counter, Family, Histogram, Unit, label_enum, metric_set};

use super::MASS;
use super::inputs::accepted;
use crate::input::{Elapsed, Input, UnitRatio};

label_enum! {
    /// Why activation stopped spreading.
    pub enum SpreadOutcome as "outcome" {
        Converged = "converged",
        DepthLimit = "depth_limit",
        Budget = "budget",
        Cancelled = "cancelled",
    }
}

/// One spread of activation, as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Why it ended.
    pub outcome: SpreadOutcome,
    /// Waves that followed an edge.
    pub depth: u32,
    /// Nodes that held activation at the end.
    pub visited: u32,
    /// Nodes whose edges were followed.
    pub expanded: u32,
    /// Edges followed.
    pub edges: u32,
    /// Share of all nodes that held activation, 0..=1.
    pub coverage: f64,
    /// Activation at the end over activation put in; above 1 where spreading amplifies.
    pub mass: f64,
    /// How long it took.
    pub seconds: f64,
}

metric_set! {
    /// Spreads of activation.
    pub struct SpreadingMetrics {
        /// Spreads, by why they ended.
        pub activations: Family<SpreadOutcome, Counter> =
            "engram.spreading.activations", Unit::Count("{spread}");
        /// Waves of one spread that followed an edge.
        pub depth: Histogram = "engram.spreading.depth", Unit::Count("{hop}");
        /// Nodes that one spread activated.
        pub visited: Histogram = "engram.spreading.visited", Unit::Count("{node}");
        /// Share of all nodes that one spread activated.
        pub coverage: Histogram = "engram.spreading.coverage", Unit::Ratio;
        /// Activation that came out of one spread, over what was put in.
        pub mass: Histogram = "engram.spreading.mass", Unit::Ratio, Histogram::with_layout(MASS);
        /// Nodes whose edges spreads followed.
        pub expanded: Counter = "engram.spreading.expanded", Unit::Count("{node}");
        /// Edges that spreads followed.
        pub edges: Counter = "engram.spreading.edges", Unit::Count("{edge}");
        /// How long spreads took.
        pub duration: Histogram = "engram.spreading.duration", Unit::Seconds;
    }
}

/// Spreads of this process.
pub static SPREADING: SpreadingMetrics = SpreadingMetrics::new();

impl SpreadingMetrics {
    /// Records a spread. If one of its numbers is refused, nothing of it is recorded.
    #[inline]
    pub fn record(&self, spread: &Spread) {
        let coverage = accepted(Input::Coverage, UnitRatio::new(spread.coverage));
        let mass = accepted(Input::Mass, Elapsed::new(spread.mass));
        let duration = accepted(Input::Duration, Elapsed::new(spread.seconds));
        let (Some(coverage), Some(mass), Some(duration)) = (coverage, mass, duration) else {
            return;
        };
        self.activations.at(spread.outcome).increment();
        self.depth.record(u64::from(spread.depth));
        self.visited.record(u64::from(spread.visited));
        self.coverage.record_f64(coverage.value());
        self.mass.record_f64(mass.seconds());
        self.expanded.add(u64::from(spread.expanded));
        self.edges.add(u64::from(spread.edges));
        self.duration.record_f64(duration.seconds());
    }
}
