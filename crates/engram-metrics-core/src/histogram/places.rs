//! The cells of exemplars: a few words that belong together, replaced by their owner, read by anybody.
//!
//! ```text
//!   [ sequence | word 0 | word 1 | … ]            one place; a histogram has a fixed number of them
//!     written:  odd before, even after the words
//!     read:     before and after the words; they count when it was the same even number, not 0
//! ```
//!
//! | sequence | means                        | left by                                     |
//! |----------|------------------------------|---------------------------------------------|
//! | 0        | nothing was written          | the owner, who begins to write              |
//! | odd      | the words are being replaced | the same owner, when they are complete      |
//! | even     | the words belong together    | the owner of that time, who begins to write |
//!
//! Only the thread that owns a cell writes it; so a sequence needs no read-modify-write. A reader that
//! meets a change tries again, and after [`TRIES`] does without: the exemplar that displaces this one is
//! as good, at the next reading. Cells that threads share have no owner. There an exemplar is not kept at
//! all, rather than mixed with another one: the record itself is counted all the same.
//!
//! A record in a signal handler may interrupt its own thread while the words are being replaced. It finds
//! the sequence odd, and leaves the place alone.

use crate::storage::{Own, cell};
use crate::sync::{Cell64, Ordering, order};

/// Words in a place: value, both halves of the trace, span, time.
pub(crate) const WORDS: usize = if cfg!(engram_loom) { 2 } else { 5 };

/// Cells of a place: the sequence and the words.
pub(crate) const PLACE_CELLS: u32 = 1 + WORDS as u32;

/// Readings of a place before it is left out.
const TRIES: usize = if cfg!(engram_loom) { 2 } else { 8 };

/// Replaces the words of the place that starts `at` cells into the run.
#[inline]
pub(crate) fn replace(own: Own<'_>, at: usize, words: [u64; WORDS]) {
    let sequence = own.cell(at);
    let before = sequence.load_own();
    if before & 1 == 1 {
        return;
    }
    // Relaxed: carried by the stores of the words, which a reader cannot see without this one.
    sequence.store(before.wrapping_add(1), Ordering::Relaxed);
    for (word, at) in words.into_iter().zip(at + 1..) {
        // Release: whoever reads this word with Acquire, `read`, sees that the sequence was odd.
        own.cell(at).store(word, order!(Release, "exemplar.word"));
    }
    // Release: whoever reads this sequence with Acquire, `read`, sees all words of this exemplar.
    sequence.store(before.wrapping_add(2), order!(Release, "exemplar.complete"));
}

/// The words of a place whose sequence is `first`; `None` when there are none, or none that stand still.
pub(crate) fn read(first: &Cell64) -> Option<[u64; WORDS]> {
    for _ in 0..TRIES {
        // Acquire: sees the words that the Release store of this number in `replace` completed.
        let before = first.load(order!(Acquire, "exemplar.read"));
        if before == 0 {
            return None;
        }
        let words = std::array::from_fn(|word| {
            // SAFETY: a place has its words behind its sequence.
            let word = unsafe { cell(first, 1 + word) };
            // Acquire: a word of a later exemplar brings with it that the sequence has moved on.
            word.load(order!(Acquire, "exemplar.read_word"))
        });
        // Relaxed: the Acquire loads above keep this one behind them and give it its lower bound.
        if before & 1 == 0 && first.load(Ordering::Relaxed) == before {
            return Some(words);
        }
        std::hint::spin_loop();
    }
    None
}
