//! `engram tail`: events as they happen, from `/events` of an endpoint, or those of a file.

mod event;
mod stream;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use event::{Event, Wanted};

/// Arguments of `engram tail`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where events come from: http://HOST:PORT, HOST:PORT, the path of a file of lines, or - for the standard input.
    #[arg(value_name = "URL|FILE")]
    source: String,

    /// Only events of this kind; may be given several times.
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,

    /// Only events that are at least so strong.
    #[arg(long, value_name = "STRENGTH", allow_negative_numbers = true)]
    min_strength: Option<f64>,

    /// Only events of this trace, as exemplars and logs show it.
    #[arg(long, value_name = "ID")]
    trace: Option<String>,

    /// End after so many events.
    #[arg(long, value_name = "N")]
    count: Option<u64>,

    /// Print the lines as they came, one JSON object for each event.
    #[arg(long)]
    json: bool,
}

/// Shows events until there are no more; fails when something was no event.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let wanted = Wanted {
        kinds: &options.kind,
        min_strength: options.min_strength,
        trace: options.trace.as_deref(),
    };
    let mut show = Show { options, wanted, left: options.count.unwrap_or(u64::MAX), unreadable: 0 };
    let result = match options.source.as_str() {
        "-" => show.lines(io::stdin().lock()),
        path if Path::new(path).is_file() => show.file(path),
        // An address has a port, if not a scheme.
        path if !path.contains(':') => bail!("there is no file {path}"),
        url => stream::follow(url, &mut |line| show.line(line)),
    };
    match result {
        // Whoever reads has seen enough.
        Err(error) if is_broken_pipe(&error) => return Ok(ExitCode::SUCCESS),
        result => result?,
    }
    if show.unreadable > 0 {
        eprintln!("{} lines are no events", show.unreadable);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// How compressed files begin.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints what is wanted.
struct Show<'a> {
    options: &'a Options,
    wanted: Wanted<'a>,
    /// Events that are still to be shown.
    left: u64,
    /// Lines that are no events.
    unreadable: u64,
}

impl Show<'_> {
    /// Shows all lines of a file, unless they are compressed.
    fn file(&mut self, path: &str) -> Result<()> {
        let file = File::open(path).with_context(|| format!("cannot read {path}"))?;
        let mut lines = BufReader::new(file);
        if lines.fill_buf().with_context(|| format!("cannot read {path}"))?.starts_with(&ZSTD) {
            bail!("{path} is compressed: zstd -dc {path} | engram tail -");
        }
        self.lines(lines)
    }

    /// Shows all lines of a file.
    fn lines(&mut self, lines: impl BufRead) -> Result<()> {
        for line in lines.lines() {
            if !self.line(&line.context("cannot read on")?)? {
                break;
            }
        }
        Ok(())
    }

    /// Shows a line if it is wanted; whether there may be more.
    fn line(&mut self, line: &str) -> Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        match Event::read(line) {
            Ok(event) if self.wanted.takes(&event) => {
                let mut out = io::stdout().lock();
                let text = if self.options.json { line.to_owned() } else { event.text() };
                writeln!(out, "{text}").and_then(|()| out.flush())?;
                self.left -= 1;
            }
            Ok(_) => {}
            Err(why) => {
                eprintln!("{why}: {line}");
                self.unreadable += 1;
            }
        }
        Ok(self.left > 0)
    }
}
