//! Files and functions that a reader can hold in mind.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::{Finding, Source};

/// Code lines: neither empty nor a comment.
const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 60;

/// Findings of one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let lines: Vec<bool> = source.text.lines().map(is_code).collect();
    let mut findings = Vec::new();
    let total = count(&lines, 1, lines.len());
    if total > FILE_LINES {
        let message = format!("{total} code lines, {FILE_LINES} at most");
        findings.push(source.finding(1, message, "split it by idea"));
    }
    let mut functions = Functions::default();
    functions.visit_file(&source.syntax);
    for (name, first, last) in functions.found {
        let length = count(&lines, first, last);
        if length > FUNCTION_LINES {
            let message = format!("`{name}` has {length} code lines, {FUNCTION_LINES} at most");
            findings.push(source.finding(first, message, "give its parts names"));
        }
    }
    findings
}

fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// Code lines from `first` to `last`, both counted from 1 and included.
fn count(lines: &[bool], first: usize, last: usize) -> usize {
    lines.iter().take(last).skip(first - 1).filter(|is_code| **is_code).count()
}

/// Functions with a body: name, first and last line.
#[derive(Debug, Default)]
struct Functions {
    found: Vec<(String, usize, usize)>,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let name = signature.ident.to_string();
        self.found.push((name, signature.span().start().line, block.span().end().line));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests;
