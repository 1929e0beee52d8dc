//! `engram profile`: what a run cost, what it waited for, and what stands out.

mod counted;
mod finding;
mod json;
mod picture;
mod report;
mod table;
mod watch;

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use engram_hw::SoftwareCounts;

use counted::Counted;
use report::{Report, Surroundings};
use watch::Watch;

/// Arguments of `engram profile`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Watch a process that runs already, instead of starting one.
    #[arg(long, value_name = "PID", conflicts_with = "command")]
    pid: Option<u32>,

    /// How long to watch it.
    #[arg(long, value_name = "N", default_value_t = 5, requires = "pid")]
    seconds: u64,

    /// Print the result as JSON.
    #[arg(long)]
    json: bool,

    /// Also draw a picture into this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// The program to run, and its arguments.
    #[arg(last = true, required_unless_present = "pid")]
    command: Vec<String>,
}

/// How often a process is looked at.
const STEP: Duration = Duration::from_millis(50);

/// Runs or watches, then reports. Ends as the program ended.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let (report, code) = match options.pid {
        Some(pid) => (of_process(pid, Duration::from_secs(options.seconds))?, 0),
        None => of_command(&options.command)?,
    };
    if let Some(path) = &options.svg {
        fs::write(path, picture::picture(&report))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text = if options.json { json::json(&report) } else { table::table(&report) };
    // What was profiled may write on standard output: people get the report beside it.
    let written = if options.json {
        io::stdout().lock().write_all(text.as_bytes())
    } else {
        io::stderr().lock().write_all(text.as_bytes())
    };
    written.context("cannot write the report")?;
    Ok(ExitCode::from(code))
}

/// Starts a program and watches it until it ends.
fn of_command(command: &[String]) -> Result<(Report, u8)> {
    let (program, arguments) = command.split_first().context("there is no program to run")?;
    let before = Surroundings::now();
    let used = SoftwareCounts::of_children()?;
    // Counters of this thread that start when something it starts becomes another program.
    let counters = Counted::of_next_program();
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let mut watch = Watch::new(child.id(), started);
    let status = loop {
        if let Some(status) = child.try_wait().context("cannot wait for the program")? {
            break status;
        }
        watch.look();
        pause(&mut child)?;
    };
    let report = Report {
        title: command.join(" "),
        wall: started.elapsed(),
        used: SoftwareCounts::of_children()?.since(&used),
        counted: counters.read(),
        surroundings: Surroundings::now().since(before),
        watched: watch.finish(),
    };
    Ok((report, code(status)))
}

/// What a shell would end with: 128 and its number after a signal.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Waits for the next look, or for the end.
fn pause(child: &mut Child) -> Result<()> {
    let until = Instant::now() + STEP;
    while Instant::now() < until {
        if child.try_wait().context("cannot wait for the program")?.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Watches a process for some time.
fn of_process(pid: u32, time: Duration) -> Result<Report> {
    let mut watch = Watch::new(pid, Instant::now());
    ensure!(watch.look(), "there is no process {pid}, or it may not be looked at");
    let before = Surroundings::now();
    let counters = Counted::of_process(pid);
    let started = Instant::now();
    while started.elapsed() < time && watch.look() {
        std::thread::sleep(STEP.min(time.saturating_sub(started.elapsed())));
    }
    let watched = watch.finish();
    Ok(Report {
        title: format!("process {pid}"),
        wall: started.elapsed(),
        used: watched.used(),
        counted: counters.read(),
        surroundings: Surroundings::now().since(before),
        watched,
    })
}
