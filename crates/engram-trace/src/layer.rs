//! Events of `tracing`, recorded into a tracer of ours.

use std::fmt;
use std::ops::Deref;

use engram_metrics_core::label_enum;
use tracing_core::field::{Field as Name, Visit};
use tracing_core::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::event::{Event, Field};
use crate::sink::said::TARGET;
use crate::tracer::Tracer;

label_enum! {
    /// How much an event of `tracing` matters.
    pub enum Level as "level" {
        /// Something is wrong.
        Error = "error",
        /// Something may be wrong.
        Warn = "warn",
        /// Something happened.
        Info = "info",
        /// For who looks for a fault.
        Debug = "debug",
        /// For who writes the code.
        Trace = "trace",
    }
}

/// Numbers of an event that are kept.
const NUMBERS: usize = 4;

/// An event of `tracing`: where it was said, and its first four numbers.
///
/// Texts that are made at run time are not kept: they would have to be copied to the heap. What was said is in the
/// [metadata](Self::metadata) as far as the program knew it when it was compiled.
#[derive(Clone, Copy)]
pub struct Heard {
    metadata: &'static Metadata<'static>,
    bits: [u64; NUMBERS],
    numbers: [Number; NUMBERS],
}

/// Which field a number belongs to, and how it is to be read.
#[derive(Clone, Copy, Debug)]
struct Number {
    field: u8,
    kind: NumberKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum NumberKind {
    None,
    Unsigned,
    Signed,
    Float,
    Bool,
}

/// Records what is said through `tracing` into a [`Tracer`], as a layer of `tracing-subscriber`.
///
/// ```
/// use engram_trace::{EventLayer, Heard, Tracer};
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// static HEARD: Tracer<Heard> = Tracer::new();
///
/// let subscriber = tracing_subscriber::registry().with(EventLayer::into(&HEARD));
/// tracing::subscriber::with_default(subscriber, || tracing::warn!(depth = 4096, "the queue is full"));
/// # engram_metrics_core::when_enabled! {
/// let mut items = Vec::new();
/// HEARD.reader().expect("the only one").drain(10, &mut items);
/// assert_eq!(items[0].event().expect("an event").kind(), "warn");
/// # }
/// ```
pub struct EventLayer<T>(T);

impl<T: Deref<Target = Tracer<Heard>>> EventLayer<T> {
    /// A layer that records into this tracer: a `&'static Tracer`, or one in an `Arc`.
    pub const fn into(tracer: T) -> Self {
        Self(tracer)
    }
}

impl<S: Subscriber, T: Deref<Target = Tracer<Heard>> + 'static> Layer<S> for EventLayer<T> {
    fn on_event(&self, event: &tracing_core::Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // What we say ourselves would come back without end.
        if metadata.target() == TARGET {
            return;
        }
        let mut heard = Heard::of(metadata);
        event.record(&mut heard);
        self.0.record(heard);
    }
}

impl Heard {
    fn of(metadata: &'static Metadata<'static>) -> Self {
        let none = Number { field: 0, kind: NumberKind::None };
        Self { metadata, bits: [0; NUMBERS], numbers: [none; NUMBERS] }
    }

    /// Where it was said, by which target, at which level.
    #[must_use]
    pub const fn metadata(&self) -> &'static Metadata<'static> {
        self.metadata
    }

    fn keep(&mut self, name: &Name, kind: NumberKind, bits: u64) {
        let free = self.numbers.iter().position(|it| it.kind == NumberKind::None);
        let (Some(at), Ok(field)) = (free, u8::try_from(name.index())) else { return };
        self.numbers[at] = Number { field, kind };
        self.bits[at] = bits;
    }
}

impl Visit for Heard {
    fn record_f64(&mut self, name: &Name, value: f64) {
        self.keep(name, NumberKind::Float, value.to_bits());
    }

    fn record_i64(&mut self, name: &Name, value: i64) {
        self.keep(name, NumberKind::Signed, value.cast_unsigned());
    }

    fn record_u64(&mut self, name: &Name, value: u64) {
        self.keep(name, NumberKind::Unsigned, value);
    }

    fn record_bool(&mut self, name: &Name, value: bool) {
        self.keep(name, NumberKind::Bool, value.into());
    }

    /// Texts are not kept.
    fn record_debug(&mut self, _: &Name, _: &dyn fmt::Debug) {}
}

impl Event for Heard {
    type Kind = Level;

    fn kind(&self) -> Level {
        match *self.metadata.level() {
            tracing_core::Level::ERROR => Level::Error,
            tracing_core::Level::WARN => Level::Warn,
            tracing_core::Level::INFO => Level::Info,
            tracing_core::Level::DEBUG => Level::Debug,
            tracing_core::Level::TRACE => Level::Trace,
        }
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("target", Field::Text(self.metadata.target()));
        see("name", Field::Text(self.metadata.name()));
        let names = self.metadata.fields();
        let name_of = |index: u8| names.iter().nth(index.into()).map(|it| it.name());
        for (number, bits) in self.numbers.iter().zip(self.bits) {
            let field = match number.kind {
                NumberKind::None => continue,
                NumberKind::Unsigned => Field::Unsigned(bits),
                NumberKind::Signed => Field::Signed(bits.cast_signed()),
                NumberKind::Float => Field::Float(f64::from_bits(bits)),
                NumberKind::Bool => Field::Bool(bits != 0),
            };
            if let Some(name) = name_of(number.field) {
                see(name, field);
            }
        }
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Heard").field("said_at", &self.metadata.name()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for EventLayer<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("EventLayer").finish_non_exhaustive()
    }
}
