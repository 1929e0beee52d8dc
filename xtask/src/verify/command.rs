//! Running a program: seen while it runs, and kept to be read.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result};

/// What a program wrote.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) out: String,
    pub(super) err: String,
}

impl Written {
    /// Both streams, one after the other.
    pub(super) fn both(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// The error of a program that did not succeed, for those who want to know what it said.
#[derive(Debug)]
pub(super) struct Ended {
    command: String,
    code: Option<i32>,
    pub(super) written: Written,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "`{}` ended with {code}: see above", self.command),
            None => write!(f, "`{}` was ended by a signal", self.command),
        }
    }
}

impl Error for Ended {}

/// Runs to the end, showing what the program writes as it comes.
///
/// # Errors
/// When the program cannot be started or does not succeed.
pub(super) fn run(command: &mut Command) -> Result<Written> {
    let shown = shown(command);
    println!("$ {shown}");
    let (written, code) = attempt(command)?;
    match code {
        Some(0) => Ok(written),
        code => Err(Ended { command: shown, code, written }.into()),
    }
}

/// The same for a program that may fail; `None` is a signal.
///
/// # Errors
/// When the program cannot be started.
pub(super) fn attempt(command: &mut Command) -> Result<(Written, Option<i32>)> {
    observe(command, true)
}

/// The same for a program whose result is long: of what it writes, only standard error is shown.
///
/// # Errors
/// When the program cannot be started.
pub(super) fn capture(command: &mut Command) -> Result<(Written, Option<i32>)> {
    println!("$ {}", shown(command));
    observe(command, false)
}

fn observe(command: &mut Command, shows_out: bool) -> Result<(Written, Option<i32>)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let name = shown(command);
    let mut child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let written = thread::scope(|scope| {
        let err = scope.spawn(move || echo(err, true));
        let out = echo(out, shows_out);
        Written { out, err: err.join().unwrap_or_default() }
    });
    let status = child.wait().with_context(|| format!("cannot wait for `{name}`"))?;
    Ok((written, status.code()))
}

fn echo(stream: Option<impl Read>, shows: bool) -> String {
    let mut text = String::new();
    for line in
        stream.into_iter().flat_map(|stream| BufReader::new(stream).lines()).map_while(Result::ok)
    {
        if shows {
            println!("{line}");
        }
        let _ = writeln!(text, "{line}");
    }
    text
}

/// The command as one would type it.
pub(super) fn shown(command: &Command) -> String {
    let settings = command.get_envs().filter_map(|(name, value)| {
        let (name, value) = (name.to_str()?, value?.to_str()?);
        (name != "CARGO_TERM_COLOR").then(|| format!("{name}={value:?}"))
    });
    let program = Path::new(command.get_program()).display().to_string();
    let arguments = command.get_args().map(|it| it.to_string_lossy().into_owned());
    settings.chain([program]).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Whether a program is found in `PATH`.
pub(super) fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
