//! The text format, version 0.0.4: what every Prometheus since 2014 reads.
//!
//! A page is written into one buffer that is handed on whenever it is full. What a histogram repeats in
//! each of its lines is put together once: everything up to `le="` per histogram, the bounds per layout,
//! the number of values whenever it changes.

use engram_metrics_core::{Descriptor, ENABLED, Kind, Labels, Registry, Value, Visit};

use crate::buffer::{Block, Buffer, Put};
use crate::edges::{self, Edges};
use crate::{escape, name, number};

mod histogram;
#[cfg(test)]
mod tests;

/// The content type of a page.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Bytes that are gathered before they are handed on; a piece is longer by at most one line.
pub const PIECE_BYTES: usize = 64 * 1024;

/// Room for a line behind a full piece, so that the buffer does not grow for ordinary lines.
const LINE_BYTES: usize = 4 * 1024;

/// Writes pages. Keep one and use it again: its buffers are then allocated once.
#[derive(Debug)]
pub struct Text {
    out: Buffer,
    /// The name of the current metric.
    name: Vec<u8>,
    /// The lines of the current histogram, up to the bound.
    line: Buffer,
    edges: Edges,
    infinity: Block,
}

impl Text {
    /// An encoder; allocates its buffers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            out: Buffer::new(PIECE_BYTES + LINE_BYTES),
            name: Vec::with_capacity(256),
            line: Buffer::new(LINE_BYTES),
            edges: Edges::default(),
            infinity: edges::edge(f64::INFINITY),
        }
    }

    /// Writes the page of `registry` to `write`, in pieces that end with a line.
    ///
    /// Metrics stand in the order of registration, each with its help and type once. When telemetry is
    /// compiled out the page is one comment line.
    pub fn encode(&mut self, registry: &Registry, mut write: impl FnMut(&[u8])) {
        self.out.clear();
        if !ENABLED {
            self.out.put(b"# telemetry is compiled out of this binary\n");
        }
        registry.collect(&mut Page { text: self, write: &mut write });
        write(self.out.as_slice());
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
        let kind: &[u8] = match descriptor.kind() {
            Kind::Counter => b"counter\n",
            Kind::UpDownCounter | Kind::Gauge => b"gauge\n",
            Kind::Histogram => b"histogram\n",
        };
        self.comment(b"# HELP ");
        escape::help(&mut self.out, descriptor.help());
        self.out.put(b"\n");
        self.comment(b"# TYPE ");
        self.out.put(kind);
    }

    fn comment(&mut self, what: &[u8]) {
        self.out.put(what);
        self.out.put(&self.name);
        self.out.put(b" ");
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

impl Page<'_> {
    /// The only line of a series.
    #[inline]
    fn line(&mut self, labels: Labels<'_>, value: impl FnOnce(&mut Buffer)) {
        let out = &mut self.text.out;
        out.put(&self.text.name);
        let is_labelled = put_labels(out, labels);
        close_labels(out, is_labelled);
        value(out);
        self.end_line();
    }

    #[inline]
    fn end_line(&mut self) {
        self.text.out.put_fixed(b"\n");
        self.hand_on();
    }

    /// Hands the piece on when it is full. Stands behind each line.
    #[inline]
    fn hand_on(&mut self) {
        let out = &mut self.text.out;
        if out.len() >= PIECE_BYTES {
            (self.write)(out.as_slice());
            out.clear();
        }
    }
}

impl Visit for Page<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.text.header(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        match value {
            Value::Unsigned(value) => self.line(labels, |out| number::integer(out, value)),
            Value::Signed(value) => self.line(labels, |out| number::integer(out, value)),
            Value::Float(value) => self.line(labels, |out| number::float(out, value)),
            Value::Histogram(snapshot) => self.histogram(labels, snapshot),
            _ => {}
        }
    }
}

/// Writes the labels, up to where another one could follow; false when there are none.
#[inline]
fn put_labels(out: &mut Buffer, labels: Labels<'_>) -> bool {
    let Some(text) = labels.text() else { return put_pairs(out, labels.iter()) };
    let is_labelled = put_pairs(out, labels.instance());
    if text.is_empty() {
        return is_labelled;
    }
    put_separator(out, is_labelled);
    out.put(text.as_bytes());
    true
}

fn put_pairs<'a>(out: &mut Buffer, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let mut is_labelled = false;
    for (name, value) in pairs {
        put_separator(out, is_labelled);
        out.put(name.as_bytes());
        out.put_fixed(b"=\"");
        escape::label_value(out, value);
        out.put_fixed(b"\"");
        is_labelled = true;
    }
    is_labelled
}

#[inline]
fn put_separator(out: &mut Buffer, is_labelled: bool) {
    out.put_fixed(if is_labelled { b"," } else { b"{" });
}

/// Writes what stands between the labels and the value.
#[inline]
fn close_labels(out: &mut Buffer, is_labelled: bool) {
    if is_labelled {
        out.put_fixed(b"} ");
    } else {
        out.put_fixed(b" ");
    }
}
