//! A program in the background, which does not outlive its step.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::command::shown;

/// A running program; dropping it ends it, on every path.
#[derive(Debug)]
pub(super) struct Background {
    name: String,
    child: Child,
    /// What it writes on standard error, line by line.
    lines: Receiver<String>,
}

impl Background {
    /// Starts a program; what it writes on standard error is shown too.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let name = shown(command);
        println!("$ {name} &");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
        let stream = child.stderr.take();
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = stream.into_iter().flat_map(|stream| BufReader::new(stream).lines());
            for line in lines.map_while(Result::ok) {
                println!("  {line}");
                // Nobody may be waiting for a line any more; the program still has to be read.
                let _ = sender.send(line);
            }
        });
        Ok(Self { name, child, lines })
    }

    /// Fails if it has ended by itself.
    pub(super) fn still_runs(&mut self) -> Result<()> {
        let ended =
            self.child.try_wait().with_context(|| format!("cannot look at `{}`", self.name))?;
        match ended {
            None => Ok(()),
            Some(status) => bail!("`{}` ended before its time: {status}", self.name),
        }
    }

    /// The next line with `mark` in it.
    pub(super) fn wait_for(&self, mark: &str, patience: Duration) -> Result<String> {
        let end = Instant::now() + patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(mark) => return Ok(line),
                Ok(_) => {}
                Err(_) => bail!("`{}` did not write `{mark}` within {patience:?}", self.name),
            }
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Both fail only when the program is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
