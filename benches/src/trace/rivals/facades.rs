//! `tracing` and `fastrace`, which make text of an event where it happens.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use fastrace::collector::{Config, Reporter, SpanRecord};
use fastrace::prelude::{Event, Span, SpanContext};
use tracing::{Dispatch, dispatcher, info};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;

use crate::harness::fence;
use crate::trace::event::Activation;
use crate::trace::timing::{Contender, take_all};

/// A line of text for each event, written by another thread to nowhere; or none, where the level is off.
pub(super) fn appender(name: (&'static str, &'static str), is_on: bool) -> Contender {
    let level = if is_on { LevelFilter::INFO } else { LevelFilter::ERROR };
    Contender::shared(name, telling(io::sink(), level))
}

/// The same until the lines are written.
pub(super) fn appended(operation: &'static str) -> Contender {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    /// Each line comes with a call of its own.
    struct Counting;
    impl Write for Counting {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            // Relaxed: all that is passed on.
            WRITTEN.fetch_add(1, Ordering::Relaxed);
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let name = ("tracing + non-blocking appender", operation);
    let run = telling(Counting, LevelFilter::INFO);
    // Relaxed: as above.
    let take = |times| take_all(times, || WRITTEN.swap(0, Ordering::Relaxed) as usize);
    Contender::alone(name, run).until(take)
}

/// Tells of so many events, through a thread that writes.
fn telling(to: impl Write + Send + 'static, level: LevelFilter) -> impl Fn(u32) + Sync {
    let (writer, guard): (NonBlocking, WorkerGuard) = tracing_appender::non_blocking(to);
    // The thread that writes ends with it.
    std::mem::forget(guard);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(writer)
        .finish();
    let dispatch = Dispatch::new(subscriber);
    move |times| {
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
    }
}

/// Events of a span that is open.
pub(super) fn fastrace(operation: &'static str) -> Contender {
    report_nowhere();
    Contender::shared(("fastrace", operation), add_all)
}

/// The same until they are reported.
pub(super) fn reported(operation: &'static str) -> Contender {
    report_nowhere();
    let run = |times| {
        add_all(times);
        fastrace::flush();
    };
    Contender::alone(("fastrace", operation), run).until(|_| ())
}

fn report_nowhere() {
    struct Dropping;
    impl Reporter for Dropping {
        fn report(&mut self, spans: Vec<SpanRecord>) {
            drop(spans);
        }
    }
    fastrace::set_reporter(Dropping, Config::default());
}

fn add_all(times: u32) {
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
}
