//! One series per combination of two labels, found by arithmetic instead of a lookup.
//!
//! `cargo run -p engram-metrics-core --example family`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use engram_metrics_core::{Counter, Family, label_enum};

label_enum! { enum Method as "method" { Get = "get", Put = "put" } }
label_enum! { enum Outcome as "outcome" { Ok = "ok", Failed = "failed" } }

static REQUESTS: Family<(Method, Outcome), Counter> = Family::new();

fn main() {
    for size in 0..10 {
        let method = if size % 3 == 0 { Method::Put } else { Method::Get };
        let outcome = if size < 9 { Outcome::Ok } else { Outcome::Failed };
        REQUESTS.at((method, outcome)).increment();
    }
    // A loop that always records under the same labels keeps the series.
    let reads = REQUESTS.at((Method::Get, Outcome::Ok));
    (0..100).for_each(|_| reads.increment());
    println!("{} reads, {} failed writes", reads.value(), {
        REQUESTS.at((Method::Put, Outcome::Failed)).value()
    });
}
