//! A Rust file as the rules see it: text, tokens with their lines, and syntax.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;

use super::Finding;

/// A file that parses.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    pub(super) syntax: syn::File,
}

/// A token and where it begins; groups are there as their delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    /// Counted from 1.
    pub(super) line: usize,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is not Rust.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, syn::Error> {
        let syntax = syn::parse_file(text)?;
        let stream: TokenStream = text.parse()?;
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        Ok(Self { path: path.to_owned(), text: text.to_owned(), tokens, syntax })
    }

    /// The name of the file.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Tests, benches, examples and the chores: not what users link.
    pub(super) fn is_shipped(&self) -> bool {
        let mut folders = self.path.split('/');
        self.path.starts_with("crates/")
            && !folders.any(|part| ["tests", "tests.rs", "benches", "examples"].contains(&part))
    }

    /// The one place of a crate that names atomics: `sync.rs`, and what is below it.
    pub(super) fn is_door(&self) -> bool {
        self.name() == "sync.rs" || self.path.contains("/sync/")
    }

    /// Lines from the first to the last of each `#[cfg(test)] mod … { … }`.
    pub(super) fn test_modules(&self) -> Vec<std::ops::RangeInclusive<usize>> {
        let modules = self.syntax.items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) if module.attrs.iter().any(is_cfg_test) => Some(module.span()),
            _ => None,
        });
        modules.map(|span| span.start().line..=span.end().line).collect()
    }

    /// Lines at which these tokens begin in a row.
    pub(super) fn find<'a>(&'a self, row: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
        let equal = move |window: &&[Token]| {
            window.iter().zip(row).all(|(token, text)| token.text == *text)
        };
        self.tokens.windows(row.len()).filter(equal).map(|window| window[0].line)
    }

    pub(super) fn finding(&self, line: usize, message: String, advice: &'static str) -> Finding {
        Finding { path: self.path.clone(), line, message, advice }
    }
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    let list = attribute.meta.require_list();
    attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
}

/// Puts `::` together, the only operator of more than one character that rules ask for.
fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = delimiters(group.delimiter());
                let end = group.span_close().end().line;
                tokens.push(Token { text: open.to_owned(), line });
                flatten(group.stream(), tokens);
                tokens.push(Token { text: close.to_owned(), line: end });
            }
            TokenTree::Punct(punct) => match tokens.last_mut() {
                Some(last) if punct.as_char() == ':' && last.text == ":" => last.text.push(':'),
                _ => tokens.push(Token { text: punct.as_char().to_string(), line }),
            },
            TokenTree::Ident(ident) => tokens.push(Token { text: ident.to_string(), line }),
            TokenTree::Literal(literal) => tokens.push(Token { text: literal.to_string(), line }),
        }
    }
}

const fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}
