//! One layout for all manifests, and manifests that parse.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step =
    Step { name: "taplo", why: "manifests parse and are laid out in one way", run: taplo };

fn taplo(context: &Context) -> Result<Outcome> {
    let taplo = context.python_tool("taplo");
    if !taplo.is_file() {
        return Ok(Outcome::skipped("taplo is not installed: see the step setup"));
    }
    let mut format = context.command(taplo, &["fmt", "--check", "--colors", "never", "*.toml"]);
    run(format.args(folders(&context.root)?))?;
    Ok(Outcome::passed(""))
}

/// The folders to look into. Without them it looks through what is built as well before it leaves that out, which
/// takes minutes.
fn folders(root: &Path) -> Result<Vec<String>> {
    let reading = || format!("cannot read {}", root.display());
    let mut folders = Vec::new();
    for entry in fs::read_dir(root).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().with_context(reading)?.is_dir()
            && !["target", ".git"].contains(&name.as_str())
        {
            folders.push(format!("{name}/**/*.toml"));
        }
    }
    Ok(folders)
}
