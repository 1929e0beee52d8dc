//! Who may import whom: the table of the architecture, held against the manifests.

use super::Finding;
use super::manifest::is_ours;
use super::tree::Package;

const CORE: &str = "engram-metrics-core";

/// What a package may depend on, apart from third parties.
#[derive(Clone, Copy, Debug)]
enum Allowed {
    Only(&'static [&'static str]),
    All,
}

/// A row for each of ours. `engram-metrics-core` is below everything, so all but itself may name it.
const TABLE: &[(&str, Allowed)] = &[
    (CORE, Allowed::Only(&[])),
    ("engram-concurrency-audit", Allowed::Only(&[CORE])),
    ("engram-hw", Allowed::Only(&[CORE])),
    ("engram-cognitive", Allowed::Only(&[CORE])),
    ("engram-health", Allowed::Only(&[CORE])),
    ("engram-trace", Allowed::Only(&[CORE, "engram-export-otlp"])),
    ("engram-export-prom", Allowed::Only(&[CORE])),
    ("engram-export-otlp", Allowed::Only(&[CORE])),
    ("engram-bridge", Allowed::Only(&[CORE])),
    ("engram-policy", Allowed::Only(&[CORE, "engram-concurrency-audit", "engram-hw"])),
    ("engram-serve", Allowed::Only(&[CORE, "engram-export-prom", "engram-health"])),
    (
        "engram-workload",
        Allowed::Only(&[
            CORE,
            "engram-concurrency-audit",
            "engram-hw",
            "engram-policy",
            "engram-cognitive",
            "engram-health",
            "engram-trace",
        ]),
    ),
    ("engram-cli", Allowed::All),
    ("engram-benches", Allowed::All),
    (
        "engram-cost",
        Allowed::Only(&[CORE, "engram-cognitive", "engram-concurrency-audit", "engram-trace"]),
    ),
    ("engram-asm-engine", Allowed::Only(&[CORE])),
    (
        "engram-asm-app",
        Allowed::Only(&[CORE, "engram-asm-engine", "engram-concurrency-audit", "engram-trace"]),
    ),
    ("engram-fuzz", Allowed::All),
    ("xtask", Allowed::All),
];

/// Packages at the end of the chain: nothing imports them.
const LEAVES: [&str; 6] =
    ["engram-fuzz", "engram-cli", "engram-benches", "engram-cost", "engram-asm-app", "xtask"];

/// Packages that never leave the repository.
const UNPUBLISHED: [&str; 6] = [
    "engram-fuzz",
    "engram-benches",
    "engram-cost",
    "engram-asm-engine",
    "engram-asm-app",
    "xtask",
];

/// What core never needs, whatever for: runtimes, encodings, logging.
const NEVER_IN_CORE: [&str; 8] =
    ["tokio", "async-std", "smol", "futures", "serde", "serde_json", "log", "tracing"];

/// Findings of all packages; dependencies of tests and build scripts count like all others.
pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Finding> {
    let finding = |message: String, advice| Finding {
        path: package.manifest.clone(),
        line: 1,
        message,
        advice,
    };
    let name = package.name.as_str();
    let Some((_, allowed)) = TABLE.iter().find(|(row, _)| *row == name) else {
        let message = format!("{name} has no row in the table of imports");
        return vec![finding(message, "argue for the crate in docs/decisions, then give it a row")];
    };
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        if is_ours(dependency) && !may_import(name, *allowed, dependency) {
            let message = format!("{name} may not import {dependency}");
            findings.push(finding(message, "let the two meet in a trait of engram-metrics-core"));
        }
        if name == CORE && NEVER_IN_CORE.contains(&dependency.as_str()) {
            let message = format!("{name} may not import {dependency}");
            findings.push(finding(message, "core has no runtime, no encoding and no logging"));
        }
    }
    if UNPUBLISHED.contains(&name) && package.is_published {
        findings.push(finding(format!("{name} would be published"), "say `publish = false`"));
    }
    findings
}

fn may_import(name: &str, allowed: Allowed, dependency: &str) -> bool {
    let in_table = match allowed {
        Allowed::All => true,
        Allowed::Only(names) => names.contains(&dependency),
    };
    in_table && name != dependency && !LEAVES.contains(&dependency)
}

#[cfg(test)]
mod tests;
