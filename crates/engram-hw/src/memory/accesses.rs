//! Accesses to memory of one's own node and of others, as the program that makes them says.

use engram_metrics_core::{
    Counter, Descriptor, Family, Kind, Labels, Unit, Value, Visit, label_enum, metric_set,
};

use super::{AddressMap, Locality};
use crate::place::current_node;
use crate::source::{Metric, Table, collect_table, single};

label_enum! {
    /// What is done with the memory.
    pub enum AccessKind as "kind" { Read = "read", Write = "write", Atomic = "atomic", Copy = "copy" }
}

label_enum! {
    /// Where the memory is, seen from the thread.
    pub enum AccessTarget as "target" { Local = "local", Remote = "remote", Unknown = "unknown" }
}

metric_set! {
    /// Accesses that a program has told of, for which no processor needs to count.
    ///
    /// ```
    /// use engram_hw::{AccessKind, AccessMetrics, AddressMap, Locality};
    ///
    /// static ACCESSES: AccessMetrics = AccessMetrics::new();
    ///
    /// let mut map = AddressMap::new();
    /// map.insert(0x1000..0x2000, 0)?;
    /// // Who knows the address asks the map; who knows the node needs none.
    /// ACCESSES.record(AccessKind::Read, map.classify(0x1800, 1));
    /// ACCESSES.record(AccessKind::Write, Locality::Local);
    /// # engram_metrics_core::when_enabled! { assert_eq!(ACCESSES.crossings(), Some(0.5)); }
    /// # Ok::<(), engram_hw::Unavailable>(())
    /// ```
    pub struct AccessMetrics {
        /// Accesses to memory, by what they did and where the memory was.
        pub accesses: Family<(AccessKind, AccessTarget), Counter> =
            "engram.numa.accesses", Unit::Count("{access}");
    }
}

impl From<Locality> for AccessTarget {
    fn from(locality: Locality) -> Self {
        match locality {
            Locality::Local => Self::Local,
            Locality::Remote(_) => Self::Remote,
            Locality::Unknown => Self::Unknown,
        }
    }
}

impl AccessMetrics {
    /// Counts one; a few nanoseconds.
    #[inline]
    pub fn record(&self, kind: AccessKind, locality: Locality) {
        self.accesses.at((kind, locality.into())).increment();
    }

    /// Counts one to an address, from where the thread runs now: a search in the map besides.
    #[inline]
    pub fn record_at(&self, kind: AccessKind, map: &AddressMap, address: usize) {
        self.record(kind, map.classify(address, current_node()));
    }

    /// The share of accesses that left their node, of those whose place is known; `None` before the first.
    #[must_use]
    pub fn crossings(&self) -> Option<f64> {
        const KINDS: [AccessKind; 4] =
            [AccessKind::Read, AccessKind::Write, AccessKind::Atomic, AccessKind::Copy];
        let sum = |target: AccessTarget| -> u64 {
            KINDS.iter().map(|kind| self.accesses.at((*kind, target)).value()).sum()
        };
        let (local, remote) = (sum(AccessTarget::Local), sum(AccessTarget::Remote));
        let known = local.saturating_add(remote);
        (known > 0).then(|| remote as f64 / known as f64)
    }
}

/// The share of accesses that leave their node, beside the share that is aimed at.
#[derive(Debug)]
pub struct CrossingsSource {
    of: &'static AccessMetrics,
    target: f64,
}

impl CrossingsSource {
    /// A twentieth: more, and placing memory anew pays off.
    pub const TARGET: f64 = 0.05;

    /// Of what was recorded there, with the usual target.
    #[must_use]
    pub const fn new(of: &'static AccessMetrics) -> Self {
        Self { of, target: Self::TARGET }
    }

    /// With another target, in 0..1.
    #[must_use]
    pub const fn with_target(self, target: f64) -> Self {
        Self { target, ..self }
    }

    /// Whether more accesses leave their node than are aimed at; `None` before the first.
    #[must_use]
    pub fn is_exceeded(&self) -> Option<bool> {
        self.of.crossings().map(|share| share > self.target)
    }
}

impl Table for CrossingsSource {
    const METRICS: &'static [Metric<Self>] = &[
        Metric {
            descriptor: Descriptor::fixed(
                "engram.numa.crossings",
                "The share of accesses to memory of another node, of those whose place is known.",
                Unit::Ratio,
                Kind::Gauge,
            ),
            collect: |source, visit| single(visit, source.of.crossings().map(Value::Float)),
        },
        Metric {
            descriptor: Descriptor::fixed(
                "engram.numa.crossings_target",
                "The share that is aimed at.",
                Unit::Ratio,
                Kind::Gauge,
            ),
            collect: |source, visit: &mut dyn Visit| {
                visit.series(Labels::NONE, Value::Float(source.target));
            },
        },
    ];
}

collect_table!(CrossingsSource);
