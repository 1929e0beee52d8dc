//! Whether counters count.

use super::{Event, Group};
use crate::unavailable::{Reason, Unavailable};

/// Rounds of the loop: long enough that starting and stopping is a hundredth of a per cent.
const ROUNDS: u64 = 4_000_000;

/// Counts a loop whose number of instructions is known; guests of some hypervisors open counters that stand
/// still. The loop has eight million instructions.
///
/// # Errors
/// `suspect` when the count is more than one per cent away from the truth, else why there is none.
pub fn self_test() -> Result<u64, Unavailable> {
    let group = Group::open(&[Event::Instructions]);
    if let Some((_, unavailable)) = group.unavailable().first() {
        return Err(*unavailable);
    }
    let before = group.read()?;
    let instructions = spin(ROUNDS);
    let counted = group.read()?.since(&before);
    let suspect = Unavailable::because(Reason::Suspect, "the counter of instructions");
    let sample = counted.samples().next().ok_or(suspect)?;
    let is_near = sample.count.abs_diff(instructions) <= instructions / 100;
    if is_near { Ok(sample.count) } else { Err(suspect) }
}

/// Runs a loop of two instructions; how many they were.
#[cfg(target_arch = "x86_64")]
pub(super) fn spin(rounds: u64) -> u64 {
    // SAFETY: counts a register down.
    unsafe {
        std::arch::asm!(
            "2:", "sub {left}, 1", "jnz 2b",
            left = inout(reg) rounds => _,
            options(nomem, nostack)
        );
    }
    2 * rounds
}

/// Runs a loop of two instructions; how many they were.
#[cfg(target_arch = "aarch64")]
pub(super) fn spin(rounds: u64) -> u64 {
    // SAFETY: counts a register down.
    unsafe {
        std::arch::asm!(
            "2:", "subs {left}, {left}, #1", "b.ne 2b",
            left = inout(reg) rounds => _,
            options(nomem, nostack)
        );
    }
    2 * rounds
}

/// Elsewhere nobody knows what a loop is made of, so that no counter passes.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn spin(_: u64) -> u64 {
    0
}
