//! Control groups: what this process may use, and how often it was held back.
//!
//! ```text
//!   /proc/self/cgroup      which group, for each controller      2:cpu,cpuacct:/docker/ab12
//!   /proc/self/mountinfo   where that can be seen, and from where 7 5 0:6 /docker /sys/fs/cgroup/cpu ...
//!                          -> /sys/fs/cgroup/cpu/ab12 and every folder above it, up to the mount
//! ```
//!
//! A group is held by the tightest limit of all its ancestors. What a container does not see, because its
//! namespace or its mount hides it, is an error that says so, not "no limit".

mod cpu;
mod error;
mod kubernetes;
mod limits;
mod membership;
mod memory;
mod mounts;
mod usage;

pub(crate) use cpu::field;
pub use cpu::{CpuLimit, Throttling};
pub use error::CgroupError;
pub use kubernetes::{Evidence, QosClass};
pub use limits::Limits;
pub use membership::Membership;
pub use memory::{MemoryEvents, memory_amount};
pub use mounts::{CgroupMount, CgroupVersion};
pub use usage::Usage;

use std::fs;
use std::path::{Path, PathBuf};

/// Where a process is, controller by controller.
///
/// ```no_run
/// use engram_hw::Cgroup;
///
/// let cgroup = Cgroup::of_process("/")?;
/// let limits = cgroup.limits()?;
/// if let Some(cpu) = limits.cpu {
///     println!("{} CPUs at once", cpu.cores());
/// }
/// # Ok::<(), engram_hw::CgroupError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cgroup {
    root: PathBuf,
    memberships: Vec<Membership>,
    mounts: Vec<CgroupMount>,
}

/// A group as folders: its own first, then each ancestor that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lineage {
    /// Which files the folders have.
    pub version: CgroupVersion,
    /// Never empty.
    pub folders: Vec<PathBuf>,
}

impl Cgroup {
    /// Of this process, on the machine whose files are below `root`. Groups can change: read anew after a move.
    ///
    /// # Errors
    /// When the two files cannot be read, or do not hold what they should.
    pub fn of_process(root: impl AsRef<Path>) -> Result<Self, CgroupError> {
        Self::read(root.as_ref(), "self")
    }

    /// Of another process.
    ///
    /// # Errors
    /// As [`of_process`](Self::of_process).
    pub fn of(pid: u32) -> Result<Self, CgroupError> {
        Self::read(Path::new("/"), &pid.to_string())
    }

    /// From the text of the two files; folders are then looked for below `root`.
    ///
    /// # Errors
    /// When a line does not hold what it should.
    pub fn parse(root: &Path, cgroup: &str, mountinfo: &str) -> Result<Self, CgroupError> {
        let memberships = Membership::parse_all(cgroup)?;
        let mounts = CgroupMount::parse_all(mountinfo)?;
        Ok(Self { root: root.to_owned(), memberships, mounts })
    }

    fn read(root: &Path, process: &str) -> Result<Self, CgroupError> {
        let folder = root.join("proc").join(process);
        // What one sees of the mounts is what counts, whoever the process is.
        let (cgroup, mounts) = (folder.join("cgroup"), root.join("proc/self/mountinfo"));
        Self::parse(root, &error::read(&cgroup)?, &error::read(&mounts)?)
    }

    /// The folders of the group that has this controller, such as `cpu` or `memory`.
    ///
    /// # Errors
    /// When no hierarchy has it, or the group cannot be seen from here.
    pub fn lineage(&self, controller: &str) -> Result<Lineage, CgroupError> {
        let absent = || CgroupError::NoController { controller: controller.to_owned() };
        let old = self.memberships.iter().find(|it| it.has(controller));
        let mounted =
            |wanted: &dyn Fn(&CgroupMount) -> bool| self.mounts.iter().find(|it| wanted(it));
        let old = old.and_then(|it| Some((it, mounted(&|mount| mount.has(controller))?)));
        let unified = || {
            let membership = self.memberships.iter().find(|it| it.is_unified())?;
            Some((membership, mounted(&|mount| mount.version == CgroupVersion::V2)?))
        };
        let (membership, mount) = old.or_else(unified).ok_or_else(absent)?;
        let below = mount.below(&membership.path).ok_or_else(|| CgroupError::NotVisible {
            controller: controller.to_owned(),
            path: membership.path.clone(),
        })?;
        Ok(Lineage { version: mount.version, folders: self.folders(mount, &below) })
    }

    /// Which kinds of hierarchy there are.
    #[must_use]
    pub fn is_hybrid(&self) -> bool {
        let has = |version| self.mounts.iter().any(|mount| mount.version == version);
        has(CgroupVersion::V1) && has(CgroupVersion::V2)
    }

    /// The path of the group in the hierarchy of version 2, or in that of the memory controller.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        let unified = self.memberships.iter().find(|it| it.is_unified() && it.path != "/");
        let memory = || self.memberships.iter().find(|it| it.has("memory"));
        let any = || self.memberships.first();
        unified.or_else(memory).or_else(any).map(|it| it.path.as_str())
    }

    /// What the group and its ancestors allow.
    ///
    /// # Errors
    /// When a file cannot be read or does not hold what it should; controllers that are not there limit
    /// nothing.
    pub fn limits(&self) -> Result<Limits, CgroupError> {
        limits::read(self)
    }

    /// What the group has used.
    ///
    /// # Errors
    /// As [`limits`](Self::limits).
    pub fn usage(&self) -> Result<Usage, CgroupError> {
        usage::read(self)
    }

    fn folders(&self, mount: &CgroupMount, below: &Path) -> Vec<PathBuf> {
        let place = self.root.join(mount.place.trim_start_matches('/'));
        below
            .ancestors()
            .map(|part| if part == Path::new("") { place.clone() } else { place.join(part) })
            .collect()
    }
}

/// The text of a file; `None` where there is none.
fn text(path: &Path) -> Result<Option<String>, CgroupError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error::unreadable(path, &error)),
    }
}

#[cfg(test)]
mod tests;
