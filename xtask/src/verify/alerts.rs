//! The rules for Prometheus that we hand out: each alert fires after one history and not after another.

use std::fs;

use anyhow::{Context as _, Result};

use super::command::{exists, run};
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "alerts",
    why: "alerts fire when they should and are silent when they should be",
    run: alerts,
};

/// Where rules and their tests are.
const FOLDER: &str = "docs/operations";

fn alerts(context: &Context) -> Result<Outcome> {
    if !exists("promtool") {
        return Ok(Outcome::skipped("promtool is not installed: see the step setup"));
    }
    let mut histories = 0;
    let rules = files(context, ".rules.yml")?;
    for rules in &rules {
        run(&mut context.command("promtool", &["check", "rules", rules]))?;
    }
    for tests in files(context, ".test.yml")? {
        run(&mut context.command("promtool", &["test", "rules", &tests]))?;
        let text = fs::read_to_string(context.root.join(&tests))?;
        histories += text.matches("alert_rule_test:").count();
    }
    Ok(if rules.is_empty() || histories == 0 {
        Outcome::failed(format!("no rules or no histories in {FOLDER}"))
    } else {
        Outcome::passed(format!("{histories} histories"))
    })
}

/// The files of the folder that end so, relative to the workspace.
fn files(context: &Context, end: &str) -> Result<Vec<String>> {
    let folder = fs::read_dir(context.root.join(FOLDER));
    let mut found = Vec::new();
    for entry in folder.with_context(|| format!("cannot read {FOLDER}"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(end) {
            found.push(format!("{FOLDER}/{name}"));
        }
    }
    found.sort();
    Ok(found)
}
