//! A dependency is a decision: the line above it says what it is for.

use super::Finding;
use super::manifest::{Manifest, is_ours};

/// Third-party dependencies without a comment above or behind them.
pub(super) fn check(manifest: &Manifest) -> Vec<Finding> {
    let lines: Vec<&str> = manifest.text.lines().collect();
    let is_comment_above = |line: usize| line >= 2 && lines[line - 2].trim_start().starts_with('#');
    let is_argued = |line: usize, header: Option<usize>| {
        is_comment_above(line)
            || lines[line - 1].contains(" #")
            || header.is_some_and(is_comment_above)
    };
    manifest
        .mentions()
        .into_iter()
        .filter(|mention| !is_ours(&mention.name) && !is_argued(mention.line, mention.header))
        .map(|mention| {
            let message = format!("the dependency {} has no reason", mention.name);
            manifest.finding(mention.line, message, "say in a comment above it what it is for")
        })
        .collect()
}

#[cfg(test)]
mod tests;
