//! A compiler that has the source of its standard library: what watches memory or runs on another
//! processor needs that library built anew.
//!
//! ```text
//!   the toolchain in use, with rustup's component rust-src
//!   /usr/bin/rustc of Debian's rustc-web and rust-web-src, which have one version
//! ```
//!
//! Source and compiler have to be of the same release. Debian has no runtimes of the sanitizers; those of
//! the toolchain in use are linked instead, which the compiler's own LLVM has to be no older than.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::context::Context;

/// What to do where there is none.
pub(super) const MISSING: &str = "no compiler has the source of its standard library: \
    `rustup component add rust-src`, or on Debian `apt-get install rustc-web rust-web-src`";

/// A compiler, and where its library is.
#[derive(Debug)]
pub(super) struct Compiler {
    program: PathBuf,
    sysroot: PathBuf,
    /// What it compiles for if nobody says otherwise.
    pub(super) host: String,
    /// The major version of its LLVM.
    pub(super) llvm: u32,
}

impl Compiler {
    /// The one that cargo uses.
    pub(super) fn in_use(context: &Context) -> Result<Self> {
        Self::at(context, Path::new("rustc")).context("rustc does not say what it is")
    }

    /// One that can build its standard library, and is recent enough for us.
    pub(super) fn with_source(context: &Context) -> Option<Self> {
        ["rustc", "/usr/bin/rustc"]
            .iter()
            .filter_map(|program| Self::at(context, Path::new(program)))
            .find(|it| it.sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file())
    }

    fn at(context: &Context, program: &Path) -> Option<Self> {
        let says = |arguments: &[&str]| {
            let output = context.command(program, arguments).output().ok()?;
            String::from_utf8(output.stdout).ok().filter(|_| output.status.success())
        };
        let about = says(&["-vV"])?;
        let field = |name| about.lines().find_map(|line| line.strip_prefix(name));
        if minor(field("release: ")?)? < minor(env!("CARGO_PKG_RUST_VERSION"))? {
            return None;
        }
        Some(Self {
            program: program.to_owned(),
            sysroot: says(&["--print", "sysroot"])?.trim().into(),
            host: field("host: ")?.to_owned(),
            llvm: field("LLVM version: ")?.split('.').next()?.parse().ok()?,
        })
    }

    /// `cargo VERB` with a standard library of its own, for a processor, in a folder of its own.
    pub(super) fn cargo(&self, context: &Context, folder: &str, verb: [&str; 2]) -> Command {
        let [verb, target] = verb;
        let mut cargo = context.cargo_apart(folder, &[verb, "-Zbuild-std", "--target", target]);
        cargo.env("RUSTC", &self.program).env("RUSTC_BOOTSTRAP", "1");
        cargo
    }

    /// The flags that link a sanitizer's runtime; none where the compiler has its own.
    ///
    /// # Errors
    /// When no toolchain has the runtime.
    pub(super) fn runtime(&self, context: &Context, sanitizer: &str) -> Result<String> {
        if self.library(sanitizer).is_some() {
            return Ok(String::new());
        }
        let from = Self::in_use(context)?;
        let library = from.library(sanitizer);
        let library =
            library.with_context(|| format!("the toolchain has no runtime for {sanitizer}"))?;
        // In front of everything, or the linker would leave out what only the library refers to.
        let parts = ["-Wl,--whole-archive", &library, "-Wl,--no-whole-archive"];
        let linked: String = parts.iter().map(|it| format!(" -Zpre-link-args={it}")).collect();
        Ok(format!(" -Zexternal-clangrt{linked}"))
    }

    fn library(&self, sanitizer: &str) -> Option<String> {
        let ending = format!("_rt.{sanitizer}.a");
        let folder = self.sysroot.join("lib/rustlib").join(&self.host).join("lib");
        let mut files = fs::read_dir(folder).ok()?.filter_map(Result::ok);
        let file = files.find(|it| it.file_name().to_string_lossy().ends_with(&ending))?;
        Some(file.path().display().to_string())
    }

    /// A tool of LLVM that reads what this compiler writes: rustup's component llvm-tools, or Debian's.
    pub(super) fn tool(&self, name: &str) -> Option<PathBuf> {
        let own = self.sysroot.join("lib/rustlib").join(&self.host).join("bin").join(name);
        let debian = PathBuf::from(format!("/usr/bin/{name}-{}", self.llvm));
        [own, debian].into_iter().find(|it| it.is_file())
    }
}

/// The second number of a version: the first one is 1.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests;
