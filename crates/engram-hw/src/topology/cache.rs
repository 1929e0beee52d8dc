//! Caches.

use crate::id_set::IdSet;

/// A cache, once for all CPUs that share it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cache {
    /// 1 for the one next to the core.
    pub level: u8,
    /// What it keeps.
    pub kind: CacheKind,
    /// Its capacity; `None` where the kernel does not say.
    pub size_bytes: Option<u64>,
    /// The size of a line; asked of the first cache of a level, kind and size.
    pub line_bytes: Option<u32>,
    /// In how many places a line may be; asked of the same one.
    pub ways: Option<u32>,
    /// The CPUs that share it and are online.
    pub cpus: IdSet,
}

/// What a cache keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CacheKind {
    /// Data and instructions.
    Unified,
    /// Data.
    Data,
    /// Instructions.
    Instruction,
}

impl CacheKind {
    /// As the kernel calls it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "Unified" => Some(Self::Unified),
            "Data" => Some(Self::Data),
            "Instruction" => Some(Self::Instruction),
            _ => None,
        }
    }

    /// What is put behind the level: `L1d`, `L1i`, `L2`.
    pub(super) const fn letter(self) -> &'static str {
        match self {
            Self::Unified => "",
            Self::Data => "d",
            Self::Instruction => "i",
        }
    }
}

impl Cache {
    /// `L1d`, `L1i`, `L2`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("L{}{}", self.level, self.kind.letter())
    }
}
