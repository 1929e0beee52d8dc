//! Whether counters count.

use super::{Event, Group};
use crate::unavailable::{Reason, Unavailable};

/// Rounds of the loop.
const ROUNDS: u64 = 4_000_000;

/// Counts a loop whose number of instructions is known, eight million; guests of some hypervisors open counters
/// that stand still. What is counted around the loop is known from a second one, of a single round, and left out.
///
/// # Errors
/// `suspect` when the count is more than one per cent away from the truth, else why there is none.
pub fn self_test() -> Result<u64, Unavailable> {
    let group = Group::open(&[Event::Instructions]);
    if let Some((_, unavailable)) = group.unavailable().first() {
        return Err(*unavailable);
    }
    let suspect = Unavailable::because(Reason::Suspect, "the counter of instructions");
    let counted = |rounds| {
        let before = group.read()?;
        spin(rounds);
        let counted = group.read()?.since(&before);
        counted.samples().next().map(|sample| sample.count).ok_or(suspect)
    };
    let around = counted(1)?;
    let count = counted(ROUNDS + 1)?.saturating_sub(around);
    let is_near = count.abs_diff(2 * ROUNDS) <= 2 * ROUNDS / 100;
    if is_near { Ok(count) } else { Err(suspect) }
}

/// Runs a loop of two instructions.
#[cfg(target_arch = "x86_64")]
pub(super) fn spin(rounds: u64) {
    // SAFETY: counts a register down.
    unsafe {
        std::arch::asm!(
            "2:", "sub {left}, 1", "jnz 2b",
            left = inout(reg) rounds => _,
            options(nomem, nostack)
        );
    }
}

/// Runs a loop of two instructions.
#[cfg(target_arch = "aarch64")]
pub(super) fn spin(rounds: u64) {
    // SAFETY: counts a register down.
    unsafe {
        std::arch::asm!(
            "2:", "subs {left}, {left}, #1", "b.ne 2b",
            left = inout(reg) rounds => _,
            options(nomem, nostack)
        );
    }
}

/// Elsewhere nobody knows what a loop is made of, so that no counter passes.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn spin(_: u64) {}
