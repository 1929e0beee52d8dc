//! A page on its way out: gathered, and handed on piece by piece.

use crate::buffer::{Buffer, Line};

/// Bytes that are gathered before they are handed on; a piece is longer by at most 8 KiB, or one line where that is
/// longer, and in protobuf by one message.
pub const PIECE_BYTES: usize = 64 * 1024;

/// Bytes that several lines may take together: looking for each whether there is room takes as long as a short text.
pub(crate) const LINES_BYTES: usize = 8 * 1024;

/// Where a page goes.
pub(crate) struct Pieces<'a> {
    pub(crate) out: &'a mut Buffer,
    /// Bytes that make a piece full.
    pub(crate) full: usize,
    pub(crate) write: &'a mut dyn FnMut(&[u8]),
}

impl Pieces<'_> {
    /// Appends what `write` writes, at most `limit` bytes, and hands a piece on when it is full.
    #[inline(always)]
    pub(crate) fn line(&mut self, limit: usize, write: impl FnOnce(&mut Line<'_>)) {
        self.out.append(limit, write);
        if self.out.len() >= self.full {
            self.hand_on();
        }
    }

    #[cold]
    fn hand_on(&mut self) {
        (self.write)(self.out.as_slice());
        self.out.clear();
    }
}
