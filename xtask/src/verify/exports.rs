//! What goes wrong with exports for longer, and what a record takes meanwhile.

use anyhow::Result;

use super::command::run;
use super::context::Context;
use super::step::{Outcome, Step};
use super::test::passed;

pub(super) const STEP: Step = Step {
    name: "exports",
    why: "long scripts of faults lose nothing, and no record waits for an export that hangs (with --full)",
    run: exports,
};

/// Steps that a script of faults may have.
const LONGEST: &str = "60";

/// The tests of scripts: of the account, over HTTP and over gRPC.
const SCRIPTS: [&str; 3] = [
    "a_definite_refusal_loses_nothing_and_doubts_bound_the_rest",
    "no_script_of_faults_loses_what_it_may_not",
    "no_script_of_faults_over_grpc_loses_what_it_may_not",
];

fn exports(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("minutes: use --full"));
    }
    let arguments = ["test", "--package", "engram-export-otlp", "--features", "grpc"];
    let mut scripts = context.cargo(&arguments);
    scripts.args(["--test", "push", "--"]).args(SCRIPTS).env("ENGRAM_LONGEST_SCRIPT", LONGEST);
    if passed(&run(&mut scripts)?.both()) != SCRIPTS.len() as u64 {
        return Ok(Outcome::failed("not every test of scripts was run"));
    }
    let arguments =
        ["run", "--quiet", "--release", "--package", "engram-benches", "--bin", "bench"];
    let mut bench = context.cargo(&arguments);
    let written = run(bench.args(["--", "export", "record_hung"]))?.both();
    let figure = written.lines().find(|line| line.starts_with("record_hung: "));
    Ok(match figure {
        Some(figure) => {
            Outcome::passed(format!("scripts of up to {LONGEST} steps lose nothing; {figure}"))
        }
        None => Outcome::failed("the benchmark does not say what a record takes"),
    })
}
