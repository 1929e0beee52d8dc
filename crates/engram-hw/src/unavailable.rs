//! Why a number is absent, and what can be done about it.

use std::fmt;

use engram_metrics_core::Label;

engram_metrics_core::label_enum! {
    /// Why something about the machine could not be measured or done.
    pub enum Reason as "reason" {
        /// The processor's counters are not there: usual in virtual machines.
        NoPmu = "no_pmu",
        /// The kernel asks for rights that the process does not have.
        Permission = "permission",
        /// A filter of system calls, as containers have, forbids it.
        Seccomp = "seccomp",
        /// The kernel came before the call.
        KernelTooOld = "kernel_too_old",
        /// This machine, kernel or system has nothing of the kind.
        NotSupported = "not_supported",
        /// Too many at once: open files, counters in a group.
        Limit = "limit",
        /// A counter that had to be on the processor and found no place there.
        PinnedEof = "pinned_eof",
        /// A counter that opens and does not count.
        Suspect = "suspect",
        /// What should be there is not: a file, a CPU, a node, a process.
        Missing = "missing",
        /// A file does not hold what it should.
        Malformed = "malformed",
    }
}

/// Something that could not be measured or done, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unavailable {
    /// In which of the known ways it failed.
    pub reason: Reason,
    /// What was tried: `perf_event_open`, `/proc/pressure/cpu`.
    pub what: &'static str,
    /// The number of the error, where the system gave one.
    pub errno: Option<i32>,
}

impl Reason {
    /// As it stands in the label of a metric.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::VALUES[self.index()]
    }

    /// What who runs the program can do about it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NoPmu => "run on hardware, or let the hypervisor pass the counters on (vPMU)",
            Self::Permission => {
                "lower kernel.perf_event_paranoid, or give the process CAP_PERFMON, CAP_SYS_NICE or \
                 CAP_SYS_RESOURCE"
            }
            Self::Seccomp => {
                "allow the call in the container's seccomp profile, or add CAP_SYS_NICE"
            }
            Self::KernelTooOld => "a newer kernel has it",
            Self::NotSupported => "nothing: this machine does not have it",
            Self::Limit => "close files or counters, or raise the limit (ulimit -n, group size)",
            Self::PinnedEof => "do not pin, or use fewer counters at once",
            Self::Suspect => "do not trust this counter here: it does not count what it should",
            Self::Missing => "check that it is mounted and visible to this process",
            Self::Malformed => "report the file: no kernel is known that writes it so",
        }
    }
}

impl Unavailable {
    /// For a reason that the system did not number.
    pub(crate) const fn because(reason: Reason, what: &'static str) -> Self {
        Self { reason, what, errno: None }
    }

    /// For an error while reading or writing a file.
    pub(crate) fn of_file(error: &std::io::Error, what: &'static str) -> Self {
        use std::io::ErrorKind;
        let reason = match error.kind() {
            ErrorKind::NotFound => Reason::Missing,
            ErrorKind::PermissionDenied => Reason::Permission,
            ErrorKind::InvalidData | ErrorKind::InvalidInput => Reason::Malformed,
            _ => Reason::NotSupported,
        };
        // Pressure that was switched off at boot is a file that opens and cannot be read.
        Self { reason, what, errno: error.raw_os_error() }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} is unavailable ({}", self.what, self.reason.name())?;
        if let Some(errno) = self.errno {
            write!(out, ", errno {errno}")?;
        }
        write!(out, "): {}", self.reason.advice())
    }
}

impl std::error::Error for Unavailable {}
