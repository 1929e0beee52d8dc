//! What cargo and `llvm-cov` say, in JSON.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Lines of code, and how many of them were run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) run: u64,
    pub(super) all: u64,
}

impl Lines {
    /// `None` where there is no line.
    pub(super) fn percent(self) -> Option<f64> {
        (self.all > 0).then(|| self.run as f64 * 100.0 / self.all as f64)
    }
}

/// The lines of all files below a folder, by a summary of `llvm-cov export`.
pub(super) fn lines_below(summary: &str, folder: &Path) -> Result<Lines> {
    let summary: Value = serde_json::from_str(summary).context("llvm-cov wrote no summary")?;
    let files = summary["data"][0]["files"].as_array().context("llvm-cov names no files")?;
    let is_below = |file: &&Value| {
        file["filename"].as_str().is_some_and(|path| Path::new(path).starts_with(folder))
    };
    let number = |file: &Value, name| file["summary"]["lines"][name].as_u64().unwrap_or(0);
    Ok(files.iter().filter(is_below).fold(Lines::default(), |sum, file| Lines {
        run: sum.run + number(file, "covered"),
        all: sum.all + number(file, "count"),
    }))
}

/// The programs that cargo built for tests of these packages, among its messages.
///
/// Others have functions of ours too, compiled without counters; `llvm-cov` would take those for functions
/// that nobody called.
pub(super) fn executables(messages: &str, packages: &[&str]) -> Vec<String> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let is_wanted = |message: &Value| {
        let manifest = message["manifest_path"].as_str().map(Path::new);
        let folder = manifest.and_then(Path::parent).and_then(Path::file_name);
        let package = folder.and_then(OsStr::to_str);
        message["profile"]["test"] == true && package.is_some_and(|it| packages.contains(&it))
    };
    let tests = messages.filter(is_wanted);
    tests.filter_map(|message| message["executable"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests;
