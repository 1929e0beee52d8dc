//! The one table of crates and gates: which of the gates that look at single crates run over which.
//!
//! A new crate is one line here, and a crate under one more gate is one word in its line. Gates over the
//! whole workspace (format, lints, tests, documentation, licences) need no line.

/// A crate, and the gates that run over it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    pub(crate) package: &'static str,
    pub(crate) gates: &'static [Gate],
}

/// A gate that looks at one crate at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Its models under loom: the step `loom`.
    Models,
    /// The same with each of its named orderings weakened: the step `orderings`.
    Orderings,
    /// Its larger models under shuttle: the step `shuttle`.
    Schedules,
    /// Its tests, watched for accesses to what is not theirs: the steps `asan` and `msan`.
    Addresses,
    /// Its tests, watched for races; for crates whose threads share memory of their own making: `tsan`.
    Races,
    /// At least so many per cent of its lines are run by tests: the step `coverage`.
    Coverage(u8),
    /// Its tests on an emulated processor: the step `aarch64`.
    Aarch64,
    /// It compiles for systems other than Linux: the step `systems`.
    Systems,
    /// What it offers is written down: the step `public-api`.
    PublicApi,
}

/// What is looked at more closely than the rest.
pub(crate) const CRATES: &[Subject] = &[
    Subject {
        package: "engram-metrics-core",
        gates: &[
            Gate::Models,
            Gate::Orderings,
            Gate::Schedules,
            Gate::Addresses,
            Gate::Races,
            Gate::Coverage(93),
            Gate::Aarch64,
            Gate::Systems,
            Gate::PublicApi,
        ],
    },
    Subject {
        package: "engram-concurrency-audit",
        gates: &[Gate::Models, Gate::Orderings, Gate::Coverage(89), Gate::PublicApi],
    },
    Subject {
        package: "engram-trace",
        gates: &[
            Gate::Models,
            Gate::Orderings,
            Gate::Addresses,
            Gate::Races,
            Gate::Coverage(91),
            Gate::PublicApi,
        ],
    },
    Subject {
        package: "engram-export-prom",
        gates: &[Gate::Addresses, Gate::Coverage(97), Gate::PublicApi],
    },
    // Not `Races`: its atomics are plain numbers, and what threads share is behind locks of std.
    Subject {
        package: "engram-bridge",
        gates: &[Gate::Addresses, Gate::Coverage(93), Gate::PublicApi],
    },
    // Not `Races`: its one atomic is a number that everybody finds to be the same.
    // The floor leaves room for what only some machines have.
    Subject {
        package: "engram-hw",
        gates: &[Gate::Coverage(86), Gate::Aarch64, Gate::Systems, Gate::PublicApi],
    },
    // No sanitizers: what runs there are threads of tokio, a runtime with tests of its own.
    Subject { package: "engram-serve", gates: &[Gate::Coverage(94), Gate::PublicApi] },
    Subject { package: "engram-export-otlp", gates: &[Gate::Coverage(94), Gate::PublicApi] },
    Subject { package: "engram-cognitive", gates: &[Gate::Coverage(87), Gate::PublicApi] },
    Subject { package: "engram-workload", gates: &[Gate::PublicApi] },
];

/// Features that are off by default, and linted and tested together with the rest, telemetry on and off.
pub(crate) const OPTIONAL: [&str; 18] = [
    "engram-concurrency-audit/flume",
    "engram-concurrency-audit/rayon",
    "engram-concurrency-audit/tokio",
    "engram-export-otlp/grpc",
    "engram-export-otlp/gzip",
    "engram-export-otlp/json",
    "engram-export-otlp/otel-bridge",
    "engram-export-otlp/tls",
    "engram-export-otlp/zstd",
    "engram-export-prom/prometheus-bridge",
    "engram-export-prom/pushgateway",
    "engram-export-prom/remote-write",
    "engram-export-prom/tls",
    "engram-serve/tls",
    "engram-trace/json",
    "engram-trace/otlp",
    "engram-trace/tracing",
    "engram-trace/zstd",
];

/// The argument of cargo that switches them on.
pub(crate) fn with_optional() -> String {
    format!("--features={}", OPTIONAL.join(","))
}

impl Subject {
    pub(crate) fn is_under(&self, gate: Gate) -> bool {
        self.gates.contains(&gate)
    }
}

/// The packages that a gate runs over.
pub(crate) fn under(gate: Gate) -> impl Iterator<Item = &'static str> {
    CRATES.iter().filter(move |subject| subject.is_under(gate)).map(|subject| subject.package)
}

/// The packages with a floor, in per cent of their lines.
pub(crate) fn floors() -> impl Iterator<Item = (&'static str, u8)> {
    CRATES.iter().flat_map(|subject| {
        subject.gates.iter().filter_map(|gate| match gate {
            Gate::Coverage(floor) => Some((subject.package, *floor)),
            _ => None,
        })
    })
}
