//! A call of the facade `metrics` with two labels: found by its recorder each time, as the macros do.

use engram_bridge::Recorder;
use engram_metrics_core::Registry;
use metrics::{counter, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::harness::{Contender, fence};
use crate::peers::ENGRAM;
use crate::peers::pairs::ONE;

static REGISTRY: Registry = Registry::new();

/// Labels that the macro keeps in a static.
pub(super) fn of_literals(operation: &'static str) -> Vec<Contender> {
    both(operation, || counter!("peer", "method" => "PUT", "path" => "/users").increment(1))
}

/// Labels that are static text, from which the macro makes a key in each call.
pub(super) fn of_static_text(operation: &'static str) -> Vec<Contender> {
    both(operation, || {
        let [method, path] = std::hint::black_box(ONE);
        counter!("peer_static", "method" => method, "path" => path).increment(1);
    })
}

fn both(operation: &'static str, call: impl Fn() + Copy + Sync + 'static) -> Vec<Contender> {
    let rival = PrometheusBuilder::new().build_recorder();
    vec![
        contender((ENGRAM, operation), ours(), call),
        contender(("metrics-exporter-prometheus", operation), rival, call),
    ]
}

/// One to the registry, whatever is chosen.
fn ours() -> &'static Recorder {
    static RECORDER: std::sync::OnceLock<Recorder> = std::sync::OnceLock::new();
    RECORDER.get_or_init(|| Recorder::new(&REGISTRY))
}

fn contender(
    (name, operation): (&'static str, &'static str),
    recorder: impl metrics::Recorder + Sync + 'static,
    call: impl Fn() + Copy + Sync + 'static,
) -> Contender {
    let run = move |times| {
        with_local_recorder(&recorder, || {
            for _ in 0..times {
                call();
                fence();
            }
        });
    };
    Contender { name, operation, threads: 2, run: Box::new(run) }
}
