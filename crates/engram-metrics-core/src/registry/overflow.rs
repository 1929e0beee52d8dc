//! How many records found no series of their own, metric by metric.
//!
//! The registry says so, and not the metric itself, because it is the registry that knows its name.

use super::listing::{Listing, Member, Metric};
use crate::collect::{Value, Visit};
use crate::descriptor::{Descriptor, Kind};
use crate::label::Labels;
use crate::unit::Unit;

static OVERFLOW: Descriptor = Descriptor::fixed(
    "engram.metrics.overflow",
    "Records that went to the overflow series of a family that has as many series as it may.",
    Unit::Count("{record}"),
    Kind::Counter,
);

/// Shows the overflow of every member that has a bound, if there is any such member.
pub(super) fn collect(listing: &Listing, visit: &mut dyn Visit) {
    let mut bounded = listing.shown().flat_map(of_metric).peekable();
    if bounded.peek().is_some() {
        visit.metric(&OVERFLOW);
    }
    for (descriptor, labels, records) in bounded {
        let family = [("family", descriptor.name())];
        visit.series(Labels::new(&family).within(labels), Value::Unsigned(records));
    }
}

type Overflow<'a> = (&'a Descriptor, &'a [(String, String)], u64);

fn of_metric(metric: &Metric) -> impl Iterator<Item = Overflow<'_>> {
    let overflow = |member: &Member| member.control()?.overflow();
    let shown = metric.shown();
    metric.members().iter().filter_map(move |it| Some((shown?, it.labels(), overflow(it)?)))
}
