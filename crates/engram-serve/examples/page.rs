//! A Prometheus page in ten lines, with exemplars that lead to traces.
//!
//! `cargo run -p engram-serve --example page -- 127.0.0.1:9464`; Ctrl-C ends it.
#![expect(clippy::print_stderr, reason = "an example says where to look")]

use engram_metrics_core::{
    Counter, ExemplarHistogram, Registry, SpanId, StateSet, TraceId, Unit, label_enum, metric_set,
};
use engram_serve::{Endpoint, METRICS};

label_enum! { enum Phase as "phase" { Starting = "starting", Serving = "serving" } }

metric_set! {
    /// What the server does.
    struct ServerMetrics {
        /// Requests answered.
        requests: Counter = "server.requests", Unit::Count("{request}");
        /// Time to answer a request.
        duration: ExemplarHistogram = "server.duration", Unit::Seconds;
        /// What the server is doing.
        phase: StateSet<Phase> = "server.phase", Unit::Count("1");
    }
}

static SERVER: ServerMetrics = ServerMetrics::new();
static REGISTRY: Registry = Registry::new();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    REGISTRY.register(&SERVER)?;
    REGISTRY.register(&METRICS)?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9464".to_owned());
    let endpoint = Endpoint::start(address.parse()?, &REGISTRY)?;
    SERVER.phase.set(Phase::Serving);
    for millis in 1..200 {
        SERVER.requests.increment();
        let (ticks, trace) = (millis << 20, TraceId(u128::from(millis)));
        SERVER.duration.record_with_exemplar(ticks, trace, SpanId(millis));
    }
    eprintln!("metrics: http://{}/metrics", endpoint.address());
    loop {
        std::thread::park();
    }
}
