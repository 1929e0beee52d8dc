//! Builds of the engine that differ in their telemetry, and in where their code lies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::verify::command::run;
use crate::verify::context::Context;

/// The program that runs the engine.
const EXAMPLE: [&str; 4] = ["--package", "engram-workload", "--example", "load"];

/// Where a build keeps the links of the index, which are the same for all of them.
const LINKS: &str = "links";

/// A program that runs the engine.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) program: PathBuf,
    /// The file with the links of its index.
    pub(super) links: PathBuf,
}

impl Build {
    /// Builds it as users build.
    pub(super) fn of(context: &Context, telemetry: Telemetry) -> Result<Self> {
        let build = [&["build", "--release"], EXAMPLE.as_slice(), telemetry.features()].concat();
        run(&mut context.cargo(&build))?;
        let build = Self::named(&folder(context)?, telemetry.name());
        fs::copy(context.target.join("release/examples/load"), &build.program)
            .context("cannot keep the build")?;
        Ok(build)
    }

    /// Has it build its index, and keep the links of that for all others: those of an earlier time may be of other
    /// words.
    pub(super) fn make_links(&self) -> Result<()> {
        // It fails when there are none yet.
        let _ = fs::remove_file(&self.links);
        run(Command::new(&self.program).arg(&self.links).args(["1", "0"])).map(drop)
    }

    fn named(folder: &Path, name: &str) -> Self {
        Self { program: folder.join(name), links: folder.join(LINKS) }
    }
}

/// All that is linked to a build, to be linked in any order.
///
/// Its functions begin on a cache line each, so that where a loop begins in one is not a matter of the order.
#[derive(Debug)]
pub(super) struct Parts {
    folder: PathBuf,
    linker: PathBuf,
}

impl Parts {
    /// Compiles them. None but LLVM's linker, which is Rust's own on x86-64 Linux, hands them out; with another one
    /// this fails. They are taken from cargo's own build each time, which may be another one than the last.
    pub(super) fn of(context: &Context, telemetry: Telemetry) -> Result<Self> {
        let folder = folder(context)?.join(format!("parts-{}", telemetry.name()));
        let archive = folder.with_extension("tar");
        // It fails when there are none yet.
        let _ = fs::remove_file(&archive);
        let build = [&["rustc", "--release"], EXAMPLE.as_slice(), telemetry.features()].concat();
        let keep = format!("link-arg=-Wl,--reproduce={}", archive.display());
        let compile = || run(context.cargo(&build).args(["--", "-C", ALIGNED, "-C", &keep]));
        compile()?;
        if !archive.exists() {
            // What is there already is not linked again.
            run(&mut context.cargo(&["clean", "--release", "--package", "engram-workload"]))?;
            compile()?;
        }
        fs::create_dir_all(&folder).context("cannot make a folder for the parts")?;
        let unpack = ["--extract", "--strip-components=1", "--file"];
        let mut tar = context.command("tar", &unpack);
        run(tar.arg(&archive).arg("--directory").arg(&folder))?;
        Ok(Self { folder, linker: linker(context)? })
    }

    /// Links them into the program of this name, its functions in an order of chance.
    pub(super) fn link(&self, name: &str, seed: u64) -> Result<Build> {
        let build = Build::named(self.folder.parent().unwrap_or(&self.folder), name);
        // A file that is written over keeps its pages of the machine's memory, a new one may have others.
        let _ = fs::remove_file(&build.program);
        let mut link = Command::new(&self.linker);
        link.current_dir(&self.folder).arg("@response.txt");
        // For 0 the linker would draw one, and nothing could be done again.
        link.arg(format!("--shuffle-sections=.text*={}", seed + 1)).arg("-o").arg(&build.program);
        let written = link.output().context("cannot start the linker")?;
        let said = String::from_utf8_lossy(&written.stderr);
        ensure!(written.status.success(), "cannot link the parts: {said}");
        Ok(build)
    }
}

/// Has every function begin on a cache line.
const ALIGNED: &str = "llvm-args=-align-all-functions=6";

/// Rust's own linker.
fn linker(context: &Context) -> Result<PathBuf> {
    let print = run(&mut context.command("rustc", &["--print", "target-libdir"]))?;
    let libraries = Path::new(print.out.trim());
    Ok(libraries.with_file_name("bin").join("gcc-ld/ld.lld"))
}

/// Where builds are kept.
fn folder(context: &Context) -> Result<PathBuf> {
    let folder = context.target.join("overhead");
    fs::create_dir_all(&folder).context("cannot make a folder for the builds")?;
    Ok(folder)
}

/// Whether it is compiled in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Telemetry {
    Off,
    On,
}

impl Telemetry {
    const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }

    const fn features(self) -> &'static [&'static str] {
        match self {
            Self::Off => &["--no-default-features"],
            Self::On => &[],
        }
    }
}
