//! `engram experiment`: what the engine does, beside what people did, seen through its metrics.

mod audit;
mod drawing;
mod result;

pub(crate) use audit::is_of_memory;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use engram_metrics_core::{ENABLED, Registry};
use engram_serve::Endpoint;
use engram_workload::experiment::{
    Ledger, Norms, Report, consolidation, drm, fan, forgetting, spacing, vectors,
};

/// What the endpoint shows.
static REGISTRY: Registry = Registry::new();

/// The file of norms in the folder that `--norms` names.
const NORMS: &str = "eat.tsv";

/// Which experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// False recall of words that all others suggest.
    Drm,
    /// Recognition that slows down with what is known.
    Fan,
    /// What is left after a while.
    Forgetting,
    /// When to study again.
    Spacing,
    /// What a lesion of the fast store costs.
    Consolidation,
    /// Missing words found by vectors.
    Vectors,
    /// All of them.
    All,
}

/// Arguments of `engram experiment`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Which one.
    #[arg(value_enum)]
    which: Which,

    /// Print the result as JSON.
    #[arg(long)]
    json: bool,

    /// Draw each result into this folder.
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,

    /// A folder with the Edinburgh norms, eat.tsv or eat.tsv.gz: also lets each lure compete with all words.
    #[arg(long, value_name = "DIR")]
    norms: Option<PathBuf>,
}

/// Runs experiments; fails when a figure is not where it has to be, or the page is not what was counted.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    engram_cognitive::metrics::register(&REGISTRY)?;
    let endpoint = Endpoint::start(SocketAddr::from(([127, 0, 0, 1], 0)), &REGISTRY)
        .context("experiments are read through an endpoint")?;
    let norms = options.norms.as_deref().map(read_norms).transpose()?;
    let mut ledger = Ledger::default();
    let mut reports = Vec::new();
    for experiment in chosen(options.which) {
        reports.push(perform(experiment, norms.as_ref(), &mut ledger)?);
    }
    let checks = if ENABLED {
        let page = crate::page::parse(&crate::scrape::page(endpoint.address())?)?;
        audit::compare(&page, &ledger)
    } else {
        audit::Audit::default()
    };
    if let Some(folder) = &options.svg {
        reports.iter().try_for_each(|report| drawing::draw(report, folder))?;
    }
    let written = if options.json {
        result::write_json(&reports, &checks)
    } else {
        result::write_tables(&reports, &checks)
    };
    written.context("cannot write the result")?;
    let holds = reports.iter().all(Report::holds) && checks.holds();
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(which: Which) -> Vec<Which> {
    let all = Which::value_variants().iter().copied();
    all.filter(|it| *it != Which::All && (which == Which::All || *it == which)).collect()
}

fn perform(which: Which, norms: Option<&Norms>, ledger: &mut Ledger) -> Result<Report> {
    Ok(match which {
        Which::Drm | Which::All => drm::run(norms, ledger)?,
        Which::Fan => fan::run(ledger)?,
        Which::Forgetting => forgetting::run(ledger)?,
        Which::Spacing => spacing::run(ledger)?,
        Which::Consolidation => consolidation::run(ledger)?,
        Which::Vectors => vectors::run(ledger)?,
    })
}

fn read_norms(folder: &Path) -> Result<Norms> {
    let plain = folder.join(NORMS);
    if plain.is_file() {
        let table = std::fs::read_to_string(&plain);
        return Ok(Norms::parse(
            &table.with_context(|| format!("cannot read {}", plain.display()))?,
        ));
    }
    let packed = folder.join(format!("{NORMS}.gz"));
    let file = std::fs::File::open(&packed).with_context(|| {
        format!("there is neither {NORMS} nor {NORMS}.gz in {}", folder.display())
    })?;
    let table = std::io::read_to_string(flate2::read::GzDecoder::new(file));
    Ok(Norms::parse(&table.with_context(|| format!("cannot unpack {}", packed.display()))?))
}
