//! `engram topology`: what a machine is made of.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use engram_hw::Topology;

/// Arguments of `engram topology`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Read a copy of another machine's /proc and /sys from this folder.
    #[arg(long, value_name = "DIR", default_value = "/")]
    from: PathBuf,

    /// A tree for people, everything for programs, or a picture.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How it is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    Svg,
}

/// Writes the topology on standard output.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let machine = Topology::from_root(&options.from)
        .context("there is no machine to show (--from DIR: the folder above proc and sys)")?;
    let text = match options.format {
        Format::Text => machine.to_text(),
        Format::Json => machine.to_json(),
        Format::Svg => machine.to_svg(),
    };
    io::stdout().lock().write_all(text.as_bytes()).context("cannot write the topology")?;
    Ok(ExitCode::SUCCESS)
}
