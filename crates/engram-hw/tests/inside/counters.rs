//! Counters of the processor: exact where the machine has them, absent with one reason where it has none.

use engram_hw::{Counters, Event, Group, Reason, Region, Scope, ratios, self_test};

use crate::Checked;
use crate::init::Machine;

/// Instructions of a loop that is counted exactly.
const SHORT: u64 = 200_000;

/// Of one that is so long that what is around it does not count.
const LONG: u64 = 80_000_000;

/// Completed instructions, by ARM's own number: what is opened so often that it has to take turns.
const INSTRUCTIONS: Event = Event::Raw(0x08);

/// Counters at a time, of which the processor has places for six.
const MANY: usize = 16;

pub(crate) fn counters(_: &Machine) -> Checked {
    if cfg!(target_arch = "aarch64") { present() } else { absent() }
}

/// The emulator's x86 processors count nothing.
fn absent() -> Checked {
    let group = Group::open(&Event::USUAL);
    let reasons: Vec<Reason> = group.unavailable().iter().map(|(_, it)| it.reason).collect();
    if reasons != [Reason::NoPmu; Event::USUAL.len()] {
        return Err(format!("reasons {reasons:?}"));
    }
    let samples = group.read().map_err(|error| error.to_string())?.samples().count();
    match self_test() {
        Err(error) if error.reason == Reason::NoPmu && samples == 0 => Ok(error.to_string()),
        other => Err(format!("{samples} samples, the test of itself says {other:?}")),
    }
}

fn present() -> Checked {
    let tested = self_test().map_err(|error| error.to_string())?;
    let exact = exactly()?;
    let region = in_region()?;
    let (worst, running) = in_turns()?;
    let too_many = too_many()?;
    Ok(format!(
        "{exact} of {SHORT} instructions, {tested} in the test of itself, {region} in a region; {MANY} counters that \
         ran for {running:.2} of the time are at most {:.2} % off; {too_many}",
        worst * 100.0
    ))
}

/// A loop that ends before the next tick of the clock: in a tick the emulator counts some of the kernel as ours.
fn exactly() -> Result<u64, String> {
    let group = Group::open(&[Event::Instructions]);
    let counted = |instructions: u64| {
        let mut counts = [0; 21];
        for count in &mut counts {
            let before = group.read().map_err(|error| error.to_string())?;
            spin(instructions);
            let read = group.read().map_err(|error| error.to_string())?.since(&before);
            *count = read.samples().next().ok_or("no sample")?.count;
        }
        counts.sort_unstable();
        Ok::<_, String>(counts[counts.len() / 2])
    };
    let around = counted(2)?;
    let exact = counted(SHORT + 2)?.saturating_sub(around);
    within(exact, SHORT, 0.001).map(|()| exact)
}

/// A region counts what ran inside, and ratios are made of it.
fn in_region() -> Result<u64, String> {
    let region = Region::new("loop");
    let guard = region.enter();
    spin(LONG);
    drop(guard);
    let samples: Vec<_> = region.counts().samples().collect();
    let count = samples.iter().find(|it| it.event == Event::Instructions).map(|it| it.count);
    let count = count.ok_or("a region without instructions")?;
    within(count, LONG, 0.01)?;
    let ipc = ratios(&samples).into_iter().find(|it| it.name == "instructions_per_cycle");
    ipc.filter(|it| it.value > 0.0).ok_or("instructions and cycles, but no ratio")?;
    Ok(count)
}

/// More counters than there are places, each scaled by the share of the time that it ran.
fn in_turns() -> Result<(f64, f64), String> {
    let counters = Counters::open(&[INSTRUCTIONS; MANY], Scope::Thread);
    if let Some((_, error)) = counters.unavailable().first() {
        return Err(error.to_string());
    }
    counters.enable().map_err(|error| error.to_string())?;
    let expected = 3 * LONG;
    spin(expected);
    let samples = counters.read().map_err(|error| error.to_string())?;
    if samples.len() != MANY || samples.iter().any(|it| it.running > 0.9) {
        return Err(format!("did not take turns: {samples:?}"));
    }
    let mut worst = 0.0_f64;
    for sample in &samples {
        within(sample.count, expected, 0.02)?;
        worst = worst.max(sample.count.abs_diff(expected) as f64 / expected as f64);
    }
    Ok((worst, samples.iter().map(|it| it.running).sum::<f64>() / MANY as f64))
}

/// A group that does not fit has what fits; events that this processor has not are not called a limit.
fn too_many() -> Checked {
    let group = Group::open(&[INSTRUCTIONS; MANY]);
    let left_out = group.unavailable().len();
    if left_out == 0 || group.unavailable().iter().any(|(_, it)| it.reason != Reason::Limit) {
        return Err(format!("a group of {MANY}: {:?}", group.unavailable()));
    }
    let absent = Group::open(&[Event::DtlbLoads]);
    let reason = absent.unavailable().first().map(|(_, it)| it.reason);
    if reason != Some(Reason::NotSupported) {
        return Err(format!("look-ups of addresses: {reason:?}"));
    }
    Ok(format!("{left_out} of {MANY} do not fit into a group"))
}

/// Runs so many instructions, in a loop of two.
#[cfg(target_arch = "aarch64")]
fn spin(instructions: u64) {
    // SAFETY: counts a register down.
    unsafe {
        std::arch::asm!(
            "2:", "subs {left}, {left}, #1", "b.ne 2b",
            left = inout(reg) instructions / 2 => _,
            options(nomem, nostack)
        );
    }
}

/// Only where there are counters is there something to count.
#[cfg(not(target_arch = "aarch64"))]
fn spin(_: u64) {}

fn within(count: u64, expected: u64, share: f64) -> Result<(), String> {
    let off = count.abs_diff(expected) as f64 / expected as f64;
    if off <= share { Ok(()) } else { Err(format!("{count} instead of {expected}")) }
}
