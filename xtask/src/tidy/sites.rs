//! Orderings that carry a claim have a name, so that the models can be run with each of them weakened.
//!
//! ```text
//!   order!(Release, "shard.publish")        `cargo xtask verify --only orderings` finds it by this name
//! ```
//!
//! What ships names every ordering but `Relaxed`, each name once, in a crate whose models are run that way.

use std::collections::HashSet;

use super::tree::Package;
use super::{Finding, Source};
use crate::verify::crates::{Gate, Subject};

/// A named ordering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) package: String,
    pub(crate) name: String,
    /// As in `Ordering::Release`.
    pub(crate) order: String,
    path: String,
    line: usize,
}

/// Orderings that promise something to another thread.
const STRONG: [&str; 4] = ["Acquire", "Release", "AcqRel", "SeqCst"];

/// All named orderings that ship.
pub(super) fn find(packages: &[Package], sources: &[Source]) -> Vec<Site> {
    let of = |package: &Package| {
        let of_source = |source| sites(&package.name, source);
        sources_of(package, sources).flat_map(of_source).collect::<Vec<_>>()
    };
    packages.iter().flat_map(of).collect()
}

/// Findings of all packages.
pub(super) fn check(table: &[Subject], packages: &[Package], sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<_> = sources.iter().flat_map(nameless).collect();
    let mut seen = HashSet::new();
    for site in find(packages, sources) {
        let row = table.iter().find(|row| row.package == site.package);
        if !row.is_some_and(|row| row.is_under(Gate::Orderings)) {
            let message = format!("no gate weakens the orderings of {}", site.package);
            findings.push(site.finding(message, "give it a row in xtask/src/verify/crates.rs"));
        }
        if !seen.insert((site.package.clone(), site.name.clone())) {
            let message = format!("a second ordering is called {}", site.name);
            findings.push(site.finding(message, "each is weakened by its name: give it one"));
        }
    }
    findings
}

/// Strong orderings without a name. The door itself has none: it passes on what it is given.
fn nameless(source: &Source) -> Vec<Finding> {
    if !source.is_shipped() || source.is_door() {
        return Vec::new();
    }
    let tests = source.test_modules();
    let strong = STRONG.iter().flat_map(|order| {
        source.find(&["Ordering", "::", order]).map(move |line| (line, order)).collect::<Vec<_>>()
    });
    let shipped = strong.filter(|(line, _)| !tests.iter().any(|it| it.contains(line)));
    let finding = |(line, order)| {
        let message = format!("Ordering::{order} has no name");
        source.finding(line, message, "write `order!(…, \"what.it.does\")`: a model has to need it")
    };
    shipped.map(finding).collect()
}

fn sites(package: &str, source: &Source) -> Vec<Site> {
    if !source.is_shipped() {
        return Vec::new();
    }
    let tests = source.test_modules();
    let named = source.tokens.windows(6).filter_map(|window| {
        let [order, bang, open, ordering, comma, name] = window else { return None };
        let is_use =
            (&*order.text, &*bang.text, &*open.text, &*comma.text) == ("order", "!", "(", ",");
        let is_test = tests.iter().any(|it| it.contains(&order.line));
        (is_use && !is_test).then(|| Site {
            package: package.to_owned(),
            name: name.text.trim_matches('"').to_owned(),
            order: ordering.text.clone(),
            path: source.path.clone(),
            line: order.line,
        })
    });
    named.collect()
}

fn sources_of<'a>(
    package: &Package,
    sources: &'a [Source],
) -> impl Iterator<Item = &'a Source> + use<'a> {
    let folder = format!("{}/src/", package.folder());
    sources.iter().filter(move |source| source.path.starts_with(&folder))
}

impl Site {
    fn finding(&self, message: String, advice: &'static str) -> Finding {
        Finding { path: self.path.clone(), line: self.line, message, advice }
    }
}

#[cfg(test)]
mod tests;
