//! The units of the facade that have a base unit of ours, and the words that names say them with.

use engram_metrics_core::Unit;
use metrics::Unit as Described;

use super::name::Scale;

/// A unit that can be converted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// `None` for what the facade has no unit for.
    described: Option<Described>,
    /// The first one is long enough to be believed without a description.
    pub(super) words: &'static [&'static str],
    pub(super) scale: Scale,
}

impl Measure {
    /// What a description says.
    pub(super) fn of_unit(described: Described) -> Option<Self> {
        MEASURES.iter().find(|it| it.described == Some(described)).copied()
    }

    /// What a name ends with.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let (_, last) = name.rsplit_once(['_', '.'])?;
        MEASURES.iter().find(|it| it.words[0] == last).copied()
    }

    /// Whether whole numbers stay whole.
    pub(super) fn is_whole(&self) -> bool {
        self.scale.per == 1.0
    }
}

const fn measure(
    described: Option<Described>,
    words: &'static [&'static str],
    unit: Unit,
    [times, per]: [f64; 2],
) -> Measure {
    Measure { described, words, scale: Scale { unit, times, per } }
}

const KIB: f64 = 1024.0;

const MEASURES: &[Measure] = &[
    measure(Some(Described::Seconds), &["seconds", "secs", "sec", "s"], Unit::Seconds, [1.0, 1.0]),
    measure(
        Some(Described::Milliseconds),
        &["milliseconds", "millis", "msec", "ms"],
        Unit::Seconds,
        [1.0, 1e3],
    ),
    measure(
        Some(Described::Microseconds),
        &["microseconds", "micros", "usec", "us"],
        Unit::Seconds,
        [1.0, 1e6],
    ),
    measure(
        Some(Described::Nanoseconds),
        &["nanoseconds", "nanos", "nsec", "ns"],
        Unit::Seconds,
        [1.0, 1e9],
    ),
    measure(Some(Described::Bytes), &["bytes"], Unit::Bytes, [1.0, 1.0]),
    measure(Some(Described::Kibibytes), &["kibibytes", "kib"], Unit::Bytes, [KIB, 1.0]),
    measure(Some(Described::Mebibytes), &["mebibytes", "mib"], Unit::Bytes, [KIB * KIB, 1.0]),
    measure(Some(Described::Gibibytes), &["gibibytes", "gib"], Unit::Bytes, [KIB * KIB * KIB, 1.0]),
    measure(
        Some(Described::Tebibytes),
        &["tebibytes", "tib"],
        Unit::Bytes,
        [KIB * KIB * KIB * KIB, 1.0],
    ),
    measure(Some(Described::Percent), &["percent", "pct"], Unit::Ratio, [1.0, 100.0]),
    measure(None, &["ratio"], Unit::Ratio, [1.0, 1.0]),
];
