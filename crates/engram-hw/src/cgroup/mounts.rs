//! The control groups of `/proc/self/mountinfo`.

use std::path::{Component, Path, PathBuf};

use super::CgroupError;

/// Which files a hierarchy has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CgroupVersion {
    /// A hierarchy for each controller.
    V1,
    /// One for all.
    V2,
}

/// A hierarchy that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CgroupMount {
    /// Which files it has.
    pub version: CgroupVersion,
    /// The group at its top, as the kernel names it: not `/` in containers that share the host's namespace.
    pub root: String,
    /// The folder.
    pub place: String,
    /// What it was mounted with; in version 1 the controllers are among it.
    pub options: Vec<String>,
}

impl CgroupMount {
    /// All control groups; other mounts are passed over.
    ///
    /// # Errors
    /// When a line has no place, no separator or no type.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, CgroupError> {
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.filter_map(|line| Self::parse(line).transpose()).collect()
    }

    /// `36 35 98:0 /root /place options optional... - type source options`, any number of optional fields.
    fn parse(line: &str) -> Result<Option<Self>, CgroupError> {
        let malformed = || CgroupError::malformed("/proc/self/mountinfo", line);
        let (before, behind) = line.split_once(" - ").ok_or_else(malformed)?;
        let mut before = before.split(' ').skip(3);
        let (root, place) = (before.next(), before.next());
        let (root, place) = root.zip(place).ok_or_else(malformed)?;
        let mut behind = behind.split(' ');
        let (kind, options) = (behind.next(), behind.nth(1));
        let (kind, options) = kind.zip(options).ok_or_else(malformed)?;
        let version = match kind {
            "cgroup" => CgroupVersion::V1,
            "cgroup2" => CgroupVersion::V2,
            _ => return Ok(None),
        };
        let options = options.split(',').map(str::to_owned).collect();
        Ok(Some(Self { version, root: unescape(root), place: unescape(place), options }))
    }

    pub(super) fn has(&self, controller: &str) -> bool {
        self.version == CgroupVersion::V1 && self.options.iter().any(|it| it == controller)
    }

    /// The way from the place to a group; `None` where it is not below the root of the mount.
    pub(super) fn below(&self, group: &str) -> Option<PathBuf> {
        let below = Path::new(group).strip_prefix(&self.root).ok()?;
        // A group outside of the namespace is `/../..`.
        let is_inside = below.components().all(|part| matches!(part, Component::Normal(_)));
        is_inside.then(|| below.to_owned())
    }
}

/// White space and backslashes are octal: `\040`.
fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match (byte, escaped) {
            (b'\\', Some(escaped)) => {
                out.push(escaped);
                at += 4;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
