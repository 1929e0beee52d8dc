//! What a tracer promises, through its public interface.

mod switched;

engram_metrics_core::when_enabled! {
    mod ends;
    mod faults;
    mod filters;
    mod records;
    mod sampling;
}

#[path = "../support/event.rs"]
mod event;

engram_metrics_core::when_enabled! {
    use engram_trace::{Item, Traced, Tracer};

    use event::{Kind, Thing};

    /// Takes everything out.
    fn drain_all(tracer: &Tracer<Thing>) -> Vec<Item<Thing>> {
        let mut items = Vec::new();
        let mut reader = tracer.reader().expect("nobody else reads");
        while reader.drain(100, &mut items) > 0 {}
        items
    }

    /// The events among items.
    fn events(items: &[Item<Thing>]) -> Vec<&Traced<Thing>> {
        items.iter().filter_map(Item::event).collect()
    }

    /// Events that gaps tell of.
    fn lost(items: &[Item<Thing>]) -> u64 {
        items.iter().map(|item| if let Item::Gap(gap) = item { gap.lost } else { 0 }).sum()
    }
}
