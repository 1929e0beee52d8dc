//! The spans that are open, by their identity.
//!
//! The usual place for what a layer knows about a span, its extensions, allocates for each span. Here it is
//! a table in parts, each with its own lock, whose memory is used again.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use engram_metrics_core::Moment;
use tracing_core::Metadata;
use tracing_core::span::Id;

use crate::sync::{Mutex, MutexGuard, lock};

/// Parts of the table: a power of two, more than there are threads to meet in one.
const PARTS: usize = 64;

/// The upper bits of an identity that change when its place is used again.
const GENERATION_BITS: u32 = 13;

/// What is known of an open span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) started: Moment,
    pub(super) metadata: &'static Metadata<'static>,
}

impl Open {
    pub(super) fn now(metadata: &'static Metadata<'static>) -> Self {
        Self { started: Moment::now(), metadata }
    }
}

#[derive(Debug)]
pub(super) struct OpenSpans {
    parts: Box<[Part]>,
    /// Spans that a part may have.
    limit: usize,
}

/// On lines of its own: threads that close spans next door do not wait.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Part(Mutex<HashMap<u64, Open, Spread>>);

impl OpenSpans {
    pub(super) fn new(limit: usize) -> Self {
        let parts = (0..PARTS).map(|_| Part::default()).collect();
        Self { parts, limit: limit.div_ceil(PARTS) }
    }

    /// Remembers a span; false when there are too many.
    pub(super) fn insert(&self, id: &Id, make: impl FnOnce() -> Open) -> bool {
        let mut part = self.part(id);
        let has_room = part.len() < self.limit;
        if has_room {
            part.insert(id.into_u64(), make());
        }
        has_room
    }

    /// Forgets a span.
    pub(super) fn remove(&self, id: &Id) -> Option<Open> {
        self.part(id).remove(&id.into_u64())
    }

    /// What kind of span it is, if it is remembered.
    pub(super) fn metadata(&self, id: &Id) -> Option<&'static Metadata<'static>> {
        self.part(id).get(&id.into_u64()).map(|open| open.metadata)
    }

    fn part(&self, id: &Id) -> MutexGuard<'_, HashMap<u64, Open, Spread>> {
        // Without the upper bits, in which the registry of `tracing-subscriber` counts how often it used a place:
        // a thread that opens span after span uses one place, and then also one part, that no other wants.
        let place = id.into_u64() << GENERATION_BITS;
        let hash = Spread::default().hash_one(place);
        // The upper bits: the table inside a part goes by the lower ones, and by the seven highest.
        lock(&self.parts[(hash >> 40) as usize % PARTS].0)
    }
}

/// Spreads identities, which are counted or packed by those who give them.
type Spread = std::hash::BuildHasherDefault<Multiplied>;

#[derive(Debug, Default)]
pub(super) struct Multiplied(u64);

impl std::hash::Hasher for Multiplied {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("an identity is a number");
    }

    fn write_u64(&mut self, id: u64) {
        let product = u128::from(id ^ 0x9e37_79b9_7f4a_7c15) * 0x2d35_8dcc_aa6c_78a5;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}
