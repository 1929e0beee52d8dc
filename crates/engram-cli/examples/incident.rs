//! A memory at work, and after a while a fault: what an alert is there for.
//!
//! `incident FAULT SECONDS` serves the metrics on a free port, writes their address, works for so many seconds as it
//! should, writes `fault` and goes on with the fault until it is ended.
//!
//! | fault | what goes wrong | alert |
//! |---|---|---|
//! | `none` | nothing | none |
//! | `nan` | the plausibility of completions is not a number | `EngramInputsRejected` |
//! | `association` | associations are three times as strong | `EngramFalseMemoryHigh` |
//! | `consolidator` | nights replay nothing | `EngramConsolidationStalled` |
//! | `ring` | a sink of events never comes back | `EngramEventsRefused` |

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use engram_metrics_core::Registry;
use engram_serve::Endpoint;
use engram_trace::{Batch, DEFAULT_INTERVAL, Drain, Sink, SinkError, Tracer};
use engram_workload::engine::Scratch;
use engram_workload::events::{EVENTS, MemoryEvent};
use engram_workload::memory::{Cue, Memory};
use engram_workload::telemetry::METRICS;
use engram_workload::{Engine, EngineConfig, held_out_query};

static REGISTRY: Registry = Registry::new();

const FAULTS: [&str; 5] = ["none", "nan", "association", "consolidator", "ring"];

/// Between two rounds: a test needs no more than some percent of a processor.
const PAUSE: Duration = Duration::from_millis(20);

/// Takes events, and from some moment on never comes back.
struct Listener {
    stuck_from: Option<Instant>,
}

impl Sink<MemoryEvent> for Listener {
    fn deliver(&mut self, _: &Batch<'_, MemoryEvent>) -> Result<(), SinkError> {
        while self.stuck_from.is_some_and(|moment| Instant::now() >= moment) {
            thread::park();
        }
        Ok(())
    }
}

/// Somebody who lives through something.
struct Life<'e> {
    engine: &'e Engine,
    memory: Memory<'e>,
    scratch: Scratch,
    rng: fastrand::Rng,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let fault = arguments.next().unwrap_or_default();
    let seconds = arguments.next().context("incident FAULT SECONDS")?.parse()?;
    ensure!(FAULTS.contains(&fault.as_str()), "there is no fault {fault:?}: {}", FAULTS.join(", "));
    let healthy = Duration::from_secs(seconds);

    REGISTRY.register(&METRICS)?;
    REGISTRY.register(&EVENTS)?;
    engram_cognitive::metrics::register(&REGISTRY)?;
    let engine = build(1.0)?;
    let other = if fault == "association" { Some(build(3.0)?) } else { None };
    let began = Instant::now();
    let stuck_from = (fault == "ring").then(|| began + healthy);
    let tracer: &'static Tracer<MemoryEvent> = &EVENTS;
    let drain = Drain::of(tracer)?.to("listener", Listener { stuck_from });
    let _drainer = drain.start(DEFAULT_INTERVAL).context("no thread for the events")?;
    let endpoint = Endpoint::start(SocketAddr::from(([127, 0, 0, 1], 0)), &REGISTRY)?;
    eprintln!("metrics: http://{}/metrics", endpoint.address());

    let mut life = Life::new(&engine);
    while began.elapsed() < healthy {
        life.round();
    }
    eprintln!("fault: {fault}");
    life.engine = other.as_ref().unwrap_or(&engine);
    match fault.as_str() {
        "nan" => life.memory.freeze(),
        "consolidator" => life.memory.stall(),
        _ => {}
    }
    loop {
        life.round();
    }
}

fn build(association_factor: f64) -> Result<Engine> {
    let config = EngineConfig { association_factor, ..EngineConfig::default() };
    Engine::build(&config, &mut |_| {}).context("the carried data is damaged")
}

impl<'e> Life<'e> {
    fn new(engine: &'e Engine) -> Self {
        let rng = fastrand::Rng::with_seed(1);
        Self { engine, memory: Memory::new(engine, 2), scratch: engine.scratch(), rng }
    }

    /// A day: some experiences, some memories of others, lists, searches, and a night.
    fn round(&mut self) {
        let Self { engine, memory, scratch, rng } = self;
        let words = engine.vocabulary().len() as u32;
        let _ = memory.store(&[(); 4].map(|()| rng.u32(..words)));
        for _ in 0..4 {
            let word = memory.word(rng.usize(..memory.len().max(1))).unwrap_or_default();
            let vector = &engine.index().vectors()[word as usize];
            let _ = memory.complete(&Cue::part_of(word, vector, rng.u64(..)), scratch);
        }
        for list in 0..engine.lists().len() {
            engine.recall(list, rng.u64(..), scratch);
        }
        let query = held_out_query(engine.index().vectors(), rng.u64(..));
        engine.search(&query, scratch);
        engine.canary(&query, scratch);
        memory.sleep();
        thread::sleep(PAUSE);
    }
}
