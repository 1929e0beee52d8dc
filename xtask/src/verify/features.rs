//! Every crate with each of its features alone, with none and with all, as a user may choose them.
//!
//! ```text
//!   cargo check -p PACKAGE --no-default-features                     none
//!   cargo check -p PACKAGE --no-default-features --features F        each one alone
//!   cargo check -p PACKAGE --all-features                            all
//!   cargo check -p A -p B … --no-default-features --features A/enabled      the switches: A on, B off, …
//! ```
//!
//! The rest of the verification builds the workspace as a whole, where cargo switches on whatever any crate
//! asks for. That hides a crate that forgot to ask. Packages and features are those that cargo knows, so a
//! new one is checked without being listed. Only the benches are left out: nobody depends on them, and the
//! crates that they compare take long to check.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::command::capture;
use super::context::Context;
use super::hwloc;
use super::step::{Outcome, Step};
use super::test::BENCHES;

pub(super) const STEP: Step = Step {
    name: "features",
    why: "every crate compiles with each of its features alone, with none and with all",
    run: features,
};

/// The feature that a crate with a `gate.rs` compiles itself in by.
const SWITCH: &str = "enabled";

/// A package as cargo describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Package {
    name: String,
    features: Vec<String>,
    /// Whether it has a switch of its own, apart from those that it passes on.
    is_switched: bool,
}

impl Package {
    fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|it| it == feature)
    }
}

/// What `cargo check` is told, behind the word.
type Arguments = Vec<String>;

fn features(context: &Context) -> Result<Outcome> {
    let packages = packages(context)?;
    let alone = packages.iter().flat_map(alone);
    let mut builds: Vec<Arguments> = alone.chain(switches(&packages)).collect();
    let is_possible = hwloc::is_installed(context);
    if !is_possible {
        let linked: Vec<_> = packages.iter().filter(|it| it.has(hwloc::FEATURE)).collect();
        builds.retain(|build| !linked.iter().any(|package| links(build, package)));
    }
    let faults = faults(context, &builds)?;
    Ok(match faults.as_slice() {
        [] if !is_possible => Outcome::skipped(hwloc::MISSING),
        [] => Outcome::passed(format!("{} builds of {} packages", builds.len(), packages.len())),
        _ => Outcome::failed(faults.join("; ")),
    })
}

fn faults(context: &Context, builds: &[Arguments]) -> Result<Vec<String>> {
    let nothing = nothing_to_link(context)?;
    let mut faults = Vec::new();
    for build in builds {
        let mut cargo = context.cargo(&["check", "--quiet"]);
        cargo.env("CUSTOM_LIBFUZZER_PATH", &nothing).args(build);
        if !is_clean(&mut cargo)? {
            faults.push(format!("does not compile without a warning: {}", build.join(" ")));
        }
    }
    Ok(faults)
}

/// Whether a build needs the library of the system that a feature of the package links.
fn links(build: &[String], package: &Package) -> bool {
    let says = |word: &str| build.iter().any(|it| it == word);
    says(&package.name) && (says(hwloc::FEATURE) || says("--all-features"))
}

/// Cargo repeats warnings of what it has compiled before, so that a second look finds them too.
fn is_clean(cargo: &mut Command) -> Result<bool> {
    let (written, code) = capture(cargo)?;
    Ok(code == Some(0) && !written.err.contains("warning"))
}

/// An archive with nothing in it, in place of libFuzzer: that is half a minute of C++, and nothing is linked here.
fn nothing_to_link(context: &Context) -> Result<PathBuf> {
    let folder = context.target.join("verify");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let archive = folder.join("libfuzzer.a");
    fs::write(&archive, "!<arch>\n")
        .with_context(|| format!("cannot write {}", archive.display()))?;
    Ok(archive)
}

fn packages(context: &Context) -> Result<Vec<Package>> {
    let metadata = ["metadata", "--no-deps", "--format-version", "1", "--quiet"];
    let (written, code) = capture(&mut context.cargo(&metadata))?;
    ensure!(code == Some(0), "cargo cannot read the workspace: {}", written.err);
    let metadata: Value = serde_json::from_str(&written.out)?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let packages = packages.iter().map(|it| package(it).context("a package without a name"));
    packages.filter(|it| it.as_ref().map_or(true, |it| it.name != BENCHES)).collect()
}

fn package(value: &Value) -> Option<Package> {
    let folder = Path::new(value["manifest_path"].as_str()?).parent()?;
    let features = value["features"].as_object()?.keys().filter(|name| *name != "default");
    Some(Package {
        name: value["name"].as_str()?.to_owned(),
        features: features.cloned().collect(),
        is_switched: folder.join("src/gate.rs").is_file(),
    })
}

/// None, each, all; a single feature is all of them.
fn alone(package: &Package) -> Vec<Arguments> {
    let of = |features: &[&str]| {
        let words = ["--package", &package.name].into_iter().chain(features.iter().copied());
        words.map(str::to_owned).collect()
    };
    let mut builds = vec![of(&["--no-default-features"])];
    for feature in &package.features {
        builds.push(of(&["--no-default-features", "--features", feature]));
    }
    if package.features.len() > 1 {
        builds.push(of(&["--all-features"]));
    }
    builds
}

/// The switches that crates have of their own: all off, each alone on, all on.
///
/// Any two of them meet in each of their four combinations, and a switch more is a build more.
fn switches(packages: &[Package]) -> Vec<Arguments> {
    let switched: Vec<&str> =
        packages.iter().filter(|it| it.is_switched).map(|it| it.name.as_str()).collect();
    let build = |on: &dyn Fn(&str) -> bool| {
        let mut arguments = vec!["--no-default-features".to_owned()];
        for name in &switched {
            arguments.extend(["--package", name].map(str::to_owned));
            if on(name) {
                arguments.extend(["--features".to_owned(), format!("{name}/{SWITCH}")]);
            }
        }
        arguments
    };
    // One switch alone is on and off already.
    if switched.len() < 2 {
        return Vec::new();
    }
    let alone = switched.iter().map(|chosen| build(&|name| name == *chosen));
    [build(&|_| false)].into_iter().chain(alone).chain([build(&|_| true)]).collect()
}

#[cfg(test)]
mod tests;
