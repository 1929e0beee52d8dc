//! The text format, version 0.0.4: what every Prometheus since 2014 reads.

use engram_metrics_core::{Descriptor, ENABLED, Kind, Labels, Registry, Snapshot, Value, Visit};

use crate::{escape, name, number};

#[cfg(test)]
mod tests;

/// The content type of a page.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Bytes that are gathered before they are handed on.
pub const PIECE_BYTES: usize = 64 * 1024;

/// Room for a line behind a full piece, so that the buffer does not grow for ordinary lines.
const LINE_BYTES: usize = 4 * 1024;

/// Writes pages. Keep one and use it again: its buffers are then allocated once.
#[derive(Debug)]
pub struct Text {
    out: Vec<u8>,
    name: Vec<u8>,
}

impl Text {
    /// An encoder; allocates its buffers.
    #[must_use]
    pub fn new() -> Self {
        Self { out: Vec::with_capacity(PIECE_BYTES + LINE_BYTES), name: Vec::with_capacity(256) }
    }

    /// Writes the page of `registry` to `write`, in pieces that end with a line.
    ///
    /// Metrics stand in the order of registration, each with its help and type once. When telemetry is
    /// compiled out the page is one comment line.
    pub fn encode(&mut self, registry: &Registry, mut write: impl FnMut(&[u8])) {
        self.out.clear();
        if !ENABLED {
            self.out.extend_from_slice(b"# telemetry is compiled out of this binary\n");
        }
        registry.collect(&mut Page { text: self, write: &mut write });
        write(&self.out);
    }

    /// The page of `registry` as a string.
    #[must_use]
    pub fn page(&mut self, registry: &Registry) -> String {
        let mut page = Vec::new();
        self.encode(registry, |piece| page.extend_from_slice(piece));
        String::from_utf8(page).expect("names, labels and numbers are UTF-8")
    }

    fn header(&mut self, descriptor: &Descriptor) {
        name::write(&mut self.name, descriptor);
        self.comment(b"# HELP ");
        escape::help(&mut self.out, descriptor.help());
        self.out.push(b'\n');
        let kind: &[u8] = match descriptor.kind() {
            Kind::Counter => b"counter",
            Kind::UpDownCounter | Kind::Gauge => b"gauge",
            Kind::Histogram => b"histogram",
        };
        self.comment(b"# TYPE ");
        self.out.extend_from_slice(kind);
        self.out.push(b'\n');
    }

    /// Writes everything before the value of a line. `bound` is the label `le` of a bucket.
    fn series(&mut self, suffix: &[u8], labels: Labels<'_>, bound: Option<f64>) {
        self.out.extend_from_slice(&self.name);
        self.out.extend_from_slice(suffix);
        let mut separator = b'{';
        for (name, value) in labels.iter() {
            self.out.push(separator);
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(b"=\"");
            escape::label_value(&mut self.out, value);
            self.out.push(b'"');
            separator = b',';
        }
        if let Some(bound) = bound {
            self.out.push(separator);
            self.out.extend_from_slice(b"le=\"");
            number::float(&mut self.out, bound);
            self.out.push(b'"');
            separator = b',';
        }
        self.out.extend_from_slice(if separator == b',' { b"} " } else { b" " });
    }

    fn histogram(&mut self, labels: Labels<'_>, snapshot: &Snapshot) {
        snapshot.cumulative(|bound, count| self.bucket(labels, bound, count));
        self.bucket(labels, f64::INFINITY, snapshot.count());
        self.series(b"_sum", labels, None);
        number::float(&mut self.out, snapshot.sum());
        self.out.push(b'\n');
        self.series(b"_count", labels, None);
        number::integer(&mut self.out, snapshot.count());
    }

    fn bucket(&mut self, labels: Labels<'_>, bound: f64, count: u64) {
        self.series(b"_bucket", labels, Some(bound));
        number::integer(&mut self.out, count);
        self.out.push(b'\n');
    }

    fn comment(&mut self, what: &[u8]) {
        self.out.extend_from_slice(what);
        self.out.extend_from_slice(&self.name);
        self.out.push(b' ');
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

/// A page being written.
struct Page<'a> {
    text: &'a mut Text,
    write: &'a mut dyn FnMut(&[u8]),
}

impl Visit for Page<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.text.header(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        if let Value::Histogram(snapshot) = value {
            self.text.histogram(labels, snapshot);
        } else {
            self.text.series(b"", labels, None);
        }
        match value {
            Value::Unsigned(value) => number::integer(&mut self.text.out, value),
            Value::Signed(value) => number::integer(&mut self.text.out, value),
            Value::Float(value) => number::float(&mut self.text.out, value),
            _ => {}
        }
        self.text.out.push(b'\n');
        if self.text.out.len() >= PIECE_BYTES {
            (self.write)(&self.text.out);
            self.text.out.clear();
        }
    }
}
