//! From `tracing` and to it.

use std::sync::{Arc, Mutex};

use engram_metrics_core::when_enabled;
use engram_trace::{Drain, Event, EventLayer, Field, Heard, Memory, Said, Sink, Tracer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, registry};

use super::*;

/// Keeps what it is told, as text.
#[derive(Clone, Default)]
struct Keeps(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Keeps {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Text(String);
        impl tracing::field::Visit for Text {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!(" {}={value:?}", field.name());
            }
        }
        let mut text = Text(event.metadata().level().to_string());
        event.record(&mut text);
        self.0.lock().expect("no panic").push(text.0);
    }
}

#[test]
fn events_and_gaps_are_said_with_all_they_have() {
    let keeps = Keeps::default();
    let said = keeps.0.clone();
    tracing::subscriber::with_default(registry().with(keeps), || {
        Said.deliver(&batch(&[traced(7), gap(17)])).expect("it takes all");
    });
    let said = said.lock().expect("no panic");
    assert_eq!(said.len(), 2);
    for part in [
        "INFO",
        "kind=\"recall\"",
        "weight=8",
        "trace_id=0000000000004bf90000000000000007",
        "number=7 producer=3",
    ] {
        assert!(said[0].contains(part), "{part} in {}", said[0]);
    }
    assert!(said[1].contains("WARN") && said[1].contains("lost=17"), "{}", said[1]);
}

when_enabled! {
    #[test]
    fn what_is_said_is_recorded_with_its_level_its_place_and_its_numbers() {
        let tracer = Arc::new(Tracer::<Heard>::new());
        let subscriber = registry().with(EventLayer::into(tracer.clone()));
        tracing::subscriber::with_default(subscriber, || {
            let text = String::from("made at run time");
            tracing::warn!(target: "queue", text, depth = 4096_u64, change = -3, full = true, "stalled");
            tracing::error!(target: "queue", ratio = 0.5, "gone");
        });
        let mut items = Vec::new();
        tracer.reader().expect("nobody else reads").drain(10, &mut items);
        let kinds: Vec<_> = items.iter().filter_map(Item::event).map(Traced::kind).collect();
        assert_eq!(kinds, ["warn", "error"]);
        let mut fields = Vec::new();
        let heard = items[0].event().expect("an event").event;
        heard.fields(&mut |name, field| fields.push((name, field)));
        assert_eq!(fields[0], ("target", Field::Text("queue")));
        assert_eq!(fields[2..], [
            ("depth", Field::Unsigned(4096)),
            ("change", Field::Signed(-3)),
            ("full", Field::Bool(true)),
        ]);
        assert_eq!(heard.metadata().target(), "queue");
    }

    #[test]
    fn what_goes_both_ways_does_not_go_round() {
        let tracer = Arc::new(Tracer::<Heard>::new());
        let subscriber = registry().with(EventLayer::into(tracer.clone()));
        let (memory, recorded) = Memory::keeping(100);
        let drain = Drain::of(tracer.clone()).expect("nobody else drains");
        let mut drain = drain.to("said", Said).to("memory", memory);
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("once");
            (0..5).for_each(|_| _ = drain.step());
        });
        assert_eq!(recorded.len(), 1);
    }
}
