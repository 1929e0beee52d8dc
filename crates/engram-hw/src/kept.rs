//! A file that stays open: reading it again is one system call, and no allocation.

use std::fs::File;
use std::path::Path;

use crate::sys;
use crate::unavailable::{Reason, Unavailable};

/// An open file of `/proc`, `/sys` or a control group.
#[derive(Debug)]
pub(crate) struct Kept {
    file: File,
    what: &'static str,
}

impl Kept {
    pub(crate) fn open(path: &Path, what: &'static str) -> Result<Self, Unavailable> {
        let file = File::open(path).map_err(|error| Unavailable::of_file(&error, what))?;
        Ok(Self { file, what })
    }

    /// What the file holds now, as far as it fits.
    pub(crate) fn read<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a str, Unavailable> {
        read_again(&self.file, buffer, self.what)
    }
}

/// Reads from the start.
pub(crate) fn read_again<'a>(
    file: &File,
    buffer: &'a mut [u8],
    what: &'static str,
) -> Result<&'a str, Unavailable> {
    let read = sys::read_from_start(file, buffer);
    let read = read.map_err(|error| Unavailable::of_file(&error, what))?;
    std::str::from_utf8(&buffer[..read]).map_err(|_| Unavailable::because(Reason::Malformed, what))
}
