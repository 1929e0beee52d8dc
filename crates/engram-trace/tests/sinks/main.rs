//! What arrives where: files, live streams, log records, spans, `tracing`.

mod files;
mod live;

engram_metrics_core::when_enabled! {
    mod facade;
    mod receiver;
    mod records;
}

#[path = "../support/event.rs"]
mod event;

use std::time::{Duration, SystemTime};

use engram_metrics_core::Stamp;
use engram_trace::{Batch, Gap, Item, Traced};

use event::{Kind, Thing};

/// The moment of all batches: ten seconds after the clock began.
fn now() -> (SystemTime, Stamp) {
    (SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000), Stamp::from_ticks(10 << 30))
}

/// An event a second before that, inside a trace.
fn traced(number: u64) -> Item<Thing> {
    let thing = Thing { trace: [0x4bf9, 7], span: 0xf067, ..Thing::numbered(3, number) };
    let stamp = Stamp::from_ticks(9 << 30);
    Item::Event(Traced {
        event: thing.of(Kind::Recall, 0.5),
        stamp,
        weight: 8.0,
        ring: 1,
        sequence: number,
    })
}

/// A gap of as many events.
fn gap(lost: u64) -> Item<Thing> {
    Item::Gap(Gap { lost, stamp: Stamp::from_ticks(9 << 30), ring: 1, sequence: 5 })
}

fn batch(items: &[Item<Thing>]) -> Batch<'_, Thing> {
    Batch::new(items, now())
}
