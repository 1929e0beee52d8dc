//! Text pages: 10,000 counters with two labels, and 1,000 histograms of 64 buckets with one.
//!
//! Every contender writes the whole page as Prometheus text; into a buffer that it keeps, where its
//! interface allows. All series were recorded into by several threads before. `metriken` has no encoder
//! of its own.

mod counters;
mod histograms;

pub(super) use counters::all as counters;
pub(super) use histograms::all as histograms;

use std::hint::black_box;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use engram_export_prom::{Encoder, Format};
use engram_metrics_core::Registry;
use opentelemetry_sdk::metrics::{SdkMeterProvider, Stream};

use crate::harness::{Contender, contender};

/// Threads that recorded into every series.
const THREADS: usize = 4;

/// Lets `record` run in several threads that live at the same time, so that each has cells of its own.
pub(crate) fn recorded_by_threads(record: impl Fn() + Sync) {
    let all = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                all.wait();
                record();
                all.wait();
            });
        }
    });
}

/// How many lines with values a page has to have.
struct Lines(usize);

impl Lines {
    /// A contender that writes pages, after a look at the first of them.
    ///
    /// `write` gets a buffer that it may use and returns how long the page is.
    fn contender<B: AsRef<[u8]> + Default + Send + 'static>(
        &self,
        (name, operation): (&'static str, &'static str),
        mut write: impl FnMut(&mut B) + Send + 'static,
    ) -> Contender {
        let mut page = B::default();
        write(&mut page);
        let lines = page.as_ref().split(|byte| *byte == b'\n');
        // Ours says in one more line how many records found no series: that is not what is compared.
        let is_extra =
            |line: &&[u8]| line.starts_with(b"#") || line.starts_with(b"engram_metrics_");
        let values = lines.filter(|line| !line.is_empty() && !is_extra(line)).count();
        assert_eq!(values, self.0, "{name} writes another page");
        let state = Mutex::new((page, write));
        let contender = contender!(name, operation, |_at| {
            let (page, write) = &mut *state.lock().expect("contenders do not panic");
            write(page);
        });
        Contender { threads: 1, ..contender }
    }
}

/// Our page in one piece, as the others make it, and in pieces of 64 KiB, as it goes to a socket.
fn both_pages(
    lines: &Lines,
    [whole, pieces]: [&'static str; 2],
    (operation, registry): (&'static str, Registry),
) -> [Contender; 2] {
    let registry = Arc::new(registry);
    let again = registry.clone();
    let (mut text, mut other) = (Encoder::new(Format::Text), Encoder::new(Format::Text));
    let whole = lines.contender((whole, operation), move |page: &mut Vec<u8>| {
        text.encode_whole(&registry, page);
    });
    let mut is_first = true;
    let pieces = lines.contender((pieces, operation), move |page: &mut Vec<u8>| {
        // The first page is looked at, so it is kept; the others go where a socket would be.
        let keep = std::mem::take(&mut is_first);
        other.encode(&again, |piece| match keep {
            true => page.extend_from_slice(piece),
            false => drop(black_box(piece)),
        });
    });
    [whole, pieces]
}

/// The registry of `prometheus` as text.
pub(crate) fn gather(registry: &prometheus::Registry, page: &mut String) {
    page.clear();
    let encoder = prometheus::TextEncoder::new();
    encoder.encode_utf8(&registry.gather(), page).expect("a string takes everything");
}

/// A meter of OpenTelemetry whose page is written by `prometheus`.
pub(crate) fn otel() -> (SdkMeterProvider, prometheus::Registry) {
    let registry = prometheus::Registry::new();
    let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone());
    let exporter = exporter.without_target_info().scope_info_enabled(false).build();
    // The default is to give up at 2,000 series.
    let stream = |_: &_| Stream::builder().with_cardinality_limit(20_000).build().ok();
    let provider = SdkMeterProvider::builder()
        .with_reader(exporter.expect("the registry is empty"))
        .with_view(stream)
        .build();
    (provider, registry)
}

/// The registry of `fastmetrics` as text.
pub(crate) fn encode_fastmetrics(registry: &fastmetrics::registry::Registry, page: &mut String) {
    use fastmetrics::format::text::{TextProfile, encode};
    page.clear();
    encode(page, registry, TextProfile::PrometheusV0_0_4).expect("a string takes everything");
}
