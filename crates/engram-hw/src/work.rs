//! What no counter of the processor says on most machines, and the program itself knows.
//!
//! A kernel knows with which instructions it computes, on how many elements, and what it reads and writes; telling
//! is a few nanoseconds. None of these is a share of anything: how busy the units for vectors were, only counters of
//! the processor know.

use std::cell::Cell;

use engram_metrics_core::{Counter, Family, Unit, label_enum, metric_set};

use crate::place::current_cpu;

label_enum! {
    /// The instructions that a kernel uses.
    pub enum InstructionSet as "instructions" {
        Scalar = "scalar",
        Sse = "sse",
        Avx2 = "avx2",
        Avx512 = "avx512",
        Neon = "neon",
        Sve = "sve",
    }
}

label_enum! {
    /// Whether memory is read or written.
    pub enum Direction as "direction" { Read = "read", Written = "written" }
}

metric_set! {
    /// What kernels do, as they tell.
    ///
    /// ```
    /// use engram_hw::{InstructionSet, WorkMetrics};
    ///
    /// static WORK: WorkMetrics = WorkMetrics::new();
    ///
    /// // A dot product of two vectors of 768 numbers of four bytes.
    /// WORK.simd(InstructionSet::Avx2, 768, None);
    /// WORK.memory(2 * 768 * 4, 0);
    /// WORK.look_for_migration();
    /// ```
    pub struct WorkMetrics {
        /// Operations on whole vectors, by the instructions that did them.
        pub simd_operations: Family<InstructionSet, Counter> =
            "engram.simd.operations", Unit::Count("{operation}");
        /// Elements that they computed with.
        pub simd_elements: Family<InstructionSet, Counter> =
            "engram.simd.elements", Unit::Count("{element}");
        /// Cycles that they took, of those that were measured.
        pub simd_cycles: Family<InstructionSet, Counter> =
            "engram.simd.cycles", Unit::Count("{cycle}");
        /// Memory that kernels read and wrote, as their algorithm says, whatever caches kept from it.
        pub kernel_memory: Family<Direction, Counter> = "engram.kernel.memory", Unit::Bytes;
        /// Times that a thread was found on another CPU than when it was looked for before.
        pub migrations: Counter = "engram.thread.migrations", Unit::Count("{migration}");
    }
}

thread_local! {
    /// The CPU that the thread was on when it was last looked for.
    static SEEN: Cell<Option<u32>> = const { Cell::new(None) };
}

impl WorkMetrics {
    /// Counts an operation, and what it took where somebody has measured it.
    #[inline]
    pub fn simd(&self, instructions: InstructionSet, elements: u64, cycles: Option<u64>) {
        self.simd_operations.at(instructions).increment();
        self.simd_elements.at(instructions).add(elements);
        if let Some(cycles) = cycles {
            self.simd_cycles.at(instructions).add(cycles);
        }
    }

    /// Counts what a kernel reads and writes.
    #[inline]
    pub fn memory(&self, read_bytes: u64, written_bytes: u64) {
        self.kernel_memory.at(Direction::Read).add(read_bytes);
        self.kernel_memory.at(Direction::Written).add(written_bytes);
    }

    /// Looks whether the calling thread has moved since it last did; true if so. One that moves twice in between, or
    /// there and back, is seen to move once, or not at all: [`migrations`](crate::migrations) has what the kernel
    /// counts.
    #[inline]
    pub fn look_for_migration(&self) -> bool {
        self.is_on(current_cpu())
    }

    fn is_on(&self, cpu: u32) -> bool {
        let has_moved = SEEN.replace(Some(cpu)).is_some_and(|before| before != cpu);
        if has_moved {
            self.migrations.increment();
        }
        has_moved
    }
}

#[cfg(test)]
mod tests {
    use engram_metrics_core::when_enabled;

    use super::*;

    #[test]
    fn a_thread_that_is_found_elsewhere_has_migrated() {
        static WORK: WorkMetrics = WorkMetrics::new();
        let found = [3, 3, 5, 5, 3].map(|cpu| WORK.is_on(cpu));
        assert_eq!(found, [false, false, true, false, true]);
        when_enabled! { assert_eq!(WORK.migrations.value(), 2); }
    }

    when_enabled! {
        #[test]
        fn what_a_kernel_tells_is_counted_and_cycles_only_where_they_were_measured() {
            static WORK: WorkMetrics = WorkMetrics::new();
            WORK.simd(InstructionSet::Avx2, 768, None);
            WORK.simd(InstructionSet::Avx2, 32, Some(40));
            WORK.memory(6_144, 4);
            let of = |family: &Family<InstructionSet, Counter>| family.at(InstructionSet::Avx2).value();
            let counted = [&WORK.simd_operations, &WORK.simd_elements, &WORK.simd_cycles].map(of);
            assert_eq!(counted, [2, 800, 40]);
            assert_eq!(WORK.kernel_memory.at(Direction::Read).value(), 6_144);
            assert_eq!(WORK.simd_operations.at(InstructionSet::Sse).value(), 0);
        }
    }
}
