//! Events of a cache, from the threads that record them to a sink. Run with
//! `cargo run -p engram-trace --example events`.

#![expect(clippy::print_stdout, reason = "shows what arrived")]

use std::time::Duration;

use engram_metrics_core::label_enum;
use engram_trace::{DEFAULT_INTERVAL, Drain, ENABLED, Event, Field, Memory, Tracer};

label_enum! {
    /// What a look-up met.
    pub enum Kind as "kind" { Hit = "hit", Miss = "miss" }
}

/// A look-up: plain data of at most 48 bytes.
#[derive(Clone, Copy, Debug)]
struct Lookup {
    kind: Kind,
    node: u64,
    similarity: f32,
}

impl Event for Lookup {
    type Kind = Kind;

    fn kind(&self) -> Kind {
        self.kind
    }

    fn strength(&self) -> f32 {
        self.similarity
    }

    fn fields(&self, see: &mut dyn FnMut(&'static str, Field)) {
        see("node", Field::Unsigned(self.node));
    }
}

static LOOKUPS: Tracer<Lookup> = Tracer::new();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (memory, recorded) = Memory::keeping(1000);
    let drainer = Drain::of(&LOOKUPS)?.to("memory", memory).start(DEFAULT_INTERVAL)?;

    // From any thread, as often as you like.
    LOOKUPS.record(Lookup { kind: Kind::Hit, node: 7, similarity: 0.9 });

    // While it runs: no hits that are weak, and of the misses one in sixteen.
    LOOKUPS.set_min_strength(Kind::Hit, 0.5);
    LOOKUPS.set_one_in(Kind::Miss, 16);

    let summary = drainer.shutdown(Duration::from_secs(5));
    assert!(summary.is_complete);
    assert_eq!(recorded.len(), usize::from(ENABLED));
    println!("{:?}", summary.account);
    Ok(())
}
