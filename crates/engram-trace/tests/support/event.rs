//! An event of tests, of the largest size that there is.

use engram_metrics_core::{SpanId, TraceId, label_enum};
use engram_trace::{Event, Field};

label_enum! {
    /// What happened.
    pub(crate) enum Kind as "kind" { Search = "search", Recall = "recall", Decay = "decay" }
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Thing {
    pub(crate) kind: Kind,
    pub(crate) strength: f32,
    pub(crate) number: u64,
    pub(crate) producer: u64,
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
}

impl Thing {
    /// A search of some strength by a producer.
    pub(crate) const fn numbered(producer: u64, number: u64) -> Self {
        Self { kind: Kind::Search, strength: 1.0, number, producer, trace: [0, 0], span: 0 }
    }

    /// The same of another kind and strength.
    pub(crate) const fn of(self, kind: Kind, strength: f32) -> Self {
        Self { kind, strength, ..self }
    }
}

impl Event for Thing {
    type Kind = Kind;

    fn kind(&self) -> Kind {
        self.kind
    }

    fn strength(&self) -> f32 {
        self.strength
    }

    fn context(&self) -> Option<(TraceId, SpanId)> {
        let [high, low] = self.trace.map(u128::from);
        (self.span != 0).then_some((TraceId(high << 64 | low), SpanId(self.span)))
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("number", Field::Unsigned(self.number));
        see("producer", Field::Unsigned(self.producer));
        see("strength", Field::Float(self.strength.into()));
    }
}
