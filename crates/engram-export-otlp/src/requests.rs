//! Requests that are filled with points, and split before they become too long for a receiver.
//!
//! ```text
//!   request          ResourceMetrics { resource, ScopeMetrics { scope, Metric { name, data { points … } } … } }
//!   next request     ResourceMetrics { resource, ScopeMetrics { scope, Metric { name, data { points … } } … } }
//! ```
//!
//! All that is around the points is repeated in each request. A metric begins with its first point: one
//! without series is not sent.

use crate::resource::Head;
use crate::wire::{Buffer, Open, Tag, field_len};

/// The requests of one export. Buffers are used again by the next one.
#[derive(Debug)]
pub(crate) struct Requests {
    head: Head,
    buffers: Vec<Buffer>,
    /// Buffers that hold a request; the last one may be open.
    used: usize,
    /// The last one of them.
    at: usize,
    /// How long it may become with more points of the present metric: 0 when none is open.
    room: usize,
    open: Option<Around>,
    /// Bytes that a request does not exceed, unless one point does.
    limit: usize,
}

/// The messages that are open around the points.
#[derive(Clone, Copy, Debug)]
struct Around {
    resource: Open,
    scope: Open,
    metric: Option<(Open, Open)>,
}

/// What stands between a metric's name and its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Gauge,
    Sum { is_monotonic: bool, is_delta: bool },
    Histogram { is_delta: bool },
    Exponential { is_delta: bool },
}

/// The metric whose points are written: its name, help and unit as bytes.
#[derive(Debug)]
pub(crate) struct Title {
    text: Buffer,
    /// The [key](Shape::key) of its shape; 0 before the first point.
    shape: u8,
}

impl Requests {
    pub(crate) fn new(head: Head, limit: usize) -> Self {
        Self { head, buffers: Vec::new(), used: 0, at: 0, room: 0, open: None, limit }
    }

    /// Forgets the requests, but not their memory.
    pub(crate) fn clear(&mut self) {
        (self.used, self.at, self.room, self.open) = (0, 0, 0, None);
    }

    /// Requests, of which the last may be unfinished.
    pub(crate) fn len(&self) -> usize {
        self.used
    }

    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        self.buffers[..self.used].get(at).map(Buffer::as_slice)
    }

    /// The number of the request that is written.
    #[inline]
    pub(crate) fn current(&self) -> usize {
        self.at
    }

    /// Whether so many bytes may go into a request together: little is lost if they have to go into the next one.
    #[inline]
    pub(crate) fn is_small(&self, bytes: usize) -> bool {
        bytes <= self.limit / 64
    }

    /// Where points of so many bytes go, and the number of that request.
    #[inline]
    pub(crate) fn place(
        &mut self,
        title: &mut Title,
        shape: Shape,
        most: usize,
    ) -> (usize, &mut Buffer) {
        self.point(title, shape, most);
        (self.at, &mut self.buffers[self.at])
    }

    /// Where a point of at most `most` bytes goes.
    #[inline]
    pub(crate) fn point(&mut self, title: &mut Title, shape: Shape, most: usize) -> &mut Buffer {
        let fits = self.buffers.get(self.at).is_some_and(|it| it.len() + most <= self.room);
        if !(fits && title.shape == shape.key()) {
            self.make_room(title, shape, most);
        }
        let out = &mut self.buffers[self.at];
        out.reserve(most);
        out
    }

    #[cold]
    fn make_room(&mut self, title: &mut Title, shape: Shape, most: usize) {
        self.end_metric();
        if let Some(around) = self.open {
            let len = self.buffers[self.at].len();
            // A request without a single point takes the next one, however long it is.
            if len + title.text.len() + SHAPE_MOST + most > self.limit
                && len > around.empty_len(self)
            {
                self.finish();
            }
        }
        if self.open.is_none() {
            self.begin();
        }
        self.begin_metric(title, shape);
    }

    fn begin(&mut self) {
        if self.buffers.len() == self.used {
            self.buffers.push(Buffer::new());
        }
        (self.at, self.used) = (self.used, self.used + 1);
        let out = &mut self.buffers[self.at];
        out.clear();
        let resource = out.open(Tag::bytes(1));
        out.reserve(self.head.resource.len());
        out.raw(&self.head.resource);
        let scope = out.open(Tag::bytes(2));
        out.reserve(self.head.scope.len());
        out.raw(&self.head.scope);
        self.open = Some(Around { resource, scope, metric: None });
    }

    fn begin_metric(&mut self, title: &mut Title, shape: Shape) {
        let (Some(around), out) = (&mut self.open, &mut self.buffers[self.at]) else { return };
        let metric = out.open(Tag::bytes(2));
        out.reserve(title.text.len() + SHAPE_MOST);
        out.raw(title.text.as_slice());
        let data = out.open(Tag::bytes(shape.field()));
        out.reserve(SHAPE_MOST);
        shape.put(out);
        around.metric = Some((metric, data));
        self.room = self.limit;
        title.shape = shape.key();
    }

    /// No more points of the present metric.
    pub(crate) fn end_metric(&mut self) {
        self.room = 0;
        let Some((metric, data)) = self.open.as_mut().and_then(|around| around.metric.take())
        else {
            return;
        };
        self.buffers[self.at].close(data);
        self.buffers[self.at].close(metric);
    }

    /// No more points at all.
    pub(crate) fn finish(&mut self) {
        self.end_metric();
        if let Some(around) = self.open.take() {
            self.buffers[self.at].close(around.scope);
            self.buffers[self.at].close(around.resource);
        }
    }
}

impl Around {
    /// Bytes of a request that has no metric yet.
    fn empty_len(self, requests: &Requests) -> usize {
        self.scope.start() + requests.head.scope.len()
    }
}

impl Title {
    pub(crate) const fn new() -> Self {
        Self { text: Buffer::new(), shape: 0 }
    }

    /// Replaces what was there.
    pub(crate) fn set(&mut self, name: &str, help: &str, unit: &str) {
        self.shape = 0;
        self.text.clear();
        for (field, text) in (1..).zip([name, help, unit]) {
            self.text.reserve(field_len(text.len()));
            self.text.bytes(Tag::bytes(field), text.as_bytes());
        }
    }
}

impl Shape {
    /// The field of `Metric` that holds the points.
    const fn field(self) -> u8 {
        match self {
            Self::Gauge => 5,
            Self::Sum { .. } => 7,
            Self::Histogram { .. } => 9,
            Self::Exponential { .. } => 10,
        }
    }

    /// A number of its own above 0: one comparison of bytes for each point.
    #[inline]
    const fn key(self) -> u8 {
        let bits = match self {
            Self::Gauge => 0,
            Self::Sum { is_monotonic, is_delta } => is_monotonic as u8 | (is_delta as u8) << 1,
            Self::Histogram { is_delta } | Self::Exponential { is_delta } => is_delta as u8,
        };
        self.field() << 2 | bits
    }

    fn put(self, out: &mut Buffer) {
        let is_delta = match self {
            Self::Gauge => return,
            Self::Sum { is_delta, .. }
            | Self::Histogram { is_delta }
            | Self::Exponential { is_delta } => is_delta,
        };
        out.varint(Tag::varint(2), if is_delta { DELTA } else { CUMULATIVE });
        if self == (Self::Sum { is_monotonic: true, is_delta }) {
            out.varint(Tag::varint(3), 1);
        }
    }
}

/// The field of a metric's data that holds a point.
pub(crate) const POINT: Tag = Tag::bytes(1);

/// Of the enum `AggregationTemporality`.
const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;

/// Bytes that the messages around a point, without the texts, do not exceed.
const SHAPE_MOST: usize = 32;
