//! What every step needs to know.

use std::cell::RefCell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::coverage::Profiles;

/// Where things are, and how strict to be.
#[derive(Debug)]
pub(super) struct Context {
    /// The workspace.
    pub(super) root: PathBuf,
    /// Where cargo builds.
    pub(super) target: PathBuf,
    /// Whether cargo has to be told of that folder.
    is_inside: bool,
    /// The tools that `setup` installs for this checkout alone.
    tools: PathBuf,
    /// `CI=true`: a step that cannot run fails.
    pub(super) ci: bool,
    /// The revision to compare with, where one is named.
    pub(super) base: Option<String>,
    /// Also what takes long.
    pub(super) full: bool,
    /// What the tests left behind for the step that looks at it, once.
    pub(super) profiles: RefCell<Option<Profiles>>,
}

impl Context {
    /// The world as the environment describes it.
    pub(super) fn new(root: &Path, full: bool) -> Self {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        let ci = env::var("CI").is_ok_and(|value| value == "true");
        let (target, tools) = (root.join(target), root.join("target/tools"));
        let (root, profiles) = (root.to_owned(), RefCell::default());
        Self { root, target, is_inside: false, tools, ci, base: None, full, profiles }
    }

    /// The same world for a copy of the workspace, which builds in a folder of its own.
    pub(super) fn inside(&self, root: &Path, target: &Path) -> Self {
        let (root, target, tools) = (root.to_owned(), target.to_owned(), self.tools.clone());
        let (base, profiles) = (self.base.clone(), RefCell::default());
        Self { root, target, is_inside: true, tools, base, profiles, ..*self }
    }

    /// The same world with a revision to compare with.
    pub(super) fn compared_with(self, base: Option<String>) -> Self {
        Self { base, ..self }
    }

    /// The same world with what takes long.
    pub(super) fn in_full(&self) -> Self {
        Self { full: true, ..self.inside(&self.root, &self.target) }
    }

    /// The folder of those tools.
    pub(super) fn tools(&self) -> &Path {
        &self.tools
    }

    /// A tool that `setup` installed from the Rust registry.
    pub(super) fn cargo_tool(&self, name: &str) -> PathBuf {
        self.tools().join("bin").join(name)
    }

    /// A tool that `setup` installed from the Python registry.
    pub(super) fn python_tool(&self, name: &str) -> PathBuf {
        self.tools().join("python/bin").join(name)
    }

    /// A build folder of its own, for builds with other flags: they would evict each other.
    pub(super) fn apart(&self, name: &str) -> PathBuf {
        self.target.join(name)
    }

    /// Any program, in the workspace.
    pub(super) fn command(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(arguments).current_dir(&self.root).env("CARGO_TERM_COLOR", "never");
        command
    }

    /// `cargo …` in the workspace.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.command("cargo", arguments);
        if self.ci {
            // What will not be built again needs no notes on how to build it again sooner.
            cargo.env("CARGO_INCREMENTAL", "0");
        }
        if self.is_inside {
            cargo.env("CARGO_TARGET_DIR", &self.target);
        }
        cargo
    }

    /// `cargo …` in the workspace, building in a folder of its own.
    pub(super) fn cargo_apart(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = self.cargo(arguments);
        command.env("CARGO_TARGET_DIR", self.apart(folder));
        command
    }
}
