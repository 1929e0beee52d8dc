//! Files by their paths, on systems that open none below a folder: for copies of Linux machines.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::LONGEST;
use crate::topology::TopologyError;

/// A folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, TopologyError> {
        let found = fs::metadata(path).map_err(|error| TopologyError::root(path, &error))?;
        if !found.is_dir() {
            return Err(TopologyError::root(path, &"it is no folder"));
        }
        Ok(Self(path.to_owned()))
    }

    pub(super) fn below(&self, path: &str) -> Option<Self> {
        Self::open(&self.0.join(path)).ok()
    }

    /// Nobody says, so that each folder is looked into.
    #[expect(clippy::unused_self, reason = "on Linux the folder says")]
    pub(super) const fn links(&self) -> Option<u128> {
        None
    }

    /// What the file holds, in `buffer`.
    pub(super) fn read<'a>(&self, path: &str, buffer: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        let path = self.0.join(path);
        // A pipe in a hostile copy would wait for a writer for ever.
        fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        buffer.clear();
        File::open(&path).ok()?.take(LONGEST as u64).read_to_end(buffer).ok()?;
        Some(buffer)
    }

    /// What is made of the names in a folder below; nothing where it cannot be read.
    pub(super) fn names<C: FromIterator<T>, T>(
        &self,
        path: &str,
        make: impl Fn(&str) -> Option<T>,
    ) -> C {
        let entries = fs::read_dir(self.0.join(path)).into_iter().flatten().flatten();
        entries.filter_map(|entry| make(entry.file_name().to_str()?)).collect()
    }
}

#[cfg(test)]
mod tests;
