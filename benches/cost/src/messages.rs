//! Audited channels and watched atomics, and beside each what it is over.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use engram_concurrency_audit::atomic::{Ordering, WatchedU64};
use engram_concurrency_audit::channel;

use crate::operations::{Operation, opaque, repeat};

/// A message in and out by one thread, and one access of a variable.
pub(crate) const MESSAGES: &[Operation] = &[
    Operation { name: "channel_pair", run: pair },
    Operation { name: "channel_pair_wrapped", run: pair_wrapped },
    Operation {
        name: "atomic_load",
        run: |times| repeat(times, 1, |_| _ = opaque(WATCHED.load(RELAXED))),
    },
    Operation {
        name: "atomic_load_wrapped",
        run: |times| repeat(times, 1, |_| _ = opaque(PLAIN.load(RELAXED))),
    },
    Operation {
        name: "atomic_store",
        run: |times| repeat(times, 1, |value| WATCHED.store(value, RELAXED)),
    },
    Operation {
        name: "atomic_store_wrapped",
        run: |times| repeat(times, 1, |value| PLAIN.store(value, RELAXED)),
    },
    Operation {
        name: "atomic_rmw",
        run: |times| repeat(times, 1, |_| _ = WATCHED.fetch_add(1, RELAXED)),
    },
    Operation {
        name: "atomic_rmw_wrapped",
        run: |times| repeat(times, 1, |_| _ = PLAIN.fetch_add(1, RELAXED)),
    },
];

// Relaxed, everywhere here: what is counted is the audit beside the operation, whichever ordering it has.
const RELAXED: Ordering = Ordering::Relaxed;

static WATCHED: WatchedU64 = WatchedU64::new(0);
static PLAIN: AtomicU64 = AtomicU64::new(0);

fn pair(times: u64) {
    let (sender, receiver) = channel::bounded(16);
    repeat(times, 1, |_| {
        let _ = sender.try_send(black_box(7_u64));
        let _ = black_box(receiver.try_recv());
    });
}

fn pair_wrapped(times: u64) {
    let (sender, receiver) = crossbeam_channel::bounded(16);
    repeat(times, 1, |_| {
        let _ = sender.try_send(black_box(7_u64));
        let _ = black_box(receiver.try_recv());
    });
}
