//! What the application tells of each answer, and somebody who reads it.

use std::hint::black_box;

use engram_metrics_core::label_enum;
use engram_trace::{Event, Field, Item, Tracer};

label_enum! {
    /// How an answer was found.
    pub(crate) enum Kind as "asm_event_kind" { Found = "asm_event_found", Unknown = "asm_event_unknown" }
}

/// An answer that was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) kind: Kind,
    pub(crate) letters: u32,
    pub(crate) number: u64,
}

impl Event for Answered {
    type Kind = Kind;

    fn kind(&self) -> Kind {
        self.kind
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("asm_event_letters", Field::Unsigned(self.letters.into()));
        see("asm_event_number", Field::Unsigned(self.number));
    }
}

pub(crate) static ANSWERS: Tracer<Answered> = Tracer::new();

/// Tells less from now on.
pub(crate) fn tell_less() {
    ANSWERS.set_one_in(Kind::Unknown, 64);
    ANSWERS.set_min_strength(Kind::Found, 0.5);
}

/// Shows all events to a visitor.
pub(crate) fn read() {
    let mut items = Vec::new();
    let Some(mut reader) = ANSWERS.reader() else { return };
    while reader.drain(16, &mut items) > 0 {
        for traced in items.drain(..).as_slice().iter().filter_map(Item::event) {
            traced.event.fields(&mut |name, value| _ = black_box((name, value)));
        }
    }
}
