//! Events out of a stream of server-sent events.

use std::io::{BufRead, BufReader};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::demo::LIVE_NAME;

/// Calls `show` with the line of each event at `/events` of an endpoint, until that says that it is enough.
pub(super) fn follow(url: &str, show: &mut dyn FnMut(&str) -> Result<bool>) -> Result<()> {
    let url = address(url);
    // There may be no event for as long as it likes.
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let mut answer = agent.get(&url).call().with_context(|| format!("cannot listen to {url}"))?;
    let mut name = String::new();
    for line in BufReader::new(answer.body_mut().as_reader()).lines() {
        let line = line.with_context(|| format!("{url} has ended"))?;
        if let Some(event) = line.strip_prefix("event: ") {
            event.clone_into(&mut name);
        } else if let Some(data) = line.strip_prefix("data: ")
            && !pass_on(&name, data, show)?
        {
            return Ok(());
        }
    }
    bail!("{url} has ended")
}

/// Where an endpoint tells of events, by its address or that of one of its pages.
fn address(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let scheme = if url.contains("://") { "" } else { "http://" };
    let base = ["/events", "/metrics"].iter().find_map(|page| url.strip_suffix(page));
    format!("{scheme}{}/events", base.unwrap_or(url))
}

/// Shows the events of one message; whether there may be more.
fn pass_on(name: &str, data: &str, show: &mut dyn FnMut(&str) -> Result<bool>) -> Result<bool> {
    let is_about_events = name == LIVE_NAME || name == "lagged";
    if !is_about_events {
        return Ok(true);
    }
    let message: Value = serde_json::from_str(data).context("a message that is no JSON")?;
    for what in ["left_out", "findings"] {
        match message.get(what).and_then(Value::as_u64) {
            None | Some(0) => {}
            Some(missed) if what == "findings" => eprintln!("lagged: {missed} messages missed"),
            Some(missed) => eprintln!("{missed} events left out"),
        }
    }
    for event in message.get("events").and_then(Value::as_array).into_iter().flatten() {
        if !show(&event.to_string())? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
