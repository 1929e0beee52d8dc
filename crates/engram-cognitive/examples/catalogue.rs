//! Writes the pages of the catalogue into a folder: `cargo run -p engram-cognitive --example catalogue -- docs`. With
//! a second argument, `quick`, it writes the rules in a hurry instead, for a test that plays incidents.

use std::path::Path;
use std::{env, fs, io};

use engram_cognitive::catalogue::{
    metrics_page, quick_rules_file, rules_file, runbooks_page, tests_file,
};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "docs".to_owned());
    let folder = Path::new(&folder);
    if env::args().nth(2).is_some_and(|it| it == "quick") {
        return fs::write(folder.join("quick.rules.yml"), quick_rules_file());
    }
    let operations = folder.join("operations");
    fs::create_dir_all(&operations)?;
    fs::write(folder.join("metrics.md"), metrics_page())?;
    fs::write(operations.join("engram-cognitive.md"), runbooks_page())?;
    fs::write(operations.join("engram-cognitive.rules.yml"), rules_file())?;
    fs::write(operations.join("engram-cognitive.test.yml"), tests_file())
}
