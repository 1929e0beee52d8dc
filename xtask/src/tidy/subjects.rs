//! Models that no gate runs prove nothing: a crate that has some is in the table of crates and gates.

use super::tree::Package;
use super::{Finding, Source};
use crate::verify::crates::{Gate, Subject};

/// Where the table is.
const TABLE: &str = "xtask/src/verify/crates.rs";

/// Findings of all packages, and of the table.
pub(super) fn check(table: &[Subject], packages: &[Package], sources: &[Source]) -> Vec<Finding> {
    let unlisted = packages.iter().filter_map(|package| check_package(table, package, sources));
    let is_gone = |row: &&Subject| packages.iter().all(|package| package.name != row.package);
    unlisted.chain(table.iter().filter(is_gone).map(stale)).collect()
}

fn check_package(table: &[Subject], package: &Package, sources: &[Source]) -> Option<Finding> {
    let row = table.iter().find(|row| row.package == package.name);
    if row.is_some_and(|row| row.is_under(Gate::Models)) {
        return None;
    }
    let folder = format!("{}/src/", package.folder());
    let own = sources.iter().filter(|source| source.path.starts_with(&folder));
    let (source, line) =
        own.filter_map(|it| Some((it, it.find(&["engram_loom"]).next()?))).next()?;
    let message = format!("{} has models that no gate runs", package.name);
    Some(source.finding(line, message, "give it a row in xtask/src/verify/crates.rs"))
}

fn stale(row: &Subject) -> Finding {
    let message = format!("the table of crates and gates has a row about {}", row.package);
    Finding { path: TABLE.to_owned(), line: 1, message, advice: "there is no such package" }
}

#[cfg(test)]
mod tests;
