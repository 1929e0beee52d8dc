//! The page about orderings, as far as this gate reads it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

pub(super) const PATH: &str = "docs/memory-ordering.md";

/// The heading above the table of orderings that no model can notice.
const EXCUSED: &str = "## What no model notices";

/// Its text, and whom it excuses.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    excused: Vec<String>,
}

impl Page {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(root.join(PATH)).with_context(|| format!("cannot read {PATH}"))?;
        Ok(Self::parse(text))
    }

    pub(super) fn parse(text: String) -> Self {
        let section = text.split_once(EXCUSED).map_or("", |(_, behind)| behind);
        let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
        let site = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
        let excused = section.lines().filter_map(site).collect();
        Self { text, excused }
    }

    pub(super) fn excused(&self) -> &[String] {
        &self.excused
    }

    pub(super) fn excuses(&self, site: &str) -> bool {
        self.excused.iter().any(|excused| excused == site)
    }

    /// Whether a site stands there at all.
    pub(super) fn names(&self, site: &str) -> bool {
        self.text.contains(&format!("`{site}`"))
    }
}
