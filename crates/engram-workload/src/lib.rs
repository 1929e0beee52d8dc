//! The reference memory engine of Engram telemetry: small, real, and instrumented as a customer
//! would.
//!
//! It stores 20,061 words as vectors, finds the nearest ones through an HNSW index, and runs the
//! false-memory trials of Deese, Roediger and McDermott by spreading activation. Each worker has a
//! [memory] besides: episodes that are stored in batches, completed from parts, changed while
//! they are labile, and consolidated from a fast store to a slow one while it sleeps. The demo, the
//! end-to-end tests and the overhead benchmark all run this engine.
//!
//! ```text
//!   data ──> vocabulary, vector ──> hnsw (checked by exact) ──┐
//!        └─> drm ──> association ──> spreading ──> recall ────┼─> engine ──> workers ──> tally
//!                                  two_stores ──> memory ─────┘    └─> telemetry
//! ```
//!
//! What happened is counted twice. The [`Engine`] records into [`telemetry::METRICS`] and into the
//! [metrics of memory](engram_cognitive::metrics) while it works, and returns every figure in the outcome of the operation; a [`Tally`] adds up the
//! outcomes with code of its own. The two must agree to the unit, which is how the telemetry is
//! tested.
//!
//! ```
//! use engram_workload::{Engine, EngineConfig, RunConfig, StopFlag, run};
//!
//! # fn main() -> Result<(), engram_workload::DataError> {
//! let engine = Engine::build(&EngineConfig::default(), &mut |_progress| {})?;
//! let config = RunConfig { threads: 2, seed: 7, operations_per_thread: Some(100) };
//! let tally = run(&engine, config, &StopFlag::new());
//! assert_eq!(tally.operations(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! Results depend on the seeds alone; only durations differ from run to run. With the feature
//! `enabled` off the same code computes the same results and records nothing.

#![deny(unsafe_code)]

pub mod association;
pub mod data;
pub mod drm;
pub mod engine;
pub mod events;
pub mod exact;
pub mod experiment;
pub mod hnsw;
pub mod memory;
pub mod neighbour;
pub mod recall;
pub mod spreading;
pub mod tally;
pub mod telemetry;
pub mod two_stores;
pub mod vector;
pub mod vocabulary;
pub mod workers;

mod kernel;
mod query;
mod stop;
mod sync;

pub use data::DataError;
pub use engine::{Engine, EngineConfig};
pub use kernel::Kernel;
pub use query::held_out_query;
pub use stop::StopFlag;
pub use tally::{Expectation, Tally};
pub use workers::{RunConfig, Worker, run};
