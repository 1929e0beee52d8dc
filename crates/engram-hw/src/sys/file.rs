//! Reading a file again, in one system call.

use std::fs::File;
use std::io::Result;
use std::os::unix::fs::FileExt as _;

/// What a file begins with, as far as it fits; how much that is.
pub(crate) fn read_from_start(file: &File, buffer: &mut [u8]) -> Result<usize> {
    file.read_at(buffer, 0)
}
