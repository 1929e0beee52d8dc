//! Our crates compiled with more flags, and what they depend on as it is.
//!
//! Cargo calls a wrapper for the members of the workspace alone, and keeps what comes of it apart from
//! what it has built without. So a gate about our code builds nothing else anew, and evicts nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::context::Context;

/// Flags for members of the workspace, unstable ones too.
#[derive(Debug)]
pub(super) struct Wrapper<'a> {
    pub(super) name: &'a str,
    pub(super) flags: &'a str,
    /// The members that are compiled with them; all of them if none is named.
    pub(super) packages: &'a [&'a str],
}

impl Wrapper<'_> {
    /// Has `cargo` compile with the flags.
    pub(super) fn around<'c>(
        &self,
        context: &Context,
        cargo: &'c mut Command,
    ) -> Result<&'c mut Command> {
        let path = self.write(&context.apart("wrappers"))?;
        Ok(cargo.env("RUSTC_WORKSPACE_WRAPPER", path))
    }

    /// The path is what cargo knows the wrapper by; so it is another one for other flags.
    fn write(&self, folder: &Path) -> Result<PathBuf> {
        let script = self.script();
        let path = folder.join(format!("{}-{:x}", self.name, digest(&script)));
        if fs::read_to_string(&path).is_ok_and(|there| there == script) {
            return Ok(path);
        }
        let writing = || format!("cannot write {}", path.display());
        fs::create_dir_all(folder).with_context(writing)?;
        fs::write(&path, script).with_context(writing)?;
        make_executable(&path).with_context(writing)?;
        Ok(path)
    }

    /// Cargo also asks what the compiler would do, and tells the answer to build scripts: with the flags, C
    /// code of dependencies would be built for a sanitizer, and stay so for builds without one.
    fn script(&self) -> String {
        let chosen = match self.packages {
            [] => "*".to_owned(),
            packages => packages.join("|"),
        };
        let flags = self.flags;
        format!(
            "#!/bin/sh\ncase \"$*\" in *--print=*) exec \"$@\" ;; esac\n\
             case \"$CARGO_PKG_NAME\" in {chosen}) RUSTC_BOOTSTRAP=1 exec \"$@\" {flags} ;; esac\n\
             exec \"$@\"\n"
        )
    }
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
