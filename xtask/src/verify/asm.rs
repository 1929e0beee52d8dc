//! Machine code: compiled out there is nothing left of telemetry, compiled in there is little.
//!
//! ```text
//!   benches/asm:  application -> library -> engram-metrics-core
//!                             -> engram-concurrency-audit, in place of the locks that it wraps
//!                             -> engram-trace
//!
//!   bare twin     without a single instrument  ─┐
//!   disabled      --no-default-features         ├─ the same functions and data,
//!   overridden    --cfg engram_off             ─┘  with no symbol and no string of ours
//!   enabled       one function per instrument: no call and no lock on the hot path, few bytes
//! ```
//!
//! Each state is a build of its own: within one, a compiler merges functions that are the same, and the
//! comparison would be of a function with itself.

pub(super) mod arm;
mod build;
mod listing;
mod path;
mod program;
mod twin;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::context::Context;
use super::shown::{self, Block};
use super::step::{Outcome, Step};
use build::{Build, build};
use path::Path;
use program::Program;

pub(super) const STEP: Step = Step {
    name: "asm",
    why: "compiled out, the program is its bare twin; compiled in, a record has no call and no lock",
    run: |context| check(context, false),
};

/// Arguments of `cargo xtask asm`. Without a package it checks the fixtures of `benches/asm`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write the listings that are shown in the documentation anew.
    #[arg(long)]
    bless: bool,

    /// Check a package of yours: its program with telemetry compiled out against its bare twin.
    #[arg(long, value_name = "NAME", requires_all = ["off", "twin"])]
    package: Option<String>,

    /// Where that package is.
    #[arg(long, value_name = "FILE", default_value = "Cargo.toml")]
    manifest_path: PathBuf,

    /// The program, if it is not called like the package.
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,

    /// What compiles telemetry out, for cargo, as in --off="--no-default-features".
    #[arg(long, value_name = "ARGUMENTS", allow_hyphen_values = true)]
    off: Option<String>,

    /// What leaves the instruments out altogether, for cargo; may be empty where the twin is elsewhere.
    #[arg(long, value_name = "ARGUMENTS", allow_hyphen_values = true)]
    twin: Option<String>,

    /// Where the twin is, if it is another checkout, say of the commit before the first instrument.
    #[arg(long, value_name = "FILE")]
    twin_manifest_path: Option<PathBuf>,

    /// Compare the functions whose path contains this, instead of the whole program.
    #[arg(long, value_name = "PATTERN")]
    functions: Vec<String>,

    /// What nothing loaded may contain, such as the beginning of your metrics' names.
    #[arg(long, value_name = "TEXT")]
    names: Vec<String>,
}

/// Runs `cargo xtask asm`.
pub(crate) fn run(root: &std::path::Path, options: &Options) -> Result<ExitCode> {
    let context = Context::new(root, false);
    let outcome = match &options.package {
        Some(package) => check_package(&context, package, options)?,
        None => check(&context, options.bless)?,
    };
    Ok(outcome.told())
}

/// Every symbol of ours has one of them in its name.
const OURS: [&str; 3] = ["engram_metrics_core", "engram_concurrency_audit", "engram_trace"];

/// The names of all metrics and labels of the fixtures begin like this.
const FIXTURE_NAMES: [&str; 2] = ["asm.", "asm_"];

const FIXTURE: Build<'static> = Build {
    folder: None,
    manifest: None,
    package: "engram-asm-app",
    program: "engram-asm-app",
    arguments: "",
    flags: "",
};

const BARE: Build<'static> =
    Build { folder: Some("off"), arguments: "--no-default-features", ..FIXTURE };

const DISABLED: Build<'static> =
    Build { arguments: "--no-default-features --features instrumented", ..BARE };

const OVERRIDDEN: Build<'static> =
    Build { folder: Some("cfg-off"), flags: "--cfg engram_off", ..FIXTURE };

const ENABLED: Build<'static> = Build { program: "engram-asm-paths", ..FIXTURE };

/// A function of `benches/asm/app/src/paths.rs`.
struct Instrument {
    name: &'static str,
    /// Bytes of its hot path at most.
    path: usize,
    /// Bytes of the function at most.
    bytes: usize,
}

impl Instrument {
    /// What most are: small as a whole.
    const fn small(name: &'static str) -> Self {
        Self { name, path: PATH_BYTES, bytes: PATH_BYTES }
    }
}

const PATH_BYTES: usize = 256;

const INSTRUMENTS: [Instrument; 7] = [
    Instrument::small("counter_increment"),
    Instrument::small("updown_add"),
    Instrument::small("family_increment"),
    Instrument::small("gauge_set"),
    // Behind the hot path are the stores of a new minimum and maximum, and the first record.
    Instrument { name: "histogram_record", path: PATH_BYTES, bytes: 320 },
    // Behind that of events are the first one of a thread, samplers, refusals, and a clock that is not calibrated.
    // The path is that of one that was sampled, and so has a random number as well.
    Instrument { name: "event_record_at", path: 320, bytes: 1024 },
    // With a look at the clock.
    Instrument { name: "event_record", path: 400, bytes: 1280 },
];

/// What `docs/zero-cost.md` shows of the enabled and of the disabled program.
const SHOWN_ON: &str = "counter_increment";
const SHOWN_OFF: &str = "answer";

fn check(context: &Context, blesses: bool) -> Result<Outcome> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Ok(Outcome::not_applicable("the listings are those of x86-64 Linux"));
    }
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    let programs = build(context, &[&[BARE, DISABLED], &[OVERRIDDEN], &[ENABLED]])?;
    let [bare, disabled, overridden, enabled] = programs.as_slice() else {
        bail!("{} programs where there should be four", programs.len());
    };
    for (state, program) in [("disabled", disabled), ("engram_off", overridden)] {
        match same_as_twin(program, bare, &[]) {
            Ok(figure) => figures.push(format!("{state}: {figure}")),
            Err(fault) => faults.push(format!("{state}: {fault}")),
        }
        faults
            .extend(left_over(program, &FIXTURE_NAMES).map(|it| format!("{state}: {it} is left")));
    }
    if left_over(enabled, &FIXTURE_NAMES[..1]).is_none() {
        faults.push("enabled: nothing of ours is found in it, so the search is blind".to_owned());
    }
    figures.extend(instruments(enabled, &mut faults));
    for (program, name) in [(enabled, SHOWN_ON), (disabled, SHOWN_OFF)] {
        faults.extend(listing_is_shown(context, program, name, blesses)?);
    }
    Ok(match faults.as_slice() {
        [] => Outcome::passed(figures.join("; ")),
        faults => Outcome::failed(faults.join("; ")),
    })
}

/// A symbol or a string of ours that a program contains.
fn left_over(program: &Program, names: &[&str]) -> Option<String> {
    let is_ours = |name: &&String| OURS.iter().any(|ours| name.contains(ours));
    let symbol = program.names.iter().find(is_ours);
    let symbol = symbol.map(|name| format!("the symbol {name}"));
    let text = || names.iter().find(|name| program.contains(name));
    symbol.or_else(|| text().map(|name| format!("a text with `{name}` in it")))
}

/// Whether a program is the same as its twin: all of it, or where patterns are given, those functions.
fn same_as_twin(program: &Rc<Program>, twin: &Rc<Program>, patterns: &[String]) -> Result<String> {
    let found = twin::compare(program, twin, patterns);
    if found.functions == 0 {
        bail!("no function is called like that");
    }
    if let [first, ..] = found.differing.as_slice() {
        bail!(
            "{} of {} functions differ from the bare twin, {first}",
            found.differing.len(),
            found.functions
        );
    }
    if patterns.is_empty() && !found.sections.is_empty() {
        bail!("not as large as the bare twin in {}", found.sections.join(", "));
    }
    let how = if found.is_identical { ", byte for byte" } else { "" };
    Ok(format!("{} functions are those of the bare twin{how}", found.functions))
}

/// Walks the hot path of each instrument; returns the figures.
fn instruments(program: &Rc<Program>, faults: &mut Vec<String>) -> Vec<String> {
    let mut figures = Vec::new();
    for Instrument { name, path: longest, bytes: most } in INSTRUMENTS {
        let Some(function) = program.function(name) else {
            faults.push(format!("{name} is not in the program"));
            continue;
        };
        let size = function.code.len();
        match path::walk(function) {
            Ok(Path { instructions, bytes }) => {
                figures
                    .push(format!("{name} {instructions} instructions, {bytes} of {size} bytes"));
                if bytes >= longest || size >= most {
                    faults.push(format!("{name} has {size} bytes, {bytes} on the hot path"));
                }
            }
            Err(error) => faults.push(format!("{name}: {error:#}")),
        }
    }
    figures
}

/// Holds the listing in the documentation against the program.
fn listing_is_shown(
    context: &Context,
    program: &Rc<Program>,
    name: &str,
    blesses: bool,
) -> Result<Option<String>> {
    let function = program.function(name).with_context(|| format!("{name} is not there"))?;
    let mut text = String::from("```asm\n");
    write!(text, "{}:\n{}```\n", function.name, listing::listing(program, function))?;
    let block = Block { file: "docs/zero-cost.md", name, command: "cargo xtask asm --bless" };
    shown::hold(context, &block, &text, blesses)
}

/// The same comparison for a program that is not ours.
fn check_package(context: &Context, package: &str, options: &Options) -> Result<Outcome> {
    let here = std::env::current_dir().context("cannot find the current folder")?;
    let manifest = here.join(&options.manifest_path);
    let twin_manifest = options.twin_manifest_path.as_ref().map(|path| here.join(path));
    let disabled = Build {
        folder: Some("asm/off"),
        manifest: Some(&manifest),
        package,
        program: options.bin.as_deref().unwrap_or(package),
        arguments: options.off.as_deref().unwrap_or_default(),
        flags: "",
    };
    let bare = Build {
        folder: Some("asm/twin"),
        manifest: Some(twin_manifest.as_ref().unwrap_or(&manifest)),
        arguments: options.twin.as_deref().unwrap_or_default(),
        ..disabled
    };
    let programs = build(context, &[&[disabled], &[bare]])?;
    let [disabled, bare] = programs.as_slice() else {
        bail!("{} programs where there should be two", programs.len());
    };
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    if let Some(left) = left_over(disabled, &names) {
        return Ok(Outcome::failed(format!("{left} is left")));
    }
    Ok(match same_as_twin(disabled, bare, &options.functions) {
        Ok(figure) => Outcome::passed(figure),
        Err(error) => Outcome::failed(format!("{error:#}")),
    })
}
