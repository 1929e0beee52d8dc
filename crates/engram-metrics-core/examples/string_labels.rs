//! Counts by labels that are strings, and shows what happens at the limit: `cargo run --example string_labels`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use engram_metrics_core::{Counter, DynamicFamily};

static REQUESTS: DynamicFamily<2, Counter> =
    DynamicFamily::<2, Counter>::new(["method", "path"]).with_limit(3);

fn main() {
    // Any strings: hashed and compared.
    for path in ["/words", "/lists", "/words"] {
        REQUESTS.at(["GET", &path.to_lowercase()]).increment();
    }
    // Strings that live as long as the program: recognised by their address.
    REQUESTS.at_static(["GET", "/health"]).increment();
    // A series that is used again and again: found once.
    let health = REQUESTS.handle(["GET", "/health"]);
    (0..10).for_each(|_| health.increment());
    // Beyond the limit of three series everything goes to one more.
    (0..5).for_each(|user| REQUESTS.at(["GET", &format!("/users/{user}")]).increment());

    for path in ["/words", "/lists", "/health"] {
        println!("GET {path}: {}", REQUESTS.at(["GET", path]).value());
    }
    println!("in the overflow series: {}", REQUESTS.overflowed());
}
