//! The vocabulary of memory research as metrics, and the estimators that read them.
//!
//! A system that remembers fails in its own ways: it recalls what never happened, lets new memories crowd
//! out old ones, never consolidates. Each way has a paradigm that measures it and figures that were
//! published. This crate has one metric set per paradigm, and the formula for what its counts mean.
//!
//! ```
//! use engram_cognitive::estimate::{Proportion, SignalDetection};
//! use engram_cognitive::metrics::{FALSE_MEMORY, ItemOutcome, LureOutcome, Paradigm};
//!
//! // A list was studied: ten of fifteen words came back, and so did a word that was not there.
//! FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Hit, 10);
//! FALSE_MEMORY.item(Paradigm::DrmRecall, ItemOutcome::Miss, 5);
//! FALSE_MEMORY.lure(Paradigm::DrmRecall, LureOutcome::FalseMemory, 0.8);
//!
//! // What 132 false memories in 240 opportunities say about the rate behind them.
//! let rate = Proportion::new(132, 240)?;
//! let interval = rate.wilson();
//! assert_eq!(format!("{:.2} [{:.3}, {:.3}]", rate.rate(), interval.lower, interval.upper), "0.55 [0.487, 0.612]");
//! let detection = SignalDetection::new(Proportion::new(10, 15)?, Proportion::new(1, 10)?);
//! assert!(detection.sensitivity() > 1.0);
//! # Ok::<(), engram_cognitive::estimate::EstimateError>(())
//! ```
//!
//! # Rules
//! - A ratio is never stored. Both outcomes are counted, and whoever reads divides: only so can rates be
//!   summed over threads and instances, and only so do they have an interval.
//! - What is recorded is checked first. NaN, infinities, numbers out of range, illegal transitions and
//!   clocks that run backwards are counted by reason in [`metrics::INPUTS`] and touch nothing else.
//! - Labels are closed enums, so the number of series is known when the program is compiled.
//! - An estimator returns an error or a finite number, never NaN.
//!
//! [`catalogue`] says of each metric what it means, where its definition was published and which alert reads
//! it; `docs/metrics.md` and `docs/operations` are written from it.
//!
//! # Switched off
//! Without the feature `enabled`, or with `--cfg engram_off`, the metrics are zero-sized and recording is
//! empty; checks of what would be recorded are gone with it. The estimators are functions of their
//! arguments and stay.

#![forbid(unsafe_code)]

pub mod catalogue;
pub mod estimate;
pub mod event;
pub mod metrics;

mod input;

pub use input::{ClsWeights, Elapsed, Input, Reason, Rejection, UnitRatio};
