//! Inputs that nobody thought of, found by which code they reach.
//!
//! The compiler that everybody has instruments for the fuzzer: what `cargo fuzz` wants a nightly one for is
//! the address sanitizer, and the code that is fuzzed here has no `unsafe` of its own to watch. What a run
//! finds, and what it learnt, stays in the build folder; a finding belongs into `fuzz/corpus`, where a test
//! runs it from then on.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::command::{attempt, run};
use super::context::Context;
use super::step::{Outcome, Step};

pub(super) const STEP: Step = Step {
    name: "fuzz",
    why: "what must hold for any input holds for those that a fuzzer finds in a minute",
    run: fuzz,
};

/// Programs of `fuzz/targets`, without `fuzz-`; also the folders of their corpus.
const TARGETS: [&str; 4] = ["page", "buckets", "machine", "topology"];

/// Seconds for each.
const PATIENCE: u32 = 60;

/// Longer inputs say nothing that shorter ones do not.
const LONGEST: u32 = 1_100;

/// Counters in each edge of the code, and the operands of comparisons.
const INSTRUMENTED: &str = "--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 \
    -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

const PLATFORM: &str = "x86_64-unknown-linux-gnu";

fn fuzz(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("a minute for each target: use --full"));
    }
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Ok(Outcome::not_applicable("the fuzzer is built for x86-64 Linux"));
    }
    let arguments = ["build", "--release", "--package", "engram-fuzz", "--features", "fuzzer"];
    let mut build = context.cargo_apart("fuzz", &arguments);
    build.args(["--target", PLATFORM]).env("RUSTFLAGS", INSTRUMENTED);
    // Code of all crates is instrumented before it is linked together.
    run(build.env("CARGO_PROFILE_RELEASE_LTO", "off"))?;
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    for target in TARGETS {
        match search(context, target)? {
            Ok(figure) => figures.push(figure),
            Err(fault) => faults.push(fault),
        }
    }
    Ok(match faults.as_slice() {
        [] => Outcome::passed(figures.join(", ")),
        faults => Outcome::failed(faults.join("; ")),
    })
}

fn search(context: &Context, target: &str) -> Result<Result<String, String>> {
    let folder = context.apart("fuzz");
    let program = folder.join(PLATFORM).join("release").join(format!("fuzz-{target}"));
    let learnt = folder.join("learnt").join(target);
    fs::create_dir_all(&learnt).context("cannot make a folder for what is learnt")?;
    let found = format!("-artifact_prefix={}/", folder.join("learnt").display());
    let mut fuzzer = context.command(program, &[&found, "-print_final_stats=1"]);
    fuzzer.arg(format!("-max_total_time={PATIENCE}")).arg(format!("-max_len={LONGEST}"));
    fuzzer.arg(learnt).arg(Path::new("fuzz/corpus").join(target));
    let (written, code) = attempt(&mut fuzzer)?;
    Ok(judge(target, &written.err, code))
}

fn judge(target: &str, written: &str, code: Option<i32>) -> Result<String, String> {
    let inputs =
        written.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let edges = written.lines().rev().find_map(|line| {
        let (_, behind) = line.split_once(" cov: ")?;
        behind.split_whitespace().next()
    });
    let panic = || written.lines().find(|line| line.contains("panicked at"));
    match (code, inputs, edges) {
        (Some(0), Some(inputs), Some(edges)) => {
            Ok(format!("{target}: {} inputs, {edges} edges", inputs.trim()))
        }
        (Some(0), ..) => Err(format!("{target}: nothing was counted, so the fuzzer is blind")),
        _ => Err(format!("{target}: {}", panic().unwrap_or("the fuzzer did not end well"))),
    }
}

#[cfg(test)]
mod tests;
