//! A kernel with everything that is looked at: NUMA, control groups, pressure, counters.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::super::command::run;
use super::super::context::Context;
use super::machine::Kind;

/// Debian's cloud kernels, the newer one first; each is a name that stands for the package of today.
const PACKAGES: [&str; 2] = ["linux-image-6.12-cloud", "linux-image-cloud"];

impl Kind {
    /// As Debian calls it.
    const fn architecture(self) -> &'static str {
        match self {
            Self::X86 => "amd64",
            Self::Arm => "arm64",
        }
    }
}

/// The image, unpacked below the tools: it is not installed, and needs no superuser.
pub(super) fn image(context: &Context, kind: Kind) -> Result<PathBuf> {
    let architecture = kind.architecture();
    let folder = context.tools().join(format!("kernel-{architecture}"));
    if let Some(image) = find(&folder) {
        return Ok(image);
    }
    fs::create_dir_all(&folder).context("cannot make a folder for the kernel")?;
    let apt = Apt::new(context, kind, &folder)?;
    let package = PACKAGES.iter().find_map(|name| apt.depends(&format!("{name}-{architecture}")));
    let package =
        package.context("apt knows no cloud kernel: `apt-get update` reads its lists anew")?;
    run(apt
        .command("apt-get", &["--quiet", "--quiet", "download", &package])
        .current_dir(&folder))?;
    let fetched = fs::read_dir(&folder)?.flatten().map(|entry| entry.path());
    let fetched = fetched.into_iter().find(|path| path.extension().is_some_and(|it| it == "deb"));
    let fetched = fetched.context("apt has brought no package")?;
    run(context.command("dpkg-deb", &["--extract"]).arg(&fetched).arg(&folder))?;
    // Modules: everything that is needed here is in the image.
    let _ = fs::remove_dir_all(folder.join("lib"));
    fs::remove_file(&fetched).context("cannot remove the package")?;
    find(&folder).context("the package has no kernel")
}

fn find(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder.join("boot")).ok()?.flatten().map(|entry| entry.path());
    let is_image = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz-"))
    };
    entries.into_iter().find(is_image)
}

/// Debian's packages of an architecture.
struct Apt<'a> {
    context: &'a Context,
    /// Lists of its own, for an architecture that this machine has not.
    config: Option<PathBuf>,
}

impl<'a> Apt<'a> {
    fn new(context: &'a Context, kind: Kind, folder: &Path) -> Result<Self> {
        if kind == Kind::X86 {
            return Ok(Self { context, config: None });
        }
        let lists = folder.join("apt");
        for part in ["state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(lists.join(part)).context("cannot make a folder for apt")?;
        }
        let (lists, name) = (lists.display(), kind.architecture());
        let text = format!(
            "APT::Architecture \"{name}\";\nAPT::Architectures {{\"{name}\";}};\n\
             Dir::State \"{lists}/state\";\nDir::State::status \"{lists}/state/status\";\n\
             Dir::Cache \"{lists}/cache\";\nAPT::Sandbox::User \"root\";\n\
             Acquire::Languages \"none\";\n"
        );
        fs::write(folder.join("apt/state/status"), "").context("cannot write for apt")?;
        let config = folder.join("apt/apt.conf");
        fs::write(&config, text).context("cannot write for apt")?;
        let apt = Self { context, config: Some(config) };
        run(&mut apt.command("apt-get", &["--quiet", "--quiet", "update"]))?;
        Ok(apt)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.context.command(program, &[]);
        command.args(self.config.iter().flat_map(|config| [Path::new("--config-file"), config]));
        command.args(arguments);
        command
    }

    /// The package that a name stands for.
    fn depends(&self, name: &str) -> Option<String> {
        let text = super::run_quietly(&mut self.command("apt-cache", &["depends", name])).ok()?;
        text.lines().find_map(|line| Some(line.trim().strip_prefix("Depends:")?.trim().to_owned()))
    }
}
