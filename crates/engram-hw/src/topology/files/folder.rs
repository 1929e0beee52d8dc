//! Files are opened relative to a folder that is open: a discovery opens hundreds, and the paths are long.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, Dir, Mode, OFlags, fstat, openat};

use super::LONGEST;
use crate::topology::TopologyError;

/// What a read asks for at least: a page, which is what a file of sysfs has at most.
const STEP: usize = 4_096;

/// A folder that paths start at, which takes no opening in the sense of its file system.
const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// An open folder.
pub(super) struct Folder {
    open: OwnedFd,
    /// Whether a read that brings less than it asked for has reached the end, as in sysfs; files of `proc` come
    /// in pieces.
    is_whole: bool,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, TopologyError> {
        let open = openat(CWD, path, FOLDER, Mode::empty())
            .map_err(|error| TopologyError::root(path, &error))?;
        Ok(Self { open, is_whole: false })
    }

    /// A folder of sysfs.
    pub(super) fn below(&self, path: &str) -> Option<Self> {
        let open = openat(&self.open, path, FOLDER, Mode::empty()).ok()?;
        Some(Self { open, is_whole: true })
    }

    /// How many links there are to it.
    pub(super) fn links(&self) -> Option<u128> {
        let found = fstat(&self.open).ok()?;
        // Of 32 bits on some processors, of 64 on others.
        Some(u128::from(found.st_nlink))
    }

    /// What the file holds, in `buffer`, whose length only grows.
    pub(super) fn read<'a>(&self, path: &str, buffer: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        // A pipe in a hostile copy would otherwise wait for a writer for ever.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = openat(&self.open, path, flags, Mode::empty()).ok()?;
        let mut read = 0;
        loop {
            if buffer.len() < read + STEP {
                buffer.resize(read + STEP, 0);
            }
            let room = &mut buffer[read..];
            let asked = room.len();
            let count = rustix::io::read(&file, room).ok()?;
            read += count;
            if count == 0 || (self.is_whole && count < asked) || read >= LONGEST {
                return Some(&buffer[..read]);
            }
        }
    }

    /// What is made of the names in a folder below; nothing where it cannot be read.
    pub(super) fn names<C: FromIterator<T>, T>(
        &self,
        path: &str,
        make: impl Fn(&str) -> Option<T>,
    ) -> C {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let entries = openat(&self.open, path, flags, Mode::empty()).and_then(Dir::new);
        let names = entries.into_iter().flatten().flatten();
        names.filter_map(|entry| make(entry.file_name().to_str().ok()?)).collect()
    }
}
