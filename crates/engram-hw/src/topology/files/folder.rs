//! Files are opened relative to a folder that is open: a discovery opens hundreds, and the paths are long.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, Dir, Mode, OFlags, openat};

use crate::topology::TopologyError;

/// Longer files of this kind do not exist; a file that goes on is cut.
const LONGEST: usize = 1 << 20;

/// What a read asks for at least: a page, which is what a file of sysfs has at most.
const STEP: usize = 4_096;

/// An open folder.
pub(super) struct Folder(OwnedFd);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, TopologyError> {
        let opened = openat(CWD, path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
        opened.map(Self).map_err(|error| TopologyError::root(path, &error))
    }

    pub(super) fn below(&self, path: &str) -> Option<Self> {
        openat(&self.0, path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).ok().map(Self)
    }

    /// Replaces `text` by what the file holds.
    pub(super) fn read(&self, path: &str, text: &mut Vec<u8>) -> Option<()> {
        // A pipe in a hostile copy would otherwise wait for a writer for ever.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = openat(&self.0, path, flags, Mode::empty()).ok()?;
        let mut read = 0;
        loop {
            if text.len() < read + STEP {
                text.resize(read + STEP, 0);
            }
            let count = rustix::io::read(&file, &mut text[read..]).ok()?;
            read += count;
            if count == 0 || read >= LONGEST {
                break;
            }
        }
        text.truncate(read);
        Some(())
    }

    /// The entries of a folder below; none where it cannot be read.
    pub(super) fn names(&self, path: &str) -> Vec<String> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let entries = openat(&self.0, path, flags, Mode::empty()).and_then(Dir::read_from);
        let names = entries.into_iter().flatten().flatten();
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}
