//! Events that only the manual of a processor names.

use super::Event;
use crate::unavailable::{Reason, Unavailable};

/// Who made the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// Skylake servers and later.
    Intel,
    /// Zen 3 and later.
    Amd,
    /// Version 8 and later.
    Arm,
}

impl Vendor {
    /// As `/proc/cpuinfo` says; `None` for others, and for those that came before.
    #[must_use]
    pub fn of_cpuinfo(text: &str) -> Option<Self> {
        let field = |name| {
            let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
            pairs.find(|(field, _)| field.trim() == name).map(|(_, value)| value.trim())
        };
        if text.lines().any(|line| line.starts_with("CPU architecture") && line.contains(": 8")) {
            return Some(Self::Arm);
        }
        let family: u32 = field("cpu family")?.parse().ok()?;
        match (field("vendor_id")?, family) {
            ("GenuineIntel", 6) => Some(Self::Intel),
            ("AuthenticAMD", 25..) => Some(Self::Amd),
            _ => None,
        }
    }

    /// Events beyond the usual ones: memory of other nodes, the second level of cache, numbers with a point, one by
    /// one (`fp_scalar`) and in vectors (`fp_packed`). Taken from the manuals: there was no such machine to verify the
    /// counts on. What a vendor is not asked for here, nobody has verified the number of.
    #[must_use]
    pub const fn events(self) -> &'static [Event] {
        match self {
            Self::Intel => &INTEL,
            Self::Amd => &AMD,
            Self::Arm => &ARM,
        }
    }

    /// What is asked for by name. Of the last four, no number holds for all processors of a vendor, and bytes are
    /// counted outside of cores, for everybody: they are of no vendor yet.
    pub const NAMES: [&str; 9] = [
        "remote_memory_loads",
        "l2_references",
        "l2_misses",
        "fp_scalar",
        "fp_packed",
        "prefetches",
        "miss_latency",
        "memory_read_bytes",
        "memory_written_bytes",
    ];

    /// The event of a name.
    ///
    /// ```
    /// use engram_hw::{Reason, Vendor};
    ///
    /// assert!(Vendor::Arm.event("l2_misses").is_ok());
    /// let missing = Vendor::Arm.event("prefetches").unwrap_err();
    /// assert_eq!(missing.reason, Reason::NotSupported);
    /// ```
    ///
    /// # Errors
    /// When no number of it is known for this vendor.
    pub fn event(self, name: &str) -> Result<Event, Unavailable> {
        let found = self.events().iter().find(|event| event.name() == name);
        found
            .copied()
            .ok_or(Unavailable::because(Reason::NotSupported, "an event of this processor"))
    }
}

const INTEL: [Event; 5] = [
    // MEM_LOAD_L3_MISS_RETIRED.REMOTE_DRAM
    Event::Named("remote_memory_loads", 0x02d3),
    // L2_RQSTS.REFERENCES and L2_RQSTS.MISS
    Event::Named("l2_references", 0xff24),
    Event::Named("l2_misses", 0x3f24),
    // FP_ARITH_INST_RETIRED.SCALAR and FP_ARITH_INST_RETIRED.VECTOR
    Event::Named("fp_scalar", 0x03c7),
    Event::Named("fp_packed", 0xfcc7),
];

// ls_any_fills_from_sys, far memory
const AMD: [Event; 1] = [Event::Named("remote_memory_loads", 0x4044)];

const ARM: [Event; 5] = [
    // REMOTE_ACCESS
    Event::Named("remote_memory_loads", 0x31),
    // L2D_CACHE and L2D_CACHE_REFILL
    Event::Named("l2_references", 0x16),
    Event::Named("l2_misses", 0x17),
    // VFP_SPEC and ASE_SPEC: those that were begun, which may be more than were completed.
    Event::Named("fp_scalar", 0x75),
    Event::Named("fp_packed", 0x74),
];

/// Loads that were served by memory of another node.
#[must_use]
pub const fn remote_memory_event(vendor: Vendor) -> Event {
    vendor.events()[0]
}
