//! Events that only the manual of a processor names.

use super::Event;

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
}

/// Loads that were served by memory of another node. Taken from the manuals: there was no such machine to verify
/// the count on.
#[must_use]
pub const fn remote_memory_event(vendor: Vendor) -> Event {
    match vendor {
        // MEM_LOAD_L3_MISS_RETIRED.REMOTE_DRAM
        Vendor::Intel => Event::Raw(0x02d3),
        // ls_any_fills_from_sys, far memory
        Vendor::Amd => Event::Raw(0x4044),
        // REMOTE_ACCESS
        Vendor::Arm => Event::Raw(0x31),
    }
}
