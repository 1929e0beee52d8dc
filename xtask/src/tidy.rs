//! Rules about the sources and manifests that no other tool knows.
//!
//! Each rule is a module: a pure function from files to findings, tested on a planted fault. Rules that
//! are about code look at tokens, so that a comment or a string neither hides a fault nor makes one.

mod atomics;
mod enabled;
mod finding;
mod imports;
mod leftovers;
mod manifest;
mod names;
mod orderings;
mod paths;
mod reasons;
mod sites;
mod sizes;
mod source;
mod subjects;
mod tree;
mod unsafety;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::verify::crates::CRATES;
pub(crate) use finding::Finding;
use manifest::Manifest;
pub(crate) use sites::Site;
use source::Source;
use tree::Tree;

/// What a look at the whole tree gave.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) files: usize,
    /// By path and line.
    pub(crate) findings: Vec<Finding>,
}

/// Prints the findings; fails when there are any.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let checked = check(root)?;
    checked.findings.iter().for_each(|finding| println!("{finding}"));
    println!("{} findings in {} files", checked.findings.len(), checked.files);
    Ok(if checked.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Holds the tree against all rules.
pub(crate) fn check(root: &Path) -> Result<Checked> {
    let tree = Tree::read(root)?;
    let mut findings: Vec<Finding> = tree.unreadable.clone();
    for source in &tree.sources {
        SOURCE_RULES.iter().for_each(|rule| findings.extend(rule(source)));
    }
    for manifest in &tree.manifests {
        MANIFEST_RULES.iter().for_each(|rule| findings.extend(rule(manifest)));
    }
    findings.extend(imports::check(&tree.packages));
    findings.extend(unsafety::check(&tree.packages, &tree.sources));
    findings.extend(subjects::check(CRATES, &tree.packages, &tree.sources));
    findings.extend(sites::check(CRATES, &tree.packages, &tree.sources));
    for (path, text) in &tree.texts {
        findings.extend(paths::check(path, text));
    }
    findings.sort();
    Ok(Checked { files: tree.texts.len(), findings })
}

/// The orderings that have a name, in everything that ships.
pub(crate) fn named_orderings(root: &Path) -> Result<Vec<Site>> {
    let tree = Tree::read(root)?;
    Ok(sites::find(&tree.packages, &tree.sources))
}

const SOURCE_RULES: &[fn(&Source) -> Vec<Finding>] = &[
    atomics::check,
    enabled::check_source,
    leftovers::check,
    names::check,
    orderings::check,
    sizes::check,
];

const MANIFEST_RULES: &[fn(&Manifest) -> Vec<Finding>] = &[enabled::check_manifest, reasons::check];
