//! Events: what happened, where metrics say how much. 64 bytes each, through a ring of the thread that records.
//!
//! ```text
//!   record ─ filter ─ sampler ─▶ ring of thread 1 ─┐
//!   record ─ filter ─ sampler ─▶ ring of thread 2 ─┼─▶ Drain ─┬─▶ JSON lines, rotated, compressed
//!      │         │        │          │ full        │          ├─▶ log records of OpenTelemetry
//!      │         │        │          ▼             │          ├─▶ whoever listens to /events
//!      └ counted ┴ counted┴───── counted: a gap ───┘          └─▶ a reservoir, a test, `tracing`, yours
//! ```
//!
//! - [`Tracer`] takes events: a few loads, a look at the clock, 64 bytes and a store. It never allocates after a
//!   thread's first event, never locks, waits or panics.
//! - [`Event`] is what you trace: plain data of your own, with a closed set of kinds.
//! - [`Drain`] hands events to [`Sink`]s, by hand or on a thread of yours, the [`Drainer`].
//! - [`Account`] and [`Delivery`] say what became of every single event; the sums are exact.
//!
//! # What is bounded, and what happens then
//! | what | bound | beyond it |
//! |---|---|---|
//! | threads that record | [`Bounds::rings`] | refused, `no_ring` |
//! | events that wait, per thread | [`Bounds::events`] | the newest is refused, and a [`Gap`] tells where |
//! | events in a batch | [`BATCH_EVENTS`] | the next batch |
//! | time to end | the patience of [`Drainer::shutdown`] | abandoned, or left behind, and counted |
//!
//! # Features
//! `json` writes lines of JSON into files that are rotated, and live streams; `zstd` compresses the files; `otlp`
//! makes log records and spans; `tracing` takes events from that facade and hands events to it.
//!
//! # Deliberately absent
//! Text that is made at run time: it would have to be allocated, or cut off. Overwriting the oldest event: its
//! reader would have to be told while it reads. Blocking the one who records.

#![cfg_attr(engram_loom, expect(dead_code, reason = "models use the lanes and nothing above them"))]

mod lane;
mod lanes;
mod ring;
mod sync;

#[cfg(not(engram_loom))]
mod account;
#[cfg(not(engram_loom))]
mod bounds;
#[cfg(not(engram_loom))]
mod drain;
#[cfg(not(engram_loom))]
mod drainer;
#[cfg(not(engram_loom))]
mod event;
#[cfg(not(engram_loom))]
mod filter;
#[cfg(not(engram_loom))]
mod gate;
#[cfg(not(engram_loom))]
mod item;
#[cfg(all(feature = "tracing", not(engram_loom)))]
mod layer;
#[cfg(not(engram_loom))]
mod local;
#[cfg(not(engram_loom))]
mod reader;
#[cfg(not(engram_loom))]
mod reservoir;
#[cfg(not(engram_loom))]
mod sink;
#[cfg(not(engram_loom))]
mod tracer;

#[cfg(all(feature = "tracing", not(engram_loom)))]
pub use layer::{EventLayer, Heard, Level};
#[cfg(all(feature = "tracing", not(engram_loom)))]
pub use sink::Said;
#[cfg(all(feature = "json", not(engram_loom)))]
pub use sink::{JsonLines, LIVE_BYTES, Live, Rotation, SCHEMA, json_line};
#[cfg(all(feature = "otlp", not(engram_loom)))]
pub use sink::{Logs, Spans};
#[cfg(not(engram_loom))]
pub use {
    account::{Account, Delivery},
    bounds::Bounds,
    drain::{BATCH_EVENTS, Drain, ReaderTaken, SinkMetrics, Summary, Undelivered},
    drainer::{DEFAULT_INTERVAL, Drainer},
    event::{EVENT_BYTES, Event, Field, KINDS, PAYLOAD_BYTES},
    gate::ENABLED,
    item::{Gap, Item, Traced},
    reader::Reader,
    reservoir::Reservoir,
    sink::{Batch, Memory, Recorded, Sink, SinkError},
    tracer::Tracer,
};
