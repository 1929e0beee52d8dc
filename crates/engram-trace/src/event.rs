//! What can be traced.

use engram_metrics_core::{Label, SpanId, TraceId};

/// Bytes of an event in a ring, the time and the account included: one cache line.
pub const EVENT_BYTES: usize = 64;

/// Bytes that an event of yours has at most.
pub const PAYLOAD_BYTES: usize = EVENT_BYTES - 16;

/// Kinds of events that a tracer tells apart at most.
pub const KINDS: usize = 63;

/// Something that happened: plain data of at most [`PAYLOAD_BYTES`], copied into a ring as it is.
///
/// ```
/// use engram_metrics_core::label_enum;
/// use engram_trace::{Event, Field};
///
/// label_enum! { pub enum Kind as "kind" { Hit = "hit", Miss = "miss" } }
///
/// #[derive(Clone, Copy)]
/// struct Lookup { kind: Kind, node: u64, similarity: f32 }
///
/// impl Event for Lookup {
///     type Kind = Kind;
///
///     fn kind(&self) -> Kind {
///         self.kind
///     }
///
///     fn strength(&self) -> f32 {
///         self.similarity
///     }
///
///     fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
///         see("node", Field::Unsigned(self.node));
///         see("similarity", Field::Float(self.similarity.into()));
///     }
/// }
/// ```
///
/// An event that is too large does not compile:
/// ```compile_fail
/// # use engram_metrics_core::label_enum;
/// # use engram_trace::{Event, Field, Tracer};
/// label_enum! { pub enum Kind as "kind" { Only = "only" } }
/// #[derive(Clone, Copy)]
/// struct Large([u64; 7]);
/// impl Event for Large {
///     type Kind = Kind;
///     fn kind(&self) -> Kind { Kind::Only }
///     fn fields(&self, _: &mut dyn FnMut(&'static str, Field)) {}
/// }
/// let tracer = Tracer::<Large>::new();
/// tracer.record(Large([0; 7]));
/// ```
pub trait Event: Copy + Send + 'static {
    /// The closed set of kinds, at most [`KINDS`]: filters, samplers and metrics are by kind.
    type Kind: Label;

    /// Which kind it is.
    fn kind(&self) -> Self::Kind;

    /// What the least strength of a filter is compared with; not a number passes every filter.
    fn strength(&self) -> f32 {
        f32::INFINITY
    }

    /// The trace and the span that it belongs to, which exemplars and spans of the same trace join.
    fn context(&self) -> Option<(TraceId, SpanId)> {
        None
    }

    /// How long it took, in ticks of 2^-30 s, up to the moment when it was recorded. What has a duration and a
    /// [context](Self::context) is a span.
    fn duration_ticks(&self) -> Option<u64> {
        None
    }

    /// Shows the rest to a sink, name by name. Not called where the event is recorded.
    fn fields(&self, see: &mut dyn FnMut(&'static str, Field));
}

/// A value of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Field {
    /// A number of something, an identity.
    Unsigned(u64),
    /// A difference.
    Signed(i64),
    /// A measure.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A text that is part of the program.
    Text(&'static str),
}

/// An event as it is in a ring.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Record<E> {
    pub(crate) event: E,
    /// When, in ticks.
    pub(crate) ticks: u64,
    /// How many were refused before it in this ring: the lower half.
    pub(crate) refused: u32,
    /// How many it stands for.
    pub(crate) weight: u32,
}

impl<E: Event> Record<E> {
    /// Evaluated for each kind of tracer that records something.
    pub(crate) const FITS: () = {
        assert!(size_of::<Self>() == EVENT_BYTES, "an event has at most 48 bytes");
        assert!(<E::Kind as Label>::VALUES.len() <= KINDS, "at most 63 kinds of events");
    };
}
