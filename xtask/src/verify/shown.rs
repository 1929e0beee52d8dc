//! What documentation shows as measured: a block that a command writes and that a step holds fresh.
//!
//! ```text
//!   <!-- NAME: written by `COMMAND` -->
//!   … the block …
//!   <!-- end -->
//! ```

use std::fs;

use anyhow::{Context as _, Result};

use super::context::Context;

/// Where a block is.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// Relative to the workspace.
    pub(crate) file: &'a str,
    pub(crate) name: &'a str,
    pub(crate) command: &'a str,
}

/// Writes a block anew if `blesses`; else says what is wrong with it.
pub(super) fn hold(
    context: &Context,
    block: &Block<'_>,
    text: &str,
    blesses: bool,
) -> Result<Option<String>> {
    let path = context.root.join(block.file);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", block.file))?;
    let Some(renewed) = renewed(&page, block, text) else {
        return Ok(Some(format!("{} has no block {}", block.file, block.name)));
    };
    if blesses {
        fs::write(&path, renewed).with_context(|| format!("cannot write {}", block.file))?;
        return Ok(None);
    }
    let complaint = format!(
        "{} shows another {}: look at what became of it, then `{}`",
        block.file, block.name, block.command
    );
    Ok((renewed != page).then_some(complaint))
}

/// The page with the block replaced; `None` where it has none.
fn renewed(page: &str, block: &Block<'_>, text: &str) -> Option<String> {
    let mark = format!("<!-- {}: written by `{}` -->\n", block.name, block.command);
    let (before, rest) = page.split_once(&mark)?;
    let (_, after) = rest.split_once("<!-- end -->")?;
    Some(format!("{before}{mark}{text}<!-- end -->{after}"))
}

#[cfg(test)]
mod tests;
