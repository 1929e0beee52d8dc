//! The reference engine at work, in turns: compiled with telemetry it is the subject, without it the twin.
//!
//! `load` builds the engine and writes `ready`. A line `SEED` on standard input begins with a new worker, which has no
//! experiences; for a line `WARM TIMED` it does so many operations and then so many more, and what is answered is how
//! many nanoseconds the latter took and the digest of all its results so far. `load SEED OPERATIONS` does so many and
//! ends. `cargo xtask overhead` asks several of them in turns: time passes inside a turn only, not on the way to it.
//!
//! Events are thinned out as in a demo, with `--every-event` in front of the numbers they are not. They are read at
//! the end of each turn, which is part of it, and the program fails when one of them was refused.

#![expect(clippy::print_stdout, reason = "answers who runs it")]

use std::env;
use std::io::{self, BufRead};
use std::process::ExitCode;
use std::time::Instant;

use engram_concurrency_audit::channel::Open;
use engram_trace::{Item, Reader};
use engram_workload::events::{self, EVENTS, MemoryEvent};
use engram_workload::{Engine, EngineConfig, StopFlag, Tally, Worker};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == "--every-event") {
        arguments.remove(0);
    } else {
        events::thin_out();
    }
    let engine = match Engine::build(&EngineConfig::default(), &mut |_| {}) {
        Ok(engine) => engine,
        Err(error) => return fail(&format!("cannot build the engine: {error}")),
    };
    // As in a run, there is a channel, and with it the thread that looks for stalls.
    let _tallies = Open::named("load.tallies").bounded::<Tally>(1);
    let Some(reader) = EVENTS.reader() else { return fail("somebody else reads the events") };
    let mut load = Load::new(&engine, reader);
    let done = if arguments.is_empty() {
        println!("ready");
        let mut lines = io::stdin().lock().lines().map_while(Result::ok);
        lines.try_for_each(|line| load.obey(&line))
    } else {
        load.obey(&arguments[0])
            .and_then(|()| load.obey(&format!("0 {}", arguments[1..].join(" "))))
    };
    done.map_or_else(|complaint| fail(&complaint), |()| ExitCode::SUCCESS)
}

fn fail(complaint: &str) -> ExitCode {
    eprintln!("{complaint}");
    ExitCode::FAILURE
}

/// Events that fit into the ring of the worker, and are read at once.
const ITEMS: usize = 4096;

/// A worker, and who reads its events.
struct Load<'e> {
    engine: &'e Engine,
    worker: Worker<'e>,
    tally: Tally,
    reader: Reader<MemoryEvent>,
    items: Vec<Item<MemoryEvent>>,
}

impl<'e> Load<'e> {
    fn new(engine: &'e Engine, reader: Reader<MemoryEvent>) -> Self {
        let (worker, items) = (Worker::new(engine, 0), Vec::with_capacity(ITEMS));
        Self { engine, worker, tally: Tally::default(), reader, items }
    }

    /// Does what a line asks for, or says what is wrong with it.
    fn obey(&mut self, line: &str) -> Result<(), String> {
        let numbers = line.split_whitespace().map(|it| it.parse().ok());
        match numbers.collect::<Option<Vec<u64>>>().as_deref() {
            Some(&[seed]) => {
                self.worker = Worker::new(self.engine, seed);
                self.tally = Tally::default();
                Ok(())
            }
            Some(&[warm, timed]) => self.turn(warm, timed),
            _ => Err(format!("SEED or WARM TIMED, not `{line}`")),
        }
    }

    fn turn(&mut self, warm: u64, timed: u64) -> Result<(), String> {
        self.operate(warm);
        let started = Instant::now();
        self.operate(timed);
        println!("{} {}", started.elapsed().as_nanos(), self.tally.digest());
        match EVENTS.account().refused() {
            0 => Ok(()),
            refused => Err(format!("{refused} events were refused: ask for fewer operations")),
        }
    }

    fn operate(&mut self, operations: u64) {
        self.worker.work(operations, &StopFlag::new(), &mut self.tally);
        self.items.clear();
        self.reader.drain(ITEMS, &mut self.items);
    }
}
