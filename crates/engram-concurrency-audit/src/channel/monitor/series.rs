//! What the channels do, as metrics: read when they are collected, so that a message pays nothing for them.

use std::collections::BTreeMap;

use engram_metrics_core::{Collect, Descriptor, Kind, Labels, Unit, Value, Visit};

use super::{ChannelValidator, NAMES, OTHERS};
use crate::channel::record::lock;
use crate::channel::tally::Totals;

/// A metric, and what of the counts it is.
type Column = (Descriptor, fn(&Totals) -> u64);

macro_rules! columns {
    ($($name:literal, $help:literal, $unit:literal, $kind:ident, $read:expr;)+) => {
        static COLUMNS: &[Column] =
            &[$((Descriptor::fixed($name, $help, Unit::Count($unit), Kind::$kind), $read)),+];
    };
}

columns! {
    "engram.channel.sent", "Messages that went in.", "{message}", Counter, |it| it.sent;
    "engram.channel.received", "Messages that came out.", "{message}", Counter, |it| it.received;
    "engram.channel.dropped", "Messages that a recovery took out.", "{message}", Counter, |it| it.dropped;
    "engram.channel.lost", "Messages inside when the last receiver went.", "{message}", Gauge, |it| it.lost;
    "engram.channel.closed_sends", "Sends that found the channel closed.", "{send}", Counter, |it| it.closed_sends;
    "engram.channel.depth", "Messages inside.", "{message}", Gauge, Totals::depth;
    "engram.channel.high_water", "The most messages that were seen inside.", "{message}", Gauge, |it| it.high_water;
}

impl Collect for ChannelValidator {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.0.get().and_then(|_| COLUMNS.get(index)).map(|column| &column.0)
    }

    fn collect(&self, index: usize, visit: &mut dyn Visit) {
        let Some((descriptor, read)) = COLUMNS.get(index) else { return };
        for (name, totals) in self.sums() {
            let number = read(&totals);
            let value = match descriptor.kind() {
                Kind::Gauge => Value::Float(number as f64),
                _ => Value::Unsigned(number),
            };
            visit.series(Labels::new(&[("channel", &name)]), value);
        }
    }
}

impl ChannelValidator {
    /// What was counted, by name, those that are gone included.
    fn sums(&self) -> BTreeMap<String, Totals> {
        self.0.with(|monitor| {
            let watched = lock(&monitor.watched);
            let mut sums = lock(&monitor.gone).clone();
            for it in watched.iter() {
                let is_known = sums.contains_key(it.name());
                let name = if is_known || sums.len() < NAMES { it.name() } else { OTHERS };
                let sum = sums.entry(name.to_owned()).or_default();
                *sum = sum.and(it.totals());
            }
            sums
        })
    }
}
