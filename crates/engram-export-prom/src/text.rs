//! The three text formats, which differ in what stands above a metric and behind a bucket.
//!
//! What a histogram repeats in each of its lines is put together once: everything up to `le="` per
//! histogram, the bounds per layout.

use std::time::SystemTime;

use engram_metrics_core::{Descriptor, Exemplify, Kind, Labels, Numbers, Rows, Value, Visit};

use crate::buffer::{BLOCK, Buffer};
use crate::edges::Edges;
use crate::ends::Ends;
use crate::exemplars::{self, Exemplars};
use crate::format::Format;
use crate::labels::{self, Unusual};
use crate::name::{Name, is_info};
use crate::names::Names;
use crate::pieces::{LINES_BYTES, Pieces};
use crate::{escape, number};

mod histogram;

/// Room for what the lines of a metric begin with, so that it does not grow for ordinary ones.
const BEGIN_BYTES: usize = 4 * 1024;

/// What is kept between pages.
#[derive(Debug)]
pub(crate) struct Text {
    is_open_metrics: bool,
    unusual: Unusual,
    /// The name of the current metric.
    name: Name,
    /// The lines of the current histogram, up to the bound.
    begin: Buffer,
    /// What stands behind the labels in the lines of the current rows, or the bounds in those of a histogram.
    ends: Ends,
    edges: Edges,
    exemplars: Exemplars,
}

impl Text {
    pub(crate) fn new(format: Format) -> Self {
        let is_open_metrics = format == Format::OpenMetrics;
        Self {
            is_open_metrics,
            unusual: if format == Format::TextUtf8 {
                Unusual::Quoted
            } else {
                Unusual::Underscores
            },
            name: Name::new(),
            begin: Buffer::new(BEGIN_BYTES),
            ends: Ends::new(),
            edges: Edges::new(if is_open_metrics { number::canonical } else { number::float }),
            exemplars: Exemplars::default(),
        }
    }
}

/// A page being written.
pub(crate) struct Page<'a> {
    text: &'a mut Text,
    pieces: Pieces<'a>,
    names: &'a Names,
    /// When counting began; shown by OpenMetrics only.
    created: Option<SystemTime>,
    /// What dates exemplars.
    now: SystemTime,
    /// Whether the current metric was not asked for.
    is_hidden: bool,
    shape: Shape,
}

/// What OpenMetrics has types for that are gauges elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Ordinary,
    /// `info`: its value is 1.
    Fact,
    /// `stateset`: its values are 1 and 0, and the label that names the state is called like the family.
    State,
}

impl Shape {
    fn of(descriptor: &Descriptor) -> Self {
        match descriptor.kind() {
            Kind::StateSet => Self::State,
            _ if is_info(descriptor) => Self::Fact,
            _ => Self::Ordinary,
        }
    }
}

impl<'a> Page<'a> {
    /// A page with nothing on it, of values that are counted since `created`, if that is shown, and read `now`.
    pub(crate) fn new(
        text: &'a mut Text,
        pieces: Pieces<'a>,
        names: &'a Names,
        (created, now): (Option<SystemTime>, SystemTime),
    ) -> Self {
        Self { text, pieces, names, created, now, is_hidden: false, shape: Shape::Ordinary }
    }

    /// What OpenMetrics has at the end of a page, so that a page that was cut off is noticed.
    pub(crate) fn end(&mut self) {
        if self.text.is_open_metrics {
            self.pieces.line(6, |line| line.put_fixed(b"# EOF\n"));
        }
    }

    /// `# HELP`, `# TYPE` and, in OpenMetrics, `# UNIT`.
    fn header(&mut self, descriptor: &Descriptor) {
        let Text { is_open_metrics, name, .. } = &*self.text;
        let (name, unit) = match is_open_metrics {
            // A state has no unit there.
            true if self.shape == Shape::State => (name.family(), ""),
            true => (name.family(), descriptor.unit().suffix()),
            false => (name.full(), ""),
        };
        let kind: &[u8] = match descriptor.kind() {
            _ if self.shape == Shape::Fact => b"info",
            _ if self.shape == Shape::State => b"stateset",
            Kind::Counter => b"counter",
            Kind::UpDownCounter | Kind::Gauge | Kind::StateSet => b"gauge",
            Kind::Histogram => b"histogram",
        };
        let most = 3 * (name.len() + 32) + descriptor.help().len() * escape::GROWTH;
        self.pieces.line(most, |line| {
            line.put(b"# HELP ");
            line.put(name);
            line.put(b" ");
            let help = if *is_open_metrics { escape::help_quoted } else { escape::help };
            help(line, descriptor.help());
            line.put(b"\n# TYPE ");
            line.put(name);
            line.put(b" ");
            line.put(kind);
            if !unit.is_empty() {
                line.put(b"\n# UNIT ");
                line.put(name);
                line.put(b" ");
                line.put(unit.as_bytes());
            }
            line.put(b"\n");
        });
    }

    /// The line of a series that has only one.
    #[inline]
    fn line(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let Text { name, unusual, .. } = &*self.text;
        self.pieces.line(name.full().len() + labels::most(labels) + number::MOST, |line| {
            line.put(name.full());
            let is_labelled = labels::put(line, labels, *unusual);
            labels::close(line, is_labelled);
            match value {
                Value::Unsigned(value) => number::integer(line, value),
                Value::Signed(value) => number::signed(line, value),
                Value::Float(value) => number::float(line, value),
                _ => {}
            }
            line.put_fixed(b"\n");
        });
        if let (Value::Unsigned(_), Some(created)) = (value, self.created) {
            self.created(labels, created);
        }
    }

    /// The lines of many series, whose ends are there. What they begin with is put together once.
    fn lines(&mut self, rows: &Rows<'_>) {
        let Text { begin, ends, name, unusual, .. } = &mut *self.text;
        begin.clear();
        begin.append(name.full().len() + labels::most_pairs(rows.instance()) + 1, |line| {
            line.put(name.full());
            let is_labelled = labels::put_pairs(line, rows.instance(), *unusual);
            labels::put_separator(line, is_labelled);
        });
        let around = begin.len() + BLOCK;
        let most = rows.len() * around + rows.text_len() + BLOCK;
        if most > LINES_BYTES {
            return rows.each(|labels, value| self.line(labels, value));
        }
        self.pieces.line(most, |lines| {
            begin.each_behind(lines, rows.texts().zip(ends.as_slice()), |lines, (text, end)| {
                lines.put(text);
                lines.put_block(end);
            });
        });
    }

    /// The line of a state.
    #[cold]
    fn state(&mut self, labels: Labels<'_>, value: i64) {
        let Text { name, unusual, .. } = &*self.text;
        let Some((_, state)) = labels.own().last() else { return };
        let others = labels.iter().take(labels.iter().count() - 1);
        // No label may stand twice.
        let others = others.filter(|(key, _)| key.as_bytes() != name.full());
        let most = name.full().len() * 2 + labels::most_pairs(labels.iter()) + 8;
        self.pieces.line(most, |line| {
            line.put(name.full());
            let is_labelled = labels::put_pairs(line, others, *unusual);
            labels::put_separator(line, is_labelled);
            line.put(name.full());
            line.put_fixed(b"=\"");
            escape::label_value(line, state);
            line.put_fixed(b"\"");
            labels::close(line, true);
            number::signed(line, value);
            line.put_fixed(b"\n");
        });
    }

    /// The line that says when a counter or histogram began at zero.
    #[cold]
    fn created(&mut self, labels: Labels<'_>, created: SystemTime) {
        const CREATED: &[u8] = b"_created";
        let Text { name, unusual, .. } = &*self.text;
        let most = name.full().len() + CREATED.len() + labels::most(labels) + number::MOST;
        self.pieces.line(most, |line| {
            line.put(name.family());
            line.put(CREATED);
            let is_labelled = labels::put(line, labels, *unusual);
            labels::close(line, is_labelled);
            exemplars::moment(line, created);
            line.put_fixed(b"\n");
        });
    }
}

impl Visit for Page<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        let has_types = self.text.is_open_metrics;
        self.shape = if has_types { Shape::of(descriptor) } else { Shape::Ordinary };
        let name = &mut self.text.name;
        name.set(descriptor);
        self.is_hidden = !self.names.show(name.full(), name.family().len());
        if !self.is_hidden {
            self.header(descriptor);
        }
    }

    #[inline]
    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        match value {
            _ if self.is_hidden => {}
            // What is no fact, or neither 1 nor 0, has no place in OpenMetrics, where one more value spoils the page.
            Value::Float(1.0) if self.shape == Shape::Fact => self.line(labels, value),
            _ if self.shape == Shape::Fact => {}
            Value::Signed(value @ 0..=1) if self.shape == Shape::State => self.state(labels, value),
            _ if self.shape == Shape::State => {}
            Value::Histogram(snapshot) => self.histogram(labels, snapshot),
            value => self.line(labels, value),
        }
    }

    fn rows(&mut self, rows: &Rows<'_>) {
        let is_plain = self.shape == Shape::Ordinary;
        match rows.numbers() {
            _ if self.is_hidden => return,
            Numbers::Signed(levels) if is_plain => self.text.ends.set_signed(levels),
            Numbers::Unsigned(counts) if is_plain && self.created.is_none() => {
                self.text.ends.set_integers(counts);
            }
            Numbers::Float(values) if is_plain => self.text.ends.set_floats(values),
            // What has more to say than its line.
            _ => return rows.each(|labels, value| self.series(labels, value)),
        }
        self.lines(rows);
    }

    fn exemplify(&mut self, source: &dyn Exemplify) {
        // The other text formats cannot show them.
        if self.text.is_open_metrics && !self.is_hidden {
            self.text.exemplars.take(source, self.now);
        }
    }
}
