//! The one door to atomics.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
