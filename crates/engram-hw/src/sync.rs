//! The one door of this crate to atomics.

pub(crate) use std::sync::atomic::{AtomicIsize, AtomicU32, Ordering};
