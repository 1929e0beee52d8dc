//! The pages in the repository are those of the catalogue.

use std::fs;
use std::path::Path;

use engram_cognitive::catalogue::{metrics_page, rules_file, runbooks_page, tests_file};

#[test]
fn the_pages_are_those_of_the_catalogue() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let pages = [
        ("metrics.md", metrics_page()),
        ("operations/engram-cognitive.md", runbooks_page()),
        ("operations/engram-cognitive.rules.yml", rules_file()),
        ("operations/engram-cognitive.test.yml", tests_file()),
    ];
    for (name, text) in pages {
        let written = fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(
            written == text,
            "docs/{name} is not that of the catalogue: `cargo run -p engram-cognitive --example catalogue -- docs`"
        );
    }
}
