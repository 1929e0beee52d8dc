//! Watched atomics: which orderings meet, and, where asked for, what happened before what.
//!
//! ```
//! use std::sync::atomic::Ordering;
//! use engram_concurrency_audit::atomic::{ATOMICS, WatchedU64};
//!
//! static HITS: WatchedU64 = WatchedU64::new(0);
//! HITS.fetch_add(1, Ordering::Relaxed);
//! assert_eq!(HITS.load(Ordering::Relaxed), 1);
//! ATOMICS.audit();
//! ```
//!
//! # Two tiers
//! The *ledger* is always on: which operations with which orderings a variable has seen, and which threads
//! read and wrote it. What is known costs one load of the line that the value is on, and a branch; what is new
//! takes a cold path that remembers its place. *Following* ([`Watching::All`], or [`Watching::OneIn`] so
//! many) takes each operation through one lock and keeps vector clocks: for tests.
//!
//! # What is found
//! | | tier | |
//! |---|---|---|
//! | `E0301` | ledger | an ordering that the operation cannot have; done with the next one that it can |
//! | `E0302` | ledger | a release that nobody acquires |
//! | `E0303` | ledger | an acquire of what nobody releases |
//! | `E0304` | follow | a store over a value that changed since its thread loaded it |
//! | `E0305` | ledger | words of a [`Group`] read while they were written |
//! | `E0306` | follow | variables of different hot writers on one cache line |
//! | `E0307`, `E0308` | [`check_layout`] | an address that is misaligned, or whose value lies on two lines |
//! | `E0309` | follow | a fence with no access before it, nor after it |
//! | `E0310` | follow | a compare-exchange that mostly fails |
//! | `E0311` | ledger | `SeqCst` on the only variable that has it |
//! | `E0312` | follow | an [`AuditedCell`] accessed by two threads that nothing orders |
//! | `E0313` | follow, opt-in | store, then load of another variable, both ways round, without `SeqCst` |
//! | `E0314` | ledger, opt-in | read-modify-write of a variable with one writer |
//!
//! # What cannot be judged
//! - Data that is published by a relaxed store, unless it is in an [`AuditedCell`].
//! - Order by what is not watched: locks and channels of others, plain threads. A thread that was not started by
//!   `spawn` of this crate is taken to begin after, and to end before, whatever it is seen with:
//!   that hides races, and invents none. Tell of other order by [`ATOMICS.release`](AtomicValidator::release).
//! - Reordering itself: what is followed runs one operation after the other. Models (loom) explore that.
//! - Accesses of other sizes, or through raw pointers.
//! - The lines of variables when compiled out: watched ones are 16 bytes, plain ones are not.

mod access;
mod asks;
mod cell;
mod fence;
mod group;
mod layout;
mod ledger;
mod past;
mod sync;
mod validator;
mod variable;
mod watched;

pub use cell::AuditedCell;
pub use fence::fence;
pub use group::Group;
pub use layout::check_layout;
pub use sync::Ordering;
pub use validator::{ATOMICS, AtomicValidator, Watching};
pub use watched::{
    WatchedBool, WatchedI32, WatchedI64, WatchedU8, WatchedU16, WatchedU32, WatchedU64,
    WatchedUsize,
};
#[cfg(feature = "locks")]
pub(crate) use {
    past::Clock as Seen,
    validator::{begin, end, fork, join},
};
