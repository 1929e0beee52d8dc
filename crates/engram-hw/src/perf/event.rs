//! What can be counted.

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// Cycles while running, not those of a halted processor.
    Cycles,
    /// Instructions that were completed.
    Instructions,
    /// Branches that were completed.
    Branches,
    /// Branches that went another way than predicted.
    BranchMisses,
    /// Accesses to the last level of cache.
    CacheReferences,
    /// Those that missed it.
    CacheMisses,
    /// Loads from the first level of data cache.
    L1dLoads,
    /// Those that missed it.
    L1dLoadMisses,
    /// Loads that reached the last level.
    LlcLoads,
    /// Those that missed it.
    LlcLoadMisses,
    /// Look-ups of addresses of data.
    DtlbLoads,
    /// Those that missed.
    DtlbLoadMisses,
    /// Cycles in which nothing could be issued.
    StalledFrontend,
    /// Cycles in which nothing could be completed.
    StalledBackend,
    /// Nanoseconds on a processor; counted by the kernel.
    TaskClock,
    /// Page faults; counted by the kernel.
    PageFaults,
    /// Those for which something had to be read; counted by the kernel.
    MajorFaults,
    /// By the number that the manual of the processor gives it.
    Raw(u64),
    /// The same with a name, by which it is shown: [`Vendor::events`](super::Vendor::events).
    Named(&'static str, u64),
}

/// Kinds of events, as the kernel numbers them.
const HARDWARE: u32 = 0;
pub(super) const SOFTWARE: u32 = 1;
const CACHE: u32 = 3;
const RAW: u32 = 4;

impl Event {
    /// Those that most processors have, each with what it is divided by.
    pub const USUAL: [Self; 14] = [
        Self::Cycles,
        Self::Instructions,
        Self::Branches,
        Self::BranchMisses,
        Self::CacheReferences,
        Self::CacheMisses,
        Self::L1dLoads,
        Self::L1dLoadMisses,
        Self::LlcLoads,
        Self::LlcLoadMisses,
        Self::DtlbLoads,
        Self::DtlbLoadMisses,
        Self::StalledFrontend,
        Self::StalledBackend,
    ];

    /// Those that the kernel counts itself, on every machine.
    pub const OF_KERNEL: [Self; 3] = [Self::TaskClock, Self::PageFaults, Self::MajorFaults];

    /// As it stands in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cycles => "cycles",
            Self::Instructions => "instructions",
            Self::Branches => "branches",
            Self::BranchMisses => "branch_misses",
            Self::CacheReferences => "cache_references",
            Self::CacheMisses => "cache_misses",
            Self::L1dLoads => "l1d_loads",
            Self::L1dLoadMisses => "l1d_load_misses",
            Self::LlcLoads => "llc_loads",
            Self::LlcLoadMisses => "llc_load_misses",
            Self::DtlbLoads => "dtlb_loads",
            Self::DtlbLoadMisses => "dtlb_load_misses",
            Self::StalledFrontend => "stalled_cycles_frontend",
            Self::StalledBackend => "stalled_cycles_backend",
            Self::TaskClock => "task_clock",
            Self::PageFaults => "page_faults",
            Self::MajorFaults => "major_faults",
            Self::Raw(_) => "raw",
            Self::Named(name, _) => name,
        }
    }

    /// Whether only the manual of one processor knows it. The kernel opens any number, and what a processor does not
    /// count stays at 0, so that a 0 of such an event says nothing.
    #[must_use]
    pub const fn is_of_vendor(self) -> bool {
        matches!(self, Self::Raw(_) | Self::Named(..))
    }

    /// Whether the processor counts it.
    #[must_use]
    pub const fn is_hardware(self) -> bool {
        self.code().0 != SOFTWARE
    }

    /// Kind and number. Caches are level, then what is done, then how it ended, a byte each.
    pub(super) const fn code(self) -> (u32, u64) {
        const fn load(level: u64, is_miss: bool) -> (u32, u64) {
            (CACHE, level | (is_miss as u64) << 16)
        }
        match self {
            Self::Cycles => (HARDWARE, 0),
            Self::Instructions => (HARDWARE, 1),
            Self::CacheReferences => (HARDWARE, 2),
            Self::CacheMisses => (HARDWARE, 3),
            Self::Branches => (HARDWARE, 4),
            Self::BranchMisses => (HARDWARE, 5),
            Self::StalledFrontend => (HARDWARE, 7),
            Self::StalledBackend => (HARDWARE, 8),
            Self::L1dLoads => load(0, false),
            Self::L1dLoadMisses => load(0, true),
            Self::LlcLoads => load(2, false),
            Self::LlcLoadMisses => load(2, true),
            Self::DtlbLoads => load(3, false),
            Self::DtlbLoadMisses => load(3, true),
            Self::TaskClock => (SOFTWARE, 1),
            Self::PageFaults => (SOFTWARE, 2),
            Self::MajorFaults => (SOFTWARE, 6),
            Self::Raw(code) | Self::Named(_, code) => (RAW, code),
        }
    }
}
