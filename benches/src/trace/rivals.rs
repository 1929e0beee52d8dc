//! The same events, told in other ways.
//!
//! `rtrb` is the bare ring: its first row has neither clock nor filter nor a thread's ring to find. The others
//! say when, as we do. `tracing` and `fastrace` read the clock themselves and take text: the same content.

use std::cell::RefCell;
use std::sync::LazyLock;

use crossbeam_channel::{Receiver, Sender, bounded};
use engram_metrics_core::Stamp;
use fastrace::collector::{Config, Reporter, SpanRecord};
use fastrace::prelude::{Event, Span, SpanContext};
use tracing::{Dispatch, dispatcher, info};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;

use super::event::Activation;
use super::timing::{Contender, ROOM};
use crate::harness::fence;

/// What goes through other people's queues: a cache line, as ours.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line {
    event: Activation,
    ticks: u64,
}

const _: () = assert!(size_of::<Line>() == 64);

type Ring = (rtrb::Producer<Line>, rtrb::Consumer<Line>);

thread_local! {
    static RING: RefCell<Ring> = RefCell::new(rtrb::RingBuffer::new(ROOM));
}

/// Empties the ring of this thread without looking at it.
fn empty_ring() {
    RING.with_borrow_mut(|(_, consumer)| {
        let slots = consumer.slots();
        consumer.read_chunk(slots).expect("so many are there").commit_all();
    });
}

static CHANNEL: LazyLock<(Sender<Line>, Receiver<Line>)> = LazyLock::new(|| bounded(ROOM));

pub(super) fn recorded(operation: &'static str) -> Vec<Contender> {
    vec![
        bare_ring(operation),
        Contender {
            name: "rtrb per thread",
            operation,
            threads: 1,
            prepare: Box::new(empty_ring),
            run: Box::new(|times| {
                for at in 0..times {
                    let line =
                        Line { event: Activation::numbered(at), ticks: Stamp::now().ticks() };
                    RING.with_borrow_mut(|(producer, _)| _ = producer.push(line));
                    fence();
                }
            }),
        },
        Contender {
            name: "crossbeam-channel",
            operation,
            threads: 2,
            prepare: Box::new(|| while CHANNEL.1.try_recv().is_ok() {}),
            run: Box::new(|times| {
                for at in 0..times {
                    let line =
                        Line { event: Activation::numbered(at), ticks: Stamp::now().ticks() };
                    let _ = CHANNEL.0.try_send(line);
                    fence();
                }
            }),
        },
        appender(operation, "tracing + non-blocking appender", LevelFilter::INFO),
        fastrace(operation),
    ]
}

pub(super) fn filtered_out(operation: &'static str) -> Vec<Contender> {
    vec![appender(operation, "tracing, level off", LevelFilter::ERROR)]
}

pub(super) fn ring_full(operation: &'static str) -> Vec<Contender> {
    let (sender, receiver) = bounded::<Line>(16);
    let push = |times| {
        RING.with_borrow_mut(|(producer, _)| {
            for at in 0..times {
                let _ = producer.push(Line { event: Activation::numbered(at), ticks: 0 });
                fence();
            }
        });
    };
    let send = move |times| {
        let _open = &receiver;
        for at in 0..times {
            let line = Line { event: Activation::numbered(at), ticks: Stamp::now().ticks() };
            let _ = sender.try_send(line);
            fence();
        }
    };
    let full = |name, run| Contender { name, operation, threads: 1, prepare: Box::new(|| ()), run };
    let ring = Contender {
        name: "rtrb, bare",
        operation,
        threads: 1,
        prepare: Box::new(move || push(ROOM as u32)),
        run: Box::new(push),
    };
    vec![ring, full("crossbeam-channel", Box::new(send))]
}

/// A push, and nothing else: the ring is found once a batch.
fn bare_ring(operation: &'static str) -> Contender {
    let run = |times| {
        RING.with_borrow_mut(|(producer, _)| {
            for at in 0..times {
                let _ = producer.push(Line { event: Activation::numbered(at), ticks: 0 });
                fence();
            }
        });
    };
    Contender {
        name: "rtrb, bare",
        operation,
        threads: 1,
        prepare: Box::new(empty_ring),
        run: Box::new(run),
    }
}

/// A line of text for each event, written by another thread to nowhere.
fn appender(operation: &'static str, name: &'static str, level: LevelFilter) -> Contender {
    let (writer, guard): (NonBlocking, WorkerGuard) =
        tracing_appender::non_blocking(std::io::sink());
    // The thread that writes ends with it.
    std::mem::forget(guard);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(writer)
        .finish();
    let dispatch = Dispatch::new(subscriber);
    let run = move |times| {
        dispatcher::with_default(&dispatch, || {
            for at in 0..times {
                let it = Activation::numbered(at);
                info!(
                    trace_high = it.trace[0],
                    trace_low = it.trace[1],
                    span = it.span,
                    node = it.node,
                    hops = it.hops,
                    strength = it.strength,
                    "search"
                );
                fence();
            }
        });
    };
    Contender { name, operation, threads: 2, prepare: Box::new(|| ()), run: Box::new(run) }
}

/// An event of a span that is open.
fn fastrace(operation: &'static str) -> Contender {
    struct Dropping;
    impl Reporter for Dropping {
        fn report(&mut self, spans: Vec<SpanRecord>) {
            drop(spans);
        }
    }
    fastrace::set_reporter(Dropping, Config::default());
    let run = |times| {
        let root = Span::root("trace", SpanContext::random());
        let _entered = root.set_local_parent();
        for at in 0..times {
            let it = Activation::numbered(at);
            fastrace::local::LocalSpan::add_event(Event::new("search").with_properties(|| {
                [
                    ("node", it.node.to_string()),
                    ("hops", it.hops.to_string()),
                    ("strength", it.strength.to_string()),
                ]
            }));
            fence();
        }
    };
    Contender {
        name: "fastrace",
        operation,
        threads: 2,
        prepare: Box::new(|| ()),
        run: Box::new(run),
    }
}
