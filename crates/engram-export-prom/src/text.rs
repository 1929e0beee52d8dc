//! The text format, version 0.0.4: what every Prometheus since 2014 reads.
//!
//! A page is written into one buffer that is handed on whenever it is full. What a histogram repeats in
//! each of its lines is put together once: everything up to `le="` per histogram, the bounds per layout,
//! the number of values whenever it changes.

use engram_metrics_core::{Descriptor, ENABLED, Kind, Labels, Registry, Value, Visit};

use crate::buffer::Buffer;
use crate::edges::Edges;
use crate::{escape, labels, name, number};

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
}

impl Text {
    /// An encoder; allocates its buffers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            out: Buffer::new(PIECE_BYTES + LINE_BYTES),
            name: Vec::with_capacity(256),
            line: Buffer::new(LINE_BYTES),
            edges: Edges::new(),
        }
    }

    /// Writes the page of `registry` to `write`, in pieces that end with a line.
    ///
    /// Metrics stand in the order of registration, each with its help and type once. When telemetry is
    /// compiled out the page is one comment line.
    pub fn encode(&mut self, registry: &Registry, mut write: impl FnMut(&[u8])) {
        self.out.clear();
        self.collect(registry, PIECE_BYTES, &mut write);
        write(self.out.as_slice());
    }

    /// Replaces what `page` holds by the page of `registry`, in one piece.
    ///
    /// Keep the vector as it is for the next page: what is in it is memory that need not be cleared again.
    pub fn encode_whole(&mut self, registry: &Registry, page: &mut Vec<u8>) {
        let pieces = std::mem::replace(&mut self.out, Buffer::over(std::mem::take(page)));
        self.collect(registry, usize::MAX, &mut |_| {});
        *page = std::mem::replace(&mut self.out, pieces).into_vec();
    }

    /// The page of `registry` as a string.
    #[must_use]
    pub fn page(&mut self, registry: &Registry) -> String {
        let mut page = Vec::new();
        self.encode_whole(registry, &mut page);
        String::from_utf8(page).expect("names, labels and numbers are UTF-8")
    }

    fn collect(&mut self, registry: &Registry, piece: usize, write: &mut dyn FnMut(&[u8])) {
        if !ENABLED {
            let all = b"# telemetry is compiled out of this binary\n";
            self.out.append(all.len(), |line| line.put(all));
        }
        registry.collect(&mut Page { text: self, pieces: Pieces { full: piece, write } });
    }

    fn header(&mut self, descriptor: &Descriptor) {
        name::write(&mut self.name, descriptor);
        let kind: &[u8] = match descriptor.kind() {
            Kind::Counter => b"counter",
            Kind::UpDownCounter | Kind::Gauge => b"gauge",
            Kind::Histogram => b"histogram",
        };
        let most = 2 * (self.name.len() + 32) + descriptor.help().len() * escape::GROWTH;
        self.out.append(most, |line| {
            line.put(b"# HELP ");
            line.put(&self.name);
            line.put(b" ");
            escape::help(line, descriptor.help());
            line.put(b"\n# TYPE ");
            line.put(&self.name);
            line.put(b" ");
            line.put(kind);
            line.put(b"\n");
        });
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
    pieces: Pieces<'a>,
}

/// Where a page goes.
struct Pieces<'a> {
    /// Bytes that make a piece full.
    full: usize,
    write: &'a mut dyn FnMut(&[u8]),
}

impl Pieces<'_> {
    /// Hands a piece on when it is full. Stands behind each line.
    #[inline]
    fn hand_on(&mut self, out: &mut Buffer) {
        if out.len() >= self.full {
            (self.write)(out.as_slice());
            out.clear();
        }
    }
}

impl Page<'_> {
    /// The only line of a series.
    #[inline]
    fn line(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let Text { out, name, .. } = &mut *self.text;
        out.append(name.len() + labels::most(labels) + number::MOST, |line| {
            line.put(name);
            let is_labelled = labels::put(line, labels);
            labels::close(line, is_labelled);
            match value {
                Value::Unsigned(value) => number::integer(line, value),
                Value::Signed(value) => number::signed(line, value),
                Value::Float(value) => number::float(line, value),
                _ => {}
            }
            line.put_fixed(b"\n");
        });
        self.pieces.hand_on(out);
    }
}

impl Visit for Page<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.text.header(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        match value {
            Value::Histogram(snapshot) => self.histogram(labels, snapshot),
            value => self.line(labels, value),
        }
    }
}
