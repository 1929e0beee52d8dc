//! What an operation is timed against: the same work by hand, without any of the guarantees.
//!
//! A twin has to slow down when its operation does, whatever the machine is busy with. A plain add is
//! bound by the latency of one store; what finds its cell first is bound by other things as well, and the
//! ratio of the two changes with the state of the processor. So each operation has a twin of its own shape.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::FixedState;

use crate::operations::{LABELS, Operation, SECONDS, TICKS, opaque, repeat};

/// Cells of a thread; a power of two.
const CELLS: usize = 512;

type Cells = [Cell<u64>; CELLS];

/// A word on a pair of cache lines of its own.
#[repr(align(128))]
struct Padded(AtomicU64);

static SHARED: Padded = Padded(AtomicU64::new(0));

/// Where the cell of a counter is; 0 of one that is switched off.
static NUMBER: AtomicU64 = AtomicU64::new(3);
static NONE: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The cells of this thread, once there are some.
    static OWN: Cell<Option<&'static Cells>> = const { Cell::new(None) };
    static BY_TEXT: RefCell<HashMap<[&'static str; 2], Cell<u64>, FixedState>> =
        const { RefCell::new(HashMap::with_hasher(FixedState::with_seed(1))) };
}

/// Steps of the chain that shows what the comparison can see: one more of them is seven per cent.
const STEPS: usize = 14;

/// What leaves nothing for a neighbour on the same core, and what such a neighbour does not slow down: how
/// long the first takes, in the second, says whether there is one.
pub(crate) const PROBE: [&Operation; 2] =
    [&Operation { name: "wide", run: wide }, &Operation { name: "chain", run: chain::<STEPS> }];

/// Named in the table of pairs.
pub(crate) const TWINS: &[Operation] = &[
    Operation { name: "plain_add", run: plain_add },
    Operation { name: "plain_store", run: plain_store },
    Operation { name: "found_add", run: found_add },
    Operation { name: "found_branch", run: found_branch },
    Operation { name: "chosen_add", run: chosen_add },
    Operation { name: "compared_add", run: compared_add },
    Operation { name: "hashed_add", run: hashed_add },
    Operation { name: "shared_add", run: shared_add },
    Operation { name: "bare_histogram", run: bare_histogram },
    Operation { name: "chain", run: chain::<STEPS> },
    Operation { name: "chain_and_one", run: chain::<{ STEPS + 1 }> },
];

/// The cells of this thread, made when they are first wanted.
#[inline(always)]
fn own() -> &'static Cells {
    OWN.get().unwrap_or_else(make)
}

#[cold]
fn make() -> &'static Cells {
    let cells: &'static Cells = Box::leak(Box::new([const { Cell::new(0) }; CELLS]));
    OWN.set(Some(cells));
    cells
}

#[inline(always)]
fn load(number: &AtomicU64) -> u64 {
    // Relaxed: never written.
    number.load(Ordering::Relaxed)
}

#[inline(always)]
fn add(cells: &Cells, at: u64, value: u64) {
    let cell = &cells[at as usize % CELLS];
    cell.set(cell.get().wrapping_add(value));
}

/// An add to a word that is found once.
fn plain_add(times: u64) {
    let cell = black_box(&own()[0]);
    repeat(times, 1, |n| cell.set(cell.get().wrapping_add(n)));
}

/// A store to a word that is found once.
fn plain_store(times: u64) {
    let cell = black_box(&own()[0]);
    repeat(times, SECONDS.to_bits(), |bits| cell.set(bits));
}

/// An add to a word of this thread, by a number that the counter has.
fn found_add(times: u64) {
    repeat(times, 1, |_| add(own(), load(&NUMBER), 1));
}

/// A load and a branch, and nothing behind it.
fn found_branch(times: u64) {
    repeat(times, 1, |n| {
        let number = load(&NONE);
        if number != 0 {
            add(own(), number, n);
        }
    });
}

/// The same, by a number that depends on a value.
fn chosen_add(times: u64) {
    repeat(times, 1, |n| add(own(), load(&NUMBER) + u64::from(n == 0), 1));
}

/// The same, if two texts are where those of the last time were.
fn compared_add(times: u64) {
    let last = Cell::new((LABELS, 3_u64));
    let last = black_box(&last);
    repeat(times, 1, |_| {
        let [method, path] = LABELS;
        let ([last_method, last_path], number) = last.get();
        let same = |one: &str, other: &str| std::ptr::eq(one, other);
        if same(method, last_method) && same(path, last_path) {
            add(own(), number, 1);
        }
    });
}

/// An add in a hash map of this thread, by two texts.
fn hashed_add(times: u64) {
    BY_TEXT.with_borrow_mut(|map| _ = map.entry(LABELS).or_default());
    BY_TEXT.with_borrow(|map| {
        let labels = black_box(LABELS);
        repeat(times, 1, |n| {
            if let Some(sum) = map.get(&labels) {
                sum.set(sum.get().wrapping_add(n));
            }
        });
    });
}

/// An add to a word that all threads share.
fn shared_add(times: u64) {
    // Relaxed: nothing else is read on the strength of this value.
    repeat(times, 1, |n| _ = SHARED.0.fetch_add(n, Ordering::Relaxed));
}

/// Count, sum, extremes and one of eight buckets per power of two.
fn bare_histogram(times: u64) {
    repeat(times, TICKS, |ticks| {
        let (cells, first) = (own(), load(&NUMBER));
        let power = u64::from((ticks | 8).ilog2());
        let bucket = (power << 3) + ((ticks >> (power - 3)) & 7);
        add(cells, first, 1);
        add(cells, first + 1, ticks);
        raise(cells, first + 2, ticks);
        raise(cells, first + 3, !ticks);
        add(cells, first + 4 + bucket, 1);
    });
}

#[inline(always)]
fn raise(cells: &Cells, at: u64, value: u64) {
    let cell = &cells[at as usize % CELLS];
    if cell.get() < value {
        cell.set(value);
    }
}

/// Multiplications of which each needs the one before.
#[inline(always)]
fn chain<const STEPS: usize>(times: u64) {
    let factor = opaque(0x9e37_79b9_7f4a_7c15);
    let value = Cell::new(factor);
    repeat(times, 1, |_| {
        for _ in 0..STEPS {
            value.set(opaque(value.get().wrapping_mul(factor)));
        }
    });
    black_box(value.get());
}

/// Additions that do not need each other, of words in memory: as many at once as the core has room for.
fn wide(times: u64) {
    let cells = black_box(own());
    let sums = [const { Cell::new(1_u64) }; 6];
    repeat(times, 1, |_| {
        for (sum, cell) in sums.iter().zip(cells) {
            sum.set(opaque(sum.get().wrapping_add(cell.get())));
        }
    });
    black_box(sums.map(Cell::into_inner));
}
