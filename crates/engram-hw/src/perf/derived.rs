//! Ratios, each with what it was divided by.

use super::{Event, Sample};

/// One count divided by another of the same time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ratio {
    /// `instructions_per_cycle`.
    pub name: &'static str,
    /// What it says, for people.
    pub help: &'static str,
    /// The quotient.
    pub value: f64,
    /// The divisor: a ratio of few events says little.
    pub denominator: u64,
}

/// Name, explanation, dividend and divisor, and whether the dividend is what is missing from the whole.
const RATIOS: [(&str, &str, Event, Event, bool); 9] = [
    (
        "instructions_per_cycle",
        "work done in each cycle",
        Event::Instructions,
        Event::Cycles,
        false,
    ),
    ("branch_accuracy", "branches predicted right", Event::BranchMisses, Event::Branches, true),
    (
        "cache_hit",
        "accesses to the last level that hit",
        Event::CacheMisses,
        Event::CacheReferences,
        true,
    ),
    ("l1d_hit", "loads that hit the first level", Event::L1dLoadMisses, Event::L1dLoads, true),
    (
        "l2_hit",
        "accesses to the second level that hit",
        Event::Named("l2_misses", 0),
        Event::Named("l2_references", 0),
        true,
    ),
    ("llc_hit", "loads that hit the last level", Event::LlcLoadMisses, Event::LlcLoads, true),
    (
        "dtlb_hit",
        "addresses of data that were known",
        Event::DtlbLoadMisses,
        Event::DtlbLoads,
        true,
    ),
    (
        "frontend_stalled",
        "cycles that waited for instructions",
        Event::StalledFrontend,
        Event::Cycles,
        false,
    ),
    ("backend_stalled", "cycles that waited for data", Event::StalledBackend, Event::Cycles, false),
];

/// The ratios whose two counts are there. One of a count that is missing, or of nothing, is not.
#[must_use]
pub fn ratios(samples: &[Sample]) -> Vec<Ratio> {
    let count = |event: Event| count_of(samples, event.name());
    let ratio = |(name, help, dividend, divisor, is_rest): (_, _, Event, Event, bool)| {
        let denominator = count(divisor).filter(|count| *count > 0)?;
        let quotient = count(dividend)? as f64 / denominator as f64;
        // Two events of a processor need not be of one kind: more misses than accesses is no rate.
        let value =
            if is_rest { Some(1.0 - quotient).filter(|rest| *rest >= 0.0)? } else { quotient };
        Some(Ratio { name, help, value, denominator })
    };
    RATIOS.into_iter().filter_map(ratio).chain(simd_share(samples)).collect()
}

/// How much of what was computed with points was computed in vectors; not how busy the units for vectors were.
fn simd_share(samples: &[Sample]) -> Option<Ratio> {
    let (packed, scalar) = (count_of(samples, "fp_packed")?, count_of(samples, "fp_scalar")?);
    let denominator = packed.checked_add(scalar).filter(|all| *all > 0)?;
    Some(Ratio {
        name: "simd_share",
        help: "instructions on vectors, of those on numbers with a point",
        value: packed as f64 / denominator as f64,
        denominator,
    })
}

/// By name: vendors have different numbers for the same.
fn count_of(samples: &[Sample], name: &str) -> Option<u64> {
    samples.iter().find(|sample| sample.event.name() == name).map(|sample| sample.count)
}
