//! Limits of memory, and what happened at them.

use super::CgroupError;
use super::cpu::field;

/// What version 1 writes for "no limit": the largest number of pages, whose size differs.
const UNLIMITED: u64 = i64::MAX as u64 - 0xf_ffff;

/// Reads a file with one amount: bytes, or `max`, or the huge number that is version 1's word for it.
///
/// # Errors
/// When it is something else.
pub fn memory_amount(text: &str) -> Result<Option<u64>, CgroupError> {
    match text.trim() {
        "max" => Ok(None),
        digits => match digits.parse::<u64>() {
            Ok(bytes) if digits.bytes().all(|it| it.is_ascii_digit()) => {
                Ok((bytes < UNLIMITED).then_some(bytes))
            }
            _ => Err(CgroupError::malformed("a limit of memory", text)),
        },
    }
}

/// How often a group met its limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryEvents {
    /// Reclaimed although below its protection.
    pub low: u64,
    /// Slowed down and reclaimed above `memory.high`.
    pub high: u64,
    /// Stopped by `memory.max`, or by the limit of version 1.
    pub max: u64,
    /// Nothing was left to reclaim.
    pub oom: u64,
    /// Processes that were killed for it.
    pub oom_kill: u64,
}

impl MemoryEvents {
    /// Reads `memory.events` of version 2; what is not there is 0. Allocates nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let field = |name| field(text, name).unwrap_or(0);
        Self {
            low: field("low"),
            high: field("high"),
            max: field("max"),
            oom: field("oom"),
            oom_kill: field("oom_kill"),
        }
    }

    /// From version 1's `memory.failcnt` and `memory.oom_control`.
    pub(super) fn from_v1(failures: &str, oom_control: &str) -> Self {
        let max = failures.trim().parse().unwrap_or(0);
        Self { max, oom_kill: field(oom_control, "oom_kill").unwrap_or(0), ..Self::default() }
    }
}
