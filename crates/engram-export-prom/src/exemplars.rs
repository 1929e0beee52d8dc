//! The exemplars of the histogram that comes next.

use std::time::{Duration, SystemTime};

use engram_metrics_core::{Exemplar, Exemplify};

use crate::buffer::Line;
use crate::number;

/// Bytes that no exemplar needs more of behind its bucket.
pub(crate) const MOST: usize = 192;

/// Exemplars in ascending order of their values, for one histogram at a time.
#[derive(Debug, Default)]
pub(crate) struct Exemplars {
    kept: Vec<Exemplar>,
}

impl Exemplars {
    /// Takes those of `source`, dated by `now`.
    pub(crate) fn take(&mut self, source: &dyn Exemplify, now: SystemTime) {
        self.kept.clear();
        source.exemplars(now, &mut |exemplar| self.kept.push(*exemplar));
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    pub(crate) fn as_slice(&self) -> &[Exemplar] {
        &self.kept
    }

    /// A cursor that goes from bucket to bucket.
    pub(crate) fn by_bucket(&self) -> ByBucket<'_> {
        ByBucket(&self.kept)
    }
}

/// Exemplars that no bucket was asked for yet.
#[derive(Clone, Debug)]
pub(crate) struct ByBucket<'a>(&'a [Exemplar]);

impl<'a> ByBucket<'a> {
    /// The newest exemplar up to a bound: a bucket shows one.
    pub(crate) fn up_to(&mut self, bound: f64) -> Option<&'a Exemplar> {
        let (here, rest) = self.0.split_at(self.0.partition_point(|it| it.value <= bound));
        self.0 = rest;
        here.iter().max_by_key(|exemplar| exemplar.at)
    }
}

/// Appends an exemplar as OpenMetrics puts it behind a bucket.
pub(crate) fn put(line: &mut Line<'_>, exemplar: &Exemplar) {
    line.put(b" # {trace_id=\"");
    number::hexadecimal::<32>(line, exemplar.trace_id.0);
    line.put(b"\",span_id=\"");
    number::hexadecimal::<16>(line, exemplar.span_id.0.into());
    line.put(b"\"} ");
    number::float(line, exemplar.value);
    line.put(b" ");
    moment(line, exemplar.at);
}

/// Appends a moment in seconds since 1970, to the millisecond.
pub(crate) fn moment(line: &mut Line<'_>, at: SystemTime) {
    let since = since_1970(at);
    number::integer(line, since.as_secs());
    let millis = since.subsec_millis();
    let digit = |value: u32| b'0' + (value % 10) as u8;
    line.put_fixed(&[b'.', digit(millis / 100), digit(millis / 10), digit(millis)]);
}

/// The time since 1970; nothing for a clock that is set to before.
pub(crate) fn since_1970(at: SystemTime) -> Duration {
    at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
