//! The reference engine at work, in turns: compiled with telemetry it is the subject, without it the twin.
//!
//! `load LINKS` makes the engine, with the links of its index from that file, or builds them and writes the file; then
//! it writes `ready`. A line `SEED` on standard input begins with a new worker, which has no experiences; for a line
//! `WARM TIMED` it does so many operations and then so many more, and what is answered is how many nanoseconds the
//! latter took and the digest of all its results so far. `load LINKS SEED OPERATIONS` does so many and ends.
//! `cargo xtask overhead` asks several of them in turns: time passes inside a turn only, not on the way to it.
//!
//! The worker rests as often as in a run, and its events are read about as often, inside a turn if it is time to. They are
//! thinned out as in a demo, with `--every-event` behind the links they are not. The program fails when one was refused.

#![expect(clippy::print_stdout, reason = "answers who runs it")]

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use engram_concurrency_audit::channel::Open;
use engram_trace::{Item, Reader};
use engram_workload::events::{self, EVENTS, MemoryEvent};
use engram_workload::workers::BATCH;
use engram_workload::{Engine, EngineConfig, StopFlag, Tally, Worker};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.is_empty() {
        return fail("load LINKS [[--every-event] SEED OPERATIONS]");
    }
    let links = arguments.remove(0);
    if arguments.first().is_some_and(|it| it == "--every-event") {
        arguments.remove(0);
    } else {
        events::thin_out();
    }
    let engine = match engine(Path::new(&links)) {
        Ok(engine) => engine,
        Err(complaint) => return fail(&complaint),
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

/// The engine, whose links are in a file afterwards.
fn engine(file: &Path) -> Result<Engine, String> {
    let cannot = |error: &dyn Error| format!("cannot make the engine: {error}");
    let config = EngineConfig::default();
    match fs::read(file) {
        Ok(links) => Engine::restore(&config, &links).map_err(|error| cannot(&error)),
        Err(_) => {
            let engine = Engine::build(&config, &mut |_| {}).map_err(|error| cannot(&error))?;
            fs::write(file, engine.index().links()).map_err(|error| cannot(&error))?;
            Ok(engine)
        }
    }
}

fn fail(complaint: &str) -> ExitCode {
    eprintln!("{complaint}");
    ExitCode::FAILURE
}

/// Rests from one reading of the events to the next: of a worker that is not interrupted, some 50 ms.
const RESTS: u64 = 8;

/// Events that are read at once: more than there are in between.
const ITEMS: usize = 4096;

const LEFT: (u64, u64) = (BATCH, RESTS);

/// A worker, and who reads its events.
struct Load<'e> {
    engine: &'e Engine,
    worker: Worker<'e>,
    tally: Tally,
    /// Operations that are left until the worker rests, and rests until its events are read.
    left: (u64, u64),
    reader: Reader<MemoryEvent>,
    items: Vec<Item<MemoryEvent>>,
}

impl<'e> Load<'e> {
    fn new(engine: &'e Engine, reader: Reader<MemoryEvent>) -> Self {
        let (worker, items) = (Worker::new(engine, 0), Vec::with_capacity(ITEMS));
        Self { engine, worker, tally: Tally::default(), left: LEFT, reader, items }
    }

    /// Does what a line asks for, or says what is wrong with it.
    fn obey(&mut self, line: &str) -> Result<(), String> {
        let numbers = line.split_whitespace().map(|it| it.parse().ok());
        match numbers.collect::<Option<Vec<u64>>>().as_deref() {
            Some(&[seed]) => {
                self.worker.rest();
                self.worker = Worker::new(self.engine, seed);
                (self.tally, self.left) = (Tally::default(), LEFT);
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
        let mut left = operations;
        while left > 0 {
            let piece = left.min(self.left.0);
            self.worker.work(piece, &StopFlag::new(), &mut self.tally);
            left -= piece;
            self.left.0 -= piece;
            if self.left.0 == 0 {
                self.rest();
            }
        }
    }

    fn rest(&mut self) {
        self.worker.rest();
        self.left = (BATCH, self.left.1 - 1);
        if self.left.1 == 0 {
            self.items.clear();
            self.reader.drain(ITEMS, &mut self.items);
            self.left = LEFT;
        }
    }
}
