//! Log records and spans on their way to the exporter's thread.
//!
//! ```text
//!   push ──▶ queue: encoded, at most `queue_bytes` ──swap──▶ the thread's own buffer ──▶ one request
//! ```
//!
//! A record is encoded where it is pushed, so that nothing of it is copied or kept. There are two buffers for
//! each kind, whatever happens: what does not fit into the queue is dropped and counted.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engram_metrics_core::ENABLED;

use crate::log::LogRecord;
use crate::resource::Head;
use crate::span::Span;
use crate::telemetry::{Cause, ExporterMetrics};
use crate::wire::{Buffer, Tag};

/// Where log records and spans are put for an [`Exporter`](crate::Exporter) to send; as many may hold one as
/// like. Each push takes a lock for as long as it encodes: it is for who drains a tracer, not for hot paths.
///
/// With telemetry compiled out, what is pushed is gone.
#[derive(Clone, Debug)]
pub struct Outbox {
    pub(crate) logs: Option<Arc<Queue>>,
    pub(crate) spans: Option<Arc<Queue>>,
    pub(crate) telemetry: Arc<ExporterMetrics>,
}

/// Records of one kind, encoded.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    limit: usize,
}

/// What waits to be sent.
#[derive(Debug)]
struct Waiting {
    bytes: Buffer,
    records: u64,
}

/// What the thread took out of a queue: a request.
#[derive(Debug)]
pub(crate) struct Batch {
    head: Head,
    taken: Waiting,
    request: Buffer,
}

/// Why a record is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dropped {
    /// There is no room until the exporter's thread has taken what waits; it is counted.
    Full,
    /// The configuration does not say where records of this kind go.
    NoTarget,
}

impl Outbox {
    /// Queues a log record.
    ///
    /// # Errors
    /// When there is no room for it, or nowhere for it to go.
    pub fn log(&self, record: &LogRecord<'_>) -> Result<(), Dropped> {
        self.push(self.logs.as_deref(), record.most(), |out| record.put(out))
    }

    /// Queues a span.
    ///
    /// # Errors
    /// When there is no room for it, or nowhere for it to go.
    pub fn span(&self, span: &Span<'_>) -> Result<(), Dropped> {
        self.push(self.spans.as_deref(), span.most(), |out| span.put(out))
    }

    fn push(
        &self,
        queue: Option<&Queue>,
        most: usize,
        put: impl FnOnce(&mut Buffer),
    ) -> Result<(), Dropped> {
        if !ENABLED {
            return Ok(());
        }
        let queue = queue.ok_or(Dropped::NoTarget)?;
        if queue.push(most, put) {
            return Ok(());
        }
        self.telemetry.dropped.at(Cause::Full).increment();
        Err(Dropped::Full)
    }
}

impl Queue {
    /// A queue of at most `limit` bytes.
    pub(crate) const fn new(limit: usize) -> Self {
        let waiting = Waiting { bytes: Buffer::new(), records: 0 };
        Self { waiting: Mutex::new(waiting), limit }
    }

    /// Encodes a record of at most `most` bytes, if there is room.
    pub(crate) fn push(&self, most: usize, put: impl FnOnce(&mut Buffer)) -> bool {
        let mut waiting = self.lock();
        if waiting.bytes.len() + most > self.limit {
            return false;
        }
        let record = waiting.bytes.open(RECORD);
        waiting.bytes.reserve(most);
        put(&mut waiting.bytes);
        waiting.bytes.close(record);
        waiting.records += 1;
        true
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Encoding does not panic; a record that is half there would be seen by the receiver.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch {
    pub(crate) const fn new(head: Head) -> Self {
        let taken = Waiting { bytes: Buffer::new(), records: 0 };
        Self { head, taken, request: Buffer::new() }
    }

    /// Takes all that waits; the number of records.
    pub(crate) fn take(&mut self, queue: &Queue) -> u64 {
        self.taken.records = 0;
        self.taken.bytes.clear();
        std::mem::swap(&mut self.taken, &mut queue.lock());
        if self.taken.records > 0 {
            self.write();
        }
        self.taken.records
    }

    /// The request with what was taken.
    pub(crate) fn request(&self) -> &[u8] {
        self.request.as_slice()
    }

    fn write(&mut self) {
        let out = &mut self.request;
        out.clear();
        let resource = out.open(Tag::bytes(1));
        out.reserve(self.head.resource.len());
        out.raw(&self.head.resource);
        let scope = out.open(Tag::bytes(2));
        out.reserve(self.head.scope.len() + self.taken.bytes.len());
        out.raw(&self.head.scope);
        out.raw(self.taken.bytes.as_slice());
        out.close(scope);
        out.close(resource);
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Full => "the queue is full",
            Self::NoTarget => "nothing says where it should go",
        })
    }
}

impl std::error::Error for Dropped {}

/// `ScopeLogs.log_records` and `ScopeSpans.spans`.
const RECORD: Tag = Tag::bytes(2);

#[cfg(test)]
mod tests;
