//! A number for each thread, cheap enough to be asked for at every message, and which threads are there.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::sync::{AtomicU32, Mutex, Ordering, patiently};

thread_local! {
    /// 0 until the thread is asked for its number. Without a destructor, so that it can be asked at any time.
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    /// Says that the thread ends; touched once.
    static LIFE: Life = const { Life };
}

/// The number of this thread: counted from 1, never used again.
#[inline]
pub(crate) fn thread_number() -> u32 {
    match NUMBER.with(Cell::get) {
        0 => assign(),
        number => number,
    }
}

/// Whether a thread has not ended, as far as is known: one that was asked for its number while it was torn
/// down counts as ended.
#[cfg(feature = "channels")]
pub(crate) fn is_alive(number: u64) -> bool {
    patiently(&ALIVE).is_none_or(|alive| alive.contains(&number))
}

#[cold]
fn assign() -> u32 {
    // Relaxed: the numbers differ, and nothing else is read on the strength of one.
    let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    NUMBER.with(|own| own.set(number));
    // Fails while the thread is torn down: nobody would say that it has ended.
    if LIFE.try_with(|_| ()).is_ok()
        && let Some(mut alive) = patiently(&ALIVE)
    {
        alive.insert(u64::from(number));
    }
    number
}

struct Life;

impl Drop for Life {
    fn drop(&mut self) {
        if let Some(mut alive) = patiently(&ALIVE) {
            alive.remove(&u64::from(NUMBER.with(Cell::get)));
        }
    }
}

static LAST: AtomicU32 = AtomicU32::new(0);
static ALIVE: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
