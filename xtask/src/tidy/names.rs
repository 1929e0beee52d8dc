//! File names say what is inside, and `lib.rs` is a table of contents.

use syn::Item;
use syn::spanned::Spanned;

use super::{Finding, Source};

/// Names that would fit any file.
const EMPTY_NAMES: [&str; 8] =
    ["utils", "util", "helpers", "helper", "common", "manager", "misc", "types"];

/// Findings of one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if source.name() == "mod.rs" {
        let message = "a file called mod.rs".to_owned();
        findings.push(source.finding(1, message, "name it after its folder, beside the folder"));
    }
    let parts = source.path.split('/').map(|part| part.trim_end_matches(".rs"));
    if let Some(name) = parts.into_iter().find(|part| EMPTY_NAMES.contains(part)) {
        let message = format!("`{name}` says nothing about what is inside");
        findings.push(source.finding(1, message, "name it after the one idea it holds"));
    }
    if source.path.ends_with("src/lib.rs") {
        findings.extend(contents(source));
    }
    findings
}

/// Code in a `lib.rs`.
fn contents(source: &Source) -> Vec<Finding> {
    let is_code = |item: &&Item| match item {
        Item::Use(_) | Item::ExternCrate(_) => false,
        // `macro_rules! name` is code; a call may re-export.
        Item::Macro(item) => item.ident.is_some(),
        Item::Mod(module) => module.content.is_some(),
        _ => true,
    };
    let code = source.syntax.items.iter().filter(is_code);
    code.map(|item| {
        let line = item.span().start().line;
        let advice = "move it into a file of its own: lib.rs is documentation and re-exports";
        source.finding(line, "code in lib.rs".to_owned(), advice)
    })
    .collect()
}

#[cfg(test)]
mod tests;
