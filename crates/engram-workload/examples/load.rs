//! The reference engine at work, in turns: compiled with telemetry it is the subject, without it the twin.
//!
//! `load` builds the engine and writes `ready`. For each line `OPERATIONS SEED` on standard input it does so many
//! operations with one worker, and answers with the nanoseconds that they took and with the digest of their results.
//! `load OPERATIONS SEED` does so once and ends. `cargo xtask overhead` asks two builds in turns.
//!
//! Events are thinned out as in a demo, with `--every-event` in front of the numbers they are not. They are read after
//! each turn, which is part of it, and the program fails when one of them was refused.

#![expect(clippy::print_stdout, reason = "answers who runs it")]

use std::env;
use std::io::{self, BufRead};
use std::process::ExitCode;
use std::time::Instant;

use engram_trace::{Item, Reader};
use engram_workload::events::{self, EVENTS, MemoryEvent};
use engram_workload::{Engine, EngineConfig, RunConfig, StopFlag, run};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == "--every-event") {
        arguments.remove(0);
    } else {
        events::thin_out();
    }
    let Some(mut load) = Load::new() else { return ExitCode::FAILURE };
    let is_done = if arguments.is_empty() {
        println!("ready");
        io::stdin().lock().lines().map_while(Result::ok).all(|line| load.turn(&line))
    } else {
        load.turn(&arguments.join(" "))
    };
    if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Events that fit into the ring of the worker, and are read at once.
const ITEMS: usize = 4096;

/// An engine, and who reads its events.
struct Load {
    engine: Engine,
    reader: Reader<MemoryEvent>,
    items: Vec<Item<MemoryEvent>>,
}

impl Load {
    /// `None`, and a complaint, when it cannot be built.
    fn new() -> Option<Self> {
        let engine = Engine::build(&EngineConfig::default(), &mut |_| {});
        let engine = engine.map_err(|error| eprintln!("cannot build the engine: {error}")).ok()?;
        let reader = EVENTS.reader()?;
        Some(Self { engine, reader, items: Vec::with_capacity(ITEMS) })
    }

    /// Does what a line asks for; whether it is one, and no event was refused.
    fn turn(&mut self, line: &str) -> bool {
        let mut numbers = line.split_whitespace().map(str::parse);
        let (Some(Ok(operations)), Some(Ok(seed)), None) =
            (numbers.next(), numbers.next(), numbers.next())
        else {
            eprintln!("OPERATIONS SEED, not `{line}`");
            return false;
        };
        let config = RunConfig { threads: 1, seed, operations_per_thread: Some(operations) };
        let started = Instant::now();
        let tally = run(&self.engine, config, &StopFlag::new());
        self.items.clear();
        self.reader.drain(ITEMS, &mut self.items);
        println!("{} {}", started.elapsed().as_nanos(), tally.digest());
        let refused = EVENTS.account().refused();
        if refused > 0 {
            eprintln!("{refused} events were refused: ask for fewer operations at a time");
        }
        refused == 0
    }
}
