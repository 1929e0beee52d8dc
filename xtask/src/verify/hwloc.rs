//! hwloc, a library of the system that one optional feature links.

use anyhow::Result;

use super::command::{exists, run};
use super::context::Context;
use super::step::{Outcome, Step};
use super::test::counted;

pub(super) const STEP: Step = Step {
    name: "hwloc",
    why: "machines that hwloc has saved are read as they are written (with --full)",
    run: hwloc,
};

/// What a crate calls the feature, and what cargo is told to switch it on.
pub(super) const FEATURE: &str = "hwloc";
const PACKAGE: [&str; 4] = ["--package", "engram-hw", "--features", FEATURE];

/// Debian's packages of it, and of what it is found and linked with.
pub(super) const PACKAGES: [&str; 3] = ["pkg-config", "libhwloc-dev", "libudev-dev"];

pub(super) const MISSING: &str = "hwloc is missing: see the step setup";

fn hwloc(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("with --full: a library of the system to bind"));
    }
    if !is_installed(context) {
        return Ok(Outcome::skipped(MISSING));
    }
    let mut clippy = context.cargo(&["clippy", "--quiet", "--all-targets"]);
    run(clippy.args(PACKAGE).args(["--", "--deny", "warnings"]))?;
    let mut tests = context.cargo(&["test", "--tests"]);
    counted(tests.args(PACKAGE))
}

/// Whether it can be linked.
pub(super) fn is_installed(context: &Context) -> bool {
    let mut asks = context.command("pkg-config", &["--exists", "hwloc", "libudev"]);
    exists("pkg-config") && asks.status().is_ok_and(|status| status.success())
}
