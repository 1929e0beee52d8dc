//! What the processor says of its own caches, to the thread that asks.
//!
//! On x86 the kernel's files repeat it: when a CPU comes online the kernel asks leaf 4, or AMD's `8000001d`, and
//! makes a folder of each answer, in their order. One answer has what five files have: level, kind, size, lines and
//! ways. Two things keep it from being made up:
//! - It is about the CPU that the thread is on. A thread that was switched while it asked may have been on two.
//! - An emulator answers for a processor that the kernel has never seen, so who asks compares what it says of the
//!   last cache with a file.

use std::iter;

use super::CacheKind;
use crate::place::current_cpu;
use crate::sys::{self, Whose};

/// The caches of one CPU.
pub(super) struct Own {
    pub(super) cpu: u32,
    pub(super) caches: Vec<Described>,
}

/// A cache, without who shares it: only the kernel knows that by its numbers of CPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) level: u8,
    pub(super) kind: CacheKind,
    pub(super) shape: Shape,
}

/// What is the same for caches of one make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) size_bytes: u64,
    pub(super) line_bytes: u32,
    pub(super) ways: u32,
}

impl Own {
    /// The first so many caches of the CPU that this runs on; `None` where the processor cannot be asked or has
    /// fewer.
    pub(super) fn ask(count: usize) -> Option<Self> {
        let leaf = leaf()?;
        let before = switches()?;
        let cpu = current_cpu();
        let answers = iter::successors(Some(0), |at| Some(at + 1)).take(count);
        let caches = answers.map(|at| Described::of(answer(leaf, at))).collect::<Option<_>>()?;
        (switches()? == before).then_some(Self { cpu, caches })
    }
}

impl Described {
    /// From `eax`, `ebx` and `ecx`; no kind is the end.
    ///
    /// ```text
    ///   eax   4..0 kind   7..5 level
    ///   ebx  11..0 bytes of a line, less 1   21..12 lines that have one tag, less 1   31..22 ways, less 1
    ///   ecx  31..0 sets, less 1
    /// ```
    fn of([eax, ebx, ecx]: [u32; 3]) -> Option<Self> {
        let kind = match eax & 31 {
            1 => CacheKind::Data,
            2 => CacheKind::Instruction,
            3 => CacheKind::Unified,
            _ => return None,
        };
        let (line_bytes, lines, ways) =
            ((ebx & 0xfff) + 1, (ebx >> 12 & 0x3ff) + 1, (ebx >> 22) + 1);
        let of_a_set = u64::from(line_bytes) * u64::from(lines) * u64::from(ways);
        let size_bytes = of_a_set * (u64::from(ecx) + 1);
        let level = (eax >> 5 & 7) as u8;
        Some(Self { level, kind, shape: Shape { size_bytes, line_bytes, ways } })
    }
}

/// How often the thread was put off its CPU: without that it cannot have gone to another one.
fn switches() -> Option<u64> {
    let usage = sys::resource_usage(Whose::Thread).ok()?;
    Some(usage.voluntary_switches + usage.involuntary_switches)
}

/// Which question is about caches: the one that the kernel asks.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn leaf() -> Option<u32> {
    use std::arch::x86_64::__cpuid;
    use std::sync::OnceLock;

    const OF_INTEL: u32 = 4;
    const OF_AMD: u32 = 0x8000_001d;
    /// In `ecx` of the leaf of features: the one above is there.
    const TOPOLOGY_EXTENSIONS: u32 = 1 << 22;

    // Virtual machines are stopped for each question; who made the processor is asked once.
    static LEAF: OnceLock<Option<u32>> = OnceLock::new();
    *LEAF.get_or_init(|| {
        let first = __cpuid(0);
        let maker = [first.ebx, first.edx, first.ecx].map(u32::to_le_bytes);
        match maker.as_flattened() {
            b"GenuineIntel" => (first.eax >= OF_INTEL).then_some(OF_INTEL),
            b"AuthenticAMD" | b"HygonGenuine" => {
                let has_leaf = __cpuid(0x8000_0000).eax >= OF_AMD;
                let is_used = || __cpuid(0x8000_0001).ecx & TOPOLOGY_EXTENSIONS != 0;
                (has_leaf && is_used()).then_some(OF_AMD)
            }
            _ => None,
        }
    })
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn answer(leaf: u32, at: u32) -> [u32; 3] {
    let answer = std::arch::x86_64::__cpuid_count(leaf, at);
    [answer.eax, answer.ebx, answer.ecx]
}

/// Other processors tell nobody but the kernel, if anybody.
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
const fn leaf() -> Option<u32> {
    None
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
const fn answer(_: u32, _: u32) -> [u32; 3] {
    [0; 3]
}

#[cfg(test)]
mod tests;
