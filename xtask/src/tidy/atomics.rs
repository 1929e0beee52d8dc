//! One door: only `sync.rs`, and what is below it, names the atomics of the standard library, or loom.
//!
//! Models replace the door, and what went around it would not be modelled. Test folders and benches may
//! go around it: they are not modelled, and often stand in for a user. The chores share nothing.

use super::{Finding, Source};

/// Findings of one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.is_door() || is_exempt(&source.path) {
        return Vec::new();
    }
    let message = |what: &str| format!("{what} is named outside sync.rs");
    let atomics = atomics(source).into_iter().map(|line| (line, message("the atomics of std")));
    let hidden = [["sync", "::", "*"], ["std", "::", "*"], ["core", "::", "*"]]
        .into_iter()
        .flat_map(|row| source.find(&row).collect::<Vec<_>>())
        .chain(renamed(source))
        .map(|line| (line, message("what may be the atomics of std")));
    let loom = source.find(&["loom", "::"]).map(|line| (line, message("loom")));
    let advice = "take it from the crate's sync.rs, the one door to atomics and threads";
    atomics
        .chain(hidden)
        .chain(loom)
        .map(|(line, message)| source.finding(line, message, advice))
        .collect()
}

fn is_exempt(path: &str) -> bool {
    path.starts_with("xtask/") || path.split('/').any(|part| part == "tests" || part == "benches")
}

/// `sync::atomic`, also as `sync::{…, atomic::…}`.
fn atomics(source: &Source) -> Vec<usize> {
    let tokens = &source.tokens;
    let follows = |at: usize| {
        let behind = |step: usize| tokens.get(at + step).map_or("", |token| token.text.as_str());
        if behind(0) != "sync" || behind(1) != "::" {
            return None;
        }
        let end = if behind(2) == "{" { closing(source, at + 2) } else { at + 3 };
        let inside = tokens[at + 2..end.min(tokens.len())].iter();
        inside.into_iter().find(|token| token.text == "atomic").map(|token| token.line)
    };
    // Loom's door is found as loom.
    (0..tokens.len())
        .filter(|at| *at < 2 || tokens[at - 2].text != "loom")
        .filter_map(follows)
        .collect()
}

/// `std::sync as s`, `sync::{self as s, …}`: what is taken through the new name would not be found.
fn renamed(source: &Source) -> Vec<usize> {
    let direct = ["std", "core"].map(|root| [root, "::", "sync", "as"]);
    let direct = direct.into_iter().flat_map(|row| source.find(&row).collect::<Vec<_>>());
    direct.chain(source.find(&["sync", "::", "{", "self", "as"])).collect()
}

/// The index behind the brace that closes the one at `open`.
fn closing(source: &Source, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in source.tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    source.tokens.len()
}

#[cfg(test)]
mod tests;
