//! Fetching a page over HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};

/// Longer than any page takes; a scrape must not hang the demo.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The text of `/metrics` at an address.
///
/// # Errors
/// When the endpoint does not answer in time, or not with a page.
pub(crate) fn page(address: SocketAddr) -> Result<String> {
    let url = format!("http://{address}/metrics");
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).build().into();
    let mut answer = agent.get(&url).call().with_context(|| format!("cannot scrape {url}"))?;
    answer.body_mut().read_to_string().with_context(|| format!("the page of {url}"))
}
