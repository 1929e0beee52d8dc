//! Engines for tests, each of which may be a process of its own.
//!
//! Building the index takes longer than most tests do. So the first process keeps its links beside the test program,
//! and the others read them; a test program that was compiled again makes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Engine, EngineConfig};

/// The engine of a configuration.
pub(crate) fn engine(config: &EngineConfig) -> Engine {
    let program = std::env::current_exe().expect("a test is a program");
    let file = program.with_extension(format!("{:x}.links", config.seed));
    kept(&program, &file).and_then(|links| Engine::restore(config, &links).ok()).unwrap_or_else(
        || {
            let engine = Engine::build(config, &mut |_| {}).expect("the carried data is whole");
            keep(file, &engine.index().links());
            engine
        },
    )
}

/// The links, unless they are older than the program.
fn kept(program: &Path, file: &Path) -> Option<Vec<u8>> {
    let moment = |path: &Path| fs::metadata(path).ok()?.modified().ok();
    (moment(file)? > moment(program)?).then(|| fs::read(file).ok()).flatten()
}

/// Other processes see all of them or none; without them they build what they need.
fn keep(file: PathBuf, links: &[u8]) {
    let own = file.with_extension(std::process::id().to_string());
    let _ = fs::write(&own, links).and_then(|()| fs::rename(own, file));
}
