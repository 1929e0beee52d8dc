//! A crate that needs no `unsafe` says so, and then the compiler holds it to that.

use super::tree::Package;
use super::{Finding, Source};

/// Findings of all packages under `crates/`, and of the chores.
pub(super) fn check(packages: &[Package], sources: &[Source]) -> Vec<Finding> {
    packages.iter().flat_map(|package| check_package(package, sources)).collect()
}

fn check_package(package: &Package, sources: &[Source]) -> Vec<Finding> {
    let folder = format!("{}/src/", package.folder());
    let own: Vec<_> = sources.iter().filter(|source| source.path.starts_with(&folder)).collect();
    if own.iter().any(|source| source.find(&["unsafe"]).next().is_some()) {
        return Vec::new();
    }
    // A program beside a library is a crate of its own.
    let roots = ["lib.rs", "main.rs"].map(|name| format!("{folder}{name}"));
    let is_silent = |it: &&&Source| it.find(&["forbid", "(", "unsafe_code"]).next().is_none();
    own.iter()
        .filter(|it| roots.contains(&it.path))
        .filter(is_silent)
        .map(|root| {
            let message = format!("{} has no `unsafe` and does not say so", package.name);
            root.finding(
                1,
                message,
                "write #![forbid(unsafe_code)] below the crate's documentation",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests;
