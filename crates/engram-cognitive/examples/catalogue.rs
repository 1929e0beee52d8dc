//! Writes the pages of the catalogue into a folder: `cargo run -p engram-cognitive --example catalogue -- docs`.

use std::path::Path;
use std::{env, fs, io};

use engram_cognitive::catalogue::{metrics_page, rules_file, runbooks_page, tests_file};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "docs".to_owned());
    let folder = Path::new(&folder);
    let operations = folder.join("operations");
    fs::create_dir_all(&operations)?;
    fs::write(folder.join("metrics.md"), metrics_page())?;
    fs::write(operations.join("engram-cognitive.md"), runbooks_page())?;
    fs::write(operations.join("engram-cognitive.rules.yml"), rules_file())?;
    fs::write(operations.join("engram-cognitive.test.yml"), tests_file())
}
