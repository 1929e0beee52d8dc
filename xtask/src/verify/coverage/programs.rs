//! The programs that cargo built, by its messages.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::Value;

/// Those with the tests of these packages: in others, code of ours that they make their own has no counters.
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
