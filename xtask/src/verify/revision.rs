//! What a change is compared with: the revision that it is based on.

use anyhow::{Context as _, Result, ensure};

use super::context::Context;

/// Where changes go to.
const TRUNKS: [&str; 2] = ["origin/main", "main"];

/// The revision named by `--base`, else where this branch left the trunk, else the one before.
///
/// # Errors
/// Where there is no history: in an archive, or in a clone of one commit.
pub(super) fn base(context: &Context) -> Result<String> {
    if let Some(revision) = &context.base {
        return git(context, &["rev-parse", "--verify", &format!("{revision}^{{commit}}")]);
    }
    let head = git(context, &["rev-parse", "HEAD"])?;
    let forks = TRUNKS.iter().filter_map(|trunk| git(context, &["merge-base", "HEAD", trunk]).ok());
    forks
        .into_iter()
        .find(|fork| *fork != head)
        .map_or_else(|| git(context, &["rev-parse", "HEAD~1"]), Ok)
        .context("there is no revision to compare with: fetch the history, or name one with --base")
}

/// What git answers.
pub(super) fn git(context: &Context, arguments: &[&str]) -> Result<String> {
    let output = context.command("git", arguments).output().context("cannot start git")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {}: {}", arguments.join(" "), errors.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}
