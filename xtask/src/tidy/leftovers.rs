//! What belongs to a change under way, not to a finished one.

use super::{Finding, Source};

const LEFTOVERS: [(&[&str], &str); 5] = [
    (&["#", "[", "ignore"], "make the test fast and exact, or delete it"),
    // As the last word of `#[cfg_attr(…, ignore)]`.
    (&[",", "ignore", ")", "]"], "make the test fast and exact, or delete it"),
    (&["todo", "!"], "write it, or leave the item out"),
    (&["unimplemented", "!"], "write it, or leave the item out"),
    (&["dbg", "!"], "delete it"),
];

/// Findings of one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let found = |(row, advice): (&'static [&'static str], &'static str)| {
        let at = source.find(row);
        at.map(move |line| source.finding(line, format!("`{}` is left over", row.concat()), advice))
    };
    LEFTOVERS.into_iter().flat_map(found).collect()
}

#[cfg(test)]
mod tests;
