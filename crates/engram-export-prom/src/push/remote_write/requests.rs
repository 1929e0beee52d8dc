//! Remote-write messages: `prometheus.WriteRequest`, before they are compressed.

use std::borrow::Cow;
use std::time::SystemTime;

use engram_metrics_core::{Descriptor, Kind, Labels, Registry, Snapshot, Value, Visit};

use super::super::error::SetupError;
use super::super::group::Group;
use crate::buffer::Buffer;
use crate::exemplars::since_1970;
use crate::labels::{identifier, is_identifier};
use crate::name::Name;
use crate::number;
use crate::protobuf::wire::Wire;

/// Encodes what a registry shows as remote-write 1.0 messages, without sockets; compress them with snappy.
///
/// Histograms are classic ones: their buckets are as many series. Messages have 512 KiB and a series at
/// most, each with the metadata of the families in it. A series costs an allocation, for its labels are
/// sorted.
#[derive(Debug)]
pub struct WriteRequests {
    group: Group,
    message: Wire,
    name: Name,
    number: Buffer,
}

/// Bytes after which another message begins; servers take some megabytes.
const MESSAGE_BYTES: usize = 512 * 1024;

/// The value by which a series says that it has ended: a NaN of these very bits.
const STALE: u64 = 0x7ff0_0000_0000_0002;

impl WriteRequests {
    /// Messages of a job, with labels for all series that have none of the same name.
    ///
    /// # Errors
    /// When the job is empty or a label cannot be.
    pub fn new(job: &str, labels: &[(&str, &str)]) -> Result<Self, SetupError> {
        Group::new(job, labels).map(Self::of)
    }

    pub(super) fn of(group: Group) -> Self {
        let message = Wire::with_capacity(4 * 1024);
        Self { group, message, name: Name::new(), number: Buffer::new(number::MOST) }
    }

    /// Hands what `registry` shows to `send`, as values of the time `at`.
    pub fn encode(&mut self, registry: &Registry, at: SystemTime, send: impl FnMut(&[u8])) {
        self.collect(registry, Moment { at, has_ended: false }, send);
    }

    /// Hands the ends of all series of `registry` to `send`.
    pub fn encode_end(&mut self, registry: &Registry, at: SystemTime, send: impl FnMut(&[u8])) {
        self.collect(registry, Moment { at, has_ended: true }, send);
    }

    fn collect(&mut self, registry: &Registry, moment: Moment, mut send: impl FnMut(&[u8])) {
        let Self { group, message, name, number } = self;
        message.clear();
        let mut page = Page { group, message, name, number, moment, send: &mut send };
        registry.collect(&mut page);
        page.hand_on();
    }
}

/// The time of all values, and whether it is the last one.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: SystemTime,
    has_ended: bool,
}

/// Messages being written.
struct Page<'a> {
    group: &'a Group,
    message: &'a mut Wire,
    name: &'a mut Name,
    /// The bound of a bucket.
    number: &'a mut Buffer,
    moment: Moment,
    send: &'a mut dyn FnMut(&[u8]),
}

/// A value, and what tells it from others of its metric.
#[derive(Clone, Copy, Debug)]
struct Sample<'a> {
    suffix: &'static str,
    /// The bound of a bucket.
    bound: Option<&'a str>,
    value: f64,
}

impl Sample<'_> {
    fn of(suffix: &'static str, value: f64) -> Self {
        Self { suffix, bound: None, value }
    }
}

type Pairs<'a> = Vec<(Cow<'a, str>, &'a str)>;

impl Page<'_> {
    fn hand_on(&mut self) {
        if !self.message.as_slice().is_empty() {
            (self.send)(self.message.as_slice());
            self.message.clear();
        }
    }

    fn metadata(&mut self, descriptor: &Descriptor) {
        let name = self.name.full();
        self.message.message(3, |metadata| {
            metadata.uint(
                1,
                match descriptor.kind() {
                    Kind::Counter => 1,
                    Kind::UpDownCounter | Kind::Gauge | Kind::StateSet => 2,
                    Kind::Histogram => 3,
                },
            );
            metadata.text(2, name);
            metadata.text(4, descriptor.help().as_bytes());
            let unit = descriptor.unit().suffix();
            if !unit.is_empty() {
                metadata.text(5, unit.as_bytes());
            }
        });
    }

    /// One series with one value.
    fn sample(&mut self, pairs: &Pairs<'_>, sample: Sample<'_>) {
        let Sample { suffix, bound, value } = sample;
        let Moment { at, has_ended } = self.moment;
        let name = String::from_utf8_lossy(self.name.full());
        let name = [&name, suffix].concat();
        let ours = [("__name__", name.as_str())].into_iter().chain(bound.map(|it| ("le", it)));
        self.message.message(1, |series| {
            merged(pairs, ours, |name, value| {
                series.message(1, |label| {
                    label.text(1, name.as_bytes());
                    label.text(2, value.as_bytes());
                });
            });
            series.message(2, |sample| {
                sample.double(1, if has_ended { f64::from_bits(STALE) } else { value });
                sample.uint(2, since_1970(at).as_millis() as u64);
            });
        });
        if self.message.as_slice().len() >= MESSAGE_BYTES {
            self.hand_on();
        }
    }

    fn histogram(&mut self, pairs: &Pairs<'_>, snapshot: &Snapshot) {
        let mut bucket = |bound: f64, count: u64| {
            self.number.clear();
            // As Prometheus writes bounds that it reads itself.
            self.number.append(number::MOST, |line| number::canonical(line, bound));
            let bound = String::from_utf8_lossy(self.number.as_slice()).into_owned();
            self.sample(
                pairs,
                Sample { suffix: "_bucket", bound: Some(&bound), value: count as f64 },
            );
        };
        snapshot.cumulative(&mut bucket);
        bucket(f64::INFINITY, snapshot.count());
        self.sample(pairs, Sample::of("_sum", snapshot.sum()));
        self.sample(pairs, Sample::of("_count", snapshot.count() as f64));
    }
}

impl Visit for Page<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.name.set(descriptor);
        self.metadata(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let pairs = sorted(labels, self.group);
        match value {
            Value::Unsigned(value) => self.sample(&pairs, Sample::of("", value as f64)),
            Value::Signed(value) => self.sample(&pairs, Sample::of("", value as f64)),
            Value::Float(value) => self.sample(&pairs, Sample::of("", value)),
            Value::Histogram(snapshot) => self.histogram(&pairs, snapshot),
            _ => {}
        }
    }
}

/// All labels of a series in the order of their names, each name once and an identifier.
fn sorted<'a>(labels: Labels<'a>, group: &'a Group) -> Pairs<'a> {
    // Its own labels come first, and of equal ones the first is kept.
    let mut pairs: Pairs<'a> =
        labels.iter().chain(group.iter()).map(|(name, value)| (usual(name), value)).collect();
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    pairs.dedup_by(|(later, _), (first, _)| later == first);
    pairs
}

/// Hands labels of both kinds to `put` in the order of their names. Ours replace others of the same name; one
/// without a value is the same as none, and servers refuse to be told so.
fn merged<'a>(
    pairs: &'a Pairs<'_>,
    ours: impl Iterator<Item = (&'a str, &'a str)>,
    mut put: impl FnMut(&str, &str),
) {
    let mut ours = ours.peekable();
    let mut said = "";
    for (name, value) in pairs {
        while let Some((name, value)) = ours.next_if(|(it, _)| *it <= name.as_ref()) {
            put(name, value);
            said = name;
        }
        if said != name.as_ref() && !value.is_empty() {
            put(name, value);
        }
    }
    ours.for_each(|(name, value)| put(name, value));
}

fn usual(name: &str) -> Cow<'_, str> {
    if is_identifier(name.as_bytes()) {
        return name.into();
    }
    identifier(name).map(char::from).collect::<String>().into()
}

engram_metrics_core::when_enabled! {
    #[cfg(test)]
    mod tests;
}
