//! Times scopes into a histogram and prints quantiles: `cargo run --example timer`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use engram_metrics_core::Histogram;

static PARSING: Histogram = Histogram::seconds();

fn parse(text: &str) -> Option<u64> {
    // Records when it goes out of scope, whichever way that happens.
    let _timer = PARSING.start();
    text.trim().parse().ok()
}

fn main() {
    let inputs: Vec<String> = (0..100_000_u64).map(|n| format!("  {}", n * n)).collect();
    let parsed = inputs.iter().filter_map(|text| parse(text)).count();

    // A scope that should not count takes its timer back.
    let warm_up = PARSING.start();
    warm_up.discard();

    let snapshot = PARSING.snapshot();
    println!("{parsed} numbers parsed, {} times measured", snapshot.count());
    for q in [0.5, 0.99, 1.0] {
        if let Some((at_least, at_most)) = snapshot.quantile_bounds(q) {
            println!("p{}: {:.0} to {:.0} ns", q * 100.0, at_least * 1e9, at_most * 1e9);
        }
    }
}
