//! How many records found no series of their own, metric by metric.
//!
//! The registry says so, and not the metric itself, because it is the registry that knows its name.

use super::Member;
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
pub(super) fn collect<'a>(members: impl Iterator<Item = &'a Member>, visit: &mut dyn Visit) {
    let overflow = |member: &'a Member| Some((member, member.control()?.overflow()?));
    let mut bounded = members.filter_map(overflow).peekable();
    if bounded.peek().is_some() {
        visit.metric(&OVERFLOW);
    }
    for (member, records) in bounded {
        let family = [("family", member.descriptor().name())];
        visit.series(Labels::new(&family).within(&member.labels), Value::Unsigned(records));
    }
}
