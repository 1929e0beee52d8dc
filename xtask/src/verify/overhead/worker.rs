//! A process of a build that works when it is its turn.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use super::build::Build;

/// What it did in its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) nanoseconds: u64,
    /// Stands for all results so far.
    pub(super) digest: String,
}

/// A build that waits for its turn.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    ready: Instant,
}

impl Worker {
    /// Starts it. It makes its index by and by.
    pub(super) fn start(build: &Build) -> Result<Self> {
        let mut child = Command::new(&build.program)
            .arg(&build.links)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", build.program.display()))?;
        let ask = child.stdin.take().context("a child without standard input")?;
        let output = child.stdout.take().context("a child without standard output")?;
        Ok(Self { child, ask, answers: BufReader::new(output), ready: Instant::now() })
    }

    /// Waits until it can work, and holds it on one processor from then on, where that can be done.
    pub(super) fn wait(&mut self) -> Result<()> {
        ensure!(self.line()? == "ready", "a build does not wait for turns");
        pin(self.child.id());
        self.ready = Instant::now();
        Ok(())
    }

    /// Begins anew, with what this seed decides.
    pub(super) fn begin(&mut self, seed: u64) -> Result<()> {
        writeln!(self.ask, "{seed}").context("a build has ended before it began")
    }

    /// Has it do so many operations, and then so many more, which are timed.
    pub(super) fn turn(&mut self, warm: u64, timed: u64) -> Result<Answer> {
        writeln!(self.ask, "{warm} {timed}").context("a build has ended before its turn")?;
        let line = self.line()?;
        let (nanoseconds, digest) = line.split_once(' ').context("an answer has two numbers")?;
        Ok(Answer { nanoseconds: nanoseconds.parse()?, digest: digest.to_owned() })
    }

    /// The share of a processor that its other threads have had since it can work.
    pub(super) fn beside(&self) -> Result<f64> {
        let passed = self.ready.elapsed().as_nanos();
        let own = self.child.id().to_string();
        let tasks = PathBuf::from("/proc").join(&own).join("task");
        let mut used = 0;
        for task in fs::read_dir(tasks).context("cannot look at the threads of a build")? {
            let task = task?;
            if task.file_name().to_string_lossy() != own {
                // A thread that ends while it is looked at has no times any more.
                let times = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
                used += on_processor(&times);
            }
        }
        Ok(used as f64 / passed as f64)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).context("a build does not answer")?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only when the program is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The nanoseconds on a processor in what the system says of a thread.
pub(super) fn on_processor(schedstat: &str) -> u64 {
    schedstat.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

/// Holds all threads of a process on the last processor that there is for it, which is the same for all of them.
fn pin(process: u32) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(processor) = last_allowed(&status) {
        let process = process.to_string();
        let arguments = ["--all-tasks", "--cpu-list", "--pid", processor, &process];
        // What is not pinned is moved about, which makes times less even and no ratio wrong.
        let _ = Command::new("taskset").args(arguments).output();
    }
}

/// The last processor in what the system says of a process.
pub(super) fn last_allowed(status: &str) -> Option<&str> {
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    list.trim().rsplit([',', '-']).next().filter(|last| !last.is_empty())
}

#[cfg(test)]
mod tests;
