//! Machines that nobody here has, emulated: several NUMA nodes, nodes without processors or memory, processors
//! that are offline, control groups with limits, counters of a processor.
//!
//! ```text
//!   kernel     a cloud kernel of Debian, unpacked below target/tools, not installed
//!   archive    one program, started as the first process: crates/engram-hw/tests/inside, linked statically
//!   machine    qemu, without any hardware help, from the table in `machine.rs`
//!   result     what the program writes to the second serial port, a line for each check
//! ```

mod archive;
mod kernel;
mod machine;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use super::aarch64;
use super::command::{capture, exists};
use super::compiler::{self, Compiler};
use super::context::Context;
use super::step::{Outcome, Step};
use machine::{Kind, MACHINES, Machine};

pub(super) const STEP: Step = Step {
    name: "numa",
    why: "pins, memory and limits land on machines with several nodes, and counters count (with --full)",
    run: in_full,
};

/// Arguments of `cargo xtask numa`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only this machine of the table.
    #[arg(long, value_name = "MACHINE")]
    only: Option<String>,
}

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// A machine that is not off after so long has failed. Two minutes are usual on processors that others use too.
const PATIENCE: Duration = Duration::from_secs(420);

/// Starts the machines of the table and says what was checked inside.
pub(crate) fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let context = Context::new(root, true);
    let outcome = machines(&context, options.only.as_deref())?;
    Ok(outcome.told())
}

fn in_full(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("with --full: an emulated machine takes its time"));
    }
    machines(context, None)
}

/// The emulators that are missing.
pub(super) fn missing() -> Vec<&'static str> {
    let all = [Kind::X86, Kind::Arm].map(Kind::emulator);
    all.into_iter().filter(|emulator| !exists(emulator)).collect()
}

fn machines(context: &Context, only: Option<&str>) -> Result<Outcome> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Ok(Outcome::not_applicable("the machines are x86-64 ones"));
    }
    let wanted = |it: &&Machine| only.is_none_or(|only| only == it.name);
    let chosen: Vec<_> = MACHINES.iter().filter(wanted).collect();
    if chosen.is_empty() {
        bail!("there is no such machine; there are {}", MACHINES.map(|it| it.name).join(", "));
    }
    let is_missing = |it: &&&Machine| missing().contains(&it.kind.emulator());
    if let Some(machine) = chosen.iter().find(is_missing) {
        let emulator = machine.kind.emulator();
        return Ok(Outcome::skipped(format!("{emulator} is missing: see the step setup")));
    }
    let (mut figures, mut faults) = (Vec::new(), Vec::new());
    for kind in [Kind::X86, Kind::Arm] {
        let mut of_kind = chosen.iter().filter(|it| it.kind == kind).peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        let Some(program) = program(context, kind)? else {
            return Ok(Outcome::skipped(compiler::MISSING));
        };
        let kernel = kernel::image(context, kind)?;
        for machine in of_kind {
            match start(context, machine, &kernel, &program)? {
                Ok(checks) => figures.push(format!("{}: {checks} checks", machine.name)),
                Err(fault) => faults.push(format!("{}: {fault}", machine.name)),
            }
        }
    }
    Ok(match faults.as_slice() {
        [] => Outcome::passed(figures.join(", ")),
        faults => Outcome::failed(faults.join("; ")),
    })
}

fn start(
    context: &Context,
    machine: &Machine,
    kernel: &Path,
    program: &Path,
) -> Result<Result<usize, String>> {
    let started = Instant::now();
    let said = boot(context, machine, kernel, program)?;
    println!("{} ({:.0} s)\n{said}", machine.name, started.elapsed().as_secs_f64());
    Ok(judge(&said))
}

/// Builds what runs inside; the path of it. `None` where no compiler can.
fn program(context: &Context, kind: Kind) -> Result<Option<PathBuf>> {
    let mut build = match kind {
        Kind::X86 => {
            let mut cargo = context.cargo_apart("numa", &["test"]);
            cargo.args(["--target", TARGET]);
            cargo
        }
        Kind::Arm => {
            let Some(compiler) = Compiler::with_source(context) else { return Ok(None) };
            aarch64::cargo(context, &compiler, "numa", "test")
        }
    };
    build.args(["--no-run", "--package", "engram-hw", "--test", "inside"]);
    build.args(["--message-format", "json", "--quiet"]);
    // There is no loader and no library inside.
    let written = run_quietly(build.env("RUSTFLAGS", "-C target-feature=+crt-static"))?;
    let messages = written.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut programs = messages.filter_map(|message: serde_json::Value| {
        let is_it = message["target"]["name"] == "inside";
        message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
    });
    programs.next().context("cargo names no program").map(Some)
}

/// What a program wrote that has to succeed.
fn run_quietly(command: &mut Command) -> Result<String> {
    let (written, code) = capture(command)?;
    ensure!(code == Some(0), "{}", written.err);
    Ok(written.out)
}

/// Starts a machine and waits until it is off; what the program inside has written.
fn boot(context: &Context, machine: &Machine, kernel: &Path, program: &Path) -> Result<String> {
    let folder = context.apart("numa").join(machine.name);
    fs::create_dir_all(&folder).context("cannot make a folder for the machine")?;
    let (files, console, said) = ["archive", "console", "said"].map(|it| folder.join(it)).into();
    let program = fs::read(program).context("cannot read the program")?;
    fs::write(&files, archive::with_program(&program)).context("cannot write the archive")?;
    let _ = fs::remove_file(&said);
    let mut emulator = context.command(machine.kind.emulator(), &[]);
    emulator.args(machine.arguments()).arg("-kernel").arg(kernel).arg("-initrd").arg(&files);
    emulator.args(["-append", &machine.command_line()]);
    emulator.arg("-serial").arg(format!("file:{}", console.display()));
    emulator.args(machine.second_port(&said.display().to_string()));
    let mut running = emulator.stdin(Stdio::null()).spawn().context("cannot start the emulator")?;
    let started = Instant::now();
    while running.try_wait().context("cannot wait for the emulator")?.is_none() {
        if started.elapsed() > PATIENCE {
            running.kill().context("cannot end the emulator")?;
            let _ = running.wait();
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let said = fs::read(&said).unwrap_or_default();
    Ok(String::from_utf8_lossy(&said).replace("\r\n", "\n"))
}

/// How many checks have passed, or what went wrong.
fn judge(said: &str) -> Result<usize, String> {
    let failed: Vec<_> = said.lines().filter(|line| line.starts_with("failed ")).collect();
    let passed = said.lines().filter(|line| line.starts_with("passed ")).count();
    match (failed.as_slice(), said.lines().any(|line| line == "done")) {
        ([], true) if passed > 0 => Ok(passed),
        ([], true) => Err("nothing was checked".to_owned()),
        ([], false) => Err(format!("ended after {passed} checks: see target/numa for its console")),
        (failed, _) => Err(failed.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn a_machine_that_did_not_get_to_the_end_has_failed() {
        assert_eq!(judge("passed pins: 8 of 8\ndone\n"), Ok(1));
        assert!(judge("passed pins: 8 of 8\n").is_err());
        assert!(judge("done\n").is_err());
        assert_eq!(
            judge("passed a: 1\nfailed pins: CPU 1\ndone\n"),
            Err("failed pins: CPU 1".into())
        );
    }
}
