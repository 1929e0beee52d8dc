//! Pages in the formats of Prometheus, into a buffer that is kept where the interface allows.
//!
//! `prometheus`, `metrics` and `opentelemetry` have no OpenMetrics; `fastmetrics` and `metrics` need a
//! compiler for protobuf to be installed, which this repository does without.

use std::hint::black_box;
use std::sync::Mutex;

use engram_export_prom::{Encoder, Format};
use engram_metrics_core::{Descriptor, Labels, Registry, Rows, Value, Visit};
use fastmetrics::format::text::{EscapingScheme, TextProfile};

use super::mix::Mix;
use super::{rivals, samples};
use crate::harness::{Contender, contender};
use crate::peers::ENGRAM;
use crate::peers::scrapes::{gather, otel};

/// Looks at values and at nothing else.
pub(super) struct Read;

impl Visit for Read {
    fn metric(&mut self, _: &Descriptor) {}

    fn series(&mut self, _: Labels<'_>, value: Value<'_>) {
        black_box(&value);
    }

    fn rows(&mut self, rows: &Rows<'_>) {
        black_box(rows.numbers());
    }
}

/// How the samples of a page are counted, and how many there have to be.
#[derive(Clone, Copy)]
struct Expected {
    operation: &'static str,
    count: fn(&[u8]) -> usize,
    samples: usize,
}

impl Expected {
    /// A contender that writes pages into a buffer, after the first of them was counted.
    fn contender<B: AsRef<[u8]> + Default + Send + 'static>(
        self,
        name: &'static str,
        mut write: impl FnMut(&mut B) + Send + 'static,
    ) -> Contender {
        let mut page = B::default();
        write(&mut page);
        samples::check(name, (self.count)(page.as_ref()), self.samples);
        let state = Mutex::new((page, write));
        let contender = contender!(name, self.operation, |_at| {
            let (page, write) = &mut *state.lock().expect("contenders do not panic");
            write(page);
        });
        Contender { threads: 1, ..contender }
    }

    /// Ours, in one piece as the others make it, and in pieces as it goes to a socket; and what is left when nothing
    /// is looked for and no number becomes text.
    fn ours(self, mix: Mix, format: Format) -> [Contender; 3] {
        let registry = rivals::engram(mix);
        let least = self.floor(registry, format);
        let (mut whole, mut pieces) = (Encoder::new(format), Encoder::new(format));
        let whole =
            self.contender(ENGRAM, move |page: &mut Vec<u8>| whole.encode_whole(registry, page));
        let mut is_first = true;
        let pieces = self.contender("engram, in pieces", move |page: &mut Vec<u8>| {
            // The first page is counted, so it is kept; the others go where a socket would be.
            let keep = std::mem::take(&mut is_first);
            pieces.encode(registry, |piece| match keep {
                true => page.extend_from_slice(piece),
                false => drop(black_box(piece)),
            });
        });
        [whole, pieces, least]
    }

    /// Copies a page that is there, and reads every cell.
    fn floor(self, registry: &'static Registry, format: Format) -> Contender {
        let mut kept = Vec::new();
        Encoder::new(format).encode_whole(registry, &mut kept);
        self.contender("cells read, bytes copied", move |page: &mut Vec<u8>| {
            registry.collect(&mut Read);
            page.clear();
            page.extend_from_slice(&kept);
        })
    }

    fn fastmetrics(self, mix: Mix, profile: TextProfile) -> Contender {
        let registry = rivals::fastmetrics(mix);
        self.contender("fastmetrics", move |page: &mut String| {
            page.clear();
            let written = fastmetrics::format::text::encode(page, &registry, profile);
            written.expect("a string takes everything");
        })
    }

    fn prometheus_client(self, mix: Mix) -> Contender {
        let registry = rivals::prometheus_client(mix);
        self.contender("prometheus-client", move |page: &mut String| {
            page.clear();
            let written = prometheus_client::encoding::text::encode(page, &registry);
            written.expect("a string takes everything");
        })
    }
}

pub(super) fn text(operation: &'static str) -> Vec<Contender> {
    text_of(operation, Mix::SMALL)
}

pub(super) fn long_text(operation: &'static str) -> Vec<Contender> {
    text_of(operation, Mix::LARGE)
}

fn text_of(operation: &'static str, mix: Mix) -> Vec<Contender> {
    let expected = Expected { operation, count: samples::lines, samples: mix.lines() };
    let prometheus = rivals::prometheus(mix);
    let handle = rivals::metrics(mix);
    let (provider, registry) = otel();
    rivals::opentelemetry(mix, &provider);
    let rivals = [
        expected.fastmetrics(mix, TextProfile::PrometheusV0_0_4),
        // Writes nothing but OpenMetrics.
        expected.prometheus_client(mix),
        expected.contender("prometheus", move |page| gather(&prometheus, page)),
        expected.contender("metrics", move |page: &mut Vec<u8>| {
            page.clear();
            handle.render_to_write(page).expect("a vector takes everything");
        }),
        expected.contender("opentelemetry", move |page| {
            let _keep_alive = &provider;
            gather(&registry, page);
        }),
    ];
    expected.ours(mix, Format::Text).into_iter().chain(rivals).collect()
}

pub(super) fn open_metrics(operation: &'static str) -> Vec<Contender> {
    let mix = Mix::SMALL;
    let expected = Expected { operation, count: samples::lines, samples: mix.lines() };
    let escaping_scheme = EscapingScheme::AllowUtf8;
    let fast = expected.fastmetrics(mix, TextProfile::OpenMetricsV1_0_0 { escaping_scheme });
    let rivals = [fast, expected.prometheus_client(mix)];
    expected.ours(mix, Format::OpenMetrics).into_iter().chain(rivals).collect()
}

pub(super) fn protobuf(operation: &'static str) -> Vec<Contender> {
    use prometheus::Encoder as _;
    let mix = Mix::SMALL;
    let expected = Expected { operation, count: samples::families, samples: mix.series() };
    let registry = rivals::prometheus(mix);
    let prometheus = expected.contender("prometheus", move |page: &mut Vec<u8>| {
        page.clear();
        let encoder = prometheus::ProtobufEncoder::new();
        encoder.encode(&registry.gather(), page).expect("a vector takes everything");
    });
    expected.ours(mix, Format::Protobuf).into_iter().chain([prometheus]).collect()
}
