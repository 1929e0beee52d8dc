//! What `describe_counter!` and its siblings say, kept until something is recorded.

use std::collections::HashMap;

use engram_metrics_core::Kind;

use crate::sync::{RwLock, read, write};
use crate::telemetry::{BRIDGE, Ignored};

/// Unit and help of a metric, as far as they were described.
#[derive(Clone, Debug, Default)]
pub(super) struct Description {
    pub(super) unit: Option<metrics::Unit>,
    pub(super) help: Option<String>,
}

impl Description {
    /// The help, or where the metric comes from.
    pub(super) fn help_of(&self, name: &str) -> String {
        let is_text = |help: &&String| !help.trim().is_empty();
        let told = self.help.as_ref().filter(is_text).cloned();
        told.unwrap_or_else(|| format!("Recorded through the facade `metrics` as {name:?}."))
    }
}

/// By the name that the facade has.
#[derive(Debug, Default)]
pub(super) struct Descriptions(RwLock<HashMap<(u8, String), Description>>);

impl Descriptions {
    pub(super) fn of(&self, kind: Kind, name: &str) -> Description {
        let all = read(&self.0);
        all.get(&(kind as u8, name.to_owned())).cloned().unwrap_or_default()
    }

    /// Keeps what is new in a description; of at most `limit` metrics.
    pub(super) fn put(&self, (kind, name): (Kind, &str), new: &Description, limit: u32) {
        let mut all = write(&self.0);
        let key = (kind as u8, name.to_owned());
        if all.len() >= limit as usize && !all.contains_key(&key) {
            return BRIDGE.ignored_descriptions.at(Ignored::Limit).increment();
        }
        let known = all.entry(key).or_default();
        known.unit = new.unit.or(known.unit);
        known.help = new.help.clone().or(known.help.take());
    }
}
