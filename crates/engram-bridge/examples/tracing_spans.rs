//! Spans of `tracing` are timed and events counted, whatever else listens.
//!
//! `cargo run -p engram-bridge --example tracing_spans`
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use engram_bridge::SpanLayer;
use engram_metrics_core::{Reading, Registry};
use tracing::{error, info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

static REGISTRY: Registry = Registry::new();

fn answer(number: u32) {
    info_span!(target: "server", "answer", number).in_scope(|| match number % 10 {
        0 => error!(target: "server", "no such page"),
        _ => info!(target: "server", "answered"),
    });
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Other layers, a log for instance, go on top with another `with`.
    let subscriber = tracing_subscriber::registry().with(SpanLayer::new(&REGISTRY)?);
    tracing::subscriber::set_global_default(subscriber)?;
    (0..100).for_each(answer);
    let page = Reading::of(&REGISTRY);
    let span = [("span", "answer"), ("target", "server")];
    let duration = page.histogram("tracing.span.duration", &span);
    println!("answers: {:?}", duration.map(|it| it.count()));
    println!("90 % within {:?} s", duration.and_then(|it| it.quantile(0.9)));
    println!("errors: {:?}", page.number("tracing.span.errors", &span));
    Ok(())
}
