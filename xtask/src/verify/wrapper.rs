//! Our crates compiled with more flags, and what they depend on as it is.
//!
//! Cargo calls a wrapper for the members of the workspace alone, and keeps what comes of it apart from
//! what it has built without. So a gate about our code builds nothing else anew, and evicts nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::context::Context;

/// `cargo test …`, with the members of the workspace compiled with `flags`, unstable ones too.
pub(super) fn test(context: &Context, name: &str, flags: &str) -> Result<Command> {
    let wrapper = write(context, name, flags)?;
    let mut cargo = context.cargo(&["test"]);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", wrapper);
    Ok(cargo)
}

/// The path is what cargo knows the wrapper by; so it is another one for other flags.
///
/// Cargo also asks it what the compiler would do, and tells the answer to build scripts: with the flags, C code of
/// dependencies would be built for a sanitizer, and stay so for builds without one.
fn write(context: &Context, name: &str, flags: &str) -> Result<PathBuf> {
    let folder = context.apart("wrappers");
    let path = folder.join(format!("{name}{}", flags.replace(['/', ' '], "_")));
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *--print=*) exec \"$@\" ;; esac\n\
         RUSTC_BOOTSTRAP=1 exec \"$@\" {flags}\n"
    );
    if fs::read_to_string(&path).is_ok_and(|there| there == script) {
        return Ok(path);
    }
    let writing = || format!("cannot write {}", path.display());
    fs::create_dir_all(&folder).with_context(writing)?;
    fs::write(&path, script).with_context(writing)?;
    make_executable(&path).with_context(writing)?;
    Ok(path)
}

#[cfg(unix)]
fn make_executable(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}
