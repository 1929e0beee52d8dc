//! Every ordering that carries a claim is weakened, one after the other, and a model has to fail.
//!
//! An ordering that can be weakened without that is either stronger than its argument, or its argument
//! has no model. The few for which no model can be written stand in `docs/memory-ordering.md`, with the
//! reason. The models are built once: under loom, the macro `order!` asks the environment.

mod models;
mod page;

use std::fmt;

use anyhow::{Context as _, Result};

use super::context::Context;
use super::crates::{self, Gate};
use super::step::{Outcome, Step};
use super::workers::side_by_side;
use crate::tidy::{self, Site};
use models::{Model, Models};
use page::Page;

pub(super) const STEP: Step = Step {
    name: "orderings",
    why: "a model fails as soon as one of the orderings is weakened",
    run: orderings,
};

/// A named ordering, weakened.
#[derive(Debug)]
struct Trial {
    site: String,
    order: String,
    weaker: &'static str,
    /// The first model that failed.
    killed_by: Option<String>,
}

fn orderings(context: &Context) -> Result<Outcome> {
    let page = Page::read(&context.root)?;
    let sites = tidy::named_orderings(&context.root)?;
    let mut trials = Vec::new();
    for package in crates::under(Gate::Orderings) {
        let models = Models::build(context, package)?.rehearse()?;
        let own = sites.iter().filter(|site| site.package == package);
        let own = own.flat_map(weakened).collect();
        trials.extend(side_by_side(own, |trial: Trial| trial.run(&models))?);
    }
    trials.iter().for_each(|trial| println!("{trial}"));
    Ok(judge(&trials, &page))
}

/// What a site is weakened to: both halves of `AcqRel` apart, for each has its own partner.
fn weakened(site: &Site) -> Vec<Trial> {
    let weaker: &[&str] = match &*site.order {
        "AcqRel" => &["Acquire", "Release"],
        _ => &["Relaxed"],
    };
    let trial = |weaker: &&'static str| Trial {
        site: site.name.clone(),
        order: site.order.clone(),
        weaker,
        killed_by: None,
    };
    weaker.iter().map(trial).collect()
}

impl Trial {
    /// Runs the models that reach the site, the quickest first, until one fails.
    fn run(mut self, models: &[Model]) -> Result<Self> {
        for model in models.iter().filter(|model| model.reaches(&self.site)) {
            let weakened = model.fails_with(&self.site, self.weaker);
            if weakened.with_context(|| format!("cannot weaken {}", self.site))? {
                self.killed_by = Some(model.name.clone());
                break;
            }
        }
        Ok(self)
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, order, weaker, killed_by } = self;
        let killed_by = killed_by.as_deref().unwrap_or("nothing");
        write!(f, "{site}: {order} to {weaker} is noticed by {killed_by}")
    }
}

fn judge(trials: &[Trial], page: &Page) -> Outcome {
    let mut problems = Vec::new();
    for Trial { site, weaker, killed_by, .. } in trials {
        match (killed_by, page.excuses(site)) {
            (None, false) => problems.push(format!("no model fails when {site} is {weaker}")),
            (Some(model), true) => problems.push(format!(
                "{model} fails when {site} is {weaker}: take it off the list in {}",
                page::PATH
            )),
            _ => {}
        }
        if !page.names(site) {
            problems.push(format!("{} does not name {site}", page::PATH));
        }
    }
    let is_gone = |site: &&String| trials.iter().all(|trial| trial.site != **site);
    let gone = page.excused().iter().filter(is_gone);
    problems.extend(gone.map(|site| format!("{} excuses {site}, which is gone", page::PATH)));
    let killed = trials.iter().filter(|trial| trial.killed_by.is_some()).count();
    match problems.as_slice() {
        [] if trials.is_empty() => Outcome::failed("no ordering has a name"),
        [] => Outcome::passed(format!("{killed} of {} weakened orderings noticed", trials.len())),
        _ => Outcome::failed(problems.join("; ")),
    }
}

#[cfg(test)]
mod tests;
