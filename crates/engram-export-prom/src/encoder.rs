//! Writes pages.

use std::time::SystemTime;

use engram_metrics_core::{ENABLED, Registry};

use crate::buffer::Buffer;
use crate::format::Format;
use crate::names::Names;
use crate::pieces::{LINES_BYTES, PIECE_BYTES, Pieces};
use crate::protobuf::{self, Protobuf};
use crate::text::{self, Text};

/// Writes pages in one format. Keep one and use it again: its buffers, about 110 KiB, are then allocated
/// once.
#[derive(Debug)]
pub struct Encoder {
    format: Format,
    out: Buffer,
    kept: Kept,
    names: Names,
    created: Option<SystemTime>,
    /// What dates exemplars; the clock, if nothing is said.
    now: Option<SystemTime>,
}

/// What a format keeps between pages.
#[derive(Debug)]
enum Kept {
    Text(Box<Text>),
    Protobuf(Box<Protobuf>),
}

impl Encoder {
    /// An encoder; allocates its buffers.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let kept = match format {
            Format::Protobuf => Kept::Protobuf(Box::new(Protobuf::new())),
            _ => Kept::Text(Box::new(Text::new(format))),
        };
        let out = Buffer::new(PIECE_BYTES + LINES_BYTES);
        Self { format, out, kept, names: Names::default(), created: None, now: None }
    }

    /// The format of its pages.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Shows only some metrics from now on.
    pub fn select(&mut self, names: Names) {
        self.names = names;
    }

    /// Says in OpenMetrics and protobuf that counters and histograms have been counting since `created`: the
    /// start of the process, as far as one time can be said for all. In OpenMetrics that is one more line
    /// a series, which a Prometheus before 2.50 stores as a series of its own.
    #[must_use]
    pub fn with_created(mut self, created: SystemTime) -> Self {
        self.created = Some(created);
        self
    }

    /// Dates exemplars as if it were `now`; otherwise the system's clock is asked once a page.
    #[must_use]
    pub fn at(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Writes the page of `registry` to `write`, in pieces that end with a line or a message.
    ///
    /// Metrics stand in the order of registration, each with its help and type once. When telemetry is
    /// compiled out the page is one comment line, or what the format has for none.
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

    /// The page of `registry` as a string; `None` for protobuf, which is none.
    #[must_use]
    pub fn page(&mut self, registry: &Registry) -> Option<String> {
        let mut page = Vec::new();
        self.encode_whole(registry, &mut page);
        let is_text = self.format != Format::Protobuf;
        is_text.then(|| String::from_utf8(page).expect("names, labels and numbers are UTF-8"))
    }

    fn collect(&mut self, registry: &Registry, full: usize, write: &mut dyn FnMut(&[u8])) {
        let Self { format, out, kept, names, created, now } = self;
        let now = now.unwrap_or_else(SystemTime::now);
        let mut pieces = Pieces { out, full, write };
        let created = created.filter(|_| *format != Format::Text && *format != Format::TextUtf8);
        match kept {
            Kept::Text(text) => {
                if !ENABLED && *format != Format::OpenMetrics {
                    let all = b"# telemetry is compiled out of this binary\n";
                    pieces.line(all.len(), |line| line.put(all));
                }
                let mut page = text::Page::new(text, pieces, names, (created, now));
                registry.collect(&mut page);
                page.end();
            }
            Kept::Protobuf(protobuf) => {
                let (is_hidden, is_counter) = (false, false);
                let mut page =
                    protobuf::Page { protobuf, pieces, names, created, now, is_hidden, is_counter };
                registry.collect(&mut page);
                page.end_family();
            }
        }
    }
}

#[cfg(test)]
mod tests;
