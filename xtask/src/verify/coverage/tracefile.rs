//! How often each line was run, in the format of lcov, which editors read.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The runs of each line of each file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tracefile(BTreeMap<PathBuf, BTreeMap<u64, u64>>);

/// Lines of code, and how many of them were run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) run: usize,
    pub(super) all: usize,
}

impl Lines {
    /// `None` where there is no line.
    pub(super) fn percent(self) -> Option<f64> {
        (self.all > 0).then(|| self.run as f64 * 100.0 / self.all as f64)
    }
}

impl Tracefile {
    /// Adds what is known of one more program. A line that this one never runs, another may.
    ///
    /// # Errors
    /// When a line that counts is not one.
    pub(super) fn add(&mut self, text: &str) -> Result<()> {
        let mut file = &mut BTreeMap::new();
        for record in text.lines() {
            if let Some(path) = record.strip_prefix("SF:") {
                file = self.0.entry(PathBuf::from(path)).or_default();
            } else if let Some(counted) = record.strip_prefix("DA:") {
                let (line, runs) = line(counted).with_context(|| format!("no line: {record}"))?;
                let most = file.entry(line).or_default();
                *most = runs.max(*most);
            }
        }
        Ok(())
    }

    /// The lines of all files below a folder.
    pub(super) fn below(&self, folder: &Path) -> Lines {
        let files = self.0.iter().filter(|(path, _)| path.starts_with(folder));
        files.fold(Lines::default(), |sum, (_, lines)| Lines {
            run: sum.run + lines.values().filter(|runs| **runs > 0).count(),
            all: sum.all + lines.len(),
        })
    }
}

/// The number of a line, and how often it was run.
fn line(text: &str) -> Option<(u64, u64)> {
    let (line, runs) = text.split_once(',')?;
    Some((line.parse().ok()?, runs.parse().ok()?))
}

impl fmt::Display for Tracefile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, lines) in &self.0 {
            writeln!(f, "SF:{}", path.display())?;
            for (line, runs) in lines {
                writeln!(f, "DA:{line},{runs}")?;
            }
            writeln!(f, "end_of_record")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
