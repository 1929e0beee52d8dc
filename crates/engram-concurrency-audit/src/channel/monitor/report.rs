//! How one channel does.

use crate::channel::record::Closure;
use crate::channel::recovery::Record;
use crate::channel::stall::State;
use crate::channel::tally::Totals;
use crate::finding::Site;

/// How one channel does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelReport {
    /// Its name.
    pub name: String,
    /// Where it was made.
    pub site: Site,
    /// How it did at the last look.
    pub state: State,
    /// What was counted.
    pub totals: Totals,
    /// The room there is now; `None` for any number of messages.
    pub capacity: Option<u64>,
    /// Handles that are there.
    pub senders: usize,
    /// Handles that are there.
    pub receivers: usize,
    /// Which sides went, in order, and who dropped their last handles.
    pub closures: Vec<Closure>,
    /// The newest recoveries.
    pub recoveries: Vec<Record>,
}
