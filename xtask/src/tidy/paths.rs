//! Nothing in the repository knows the machine it was written on.

use super::Finding;

/// Spelt in two parts, so that this file does not find itself.
const MACHINE: [&str; 3] = [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/")];

/// Only in documentation: code may have to name the place for temporary files.
const TEMPORARY: &str = concat!("/", "tmp/");

/// Findings in any text.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let places = MACHINE.into_iter().chain(path.ends_with(".md").then_some(TEMPORARY));
    let lines = (1..).zip(text.lines());
    lines
        .flat_map(|(number, line)| {
            places.clone().filter(|place| begins_at(line, place)).map(move |place| Finding {
                path: path.to_owned(),
                line: number,
                message: format!("`{place}` is a path of one machine"),
                advice: "write it relative to the repository, or take it as an argument",
            })
        })
        .collect()
}

/// Whether a path begins with `place`, as opposed to going on with it: `https://x.org/home/`.
fn begins_at(line: &str, place: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "._-~}$".contains(c);
    line.match_indices(place).any(|(at, _)| !line[..at].ends_with(goes_on))
}

#[cfg(test)]
mod tests;
