//! A channel came into another state.

use std::time::Instant;

use super::stall::State;
use super::tally::Totals;
use crate::finding::Site;

/// A channel came into another state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When that was noticed.
    pub at: Instant,
    /// The channel.
    pub channel: String,
    /// Where it was made.
    pub site: Site,
    /// The state before.
    pub from: State,
    /// The state now.
    pub to: State,
    /// What was counted.
    pub totals: Totals,
}
