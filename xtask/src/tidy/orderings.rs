//! Every ordering is argued for, right above the statement that uses it.
//!
//! ```text
//!   // Release: publishes the slot to the Acquire load in `pop`.      a line that begins with the
//!   // Relaxed, on failure: only the number is used.                  name, up to a colon
//!   match self.head.compare_exchange(
//!       head,
//!       next,
//!       Ordering::Release,        each of these looks upwards for its line, and gives up where the
//!       Ordering::Relaxed,        statement begins: below a `;`, a `}` or the `{` of a block
//!   ) {
//! ```
//!
//! One line argues for all uses of its ordering in the statement. With a number it argues for as many
//! statements in a row, as in `Acquire, all three:`. Tests are exempt: they count, and the orderings
//! they use carry no claim.

use super::{Finding, Source};

const ORDERINGS: [&str; 5] = ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"];

/// How a comment says that it argues for several statements in a row.
const NUMBERS: [(&str, usize); 4] = [("both", 2), ("two", 2), ("three", 3), ("four", 4)];

/// A statement longer than this is too long to have its argument at the top.
const REACH_LINES: usize = 16;

/// Findings of one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !source.is_shipped() {
        return Vec::new();
    }
    let tests = source.test_modules();
    let text: Vec<&str> = source.text.lines().collect();
    let ends = last_tokens(source, text.len());
    let mut findings = renamed(source);
    for (ordering, line) in uses(source) {
        if tests.iter().any(|it| it.contains(&line)) {
            continue;
        }
        if ["{", "*"].contains(&ordering) || text[line - 1].trim_start().starts_with("use ") {
            let message = "an ordering is imported by its bare name".to_owned();
            findings.push(source.finding(line, message, "write `Ordering::…` where it is used"));
        } else if ORDERINGS.contains(&ordering) && !is_argued(&text, &ends, line, ordering) {
            let message = format!("Ordering::{ordering} is not argued for");
            let advice = "say why, and name the partner, in a comment above it: `// Release: …`";
            findings.push(source.finding(line, message, advice));
        }
    }
    findings
}

/// What stands behind `Ordering::` or `order!(`, and its line.
fn uses(source: &Source) -> impl Iterator<Item = (&str, usize)> {
    let behind = |head: &'static [&str]| {
        source.tokens.windows(head.len() + 1).filter_map(move |window| {
            let (name, before) = window.split_last()?;
            let is_use = before.iter().map(|token| token.text.as_str()).eq(head.iter().copied());
            is_use.then_some((name.text.as_str(), name.line))
        })
    };
    behind(&["Ordering", "::"]).chain(behind(&["order", "!", "("]))
}

/// `Ordering as O`: its uses would not be found.
fn renamed(source: &Source) -> Vec<Finding> {
    let lines = source.find(&["Ordering", "as"]);
    let message = "Ordering is given another name";
    lines.map(|line| source.finding(line, message.to_owned(), "import it as `Ordering`")).collect()
}

/// Looks upwards from the line of a use to the beginning of its statement, and further through the
/// statements that a comment with a number, as in `Acquire, all three:`, may argue for as well.
fn is_argued(text: &[&str], ends: &[&str], line: usize, ordering: &str) -> bool {
    let names = [format!("Ordering::{ordering}"), format!("order!({ordering},")];
    let mut statements = 1;
    for above in (line.saturating_sub(REACH_LINES).max(1)..line).rev() {
        let line = text[above - 1].trim();
        if is_comment(line) {
            if let Some(covered) = argues(line, ordering) {
                return covered >= statements;
            }
        } else if ends_statement(line, ends[above - 1]) {
            if ends[above - 1] != ";" || !names.iter().any(|name| line.contains(name)) {
                return false;
            }
            statements += 1;
        }
    }
    false
}

fn is_comment(line: &str) -> bool {
    line.starts_with("//") && !line.starts_with("///") && !line.starts_with("//!")
}

/// How many statements a line like `// Release: …` or `// Relaxed, both: …` argues for.
fn argues(line: &str, ordering: &str) -> Option<usize> {
    let (head, reason) = line.trim_start_matches('/').split_once(':')?;
    let words: Vec<&str> =
        head.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let begins_with_one = words.first().is_some_and(|word| ORDERINGS.contains(word));
    let is_argument = begins_with_one && words.contains(&ordering) && !reason.trim().is_empty();
    let number = |word: &&str| NUMBERS.iter().find(|(name, _)| name == word).map(|(_, many)| *many);
    is_argument.then(|| words.iter().find_map(number).unwrap_or(1))
}

/// Whether a statement cannot go on below this line. An empty line ends what it is about, the brace of
/// a struct literal does not.
fn ends_statement(line: &str, last: &str) -> bool {
    match last {
        ";" | "}" | "" => true,
        "{" => !opens_literal(line),
        _ => line.contains("=>") && last == ",",
    }
}

/// `Self {`, `Some(Head {`, `let head = Head {`: a type directly before the brace, and no keyword.
fn opens_literal(line: &str) -> bool {
    const BLOCKS: [&str; 10] =
        ["impl", "struct", "enum", "union", "trait", "fn", "mod", "match", "for", "while"];
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|it| !it.is_empty())
        .collect();
    let directly = line.trim_end_matches('{').trim_end().ends_with(char::is_alphanumeric);
    let is_type = words.last().is_some_and(|word| word.starts_with(char::is_uppercase));
    directly && is_type && !words.iter().any(|word| BLOCKS.contains(word) || *word == "if")
}

/// The last token of each line; empty where there is none.
fn last_tokens(source: &Source, lines: usize) -> Vec<&str> {
    let mut ends = vec![""; lines];
    for token in &source.tokens {
        if let Some(end) = ends.get_mut(token.line - 1) {
            *end = &token.text;
        }
    }
    ends
}

#[cfg(test)]
mod tests;
